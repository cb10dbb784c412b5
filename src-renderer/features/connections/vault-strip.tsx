import { useQuery } from '@tanstack/react-query'
import { LockKeyhole, LockKeyholeOpen } from 'lucide-react'
import { Button } from '#ui/button'
import { cx } from '#ui/class-names'
import { paths, useGo } from '#ui/links'
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

/** Whether secrets can be used, what that rests on, and the way to it. */
export function VaultStrip() {
  const { data } = useQuery(connectionQueries.vault())
  const go = useGo()
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
      <Button size="small" onClick={() => go(paths.vault())}>
        {isOpen ? 'Vault' : 'Open it'}
      </Button>
    </div>
  )
}
