import { useQuery } from '@tanstack/react-query'
import { LockKeyhole, LockKeyholeOpen } from 'lucide-react'
import { api } from '#api'
import type { VaultStatus } from '#contract/credentials'
import { Button } from '#ui/button'
import { cx } from '#ui/class-names'
import { useCommand } from '#ui/command'
import { connectionQueries } from './connection-queries'

const STATE = {
  unlocked: 'Vault unlocked',
  locked: 'Vault locked',
  unavailable: 'No keychain',
  mismatch: 'Another keychain',
} as const

const TIER = {
  'os-keychain': 'sealed with a key in this system’s keychain',
  passphrase: 'sealed with a key that opens with a passphrase',
  'insecure-file': 'the key lies in a file of the data folder',
  memory: 'key in memory only: secrets are forgotten when Quarterdeck ends',
} as const

/** Tries the keychain again. */
export function useUnlock() {
  return useCommand(api.credentials.unlock, {
    done: ({ state }: VaultStatus) =>
      state === 'unlocked' ? 'The vault is open' : 'The vault is still shut',
    failed: 'The vault was not opened',
    refresh: [['credentials']],
  })
}

/** Whether secrets can be used, what that rests on, and how to open it again. */
export function VaultStrip() {
  const { data } = useQuery(connectionQueries.vault())
  const unlock = useUnlock()
  if (data === undefined) return null
  const isOpen = data.state === 'unlocked'
  return (
    <div
      role="status"
      className={cx(
        'flex shrink-0 items-start gap-3 border-t px-4 py-3 text-small',
        isOpen ? 'border-line' : 'border-high/45 tint-high',
      )}
    >
      <span className={cx('mt-px', isOpen ? 'text-ok' : 'text-high')}>
        {isOpen ? (
          <LockKeyholeOpen size={15} strokeWidth={1.75} aria-hidden />
        ) : (
          <LockKeyhole size={15} strokeWidth={1.75} aria-hidden />
        )}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold text-text">{STATE[data.state]}</span>
        <span className="block break-words text-muted">{data.detail || TIER[data.tier]}</span>
      </span>
      {!isOpen && (
        <Button size="small" busy={unlock.isPending} onClick={() => unlock.mutate({})}>
          Try again
        </Button>
      )}
    </div>
  )
}
