import type { Runbook } from '#contract/runbooks'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { KeyValues } from '#ui/key-values'

function Chips({ items }: { items: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {items.map((item) => (
        <Chip key={item}>{item}</Chip>
      ))}
    </span>
  )
}

/** For which alerts it is offered, and what it asks for. */
export function MatchRules({ runbook }: { runbook: Runbook }) {
  const { alerts, words, labels } = runbook.match
  const labelled = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return (
    <Card title="When it is offered, and what it asks for">
      <KeyValues
        items={[
          {
            name: 'Alerts',
            value: alerts.length > 0 ? <Chips items={alerts} /> : 'any, by its words',
          },
          ...(words.length > 0 ? [{ name: 'Words', value: <Chips items={words} /> }] : []),
          ...(labelled.length > 0 ? [{ name: 'Labels', value: <Chips items={labelled} /> }] : []),
          { name: 'Target', value: <code>{runbook.target ?? 'said by each step'}</code> },
          ...runbook.inputs.map((input) => ({
            name: input.label,
            value: (
              <span className="flex flex-wrap items-center gap-1.5">
                <code>{input.name}</code>
                <span className="text-muted">{input.type}</span>
                {input.from.length > 0 && <Chip>from {input.from.join(', ')}</Chip>}
                {input.pattern !== null && (
                  <code className="text-small break-all text-muted">{input.pattern}</code>
                )}
              </span>
            ),
          })),
        ]}
      />
    </Card>
  )
}
