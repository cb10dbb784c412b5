import { LockKeyhole, LockKeyholeOpen } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { VaultStatus } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { errorText } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { useNow } from '#ui/relative-time'
import { MoveDialog } from './move-dialog'
import { NewPassphraseFields, PassphraseField, useNewPassphrase } from './passphrase-fields'
import { StartOverDialog } from './start-over-dialog'
import { useLock, useUnlock } from './vault-queries'
import { STATE_WORDS, TIERS } from './vault-words'

/** How it stands with the vault, and the way in: what it asks for, or each remedy. */
export function LockCard({ status }: { status: VaultStatus }) {
  const { word, tone } = STATE_WORDS[status.state]
  const isOpen = status.state === 'unlocked'
  return (
    <Card
      title={isOpen ? 'The vault is open' : 'The vault is shut'}
      icon={
        isOpen ? (
          <LockKeyholeOpen size={16} strokeWidth={1.75} />
        ) : (
          <LockKeyhole size={16} strokeWidth={1.75} />
        )
      }
      tone={isOpen ? 'neutral' : 'attention'}
      note={
        <span className="flex gap-2">
          <Chip>{TIERS[status.tier].title}</Chip>
          <Chip tone={tone}>{word}</Chip>
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-[72ch] text-muted">
          <PlainText text={status.detail || TIERS[status.tier].about} max={2000} />
        </p>
        {isOpen ? <LockNow /> : <Unlock key={status.asks} status={status} />}
      </div>
    </Card>
  )
}

function LockNow() {
  const lock = useLock()
  return (
    <div className="flex items-center gap-3">
      <Button
        icon={<LockKeyhole size={15} strokeWidth={1.75} />}
        busy={lock.isPending}
        onClick={() => lock.mutate({})}
      >
        Lock it now
      </Button>
      <span className="text-small text-muted">
        Steps that need a secret then wait. Nothing that runs is stopped.
      </span>
    </div>
  )
}

function Unlock({ status }: { status: VaultStatus }) {
  const unlock = useUnlock()
  const [passphrase, setPassphrase] = useState('')
  const fresh = useNewPassphrase()
  const waits = useWait(status.retryAt)
  const given = { nothing: '', passphrase, new_passphrase: fresh.first }[status.asks]
  const ready =
    waits === 0 &&
    (status.asks === 'nothing' ||
      (status.asks === 'passphrase' ? passphrase !== '' : fresh.problem === null))
  function submit(event: FormEvent) {
    event.preventDefault()
    if (ready && !unlock.isPending) unlock.mutate({ passphrase: given })
  }
  return (
    <form className="flex max-w-[440px] flex-col gap-4" onSubmit={submit} noValidate>
      {status.asks === 'passphrase' && (
        <PassphraseField autoFocus value={passphrase} onChange={setPassphrase} />
      )}
      {status.asks === 'new_passphrase' && <NewPassphraseFields autoFocus typed={fresh} />}
      {unlock.error !== null && (
        <Banner tone="bad" title="It was not opened.">
          {errorText(unlock.error)}
        </Banner>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={unlock.isPending} disabled={!ready}>
          {waits > 0 ? `Wait ${waits} s` : UNLOCK_WORDS[status.asks]}
        </Button>
        <Remedies status={status} />
      </div>
    </form>
  )
}

const UNLOCK_WORDS: Readonly<Record<VaultStatus['asks'], string>> = {
  nothing: 'Unlock',
  passphrase: 'Unlock',
  new_passphrase: 'Make the vault',
}

/** Ways out beside the right key. Each says what it costs before it is done. */
function Remedies({ status }: { status: VaultStatus }) {
  const [open, setOpen] = useState<'move' | 'start_over' | null>(null)
  const { isForgotten, isMovable, canStartOver } = waysOut(status)
  return (
    <>
      {isMovable && <Button onClick={() => setOpen('move')}>Move the secrets here</Button>}
      {canStartOver && (
        <Button variant="ghost" onClick={() => setOpen('start_over')}>
          {isForgotten ? 'I forgot it' : 'Start over'}
        </Button>
      )}
      {open === 'move' && (
        <MoveDialog status={status} to={status.tier} onClose={() => setOpen(null)} />
      )}
      {open === 'start_over' && <StartOverDialog status={status} onClose={() => setOpen(null)} />}
    </>
  )
}

function waysOut({ state, asks, sealedIn, lockedBy, sealed, tier }: VaultStatus) {
  const isForgotten = asks === 'passphrase' && lockedBy === null
  const isMismatch = state === 'mismatch'
  return {
    isForgotten,
    isMovable: isMismatch && sealedIn !== tier && sealedIn !== 'memory',
    canStartOver: sealed > 0 && (isMismatch || isForgotten),
  }
}

/** Seconds until the next try. */
function useWait(retryAt: number | null): number {
  const now = useNow()
  return retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000))
}
