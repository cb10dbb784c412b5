import { useQuery } from '@tanstack/react-query'
import type { Preview, RuleDraft } from '#contract/screening'
import { Card } from '#ui/card'
import { ErrorState } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { ProgressBar } from '#ui/progress'
import { RelativeTime } from '#ui/relative-time'
import { ruleQueries } from './rule-queries'

/** What the rule would have done to the last week. Nothing is changed by looking. */
export function RulePreview({ draft }: { draft: RuleDraft }) {
  const { data, error, refetch } = useQuery(ruleQueries.preview(draft))
  if (error !== null) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (data === undefined)
    return (
      <div className="flex flex-col gap-1.5">
        <span className="text-small text-muted">Reading the last week again…</span>
        <ProgressBar value={null} label="Trying the rule on the last week" />
      </div>
    )
  return (
    <Card
      title="On the last week"
      note={`${data.signals.toLocaleString('en')} signals looked at${data.truncated ? ', the newest' : ''}`}
    >
      <p className="font-semibold">{verdictOf(draft.kind, data)}</p>
      {data.examples.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1">
          {data.examples.map((example) => (
            <li
              key={`${example.at}/${example.title}/${example.text}`}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 text-small"
            >
              <span className="truncate">
                <PlainText text={example.title} max={160} />
              </span>
              <RelativeTime at={example.at} />
              <span className="col-span-2 text-muted">
                <PlainText text={example.text} max={300} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const count = (number: number, what: string) =>
  `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

/** The numbers that matter for a kind, in a sentence. */
function verdictOf(kind: RuleDraft['kind'], preview: Preview): string {
  const { matched, opened, notOpened, delayed, stillHeld, grouped, proposals } = preview
  if (matched === 0) return 'It would have matched nothing.'
  switch (kind) {
    case 'window':
    case 'threshold':
      return `Of ${count(opened, 'ticket')}, ${notOpened} would not have opened, ${delayed} would have opened later, and ${stillHeld} would still be held.`
    case 'correlation':
      return `${count(grouped, 'ticket')} would have been grouped, and ${count(proposals, 'incident')} proposed.`
    case 'route':
      return `${count(preview.routed, 'ticket')} would have got this owner.`
    case 'incident':
    default:
      return `${count(preview.declared, 'incident')} would have been declared.`
  }
}
