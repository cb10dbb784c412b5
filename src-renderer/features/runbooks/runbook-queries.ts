import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { RunbookId, TicketId } from '#contract/primitives'

export const runbookQueries = {
  list: () =>
    queryOptions({ queryKey: ['runbooks', 'list'], queryFn: () => api.runbooks.list({}) }),
  get: (id: RunbookId) =>
    queryOptions({
      queryKey: ['runbooks', 'get', { id }],
      queryFn: () => api.runbooks.get({ id }),
    }),
  qualityOfAll: () =>
    queryOptions({ queryKey: ['quality', 'list'], queryFn: () => api.quality.list({}) }),
  quality: (runbookId: RunbookId) =>
    queryOptions({
      queryKey: ['quality', 'get', { runbookId }],
      queryFn: () => api.quality.get({ runbookId }),
    }),
  lastRuns: (runbookId: RunbookId) =>
    queryOptions({
      queryKey: ['runs', 'ofRunbook', { runbookId }],
      queryFn: () => api.runs.ofRunbook({ runbookId, limit: 5 }),
    }),
  /** The plan of a text that is not saved; `ticketId` is '' for none. */
  preview: (id: RunbookId, markdown: string, ticketId: string) =>
    queryOptions({
      queryKey: ['plans', 'preview', { id, markdown, ticketId }],
      queryFn: ({ signal }) =>
        api.plans.preview(
          { runbookId: id, ticketId: ticketId === '' ? null : (ticketId as TicketId), markdown },
          { signal },
        ),
      placeholderData: keepPreviousData,
      gcTime: 10_000, // one for each pause in typing
    }),
  revisions: (id: RunbookId) =>
    queryOptions({
      queryKey: ['revisions', 'list', { id }],
      queryFn: () => api.revisions.list({ id }),
    }),
  revision: (id: RunbookId, revision: string) =>
    queryOptions({
      queryKey: ['revisions', 'get', { id, revision }],
      queryFn: () => api.revisions.get({ id, revision }),
    }),
  connections: () =>
    queryOptions({ queryKey: ['connections', 'list'], queryFn: () => api.connections.list({}) }),
  openTickets: () =>
    queryOptions({
      queryKey: ['tickets', 'list', { of: 'runbooks' }],
      queryFn: () => api.tickets.list({ filter: { view: 'open' }, limit: 30 }),
    }),
  match: (text: string) =>
    queryOptions({
      queryKey: ['runbooks', 'match', { text }],
      queryFn: ({ signal }) => api.runbooks.match({ text, limit: 5 }, { signal }),
      enabled: text.trim() !== '',
      placeholderData: keepPreviousData,
    }),
}
