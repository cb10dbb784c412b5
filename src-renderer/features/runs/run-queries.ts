import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { ApprovalId, RunId } from '#contract/primitives'

export type RunsView = 'active' | 'ended' | 'all'
const PAGE = 100

export const runQueries = {
  pages: (view: RunsView) =>
    infiniteQueryOptions({
      queryKey: ['runs', 'list', { view, pages: true }],
      queryFn: ({ pageParam, signal }) =>
        api.runs.list({ view, cursor: pageParam, limit: PAGE }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  get: (id: RunId) =>
    queryOptions({ queryKey: ['runs', 'get', { id }], queryFn: () => api.runs.get({ id }) }),
  history: (id: RunId) =>
    queryOptions({
      queryKey: ['runs', 'history', { id }],
      queryFn: () => api.runs.history({ id }),
    }),
  host: () => queryOptions({ queryKey: ['host', 'status'], queryFn: () => api.host.status({}) }),
  consoles: () =>
    queryOptions({ queryKey: ['runs', 'consoles'], queryFn: () => api.runs.consoles({}) }),
  approval: (id: ApprovalId) =>
    queryOptions({
      queryKey: ['approvals', 'get', { id }],
      queryFn: () => api.approvals.get({ id }),
    }),
}
