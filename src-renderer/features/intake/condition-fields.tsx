import { Plus, X } from 'lucide-react'
import type { Condition } from '#contract/screening'
import { Button } from '#ui/button'
import { IconButton } from '#ui/icon-button'
import { TextInput } from '#ui/input'
import { Select } from '#ui/select'
import { SEVERITIES, severityWord } from '#ui/severity'

const FIELDS = [
  { value: 'source', label: 'Source' },
  { value: 'kind', label: 'Kind of source' },
  { value: 'severity', label: 'Severity' },
  { value: 'title', label: 'Title' },
  { value: 'service', label: 'Service' },
  { value: 'host', label: 'Host' },
  { value: 'label', label: 'Label…' },
] as const
type FieldName = (typeof FIELDS)[number]['value']

const IS = [
  { value: 'equal', label: 'is' },
  { value: 'not', label: 'is not' },
  { value: 'like', label: 'is like (* for anything)' },
] as const
const IS_SEVERITY = [...IS, { value: 'at_least', label: 'is at least' }] as const

interface Props {
  match: readonly Condition[]
  onChange: (match: readonly Condition[]) => void
}

/** What a rule looks at: all of these must be so. */
export function ConditionFields({ match, onChange }: Props) {
  const change = (at: number, part: Partial<Condition>) =>
    onChange(match.map((one, n) => (n === at ? { ...one, ...part } : one)))
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-small font-semibold">
        When {match.length === 0 ? 'anything comes in' : 'all of these are so'}
      </legend>
      {match.map((condition, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- conditions have no name of their own
        <div key={at} className="flex flex-wrap items-start gap-2">
          <OneCondition condition={condition} onChange={(part) => change(at, part)} />
          <IconButton
            label="Take this condition away"
            icon={<X size={15} strokeWidth={1.75} />}
            onClick={() => onChange(match.filter((_, n) => n !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus size={14} strokeWidth={1.75} />}
          disabled={match.length >= 20}
          onClick={() => onChange([...match, { field: 'service', is: 'equal', value: '' }])}
        >
          Add a condition
        </Button>
      </div>
    </fieldset>
  )
}

function OneCondition({
  condition: { field, is, value },
  onChange,
}: {
  condition: Condition
  onChange: (part: Partial<Condition>) => void
}) {
  const name: FieldName = field.startsWith('label.') ? 'label' : (field as FieldName)
  const isSeverity = name === 'severity'
  return (
    <>
      <Select
        aria-label="What is looked at"
        className="w-40"
        options={FIELDS}
        value={name}
        onChoose={(next) =>
          onChange({ field: next === 'label' ? 'label.team' : next, is: 'equal', value: '' })
        }
      />
      {name === 'label' && (
        <TextInput
          aria-label="Name of the label"
          mono
          className="w-32"
          value={field.slice(6)}
          onChange={(change) => onChange({ field: `label.${change.target.value}` })}
        />
      )}
      <Select
        aria-label="How it is compared"
        className="w-48"
        options={isSeverity ? IS_SEVERITY : IS}
        value={is}
        onChoose={(next) => onChange({ is: next })}
      />
      {isSeverity && is !== 'like' ? (
        <Select
          aria-label="With what"
          className="min-w-40 flex-1"
          options={[
            ...(value === '' ? [{ value: '', label: 'Choose one' }] : []),
            ...SEVERITIES.map((one) => ({ value: one as string, label: severityWord(one) })),
          ]}
          value={value}
          onChoose={(next) => onChange({ value: next })}
        />
      ) : (
        <TextInput
          aria-label="With what"
          className="min-w-40 flex-1"
          maxLength={300}
          value={value}
          onChange={(change) => onChange({ value: change.target.value })}
        />
      )}
    </>
  )
}
