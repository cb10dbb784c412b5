import { useQuery } from '@tanstack/react-query'
import { ArrowDown, Plus, X } from 'lucide-react'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { IconButton } from '#ui/icon-button'
import { TextInput } from '#ui/input'
import { safeString } from '#ui/plain-text'
import { Select } from '#ui/select'
import { connectionQueries } from './connection-queries'
import { type JumpForm, newJump } from './draft-ssh'

const MOST = 8

interface JumpsProps {
  jumps: readonly JumpForm[]
  onChange: (jumps: readonly JumpForm[]) => void
}

/** The hosts on the way, from this machine on. */
export function JumpHostFields({ jumps, onChange }: JumpsProps) {
  const change = (key: number, part: Partial<JumpForm>) =>
    onChange(jumps.map((jump) => (jump.key === key ? { ...jump, ...part } : jump)))
  return (
    <div className="flex flex-col gap-3">
      {jumps.length > 0 && (
        <ol aria-label="Jump hosts" className="flex flex-col gap-2">
          {jumps.map((jump, at) => (
            <li key={jump.key} className="flex flex-col gap-2">
              <OneJump
                jump={jump}
                number={at + 1}
                onChange={(part) => change(jump.key, part)}
                onRemove={() => onChange(jumps.filter(({ key }) => key !== jump.key))}
              />
              <ArrowDown
                size={15}
                strokeWidth={1.75}
                aria-hidden
                className="self-center text-muted"
              />
            </li>
          ))}
        </ol>
      )}
      <div>
        <Button
          icon={<Plus size={15} strokeWidth={1.75} />}
          disabled={jumps.length >= MOST}
          onClick={() => onChange([...jumps, newJump(jumps)])}
        >
          {jumps.length === 0 ? 'Go over a jump host' : 'Another jump host'}
        </Button>
      </div>
    </div>
  )
}

interface OneProps {
  jump: JumpForm
  number: number
  onChange: (part: Partial<JumpForm>) => void
  onRemove: () => void
}

function OneJump({ jump, number, onChange, onRemove }: OneProps) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-[10px] border border-line p-3">
      <legend className="sr-only">Jump host {number}</legend>
      <div className="grid grid-cols-[minmax(0,1fr)_84px_minmax(0,0.7fr)_auto] items-end gap-3 max-md:grid-cols-1">
        <Field label={`Jump host ${number}`}>
          {(control) => (
            <TextInput
              {...control}
              mono
              placeholder="bastion.prod"
              value={jump.host}
              maxLength={253}
              onChange={(event) => onChange({ host: event.target.value })}
            />
          )}
        </Field>
        <Field label="Port">
          {(control) => (
            <TextInput
              {...control}
              mono
              inputMode="numeric"
              value={jump.port}
              maxLength={5}
              onChange={(event) => onChange({ port: event.target.value })}
            />
          )}
        </Field>
        <Field label="User">
          {(control) => (
            <TextInput
              {...control}
              mono
              placeholder="deploy"
              value={jump.username}
              maxLength={64}
              onChange={(event) => onChange({ username: event.target.value })}
            />
          )}
        </Field>
        <IconButton
          label={`Take jump host ${number} away`}
          icon={<X size={15} strokeWidth={1.75} />}
          onClick={onRemove}
        />
      </div>
      <JumpSignIn jump={jump} onChange={onChange} />
    </fieldset>
  )
}

function JumpSignIn({ jump, onChange }: Pick<OneProps, 'jump' | 'onChange'>) {
  const { data = [] } = useQuery(connectionQueries.credentials())
  const fitting = data.filter(({ kind }) => kind === 'private_key' || kind === 'password')
  return (
    <Field label="Signs in with">
      {(control) => (
        <Select
          {...control}
          value={jump.credentialId ?? ''}
          options={[
            { value: '', label: 'Keys of the SSH agent' },
            ...fitting.map(({ id, name, kind }) => ({
              value: id as string,
              label: safeString(`${kind === 'password' ? 'Password' : 'Private key'} ${name}`, 120),
            })),
          ]}
          onChoose={(id) => {
            const chosen = fitting.find((one) => one.id === id)
            if (!chosen) return onChange({ auth: 'agent', credentialId: null })
            const auth = chosen.kind === 'password' ? 'password' : 'key'
            onChange({ auth, credentialId: chosen.id })
          }}
        />
      )}
    </Field>
  )
}
