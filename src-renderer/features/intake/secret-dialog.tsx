import { Copy } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '#api'
import type { Source, SourceProof } from '#contract/intake'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { copyText } from '#ui/clipboard'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { Field } from '#ui/field'
import { SecretInput } from '#ui/secret-input'
import { Select } from '#ui/select'

const OVERLAPS = [
  { value: '24', label: 'for a day' },
  { value: '1', label: 'for an hour' },
  { value: '168', label: 'for a week' },
  { value: '0', label: 'not at all' },
]

/** Pastes the sender's secret, or makes one that is shown this once. The secret before stays valid for a while. */
export function SecretDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const { proof, name, title } = source
  const [text, setText] = useState('')
  const [overlap, setOverlap] = useState('24')
  const set = useCommand(api.intake.setSecret, {
    done: ({ secret }) => (secret === null ? 'Every delivery is checked from now on' : null),
    failed: 'The secret was not set',
    refresh: [['intake']],
    onDone: ({ secret }) => secret === null && onClose(),
  })
  const give = (secret: string | null) =>
    set.mutate({ name, secret, overlapHours: Number(overlap) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim().length >= 8 && !set.isPending) give(text.trim())
  }
  if (set.data !== undefined && set.data.secret !== null)
    return <MadeSecret secret={set.data.secret} proof={set.data.source.proof} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      width="small"
      title={`${proof.secretName} of ${title}`}
      description="It goes into the vault and is not shown again."
      footer={
        <>
          {proof.madeBy !== 'sender' && (
            <Button busy={set.isPending} onClick={() => give(null)}>
              Make one for me
            </Button>
          )}
          <Button
            type="submit"
            form="secret-form"
            variant="primary"
            disabled={text.trim().length < 8}
            busy={set.isPending}
          >
            Keep it
          </Button>
        </>
      }
    >
      <form id="secret-form" className="flex flex-col gap-4" onSubmit={submit}>
        <Fields
          proof={proof}
          text={text}
          overlap={overlap}
          onText={setText}
          onOverlap={setOverlap}
        />
      </form>
    </Dialog>
  )
}

function Fields({
  proof: { secretName, madeBy, state },
  text,
  overlap,
  onText,
  onOverlap,
}: {
  proof: SourceProof
  text: string
  overlap: string
  onText: (text: string) => void
  onOverlap: (hours: string) => void
}) {
  const isShort = text.trim() !== '' && text.trim().length < 8
  return (
    <>
      <Field
        label={secretName}
        help={
          madeBy === 'sender'
            ? 'The sender shows it on its own screen: paste it here.'
            : 'Paste what the sender shows, or let Quarterdeck make one to paste there.'
        }
        error={isShort ? 'A secret has at least 8 characters.' : null}
      >
        {(control) => <SecretInput {...control} value={text} onChange={onText} autoFocus />}
      </Field>
      {state !== 'unset' && (
        <Field
          label="Accept the one before"
          help="So that nothing is refused while you change it there."
        >
          {(control) => (
            <Select {...control} value={overlap} options={OVERLAPS} onChoose={onOverlap} />
          )}
        </Field>
      )}
    </>
  )
}

function MadeSecret({
  secret,
  proof: { secretName, previousUntil },
  onClose,
}: {
  secret: string
  proof: SourceProof
  onClose: () => void
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      width="small"
      title={`Your new ${secretName}`}
      description="Paste it into the sender now: it is not shown again."
      footer={
        <>
          <Button
            icon={<Copy size={14} strokeWidth={1.75} />}
            onClick={() => void copyText(secret, 'Secret copied')}
          >
            Copy
          </Button>
          <Button variant="primary" onClick={onClose}>
            It is in the sender
          </Button>
        </>
      }
    >
      <code className="block rounded-control border border-strong bg-canvas px-3 py-2 font-mono text-small break-all">
        {secret}
      </code>
      <div className="mt-3">
        <Banner tone="info">
          {previousUntil !== null
            ? 'The secret before is accepted for a while: change it in the sender meanwhile.'
            : 'Until the sender has it, its deliveries are refused and kept as dead letters.'}
        </Banner>
      </div>
    </Dialog>
  )
}
