import { useQuery } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import type { Change } from '#contract/changes'
import type { TicketId } from '#contract/primitives'
import { Card } from '#ui/card'
import { WebLink } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { ticketQueries } from './ticket-queries'

/** Most that are named; the newest are the likeliest. */
const NAMED = 5

/** What was deployed or merged to this service in the day before; nothing is drawn when there was nothing. */
export function ChangesBeforeCard({ ticketId }: { ticketId: TicketId }) {
  const changes = useQuery(ticketQueries.changesBefore(ticketId)).data ?? []
  if (changes.length === 0) return null
  return (
    <Card
      title="Changed shortly before"
      icon={<Rocket size={15} strokeWidth={1.75} />}
      note={changes.length > NAMED ? `${NAMED} of ${changes.length}` : 'in the day before'}
    >
      <ol className="flex flex-col gap-2">
        {changes.slice(0, NAMED).map((change) => (
          <li key={change.id} className="flex min-w-0 flex-col">
            <span className="truncate font-medium">
              {change.url === null ? (
                <PlainText text={change.title} max={160} />
              ) : (
                <WebLink url={change.url} title={change.title} />
              )}
            </span>
            <span className="truncate text-small text-muted">
              {whatItWas(change)} · <RelativeTime at={change.occurredAt} long />
              {change.actor !== null && (
                <>
                  {' '}
                  by <PlainText text={change.actor} max={60} />
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function whatItWas(change: Change): string {
  if (change.kind === 'deployment')
    return `${change.rollback ? 'rolled back' : 'deployed'} to ${change.environment}, ${change.state}`
  if (change.kind === 'pull_request') return `merged as #${change.number}`
  return change.kind === 'build' ? `build ${change.state}` : change.revision.slice(0, 7)
}
