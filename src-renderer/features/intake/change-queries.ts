import { infiniteQueryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { ChangeKind } from '#contract/changes'

export const changeQueries = {
  list: (kind: ChangeKind | null, about: string) =>
    infiniteQueryOptions({
      queryKey: ['changes', 'list', { kind, about }],
      queryFn: ({ pageParam, signal }) =>
        api.changes.list({ kind, about, limit: 100, cursor: pageParam }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
    }),
}
