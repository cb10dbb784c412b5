import { type ReactNode, useState } from 'react'
import { api } from '#api'
import type { Credential } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Tabs } from '#ui/tabs'
import { GenerateFields, type PairType } from './generate-fields'
import { SecretDialog, useSecret } from './secret-dialog'

type Kind = Credential['kind']
/** A kind, or a key pair that is made here. */
type Way = Kind | 'key_pair'

interface CredentialDialogProps {
  open: boolean
  onClose: () => void
  /** The only kind that is of use here; all kinds when left out. */
  only?: Kind
  onMade: (credential: Credential) => void
}

/** Takes a secret in, or makes one. It goes to the vault and never comes back to a screen. */
export function CredentialDialog({ open, ...rest }: CredentialDialogProps) {
  return open ? <Open {...rest} /> : null
}

const TITLE = 'Add a credential'
const ABOUT = 'It goes into the vault and never comes back to a screen. Only its label is shown.'

function Open({ onClose, only, onMade }: Omit<CredentialDialogProps, 'open'>) {
  const [way, setWay] = useState<Way>(only ?? 'private_key')
  const [name, setName] = useState('')
  const done = (made: Credential) => {
    onClose()
    onMade(made)
  }
  const head = (
    <>
      <Ways way={way} only={only} onChoose={setWay} />
      <NameField name={name} onName={setName} />
    </>
  )
  const props = { name: name.trim(), onClose, onMade: done }
  return way === 'key_pair' ? (
    <MakePair {...props}>{head}</MakePair>
  ) : (
    <TakeIn {...props} kind={way}>
      {head}
    </TakeIn>
  )
}

interface WayProps {
  name: string
  onClose: () => void
  onMade: (credential: Credential) => void
  children: ReactNode
}

function TakeIn({ kind, name, onClose, onMade, children }: WayProps & { kind: Kind }) {
  const secret = useSecret(kind)
  const create = useCommand(api.credentials.create, {
    done: (made: Credential) => `${made.name} is in the vault`,
    failed: null, // the dialog says it
    refresh: [['credentials']],
    onDone: onMade,
  })
  return (
    <SecretDialog
      title={TITLE}
      description={ABOUT}
      action="Put it into the vault"
      leave="Cancel"
      secret={secret}
      ready={name !== ''}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSend={(parts) => create.mutate({ name, kind, ...parts })}
    >
      {children}
    </SecretDialog>
  )
}

function MakePair({ name, onClose, onMade, children }: WayProps) {
  const [type, setType] = useState<PairType>('ed25519')
  const generate = useCommand(api.credentials.generate, {
    done: (made: Credential) => `${made.name} is in the vault. Copy its public half to the hosts.`,
    failed: null,
    refresh: [['credentials']],
    onDone: onMade,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={TITLE}
      description={ABOUT}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={generate.isPending}
            disabled={name === ''}
            onClick={() => generate.mutate({ name, type })}
          >
            Make the key pair
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <GenerateFields type={type} onChoose={setType} />
        {generate.error !== null && (
          <Banner tone="bad" title="No key was made.">
            {errorText(generate.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

function NameField({ name, onName }: { name: string; onName: (name: string) => void }) {
  return (
    <Field label="Name" help="A label for people, such as prod-deploy. Not secret.">
      {(control) => (
        <TextInput
          {...control}
          data-autofocus
          value={name}
          maxLength={80}
          onChange={(change) => onName(change.target.value)}
        />
      )}
    </Field>
  )
}

const KEY_WAYS: readonly { value: Way; label: string }[] = [
  { value: 'private_key', label: 'Private key' },
  { value: 'key_pair', label: 'New key pair' },
]
const OTHER_WAYS: readonly { value: Way; label: string }[] = [
  { value: 'password', label: 'Password' },
  { value: 'token', label: 'Token' },
  { value: 'client_certificate', label: 'Client certificate' },
]

function Ways({
  way,
  only,
  onChoose,
}: {
  way: Way
  only: Kind | undefined
  onChoose: (way: Way) => void
}) {
  if (only !== undefined && only !== 'private_key') return null
  const tabs = only === 'private_key' ? KEY_WAYS : [...KEY_WAYS, ...OTHER_WAYS]
  return (
    <Tabs label="Kind of credential" look="segments" tabs={tabs} value={way} onChoose={onChoose} />
  )
}
