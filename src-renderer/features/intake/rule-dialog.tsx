import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#api'
import { type Rule, RuleDraft } from '#contract/screening'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Select } from '#ui/select'
import { ConditionFields } from './condition-fields'
import { RuleParams } from './rule-params'
import { RulePreview } from './rule-preview'
import { ruleProblem } from './rule-problem'
import { ruleQueries } from './rule-queries'
import { emptyDraft, RULE_KINDS } from './rule-words'

const KINDS = (Object.keys(RULE_KINDS) as RuleDraft['kind'][]).map((value) => ({
  value,
  label: RULE_KINDS[value].title,
}))
const refresh = [['screening']]

/** Writes a rule, or changes one, and tries it on the last week before it is made. */
export function RuleDialog({ rule, onClose }: { rule: Rule | null; onClose: () => void }) {
  const me = useQuery(ruleQueries.me()).data
  const [draft, setDraft] = useState<RuleDraft>(
    () => rule?.draft ?? emptyDraft('window', Date.now(), ''),
  )
  const [tried, setTried] = useState<RuleDraft | null>(null)
  const words = { failed: 'The rule was not kept', refresh, onDone: onClose }
  const add = useCommand(api.screening.addRule, { ...words, done: 'The rule is in force' })
  const update = useCommand(api.screening.updateRule, { ...words, done: 'The rule was changed' })
  const filled = withOwner(draft, me?.id)
  const parsed = RuleDraft.safeParse(filled)
  const keep = () => {
    if (!parsed.success) return
    if (rule === null) add.mutate({ draft: parsed.data })
    else update.mutate({ id: rule.id, draft: parsed.data })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={rule === null ? 'Add a rule' : `Change ${rule.draft.name}`}
      description={RULE_KINDS[draft.kind].about}
      footer={
        <>
          <span className="mr-auto text-small text-muted">{ruleProblem(parsed)}</span>
          <Button
            disabled={!parsed.success}
            onClick={() => parsed.success && setTried(parsed.data)}
          >
            Try it on the last week
          </Button>
          <Button
            variant="primary"
            disabled={!parsed.success}
            busy={add.isPending || update.isPending}
            onClick={keep}
          >
            {rule === null ? 'Make the rule' : 'Keep the change'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <Kind draft={draft} isNew={rule === null} me={me?.id ?? ''} onChange={setDraft} />
        <ConditionFields
          match={draft.match}
          onChange={(match) => setDraft({ ...draft, match: [...match] })}
        />
        <RuleParams draft={filled} onChange={setDraft} />
        {tried !== null && <RulePreview draft={tried} />}
      </div>
    </Dialog>
  )
}

/** Its name, and what it does; of one that is there the kind stays. */
function Kind({
  draft,
  isNew,
  me,
  onChange,
}: {
  draft: RuleDraft
  isNew: boolean
  me: string
  onChange: (draft: RuleDraft) => void
}) {
  const { name, match } = draft
  return (
    <div className="grid items-start gap-4 min-[700px]:grid-cols-2">
      <Field label="Name" help="Stands on what it does, so that others know why.">
        {(control) => (
          <TextInput
            {...control}
            maxLength={80}
            value={name}
            onChange={(change) => onChange({ ...draft, name: change.target.value })}
          />
        )}
      </Field>
      {isNew && (
        <Field label="What it does">
          {(control) => (
            <Select
              {...control}
              value={draft.kind}
              options={KINDS}
              onChoose={(kind) => onChange({ ...emptyDraft(kind, Date.now(), me), name, match })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

/** A route goes to oneself until another owner is chosen. */
function withOwner(draft: RuleDraft, me: string | undefined): RuleDraft {
  if (draft.kind !== 'route' || draft.params.ownerId !== '' || me === undefined) return draft
  return { ...draft, params: { ownerId: me as typeof draft.params.ownerId } }
}
