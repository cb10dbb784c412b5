import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'

export const connectionQueries = {
  list: () =>
    queryOptions({ queryKey: ['connections', 'list'], queryFn: () => api.connections.list({}) }),
  credentials: () =>
    queryOptions({ queryKey: ['credentials', 'list'], queryFn: () => api.credentials.list({}) }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
}
