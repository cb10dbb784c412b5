import { KeyRound, RefreshCw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { VaultStatus, VaultTier } from '#contract/credentials'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { RelativeTime } from '#ui/relative-time'
import { MoveDialog } from './move-dialog'
import { TIERS } from './vault-words'

interface Move {
  to: VaultTier
  newPassphrase: boolean
}

/** Where the master key is kept: each place with its price, and the way there. */
export function KeyCard({ status }: { status: VaultStatus }) {
  const [move, setMove] = useState<Move | null>(null)
  const { tier, keyMadeAt, movesTo } = status
  const rest = movesTo.filter((one) => one !== tier)
  return (
    <Card
      title="Where the key is kept"
      icon={<KeyRound size={16} strokeWidth={1.75} />}
      note={
        keyMadeAt !== null && (
          <>
            this key was made <RelativeTime at={keyMadeAt} long />
          </>
        )
      }
    >
      <ul className="flex flex-col">
        <Place tier={tier}>
          <Chip tone={tier === 'insecure-file' ? 'bad' : 'active'}>here now</Chip>
          <Button
            size="small"
            icon={<RefreshCw size={14} strokeWidth={1.75} />}
            onClick={() => setMove({ to: tier, newPassphrase: false })}
          >
            Rotate the key
          </Button>
          {tier === 'passphrase' && (
            <Button size="small" onClick={() => setMove({ to: tier, newPassphrase: true })}>
              Change the passphrase
            </Button>
          )}
        </Place>
        {rest.map((to) => (
          <Place key={to} tier={to}>
            <Button size="small" onClick={() => setMove({ to, newPassphrase: true })}>
              Move here
            </Button>
          </Place>
        ))}
      </ul>
      <p className="mt-3 text-small text-muted">
        Nothing moves by itself. A start that finds another tier than it was told shows a lock
        screen.
      </p>
      {move !== null && <MoveDialog status={status} {...move} onClose={() => setMove(null)} />}
    </Card>
  )
}

function Place({ tier, children }: { tier: VaultTier; children: ReactNode }) {
  const { title, about } = TIERS[tier]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line py-2.5 not-last:border-b first:pt-0">
      <span className="min-w-[240px] flex-1">
        <span className="block font-semibold">{title}</span>
        <span className="block text-small text-muted">{about}</span>
      </span>
      <span className="flex flex-wrap items-center gap-2">{children}</span>
    </li>
  )
}
