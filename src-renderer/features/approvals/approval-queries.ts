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
  standing: (id: ApprovalId) =>
    queryOptions({
      queryKey: ['approvals', 'standing', { id }],
      queryFn: () => api.approvals.standing({ id }),
    }),
  remembered: () =>
    queryOptions({
      queryKey: ['approvals', 'remembered'],
      queryFn: () => api.approvals.remembered({}),
    }),
  myKey: () => queryOptions({ queryKey: ['people', 'myKey'], queryFn: () => api.people.myKey({}) }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
  /** Asked once: the database's plan for a statement that waits. */
  preview: (id: ApprovalId) =>
    queryOptions({
      queryKey: ['approvals', 'preview', { id }],
      queryFn: () => api.approvals.preview({ id }),
      staleTime: Infinity,
      retry: false,
    }),
  run: (id: RunId) =>
    queryOptions({ queryKey: ['runs', 'get', { id }], queryFn: () => api.runs.get({ id }) }),
}
