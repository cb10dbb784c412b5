import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Credential } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { safeString } from '#ui/plain-text'
import { Select } from '#ui/select'
import { connectionQueries } from './connection-queries'
import { CredentialDialog } from './credential-dialog'

interface SecretPickerProps {
  label: string
  /** Of credentials that will do; the first that there is, is the kind of a new one. */
  kinds: readonly string[]
  /** What it means to choose none; without it one has to be chosen. */
  none?: string
  help?: string
  chosen: CredentialId | null
  problem: string | undefined
  onChoose: (id: CredentialId | null) => void
}

/** Chooses a secret by its label, or adds one on the way. */
export function SecretPicker(props: SecretPickerProps) {
  const { label, kinds, none, help, chosen, problem, onChoose } = props
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(connectionQueries.credentials())
  const fitting = (data ?? []).filter(({ kind }) => kinds.includes(kind))
  const word = label.toLowerCase()
  return (
    <>
      <Field
        label={label}
        optional={none !== undefined}
        error={problem}
        help={data !== undefined && fitting.length === 0 ? `The vault holds no ${word} yet.` : help}
      >
        {(control) => (
          <div className="flex gap-2">
            <Select
              {...control}
              className="min-w-0 flex-1"
              value={chosen ?? ''}
              options={[
                { value: '', label: none ?? `Choose a ${word}` },
                ...fitting.map(({ id, name }) => ({
                  value: id as string,
                  label: safeString(name, 120),
                })),
              ]}
              onChoose={(id) => onChoose(id === '' ? null : (id as CredentialId))}
            />
            <Button icon={<Plus size={15} strokeWidth={1.75} />} onClick={() => setAdding(true)}>
              New {word}
            </Button>
          </div>
        )}
      </Field>
      <CredentialDialog
        open={adding}
        only={(kinds.find((kind) => kind in NEW_KINDS) ?? 'token') as Credential['kind']}
        onClose={() => setAdding(false)}
        onMade={({ id }) => onChoose(id)}
      />
    </>
  )
}

const NEW_KINDS = { password: true, token: true }
