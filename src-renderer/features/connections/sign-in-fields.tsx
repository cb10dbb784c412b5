import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { CredentialId } from '#contract/primitives'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { safeString } from '#ui/plain-text'
import { Select } from '#ui/select'
import { Tabs } from '#ui/tabs'
import type { PartProps } from './draft'
import { connectionQueries } from './connection-queries'
import { CredentialDialog } from './credential-dialog'

const ABOUT = {
  agent: 'The keys of the SSH agent of this session. They never leave it, and nothing is stored.',
  key: 'A private key from the vault. It is borrowed for the sign-in alone.',
  password: 'A password from the vault. It is sent only after the host has proven its key.',
} as const

/** As whom and with what. A secret that is not there yet can be added on the way. */
export function SignInFields(props: PartProps) {
  const { form, problems, onChange } = props
  return (
    <Card title="Sign-in" note="tried once, so that no account is locked">
      <div className="flex flex-col gap-4">
        <Field
          label="User"
          optional={form.ssh.isAlias}
          error={problems.username}
          help={form.ssh.isAlias ? 'Empty: as ~/.ssh/config says.' : undefined}
        >
          {(control) => (
            <TextInput
              {...control}
              mono
              className="max-w-72"
              placeholder="deploy"
              value={form.username}
              maxLength={64}
              onChange={(change) => onChange({ username: change.target.value })}
            />
          )}
        </Field>
        <div className="flex flex-col gap-2">
          <span className="text-small font-semibold" aria-hidden>
            With
          </span>
          <Tabs
            label="Signs in with"
            look="segments"
            tabs={[
              { value: 'agent', label: 'SSH agent' },
              { value: 'key', label: 'Private key' },
              { value: 'password', label: 'Password' },
            ]}
            value={form.auth}
            onChoose={(auth) => onChange({ auth, credentialId: null })}
          />
          <p className="text-small text-muted">{ABOUT[form.auth]}</p>
        </div>
        {form.auth !== 'agent' && <CredentialPicker {...props} />}
      </div>
    </Card>
  )
}

function CredentialPicker({ form, problems, onChange }: PartProps) {
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(connectionQueries.credentials())
  const isKey = form.auth === 'key'
  const kind = isKey ? 'private_key' : 'password'
  const fitting = (data ?? []).filter((credential) => credential.kind === kind)
  const what = isKey ? 'private key' : 'password'
  return (
    <>
      <Field
        label={isKey ? 'Private key' : 'Password'}
        error={problems.credentialId}
        help={
          data !== undefined && fitting.length === 0 ? `The vault holds no ${what} yet.` : undefined
        }
      >
        {(control) => (
          <div className="flex gap-2">
            <Select
              {...control}
              className="min-w-0 flex-1"
              value={form.credentialId ?? ''}
              options={[
                { value: '', label: `Choose a ${what}` },
                ...fitting.map(({ id, name, fingerprint }) => ({
                  value: id as string,
                  label: safeString(
                    fingerprint === null ? name : `${name}   ${fingerprint.slice(0, 18)}…`,
                    120,
                  ),
                })),
              ]}
              onChoose={(id) => onChange({ credentialId: id === '' ? null : (id as CredentialId) })}
            />
            <Button icon={<Plus size={15} strokeWidth={1.75} />} onClick={() => setAdding(true)}>
              New {what}
            </Button>
          </div>
        )}
      </Field>
      <CredentialDialog
        open={adding}
        only={kind}
        onClose={() => setAdding(false)}
        onMade={({ id }) => onChange({ credentialId: id })}
      />
    </>
  )
}
