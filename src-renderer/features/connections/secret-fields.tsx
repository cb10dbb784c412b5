import { FileKey } from 'lucide-react'
import { type DragEvent, useRef } from 'react'
import type { Credential } from '#contract/credentials'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { TextArea } from '#ui/input'
import { SecretInput } from '#ui/secret-input'

/** A secret while it is typed. */
export interface TypedSecret {
  kind: Credential['kind']
  secret: string
  passphrase: string
  certificate: string
  problem: string | null
  setSecret: (secret: string) => void
  setPassphrase: (passphrase: string) => void
  setCertificate: (certificate: string) => void
}

const LABEL = {
  private_key: 'Private key',
  password: 'Password',
  token: 'Token',
  webhook_secret: 'Secret',
  client_certificate: 'Private key',
} as const
/** A private key is some kilobytes; a larger file is something else. */
const MOST_BYTES = 64_000

/** The secret itself: a password or token in a line, a key pasted, dropped or read from its file. */
export function SecretFields({ typed }: { typed: TypedSecret }) {
  const { kind, secret, passphrase, problem } = typed
  if (kind !== 'private_key' && kind !== 'client_certificate')
    return (
      <Field label={LABEL[kind]}>
        {(control) => <SecretInput {...control} value={secret} onChange={typed.setSecret} />}
      </Field>
    )
  return (
    <>
      <KeyField
        isTls={kind === 'client_certificate'}
        secret={secret}
        problem={problem}
        onSecret={typed.setSecret}
      />
      <Field
        label="Passphrase"
        optional
        help="Only when the key is encrypted. It is kept beside the key."
      >
        {(control) => (
          <SecretInput {...control} value={passphrase} onChange={typed.setPassphrase} />
        )}
      </Field>
      <CertificateField typed={typed} />
    </>
  )
}

/** No secret, so it may be seen while it is typed. */
function CertificateField({
  typed: { kind, certificate, setCertificate },
}: {
  typed: TypedSecret
}) {
  const isTls = kind === 'client_certificate'
  return (
    <Field
      label={isTls ? 'Certificate' : 'OpenSSH certificate'}
      optional={!isTls}
      help={
        isTls
          ? 'PEM: the key’s own certificate first, then those that lead to its authority.'
          : 'The line in the file that ends with -cert.pub, when an authority signed the key.'
      }
    >
      {(control) => (
        <TextArea
          {...control}
          className="font-mono text-small"
          rows={3}
          maxLength={MOST_BYTES}
          spellCheck={false}
          placeholder={
            isTls ? '-----BEGIN CERTIFICATE-----' : 'ssh-ed25519-cert-v01@openssh.com AAAA…'
          }
          value={certificate}
          onChange={(change) => setCertificate(change.target.value)}
        />
      )}
    </Field>
  )
}

function KeyField({
  isTls,
  secret,
  problem,
  onSecret,
}: {
  isTls: boolean
  secret: string
  problem: string | null
  onSecret: (secret: string) => void
}) {
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
        help={
          isTls
            ? 'PEM. Paste it, drop the file here, or choose it.'
            : 'OpenSSH, PEM or PuTTY format, usually ~/.ssh/id_ed25519. Paste it, drop the file here, or choose it.'
        }
      >
        {(control) => (
          <SecretInput
            {...control}
            lines={isTls ? 4 : 6}
            placeholder={
              isTls ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN OPENSSH PRIVATE KEY-----'
            }
            value={secret}
            onChange={onSecret}
          />
        )}
      </Field>
      <FileButton onFile={(chosen) => void take(chosen)} />
    </div>
  )
}

function FileButton({ onFile }: { onFile: (file: File | undefined) => void }) {
  const file = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="File of the private key"
        onChange={(change) => {
          onFile(change.target.files?.[0])
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
    </>
  )
}
