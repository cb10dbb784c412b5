import { useQuery } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Rule } from '#contract/screening'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { IconButton } from '#ui/icon-button'
import { PlainText } from '#ui/plain-text'
import { Switch } from '#ui/switch'
import { ruleQueries } from './rule-queries'
import { effectWords, matchWords, stateWord } from './rule-words'

const refresh = [['screening']]

/** One rule in words, with its switch. */
export function RuleRow({ rule, onEdit }: { rule: Rule; onEdit: () => void }) {
  const { draft } = rule
  const { word, tone } = stateWord(rule)
  const nameOf = useNames()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex min-w-60 flex-1 flex-col gap-0.5">
        <span className="flex items-center gap-2 font-semibold">
          <PlainText text={draft.name} max={80} />
          {rule.builtIn && <Chip>built in</Chip>}
        </span>
        <span className="text-small text-muted">
          <PlainText
            text={`When ${matchWords(draft.match)}: ${effectWords(draft, nameOf)}`}
            max={600}
          />
        </span>
      </div>
      <Chip tone={tone}>{word}</Chip>
      <Toggle rule={rule} />
      <div className="flex">
        <IconButton
          label={`Change ${draft.name}`}
          icon={<Pencil size={15} strokeWidth={1.75} />}
          onClick={onEdit}
        />
        {!rule.builtIn && <Remove rule={rule} />}
      </div>
    </li>
  )
}

/** Names of operators by id, for owners. */
export function useNames(): (id: string) => string {
  const people = useQuery(ruleQueries.people()).data
  return (id) => people?.find((one) => one.id === id)?.name ?? 'somebody who is gone'
}

function Toggle({ rule: { id, draft } }: { rule: Rule }) {
  const update = useCommand(api.screening.updateRule, {
    done: (_, { draft: now }) => `${draft.name} is ${now.enabled ? 'on' : 'off'}`,
    failed: 'The rule is as it was',
    refresh,
    undo: (_, input) =>
      update.mutate({ id, draft: { ...input.draft, enabled: !input.draft.enabled } }),
  })
  return (
    <Switch
      label={draft.enabled ? 'On' : 'Off'}
      checked={draft.enabled}
      disabled={update.isPending}
      onChange={(enabled) => update.mutate({ id, draft: { ...draft, enabled } })}
    />
  )
}

function Remove({ rule: { id, draft, holds } }: { rule: Rule }) {
  const [asked, setAsked] = useState(false)
  const remove = useCommand(api.screening.removeRule, {
    done: `${draft.name} was removed`,
    failed: 'The rule is still in force',
    refresh,
    onDone: () => setAsked(false),
  })
  return (
    <>
      <IconButton
        label={`Remove ${draft.name}`}
        icon={<Trash2 size={15} strokeWidth={1.75} />}
        onClick={() => setAsked(true)}
      />
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={`Remove ${draft.name}`}
        action="Remove the rule"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id })}
      >
        {holds > 0
          ? `It holds ${holds} ${holds === 1 ? 'signal' : 'signals'} now: what still fires opens its ticket at once.`
          : 'What comes from now on is not asked about it any more.'}
      </Confirm>
    </>
  )
}
