import { useQuery } from '@tanstack/react-query'
import { BookOpen } from 'lucide-react'
import type { RunbookId } from '#contract/primitives'
import type { RunbookQuality } from '#contract/quality'
import type { Ticket } from '#contract/tickets'
import type { RunbookMatch } from '#contract/triage'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { QualityLine } from '#ui/quality'
import { CardSkeleton } from '#ui/skeleton'
import { ticketQueries } from './ticket-queries'
import { allowed } from './ticket-words'

/** The runbooks that fit best, each with the words that matched; each is planned first, and started from its plan. */
export function RunbookCard({
  ticket,
  onPlan,
}: {
  ticket: Ticket
  onPlan: (id: RunbookId) => void
}) {
  const { data } = useQuery(ticketQueries.triage(ticket.id))
  const quality = useQuery(ticketQueries.quality()).data
  if (data === undefined) return <CardSkeleton lines={4} />
  const matches = data?.runbooks ?? []
  return (
    <Card
      title="Runbooks that fit"
      icon={<BookOpen size={15} strokeWidth={1.75} />}
      note={matches.length > 0 ? `top ${matches.length}` : undefined}
    >
      {matches.length === 0 ? (
        <p className="text-muted">
          No runbook shares a word with this alert.{' '}
          <AppLink href={paths.runbooks()}>Look through all of them</AppLink>.
        </p>
      ) : (
        <ol className="flex flex-col gap-3">
          {matches.map((match, index) => (
            <MatchRow
              key={match.runbookId}
              match={match}
              quality={quality?.find(({ runbookId }) => runbookId === match.runbookId)}
              hasKey={index === 0 && ticket.activeRunId === null && !allowed(ticket).reopen}
              onPlan={() => onPlan(match.runbookId)}
            />
          ))}
        </ol>
      )}
    </Card>
  )
}

function MatchRow({
  match,
  quality,
  hasKey,
  onPlan,
}: {
  match: RunbookMatch
  quality: RunbookQuality | undefined
  hasKey: boolean
  onPlan: () => void
}) {
  return (
    <li className="flex items-center gap-3">
      <span className="min-w-0 flex-1">
        <AppLink
          href={paths.runbook(match.runbookId)}
          className="block truncate font-medium hover:underline"
        >
          <PlainText text={match.title} max={160} />
        </AppLink>
        <span className="block truncate text-small text-muted">
          because: <PlainText text={match.words.slice(0, 6).join(', ')} max={160} />
        </span>
        <QualityLine of={quality} />
      </span>
      <span
        className="text-small text-muted tnum"
        title="Share of the score among all candidates, not a probability"
      >
        {Math.round(match.score * 100)} %
      </span>
      <Button
        size="small"
        keys={hasKey ? 'p' : undefined}
        onClick={onPlan}
        aria-label={`Plan ${match.title}`}
      >
        Plan
      </Button>
    </li>
  )
}
