import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { ApprovalId, RunId } from '#contract/primitives'

export type QueueView = 'waiting' | 'decided'

export const approvalQueries = {
  list: (view: QueueView) =>
    queryOptions({
      queryKey: ['approvals', 'list', { view, limit: 200 }],
      queryFn: () => api.approvals.list({ view, limit: 200 }),
    }),
  get: (id: ApprovalId) =>
    queryOptions({
      queryKey: ['approvals', 'get', { id }],
      queryFn: () => api.approvals.get({ id }),
    }),
  run: (id: RunId) =>
    queryOptions({ queryKey: ['runs', 'get', { id }], queryFn: () => api.runs.get({ id }) }),
}
