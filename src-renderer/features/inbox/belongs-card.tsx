import { useQuery } from '@tanstack/react-query'
import { Group as GroupIcon } from 'lucide-react'
import type { TicketId } from '#contract/primitives'
import type { Group } from '#contract/screening'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { SeverityIcon } from '#ui/severity'
import { ticketQueries } from './ticket-queries'

/** Most of one group that are named here; all stand in Intake under Rules. */
const NAMED = 5

/** The tickets that a correlation rule put together with this one; nothing is drawn when there are none. */
export function BelongsCard({ ticketId }: { ticketId: TicketId }) {
  const groups = useQuery(ticketQueries.groupsOf(ticketId)).data ?? []
  return groups.map((group) => <OneGroup key={group.id} group={group} ticketId={ticketId} />)
}

function OneGroup({ group, ticketId }: { group: Group; ticketId: TicketId }) {
  const others = group.tickets.filter(({ id }) => id !== ticketId)
  const isProposed = group.state === 'proposed'
  return (
    <Card
      title="Belongs together"
      icon={<GroupIcon size={15} strokeWidth={1.75} />}
      tone={isProposed ? 'attention' : 'neutral'}
      note={<PlainText text={group.what} max={80} />}
    >
      <ul className="flex flex-col gap-1">
        {others.slice(0, NAMED).map((ticket) => (
          <li key={ticket.id} className="flex min-w-0 items-center gap-2">
            <SeverityIcon
              severity={ticket.severity}
              quiet={ticket.status === 'resolved' || ticket.status === 'closed'}
            />
            <AppLink href={paths.ticket(ticket.id)} className="min-w-0 truncate hover:underline">
              <PlainText text={ticket.title} max={160} />
            </AppLink>
            {ticket.id === group.incidentId && <Chip tone="bad">incident</Chip>}
          </li>
        ))}
      </ul>
      {group.size - 1 > NAMED && (
        <p className="mt-1 text-small text-muted">and {group.size - 1 - NAMED} more</p>
      )}
      {isProposed && (
        <p className="mt-2 text-small">
          <AppLink href={paths.groups()}>An incident is proposed: decide</AppLink>
        </p>
      )}
    </Card>
  )
}
