import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'

/** What the rail and the top bar ask. Keys are `[domain, call, input]`, so screens share the answers. */
export const shellQueries = {
  settings: () =>
    queryOptions({ queryKey: ['settings', 'get'], queryFn: () => api.settings.get({}) }),
  policy: () =>
    queryOptions({ queryKey: ['policies', 'status'], queryFn: () => api.policies.status({}) }),
  me: () => queryOptions({ queryKey: ['people', 'me'], queryFn: () => api.people.me({}) }),
  host: () => queryOptions({ queryKey: ['host', 'status'], queryFn: () => api.host.status({}) }),
  ticketCounts: () =>
    queryOptions({ queryKey: ['tickets', 'counts'], queryFn: () => api.tickets.counts({}) }),
  waiting: () =>
    queryOptions({ queryKey: ['approvals', 'waiting'], queryFn: () => api.approvals.waiting({}) }),
  activeRuns: () =>
    queryOptions({
      queryKey: ['runs', 'list', { view: 'active', limit: 1 }],
      queryFn: () => api.runs.list({ view: 'active', limit: 1 }),
      select: (page) => page.total,
    }),
  listener: () =>
    queryOptions({
      queryKey: ['intake', 'listener'],
      queryFn: () => api.intake.listener({}),
      // The rate falls back to zero by itself, without any news.
      refetchInterval: 15_000,
    }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
  connections: () =>
    queryOptions({ queryKey: ['connections', 'list'], queryFn: () => api.connections.list({}) }),
  pulls: () => queryOptions({ queryKey: ['pulls', 'list'], queryFn: () => api.pulls.list({}) }),
  findTickets: (text: string) =>
    queryOptions({
      queryKey: ['tickets', 'list', { palette: text }],
      queryFn: () => api.tickets.list({ limit: 6, filter: { view: 'all', text } }),
      enabled: text.trim().length > 1,
    }),
  runbooks: () =>
    queryOptions({ queryKey: ['runbooks', 'list'], queryFn: () => api.runbooks.list({}) }),
}
