import { useQuery } from '@tanstack/react-query'
import { ClipboardCopy, TriangleAlert } from 'lucide-react'
import type { Attempted, Handover } from '#contract/handovers'
import type { Ticket } from '#contract/tickets'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { copyText } from '#ui/clipboard'
import { CodeBlock } from '#ui/code-block'
import { ErrorState } from '#ui/error-state'
import { KeyValues } from '#ui/key-values'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { CardSkeleton } from '#ui/skeleton'
import { ticketQueries } from './ticket-queries'

const ICON = { size: 15, strokeWidth: 1.75 }

/** An escalated ticket as the next person has to see it: why, since when, what was tried, what it said last, what is left. */
export function EscalationCard({ ticket }: { ticket: Ticket }) {
  const isEscalated = ticket.status === 'escalated'
  const { data, error, refetch } = useQuery({
    ...ticketQueries.handover(ticket.id),
    enabled: isEscalated,
  })
  if (!isEscalated) return null
  if (error !== null && data === undefined)
    return (
      <ErrorState
        compact
        error={error}
        kept="The ticket itself is complete."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <CardSkeleton lines={6} />
  return (
    <Card
      title="Escalated: what the next person needs"
      icon={<TriangleAlert {...ICON} />}
      tone="attention"
      note={
        <Button
          size="small"
          icon={<ClipboardCopy {...ICON} />}
          onClick={() => void copyText(data.markdown, 'The handover is copied, as Markdown')}
        >
          Copy handover
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Why handover={data} />
        {data.attempts.length === 0 ? (
          <p className="text-muted">No runbook was run on this ticket.</p>
        ) : (
          <ol className="flex flex-col gap-3" aria-label="What was tried">
            {data.attempts.slice(0, SHOWN).map((attempt) => (
              <Attempt key={attempt.runId} attempt={attempt} />
            ))}
          </ol>
        )}
        <More handover={data} />
      </div>
    </Card>
  )
}

/** The newest ones; the copied page has ten. */
const SHOWN = 3

function More({ handover: { attempts, earlier } }: { handover: Handover }) {
  const more = Math.max(0, attempts.length - SHOWN) + earlier
  if (more === 0) return null
  return (
    <p className="text-small text-muted">
      {more === 1 ? 'One earlier run' : `${more} earlier runs`} on the timeline below.
    </p>
  )
}

function Why({ handover }: { handover: Handover }) {
  const { escalation, firingSince, occurrences } = handover
  return (
    <div className="flex flex-col gap-2">
      {escalation !== null && (
        <p className="break-words whitespace-pre-line">
          <PlainText text={escalation.reason} max={2000} />
        </p>
      )}
      <KeyValues
        items={[
          ...(escalation === null ? [] : [{ name: 'Handed over', value: handedOver(escalation) }]),
          {
            name: 'Alert',
            value:
              firingSince === null ? (
                'the source says that it is right again'
              ) : (
                <>
                  firing, began <RelativeTime at={firingSince} long />, told{' '}
                  {occurrences === 1 ? 'once' : `${occurrences} times`}
                </>
              ),
          },
        ]}
      />
    </div>
  )
}

function handedOver({ by, at, toName, group }: NonNullable<Handover['escalation']>) {
  const whom = [toName, group].filter(Boolean).join(', ')
  return (
    <>
      by <PlainText text={by} max={80} />, to{' '}
      {whom === '' ? 'nobody in particular' : <PlainText text={whom} max={200} />},{' '}
      <RelativeTime at={at} long />
    </>
  )
}

function Attempt({ attempt }: { attempt: Attempted }) {
  const { runId, runbookTitle, status, stuck, endedAt, startedAt } = attempt
  return (
    <li className="flex min-w-0 flex-col gap-2 border-t border-line pt-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <AppLink href={paths.run(runId)} className="font-medium hover:underline">
          <PlainText text={runbookTitle} max={160} />
        </AppLink>
        <span className="font-medium text-high">{status.replace('_', ' ')}</span>
        <RelativeTime at={endedAt ?? startedAt} long className="text-small text-muted" />
      </p>
      {stuck !== null && (
        <>
          <p className="text-small text-muted">
            Stuck at <PlainText text={`“${stuck.title}”`} max={160} />, {triesOf(stuck)}. Its last
            words:
          </p>
          {stuck.lastWords === '' ? (
            <p className="text-small">It wrote nothing.</p>
          ) : (
            <CodeBlock code={stuck.lastWords} label={`last words of ${stuck.title}`} wrap />
          )}
        </>
      )}
      <LeftOvers attempt={attempt} />
    </li>
  )
}

function triesOf({ attempts, exitCode }: NonNullable<Attempted['stuck']>): string {
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  return exitCode === null ? tries : `${tries}, exit code ${exitCode}`
}

function LeftOvers({ attempt: { takenBack, left, mayUndo, runId } }: { attempt: Attempted }) {
  return (
    <>
      {takenBack.length > 0 && (
        <p className="text-small">
          Taken back: <PlainText text={takenBack.join(', ')} max={400} />
        </p>
      )}
      {left.length > 0 && (
        <p className="text-small">
          Still in place:{' '}
          <PlainText
            text={left
              .map(({ title, irreversible }) =>
                irreversible ? `${title} (cannot be taken back)` : title,
              )
              .join(', ')}
            max={400}
          />
          {mayUndo && (
            <>
              . <AppLink href={paths.run(runId)}>Take it back in its run</AppLink>
            </>
          )}
        </p>
      )}
    </>
  )
}
