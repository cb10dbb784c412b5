import { useState } from 'react'
import { api } from '#api'
import type { Credential } from '#contract/credentials'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Tabs } from '#ui/tabs'
import { SecretDialog, useSecret } from './secret-dialog'

type Kind = Credential['kind']

interface CredentialDialogProps {
  open: boolean
  onClose: () => void
  /** The only kind that is of use here; all kinds when left out. */
  only?: Kind
  onMade: (credential: Credential) => void
}

/** Takes a secret in. It goes to the vault and never comes back to a screen. */
export function CredentialDialog({ open, ...rest }: CredentialDialogProps) {
  return open ? <Open {...rest} /> : null
}

function Open({ onClose, only, onMade }: Omit<CredentialDialogProps, 'open'>) {
  const [kind, setKind] = useState<Kind>(only ?? 'private_key')
  const [name, setName] = useState('')
  const secret = useSecret(kind)
  const create = useCommand(api.credentials.create, {
    done: (made: Credential) => `${made.name} is in the vault`,
    failed: null, // the dialog says it
    refresh: [['credentials']],
    onDone: (made) => {
      onClose()
      onMade(made)
    },
  })
  return (
    <SecretDialog
      title="Add a credential"
      description="It goes into the vault and never comes back to a screen. Only its label is shown."
      action="Put it into the vault"
      leave="Cancel"
      secret={secret}
      ready={name.trim() !== ''}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSend={(parts) => create.mutate({ name: name.trim(), kind, ...parts })}
    >
      {only === undefined && <KindTabs kind={kind} onChoose={setKind} />}
      <Field label="Name" help="A label for people, such as prod-deploy. Not secret.">
        {(control) => (
          <TextInput
            {...control}
            data-autofocus
            value={name}
            maxLength={80}
            onChange={(change) => setName(change.target.value)}
          />
        )}
      </Field>
    </SecretDialog>
  )
}

function KindTabs({ kind, onChoose }: { kind: Kind; onChoose: (kind: Kind) => void }) {
  return (
    <Tabs
      label="Kind of credential"
      look="segments"
      tabs={[
        { value: 'private_key', label: 'Private key' },
        { value: 'password', label: 'Password' },
        { value: 'token', label: 'Token' },
      ]}
      value={kind}
      onChoose={onChoose}
    />
  )
}
