import type { CredentialId } from '#contract/primitives'
import { Card } from '#ui/card'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Select } from '#ui/select'
import { Tabs } from '#ui/tabs'
import { TagInput } from '#ui/tag-input'
import { SecretPicker } from './secret-picker'
import type { PartProps } from './draft'
import { isServer, type SpecificsForm } from './draft-kinds'

export interface KindProps extends PartProps {
  onSpecifics: (part: Partial<SpecificsForm>) => void
}

/** What only this kind of target has; each kind shows its own fields and no others. */
export function KindFields(props: KindProps) {
  const { kind } = props.form
  if (kind === 'local') return <LocalFields {...props} />
  if (kind === 'http')
    return (
      <>
        <WebFields {...props} />
        {props.form.more.baseUrl.startsWith('http:') ? null : <TlsFields {...props} />}
      </>
    )
  if (!isServer(kind)) return null
  return (
    <>
      <AccountFields {...props} />
      <TlsFields {...props} />
    </>
  )
}

function LocalFields({ form, problems, onSpecifics }: KindProps) {
  return (
    <Card title="What programs get">
      <Field
        label="Variables"
        optional
        error={problems.environment}
        help="Of the environment that Quarterdeck runs in. PATH, HOME, the locale and the like are always given; nothing else is."
      >
        {(control) => (
          <TagInput
            {...control}
            placeholder="JAVA_HOME, KUBECONFIG"
            tags={form.more.environment}
            onChange={(environment) => onSpecifics({ environment })}
          />
        )}
      </Field>
    </Card>
  )
}

function AccountFields({ form, problems, onChange, onSpecifics }: KindProps) {
  return (
    <Card title="Database and account" note="an account with few rights is safest">
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-2 items-start gap-4 max-md:grid-cols-1">
          <Field label="Database" error={problems.database}>
            {(control) => (
              <TextInput
                {...control}
                mono
                placeholder="orders"
                value={form.more.database}
                maxLength={128}
                onChange={(change) => onSpecifics({ database: change.target.value })}
              />
            )}
          </Field>
          <Field label="User" error={problems.username}>
            {(control) => (
              <TextInput
                {...control}
                mono
                placeholder="ops"
                value={form.username}
                maxLength={64}
                onChange={(change) => onChange({ username: change.target.value })}
              />
            )}
          </Field>
        </div>
        <SecretPicker
          label="Password"
          kinds={['password']}
          none="No password: the server trusts the account or its certificate"
          chosen={form.credentialId}
          problem={problems.credentialId}
          onChoose={(credentialId) => onChange({ credentialId })}
        />
        <p className="text-small text-muted">
          Checks run in a transaction that the server allows to read only. Values from alerts are
          bound, never part of a statement.
        </p>
      </div>
    </Card>
  )
}

const TLS_ABOUT = {
  verify: 'The certificate has to be valid and for this very name.',
  verify_ca: 'The certificate has to come from the authority; its name may be another.',
  off: 'Everything can be read and changed on the way, the password too. For this machine and closed networks only.',
} as const

function TlsFields({ form, problems, onSpecifics }: KindProps) {
  const { tlsMode, ca, clientCertificateId } = form.more
  return (
    <Card title="Encryption">
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-2">
          <Tabs
            label="How the line is encrypted"
            look="segments"
            tabs={[
              { value: 'verify', label: 'Verified' },
              { value: 'verify_ca', label: 'Authority only' },
              ...(form.kind === 'http' ? [] : [{ value: 'off' as const, label: 'Off' }]),
            ]}
            value={tlsMode}
            onChoose={(mode) => onSpecifics({ tlsMode: mode })}
          />
          <p className={tlsMode === 'off' ? 'text-small text-high' : 'text-small text-muted'}>
            {TLS_ABOUT[tlsMode]}
          </p>
        </div>
        {tlsMode !== 'off' && (
          <>
            <Field
              label="Certificate of the authority"
              optional
              error={problems.ca}
              help="PEM text. Without one, the authorities that this machine trusts count."
            >
              {(control) => (
                <textarea
                  {...control}
                  rows={4}
                  spellCheck={false}
                  placeholder="-----BEGIN CERTIFICATE-----"
                  className="w-full rounded-control border border-line bg-canvas px-2.5 py-1.5 font-mono text-small"
                  value={ca}
                  onChange={(change) => onSpecifics({ ca: change.target.value })}
                />
              )}
            </Field>
            <SecretPicker
              label="Client certificate"
              kinds={['client_certificate', 'token']}
              none="None: the server does not ask for one"
              help="A secret that holds the certificate and its private key, both as PEM."
              chosen={clientCertificateId}
              problem={problems.clientCertificateId}
              onChoose={(id: CredentialId | null) => onSpecifics({ clientCertificateId: id })}
            />
          </>
        )}
      </div>
    </Card>
  )
}

function WebFields(props: KindProps) {
  const { form, problems, onChange, onSpecifics } = props
  const { webAuth, allowedHosts } = form.more
  return (
    <Card title="How it is asked">
      <div className="flex flex-col gap-4">
        <Field label="Signs in with">
          {(control) => (
            <Select
              {...control}
              className="max-w-72"
              value={webAuth}
              options={[
                { value: 'bearer', label: 'Bearer token' },
                { value: 'api_key', label: 'API key in a header' },
                { value: 'basic', label: 'User and password (basic)' },
                { value: 'none', label: 'Nothing' },
              ]}
              onChoose={(auth) => {
                onSpecifics({ webAuth: auth })
                onChange({ credentialId: null })
              }}
            />
          )}
        </Field>
        <WebSecretFields {...props} />
        <Field
          label="Other hosts"
          optional
          error={problems.allowedHosts}
          help="Hosts that a step may name in full, besides the address above. The credential is never sent to them."
        >
          {(control) => (
            <TagInput
              {...control}
              placeholder="status.example.org"
              tags={allowedHosts}
              onChange={(hosts) => onSpecifics({ allowedHosts: hosts })}
            />
          )}
        </Field>
      </div>
    </Card>
  )
}

function WebSecretFields({ form, problems, onChange, onSpecifics }: KindProps) {
  const { webAuth, header } = form.more
  return (
    <>
      {webAuth === 'api_key' && (
        <Field label="Header" error={problems.header}>
          {(control) => (
            <TextInput
              {...control}
              mono
              className="max-w-72"
              value={header}
              maxLength={100}
              onChange={(change) => onSpecifics({ header: change.target.value })}
            />
          )}
        </Field>
      )}
      {webAuth === 'basic' && (
        <Field label="User" error={problems.username}>
          {(control) => (
            <TextInput
              {...control}
              mono
              className="max-w-72"
              value={form.username}
              maxLength={64}
              onChange={(change) => onChange({ username: change.target.value })}
            />
          )}
        </Field>
      )}
      {webAuth !== 'none' && (
        <SecretPicker
          label={webAuth === 'basic' ? 'Password' : 'Token'}
          kinds={webAuth === 'basic' ? ['password'] : ['token', 'password']}
          chosen={form.credentialId}
          problem={problems.credentialId}
          onChoose={(credentialId) => onChange({ credentialId })}
        />
      )}
    </>
  )
}
