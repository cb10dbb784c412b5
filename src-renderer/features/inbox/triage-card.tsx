import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Sparkles } from 'lucide-react'
import { api } from '#api'
import type { Ticket, Verdict } from '#contract/tickets'
import type { Evidence, Triage } from '#contract/triage'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { Menu } from '#ui/menu'
import { PlainText } from '#ui/plain-text'
import { ProgressBar } from '#ui/progress'
import { durationText } from '#ui/relative-time'
import { severityWord } from '#ui/severity'
import { CardSkeleton } from '#ui/skeleton'
import { ticketQueries } from './ticket-queries'
import { confidenceWords, VERDICT } from './ticket-words'

/** The verdict with what it rests on: where each claim comes from is always said. */
export function TriageCard({ ticket }: { ticket: Ticket }) {
  const { data, error, refetch } = useQuery(ticketQueries.triage(ticket.id))
  if (error !== null && data === undefined) {
    return (
      <Card title="Triage" icon={<Sparkles size={15} strokeWidth={1.75} />}>
        <ErrorState
          compact
          error={error}
          kept="The ticket itself is complete."
          onRetry={() => void refetch()}
        />
      </Card>
    )
  }
  if (data === undefined) return <CardSkeleton lines={7} />
  const note =
    data === null ? 'on its way' : `${data.engine}, ${durationText(data.tookMs)}, nothing sent out`
  return (
    <Card title="Triage" icon={<Sparkles size={15} strokeWidth={1.75} />} note={note}>
      {data === null ? (
        <EmptyState compact title="Not triaged yet">
          It takes a moment after the first signal. The runbooks can be read meanwhile.
        </EmptyState>
      ) : (
        <TriageBody triage={data} />
      )}
    </Card>
  )
}

function TriageBody({ triage }: { triage: Triage }) {
  const confidence = confidenceWords(triage.confidence)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong className="text-lead font-semibold tracking-tight">
          {VERDICT[triage.verdict]}
        </strong>
        <Chip tone={triage.confidence.basis === 'measured' ? 'good' : 'neutral'}>
          {confidence.label}
        </Chip>
        <span className="text-small text-muted">{confidence.note}</span>
        <span className="ml-auto">
          <Judge triage={triage} />
        </span>
      </div>
      {triage.causes.length > 0 && (
        <ol className="flex flex-col gap-2.5" aria-label="Likely causes">
          {triage.causes.slice(0, 4).map((cause) => (
            <Cause key={cause.title} cause={cause} />
          ))}
        </ol>
      )}
      <Reasons
        title="Why this verdict"
        reasons={triage.reasons}
        open={triage.causes.length === 0}
      />
      <Reasons
        title={`Why ${severityWord(triage.severity).toLowerCase()}`}
        reasons={triage.severityReasons}
      />
      <Suggestions actions={triage.actions} />
    </div>
  )
}

function Cause({ cause }: { cause: Triage['causes'][number] }) {
  const percent = Math.round(cause.likelihood * 100)
  return (
    <li className="flex flex-col gap-1">
      <span className="flex items-baseline gap-3">
        <span className="min-w-0 flex-1 truncate font-medium">
          <PlainText text={cause.title} max={160} />
        </span>
        <span className="text-muted tnum">{percent} %</span>
      </span>
      <span className="flex items-center gap-3">
        <ProgressBar
          value={cause.likelihood}
          label={`Likelihood of ${cause.title}`}
          className="max-w-24 shrink-0"
        />
        <span className="min-w-0 truncate text-small text-muted">
          <PlainText text={cause.evidence} max={200} />
        </span>
      </span>
    </li>
  )
}

function Reasons({
  title,
  reasons,
  open = false,
}: {
  title: string
  reasons: readonly Evidence[]
  open?: boolean
}) {
  if (reasons.length === 0) return null
  return (
    <details open={open} className="group/reasons border-t border-line pt-2">
      <summary className="flex list-none items-center gap-1.5 rounded-chip text-small font-semibold text-muted hover:text-text">
        <ChevronRight
          size={14}
          strokeWidth={2}
          aria-hidden
          className="transition-transform group-open/reasons:rotate-90"
        />
        {title}
        <span className="font-normal tnum">{reasons.length}</span>
      </summary>
      <ul className="mt-1.5 flex flex-col gap-1 pl-5">
        {reasons.map(({ text, from }) => (
          <li key={`${from} ${text}`} className="break-words">
            <PlainText text={text} max={400} />{' '}
            <span className="text-small text-muted">({from})</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Suggestions({ actions }: { actions: Triage['actions'] }) {
  if (actions.length === 0) return null
  return (
    <div className="border-t border-line pt-2">
      <h4 className="text-small font-semibold text-muted">Suggested</h4>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {actions.slice(0, 4).map((action) => (
          <li key={action.title} className="min-w-0">
            <span className="font-medium">{action.title}</span>{' '}
            <span className="text-small break-words text-muted">
              <PlainText text={action.detail} max={300} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const JUDGEMENTS: readonly Verdict[] = ['true_positive', 'false_positive', 'uncertain']

/** The operator's own verdict: what measured confidence is measured against. */
function Judge({ triage }: { triage: Triage }) {
  const refresh = [['triage'], ['tickets', 'get', { id: triage.ticketId }], ['tickets', 'timeline']]
  const judge = useCommand(api.triage.judge, {
    done: 'Your verdict is kept; triage is measured against it',
    failed: 'The verdict was not kept',
    refresh,
  })
  const again = useCommand(api.triage.again, {
    done: 'Triaged again',
    failed: 'It was not triaged again',
    refresh,
  })
  return (
    <Menu
      label="Your own verdict"
      trigger={
        <Button size="small" variant="ghost" busy={judge.isPending || again.isPending}>
          Correct it
        </Button>
      }
      items={[
        ...JUDGEMENTS.map((verdict) => ({
          label: VERDICT[verdict],
          checked: verdict === triage.verdict,
          onSelect: () => judge.mutate({ ticketId: triage.ticketId, verdict }),
        })),
        'line',
        { label: 'Triage again', onSelect: () => again.mutate({ ticketId: triage.ticketId }) },
      ]}
    />
  )
}
