import { FileKey } from 'lucide-react'
import { type DragEvent, useRef } from 'react'
import type { Credential } from '#contract/credentials'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { SecretInput } from '#ui/secret-input'

interface SecretFieldsProps {
  kind: Credential['kind']
  secret: string
  passphrase: string
  problem: string | null
  onSecret: (secret: string) => void
  onPassphrase: (passphrase: string) => void
}

const LABEL = {
  private_key: 'Private key',
  password: 'Password',
  token: 'Token',
  webhook_secret: 'Secret',
  client_certificate: 'Private key (PEM)',
} as const
/** A private key is some kilobytes; a larger file is something else. */
const MOST_BYTES = 64_000

/** The secret itself: a password or token in a line, a private key pasted, dropped or read from its file. */
export function SecretFields(props: SecretFieldsProps) {
  const { kind, secret, passphrase, problem, onSecret, onPassphrase } = props
  if (kind !== 'private_key')
    return (
      <Field label={LABEL[kind]}>
        {(control) => <SecretInput {...control} value={secret} onChange={onSecret} />}
      </Field>
    )
  return (
    <>
      <KeyField secret={secret} problem={problem} onSecret={onSecret} />
      <Field
        label="Passphrase"
        optional
        help="Only when the key is encrypted. It is kept beside the key."
      >
        {(control) => <SecretInput {...control} value={passphrase} onChange={onPassphrase} />}
      </Field>
    </>
  )
}

function KeyField({
  secret,
  problem,
  onSecret,
}: Pick<SecretFieldsProps, 'secret' | 'problem' | 'onSecret'>) {
  const file = useRef<HTMLInputElement>(null)
  const take = async (chosen: File | undefined) => {
    if (chosen && chosen.size <= MOST_BYTES) onSecret(await chosen.text())
  }
  const drop = (event: DragEvent) => {
    const [dropped] = event.dataTransfer.files
    if (dropped === undefined) return
    event.preventDefault()
    void take(dropped)
  }
  return (
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Field
        label="Private key"
        error={problem}
        help="OpenSSH, PEM or PuTTY format, usually ~/.ssh/id_ed25519. Paste it, drop the file here, or choose it."
      >
        {(control) => (
          <SecretInput
            {...control}
            lines={6}
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            value={secret}
            onChange={onSecret}
          />
        )}
      </Field>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="File of the private key"
        onChange={(change) => {
          void take(change.target.files?.[0])
          change.target.value = ''
        }}
      />
      <Button
        size="small"
        className="mt-2"
        icon={<FileKey size={14} strokeWidth={1.75} />}
        onClick={() => file.current?.click()}
      >
        Choose the file
      </Button>
    </div>
  )
}
