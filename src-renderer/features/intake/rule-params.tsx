import { useQuery } from '@tanstack/react-query'
import type { RuleDraft } from '#contract/screening'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Select } from '#ui/select'
import { TagInput } from '#ui/tag-input'
import { ruleQueries } from './rule-queries'
import { WindowFields } from './window-fields'

interface Props {
  draft: RuleDraft
  onChange: (draft: RuleDraft) => void
}

type DraftOf<Kind extends RuleDraft['kind']> = Extract<RuleDraft, { kind: Kind }>

/** What a rule of each kind needs to know beside what it looks at. */
export function RuleParams({ draft, onChange }: Props) {
  switch (draft.kind) {
    case 'window':
      return (
        <WindowFields times={draft.params} onChange={(params) => onChange({ ...draft, params })} />
      )
    case 'threshold':
      return <ThresholdFields draft={draft} onChange={onChange} />
    case 'correlation':
      return <CorrelationFields draft={draft} onChange={onChange} />
    case 'route':
      return (
        <OwnerField
          ownerId={draft.params.ownerId}
          onChange={(ownerId) => onChange({ ...draft, params: { ownerId } })}
        />
      )
    case 'incident':
    default:
      return null
  }
}

function ThresholdFields({
  draft,
  onChange,
}: {
  draft: DraftOf<'threshold'>
  onChange: (draft: RuleDraft) => void
}) {
  const { params } = draft
  const set = (part: Partial<typeof params>) =>
    onChange({ ...draft, params: { ...params, ...part } })
  return (
    <div className="grid items-start gap-4 min-[700px]:grid-cols-3">
      <NumberField
        label="Occurrences"
        value={params.occurrences}
        onChange={(occurrences) => set({ occurrences })}
      />
      <NumberField
        label="Within minutes"
        value={params.minutes}
        onChange={(minutes) => set({ minutes })}
      />
      <ListField
        label="Counted together where equal"
        help="Such as service, host or label.team. Empty: each alert for itself."
        values={params.per}
        onChange={(per) => set({ per })}
      />
    </div>
  )
}

function CorrelationFields({
  draft,
  onChange,
}: {
  draft: DraftOf<'correlation'>
  onChange: (draft: RuleDraft) => void
}) {
  const { params } = draft
  const set = (part: Partial<typeof params>) =>
    onChange({ ...draft, params: { ...params, ...part } })
  return (
    <div className="grid items-start gap-4 min-[700px]:grid-cols-3">
      <ListField
        label="Belong together where equal"
        help="Such as service, host or label.team. Empty: by time alone."
        values={params.fields}
        onChange={(fields) => set({ fields })}
      />
      <NumberField
        label="Minutes from one to the next"
        value={params.minutes}
        onChange={(minutes) => set({ minutes })}
      />
      <NumberField
        label="Propose an incident from"
        value={params.atLeast}
        onChange={(atLeast) => set({ atLeast })}
      />
    </div>
  )
}

function NumberField({
  label,
  value,
  onChange,
}: {
  label: string
  value: number
  onChange: (value: number) => void
}) {
  return (
    <Field label={label}>
      {(control) => (
        <TextInput
          {...control}
          type="number"
          min={1}
          value={Number.isNaN(value) ? '' : value}
          onChange={(change) => onChange(change.target.valueAsNumber)}
        />
      )}
    </Field>
  )
}

function ListField({
  label,
  help,
  values,
  onChange,
}: {
  label: string
  help: string
  values: readonly string[]
  onChange: (values: string[]) => void
}) {
  return (
    <Field label={label} help={help}>
      {(control) => <TagInput {...control} tags={values} onChange={onChange} />}
    </Field>
  )
}

type OwnerId = DraftOf<'route'>['params']['ownerId']

function OwnerField({ ownerId, onChange }: { ownerId: OwnerId; onChange: (id: OwnerId) => void }) {
  const people = useQuery(ruleQueries.people()).data ?? []
  return (
    <Field label="Goes to">
      {(control) => (
        <Select
          {...control}
          value={ownerId}
          options={people.map(({ id, name }) => ({ value: id, label: name }))}
          onChoose={onChange}
        />
      )}
    </Field>
  )
}
