import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'

const PAGE = 100

export const auditQueries = {
  pages: (text: string) =>
    infiniteQueryOptions({
      queryKey: ['audit', 'list', { text }],
      queryFn: ({ pageParam, signal }) =>
        api.audit.list({ text, cursor: pageParam, limit: PAGE }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  /** Reads the whole chain: only on the operator's wish. */
  verify: () =>
    queryOptions({
      queryKey: ['audit', 'verify'],
      queryFn: () => api.audit.verify({}),
      enabled: false,
      staleTime: Infinity,
    }),
  egressPages: (text: string) =>
    infiniteQueryOptions({
      queryKey: ['egress', 'list', { text }],
      queryFn: ({ pageParam, signal }) =>
        api.egress.list({ text, cursor: pageParam, limit: PAGE }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  /** The same for what left this machine. */
  verifyEgress: () =>
    queryOptions({
      queryKey: ['egress', 'verify'],
      queryFn: () => api.egress.verify({}),
      enabled: false,
      staleTime: Infinity,
    }),
}
