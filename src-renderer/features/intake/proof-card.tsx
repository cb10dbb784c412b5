import { KeyRound, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Source, SourceProof } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip, type Tone } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { ExactTime } from '#ui/relative-time'
import { SecretDialog } from './secret-dialog'

const STATE: Readonly<Record<SourceProof['state'], { word: string; tone: Tone }>> = {
  none: { word: 'address only', tone: 'neutral' },
  unset: { word: 'not signed yet', tone: 'attention' },
  ready: { word: 'every delivery is checked', tone: 'good' },
  locked: { word: 'waits for the vault', tone: 'attention' },
  failing: { word: 'the last signature was wrong', tone: 'bad' },
}

/** How deliveries of this source prove where they come from, and the secret for it. */
export function ProofCard({ source }: { source: Source }) {
  const { proof } = source
  const { word, tone } = STATE[proof.state]
  const Icon = tone === 'good' || tone === 'neutral' ? ShieldCheck : ShieldAlert
  return (
    <Card
      title="Proof of origin"
      icon={<Icon size={16} strokeWidth={1.75} />}
      note={<Chip tone={tone}>{word}</Chip>}
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">{wordsFor(proof)}</p>
        {proof.previousUntil !== null && (
          <p className="text-small text-muted">
            The secret before is accepted until <ExactTime at={proof.previousUntil} />.
          </p>
        )}
        {proof.kind === 'secret' && <SecretOrders source={source} />}
      </div>
    </Card>
  )
}

function wordsFor({ kind, secretName, state }: SourceProof): string {
  if (kind === 'none')
    return 'This kind of sender cannot sign. The token in its address is the proof, so keep the address to yourself.'
  if (kind === 'certificate')
    return 'Deliveries are signed with a public certificate, which is checked. There is nothing to set.'
  switch (state) {
    case 'unset':
      return `It can sign, but no secret is set, so the token in the address is all that is checked. Set its ${secretName} on both sides.`
    case 'locked':
      return 'The vault is locked: deliveries are taken in and kept, and are checked and read once it opens.'
    case 'failing':
      return `Deliveries with a wrong signature are refused and kept as dead letters. Set the same ${secretName} on both sides, then read them again.`
    case 'none':
    case 'ready':
    default:
      return `Each delivery is checked against its ${secretName} before it is read. A wrong one is refused.`
  }
}

function SecretOrders({ source }: { source: Source }) {
  const [asked, setAsked] = useState<'set' | 'remove' | null>(null)
  const isSet = source.proof.state !== 'unset'
  const remove = useCommand(api.intake.removeSecret, {
    done: 'From now on only the address is checked',
    failed: 'The secret is still in force',
    refresh: [['intake']],
    onDone: () => setAsked(null),
  })
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {isSet && (
        <Button size="small" variant="ghost" onClick={() => setAsked('remove')}>
          Take it away…
        </Button>
      )}
      <Button
        size="small"
        variant={isSet ? 'secondary' : 'primary'}
        icon={<KeyRound size={14} strokeWidth={1.75} />}
        onClick={() => setAsked('set')}
      >
        {isSet ? 'Rotate the secret…' : 'Set the secret…'}
      </Button>
      {asked === 'set' && <SecretDialog source={source} onClose={() => setAsked(null)} />}
      <Confirm
        open={asked === 'remove'}
        onClose={() => setAsked(null)}
        title={`Take the secret of ${source.title} away`}
        action="Take it away"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ name: source.name })}
      >
        Deliveries are then taken in without a signature: whoever knows the address can send. The
        secret is removed from the vault.
      </Confirm>
    </div>
  )
}
