import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { VaultStatus } from '#contract/credentials'
import { useCommand } from '#ui/command'

export const vaultQueries = {
  status: () =>
    queryOptions({ queryKey: ['credentials', 'vault'], queryFn: () => api.credentials.vault({}) }),
  credentials: () =>
    queryOptions({ queryKey: ['credentials', 'list'], queryFn: () => api.credentials.list({}) }),
  settings: () =>
    queryOptions({ queryKey: ['settings', 'get'], queryFn: () => api.settings.get({}) }),
}

const refresh = [['credentials']]
const isOpen = ({ state }: VaultStatus) => state === 'unlocked'
const toWords = (status: VaultStatus) =>
  isOpen(status) ? 'The vault is open' : 'The vault is still shut'

export function useUnlock() {
  return useCommand(api.credentials.unlock, {
    done: toWords,
    wentWell: isOpen,
    failed: null, // the form says it
    refresh,
  })
}

export function useLock() {
  return useCommand(api.credentials.lock, {
    done: 'The vault is locked',
    failed: 'The vault was not locked',
    refresh,
  })
}

/** `done` says what came of it. */
export function useRekey(done: string, onDone: () => void) {
  return useCommand(api.credentials.rekey, { done, failed: null, refresh, onDone })
}

export function useStartOver(onDone: () => void) {
  return useCommand(api.credentials.startOver, {
    done: 'The vault has a new key. Enter each secret again with Replace.',
    failed: null,
    refresh,
    onDone,
  })
}
