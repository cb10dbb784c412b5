import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import { useCommand } from '#ui/command'

export const settingsQueries = {
  settings: () =>
    queryOptions({ queryKey: ['settings', 'get'], queryFn: () => api.settings.get({}) }),
  me: () => queryOptions({ queryKey: ['people', 'me'], queryFn: () => api.people.me({}) }),
  everyone: () =>
    queryOptions({ queryKey: ['people', 'everyone'], queryFn: () => api.people.everyone({}) }),
  groups: () =>
    queryOptions({ queryKey: ['people', 'groups'], queryFn: () => api.people.groups({}) }),
  delegations: () =>
    queryOptions({
      queryKey: ['people', 'delegations'],
      queryFn: () => api.people.delegations({}),
    }),
  myKey: () => queryOptions({ queryKey: ['people', 'myKey'], queryFn: () => api.people.myKey({}) }),
  policy: () =>
    queryOptions({ queryKey: ['policies', 'status'], queryFn: () => api.policies.status({}) }),
  host: () => queryOptions({ queryKey: ['host', 'status'], queryFn: () => api.host.status({}) }),
  vault: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
}

/** The rules of the installation, which an admin alone may change. */
export function useGovernSettings(done: string | null = null) {
  return useCommand(api.settings.govern, {
    done,
    failed: 'The setting was not kept',
    refresh: [['settings']],
  })
}

/** Keeps one or more settings at once. */
export function useUpdateSettings(done: string | null = null) {
  return useCommand(api.settings.update, {
    done,
    failed: 'The setting was not kept',
    refresh: [['settings']],
  })
}
