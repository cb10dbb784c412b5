import { Field } from '#ui/field'
import { Select } from '#ui/select'

export const PAIR_TYPES = [
  { value: 'ed25519', label: 'Ed25519: short and fast, for any OpenSSH since 2014' },
  { value: 'ecdsa', label: 'ECDSA P-256: where policy asks for NIST curves' },
  { value: 'rsa', label: 'RSA 4096: for old hosts; takes some seconds' },
] as const
export type PairType = (typeof PAIR_TYPES)[number]['value']

/** Which kind of key pair is made. There is no secret to type: nobody ever sees the private half. */
export function GenerateFields({
  type,
  onChoose,
}: {
  type: PairType
  onChoose: (type: PairType) => void
}) {
  return (
    <Field
      label="Kind of key"
      help="It is made here and its private half goes straight into the vault. Copy the public half to the hosts afterwards."
    >
      {(control) => <Select {...control} options={PAIR_TYPES} value={type} onChoose={onChoose} />}
    </Field>
  )
}
