import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { Delivery } from '#contract/intake'
import type { DeliveryId } from '#contract/primitives'

export type Status = Delivery['status']
/** How many deliveries the live feed holds. */
export const FEED = 100

export const intakeQueries = {
  listener: () =>
    queryOptions({ queryKey: ['intake', 'listener'], queryFn: () => api.intake.listener({}) }),
  sources: () =>
    queryOptions({ queryKey: ['intake', 'sources'], queryFn: () => api.intake.sources({}) }),
  feed: (source: string | null, status: Status | null) =>
    queryOptions({
      queryKey: ['intake', 'deliveries', { source, status, limit: FEED }],
      queryFn: ({ signal }) =>
        api.intake.deliveries({ source, status, limit: FEED, cursor: null }, { signal }),
      placeholderData: keepPreviousData,
    }),
  /** What came before the feed, page by page; nothing of it changes, so the news of new ones leaves it alone. */
  older: (source: string | null, status: Status | null, cursor: string | null) =>
    infiniteQueryOptions({
      queryKey: ['intake-older', { source, status, cursor }],
      queryFn: ({ pageParam, signal }) =>
        api.intake.deliveries({ source, status, limit: FEED, cursor: pageParam }, { signal }),
      initialPageParam: cursor,
      getNextPageParam: (page) => page.next,
      enabled: cursor !== null,
      staleTime: Infinity,
      gcTime: 0,
    }),
  dead: () =>
    infiniteQueryOptions({
      queryKey: ['intake', 'deliveries', { status: 'dead', pages: true }],
      queryFn: ({ pageParam, signal }) =>
        api.intake.deliveries(
          { source: null, status: 'dead', limit: FEED, cursor: pageParam },
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
    }),
  delivery: (id: DeliveryId) =>
    queryOptions({
      queryKey: ['intake', 'delivery', { id }],
      queryFn: () => api.intake.delivery({ id }),
    }),
}
