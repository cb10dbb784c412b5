import { useState } from 'react'
import { Field } from '#ui/field'
import { SecretInput } from '#ui/secret-input'
import { passphraseProblem } from './vault-words'

/** A new passphrase while it is typed, twice. */
export function useNewPassphrase() {
  const [first, setFirst] = useState('')
  const [again, setAgain] = useState('')
  return { first, again, setFirst, setAgain, problem: passphraseProblem(first, again) }
}

/** Asks for a new passphrase twice. Nobody can tell it back to whoever forgets it. */
export function NewPassphraseFields({
  typed,
  autoFocus = false,
  help = 'At least 12 characters. It is kept nowhere: whoever forgets it enters every secret again.',
}: {
  typed: ReturnType<typeof useNewPassphrase>
  autoFocus?: boolean
  help?: string
}) {
  const { first, again, problem } = typed
  return (
    <>
      <Field label="New passphrase" help={help} error={again === '' ? null : problem}>
        {(control) => (
          <SecretInput {...control} value={first} onChange={typed.setFirst} autoFocus={autoFocus} />
        )}
      </Field>
      <Field label="The same again">
        {(control) => <SecretInput {...control} value={again} onChange={typed.setAgain} />}
      </Field>
    </>
  )
}

export function PassphraseField({
  label = 'Passphrase',
  value,
  error,
  autoFocus = false,
  onChange,
}: {
  label?: string
  value: string
  error?: string | null
  autoFocus?: boolean
  onChange: (value: string) => void
}) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <SecretInput {...control} value={value} onChange={onChange} autoFocus={autoFocus} />
      )}
    </Field>
  )
}
