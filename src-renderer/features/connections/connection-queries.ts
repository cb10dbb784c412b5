import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { ConnectionId, CredentialId, Cursor } from '#contract/primitives'

export const connectionQueries = {
  list: () =>
    queryOptions({ queryKey: ['connections', 'list'], queryFn: () => api.connections.list({}) }),
  knownHosts: (id: ConnectionId) =>
    queryOptions({
      queryKey: ['connections', 'known-hosts', id],
      queryFn: () => api.connections.knownHosts({ id }),
    }),
  sshConfig: () =>
    queryOptions({
      queryKey: ['connections', 'ssh-config'],
      queryFn: () => api.connections.sshConfig({}),
    }),
  credentials: () =>
    queryOptions({ queryKey: ['credentials', 'list'], queryFn: () => api.credentials.list({}) }),
  leases: (id: CredentialId) =>
    infiniteQueryOptions({
      queryKey: ['credentials', 'leases', { id }],
      queryFn: ({ pageParam }) => api.credentials.leases({ id, cursor: pageParam, limit: 20 }),
      initialPageParam: null as Cursor,
      getNextPageParam: ({ next }) => next,
    }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
}
