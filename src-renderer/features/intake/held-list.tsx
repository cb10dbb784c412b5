import { useQuery } from '@tanstack/react-query'
import { DoorOpen, Hourglass } from 'lucide-react'
import { api } from '#api'
import type { Held } from '#contract/screening'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { SeverityIcon } from '#ui/severity'
import { CardSkeleton } from '#ui/skeleton'
import { ruleQueries } from './rule-queries'

/** Firing signals that wait for the end of a window or for more of their kind. None of them is lost. */
export function HeldList() {
  const { data, error, refetch } = useQuery(ruleQueries.held())
  if (error !== null)
    return (
      <ErrorState error={error} kept="What is held is on disk." onRetry={() => void refetch()} />
    )
  if (data === undefined) return <CardSkeleton lines={6} />
  if (data.total === 0)
    return (
      <EmptyState icon={<Hourglass size={20} strokeWidth={1.75} />} title="Nothing is held back">
        What a window or a threshold holds back stands here until it opens its ticket or is right
        again.
      </EmptyState>
    )
  return (
    <Card
      title={`${data.total.toLocaleString('en')} held back`}
      note={data.total > data.items.length ? `the newest ${data.items.length}` : undefined}
      flush
    >
      <ul className="border-t border-line">
        {data.items.map((held) => (
          <HeldRow key={`${held.source}/${held.fingerprint}`} held={held} />
        ))}
      </ul>
    </Card>
  )
}

function HeldRow({ held }: { held: Held }) {
  const go = useGo()
  const release = useCommand(api.screening.release, {
    done: 'Its ticket is open',
    failed: 'It is still held',
    refresh: [['screening'], ['tickets']],
    onDone: ({ ticketId }) => go(paths.ticket(ticketId)),
  })
  const { source, fingerprint, title, severity, rule, stage, since, times } = held
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5 last:border-b-0">
      <SeverityIcon severity={severity ?? 'medium'} quiet />
      <div className="flex min-w-60 flex-1 flex-col">
        <span className="truncate font-semibold">
          <PlainText text={title} max={200} />
        </span>
        <span className="text-small text-muted">
          {stage === 'window' ? 'in the window' : 'below the threshold'}{' '}
          <PlainText text={rule} max={80} />, from <PlainText text={source} max={60} />,{' '}
          <RelativeTime at={since} />
          {times > 1 && `, told ${times} times`}
        </span>
      </div>
      <Button
        size="small"
        busy={release.isPending}
        icon={<DoorOpen size={14} strokeWidth={1.75} />}
        onClick={() => release.mutate({ source, fingerprint })}
      >
        Open its ticket
      </Button>
    </li>
  )
}
