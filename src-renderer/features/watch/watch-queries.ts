import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'

export const watchQueries = {
  watch: () =>
    queryOptions({
      queryKey: ['insights', 'watch'],
      queryFn: () => api.insights.watch({}),
      refetchInterval: 60_000, // expiries and snoozes pass without news
    }),
  counts: () =>
    queryOptions({ queryKey: ['tickets', 'counts'], queryFn: () => api.tickets.counts({}) }),
  openTickets: () =>
    queryOptions({
      queryKey: ['tickets', 'list', { watch: 'open' }],
      queryFn: () => api.tickets.list({ limit: 8, filter: { view: 'open' } }),
    }),
  lately: () =>
    queryOptions({
      queryKey: ['tickets', 'list', { watch: 'resolved' }],
      queryFn: () => api.tickets.list({ limit: 5, filter: { view: 'resolved' } }),
    }),
  listener: () =>
    queryOptions({ queryKey: ['intake', 'listener'], queryFn: () => api.intake.listener({}) }),
  sources: () =>
    queryOptions({ queryKey: ['intake', 'sources'], queryFn: () => api.intake.sources({}) }),
  connections: () =>
    queryOptions({ queryKey: ['connections', 'list'], queryFn: () => api.connections.list({}) }),
  runbooks: () =>
    queryOptions({ queryKey: ['runbooks', 'list'], queryFn: () => api.runbooks.list({}) }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
  deliveries: () =>
    queryOptions({
      queryKey: ['intake', 'deliveries', { limit: 100 }],
      queryFn: () => api.intake.deliveries({ limit: 100 }),
    }),
}
