import { useInfiniteQuery } from '@tanstack/react-query'
import {
  BookOpen,
  CheckCheck,
  CircleCheck,
  CircleDot,
  Clock,
  HeartPulse,
  ListTree,
  MessageSquare,
  Play,
  Radio,
  ShieldCheck,
  Siren,
  Sparkles,
  Star,
  TriangleAlert,
  User,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { TicketId } from '#contract/primitives'
import type { TimelineEntry, TimelineKind } from '#contract/tickets'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { cx } from '#ui/class-names'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ClockTime } from '#ui/relative-time'
import { Skeleton } from '#ui/skeleton'
import { ticketQueries } from './ticket-queries'

const SIGN: Readonly<Record<TimelineKind, typeof Radio>> = {
  opened: CircleDot,
  signal: Radio,
  triaged: Sparkles,
  matched: BookOpen,
  status: CircleCheck,
  severity: TriangleAlert,
  owner: User,
  acknowledged: CheckCheck,
  snoozed: Clock,
  comment: MessageSquare,
  incident: Siren,
  run: Play,
  step: ListTree,
  approval: ShieldCheck,
  verification: HeartPulse,
  feedback: Star,
}
const TONE: Readonly<Record<TimelineEntry['tone'], string>> = {
  neutral: 'text-muted',
  good: 'text-ok',
  bad: 'text-critical',
  attention: 'text-high',
}

/** Everything that happened, in order, the newest last. */
export function TimelineCard({ ticketId, footer }: { ticketId: TicketId; footer: ReactNode }) {
  const query = useInfiniteQuery(ticketQueries.timeline(ticketId))
  const pages = query.data?.pages
  // Pages go back in time, and each is in order: the last one read comes first.
  const entries = pages?.toReversed().flatMap((page) => page.items) ?? []
  return (
    <Card
      title="Timeline"
      icon={<ListTree size={15} strokeWidth={1.75} />}
      note="everything, in order, kept"
    >
      {query.error !== null && pages === undefined && (
        <ErrorState
          compact
          error={query.error}
          kept="Everything that happened is kept."
          onRetry={() => void query.refetch()}
        />
      )}
      {query.hasNextPage && (
        <Button
          size="small"
          variant="ghost"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          className="mb-2 self-start"
        >
          Show what came before
        </Button>
      )}
      {pages === undefined && query.error === null && <TimelineSkeleton />}
      <ol className="flex flex-col">
        {entries.map((entry, index) => (
          <Entry key={entry.id} entry={entry} isLast={index === entries.length - 1} />
        ))}
      </ol>
      {footer}
    </Card>
  )
}

function TimelineSkeleton() {
  return (
    <div className="flex flex-col gap-4 py-2">
      {['a', 'b', 'c', 'd'].map((key) => (
        <Skeleton key={key} className="w-3/5" />
      ))}
    </div>
  )
}

function Entry({ entry, isLast }: { entry: TimelineEntry; isLast: boolean }) {
  const Sign = SIGN[entry.kind]
  return (
    <li className="grid grid-cols-[58px_20px_minmax(0,1fr)] gap-x-3">
      <ClockTime at={entry.at} className="pt-px font-mono text-small text-muted tnum" />
      <span aria-hidden className="flex flex-col items-center">
        <Sign size={15} strokeWidth={1.75} className={cx('mt-0.5 shrink-0', TONE[entry.tone])} />
        {!isLast && <span className="my-1 w-px flex-1 bg-line" />}
      </span>
      <div className="min-w-0 pb-3.5">
        <p className="font-medium break-words">
          <PlainText text={entry.title} max={300} />
          {entry.runId !== null && (
            <AppLink
              href={paths.run(entry.runId)}
              className="ml-2 text-small font-normal text-accent hover:underline"
            >
              its run
            </AppLink>
          )}
          {entry.deliveryId !== null && (
            <AppLink
              href={paths.delivery(entry.deliveryId)}
              className="ml-2 text-small font-normal text-accent hover:underline"
            >
              as it came
            </AppLink>
          )}
        </p>
        {entry.detail !== '' && (
          <p
            className={cx(
              'line-clamp-6 text-small break-words whitespace-pre-line',
              entry.kind === 'comment' ? 'text-text' : 'text-muted',
            )}
          >
            <PlainText text={entry.detail} max={2000} />
          </p>
        )}
        {(entry.kind === 'comment' || entry.kind === 'owner') && (
          <p className="text-caption text-muted">{entry.actor}</p>
        )}
      </div>
    </li>
  )
}
