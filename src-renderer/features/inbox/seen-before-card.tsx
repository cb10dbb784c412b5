import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import type { TicketId } from '#contract/primitives'
import { Card } from '#ui/card'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { CardSkeleton } from '#ui/skeleton'
import { ticketQueries } from './ticket-queries'

/** Resolved tickets that read like this one, and how they ended. */
export function SeenBeforeCard({ ticketId }: { ticketId: TicketId }) {
  const { data } = useQuery(ticketQueries.seenBefore(ticketId))
  if (data === undefined) return <CardSkeleton lines={3} />
  return (
    <Card
      title="Seen before"
      icon={<History size={15} strokeWidth={1.75} />}
      note={
        data.items.length > 0
          ? `top ${data.items.length} of ${data.compared.toLocaleString('en')}`
          : `${data.compared.toLocaleString('en')} compared`
      }
      className="flex-1"
    >
      {data.items.length === 0 && (
        <p className="text-muted">No resolved ticket reads like this one.</p>
      )}
      <ol className="flex flex-col gap-2.5">
        {data.items.map((item) => (
          <li key={item.ticketId} className="flex items-center gap-3">
            <span className="min-w-0 flex-1">
              <AppLink
                href={paths.ticket(item.ticketId)}
                className="block truncate font-medium hover:underline"
              >
                <PlainText text={item.title} max={160} />
              </AppLink>
              <span className="block truncate text-small text-muted">
                <RelativeTime at={item.resolvedAt} long /> · <PlainText text={item.how} max={120} />
              </span>
            </span>
            <span
              className="text-small text-muted tnum"
              title="How alike the words are, from 0 to 1"
            >
              {item.score.toFixed(2)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
