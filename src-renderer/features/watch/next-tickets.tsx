import { useQuery } from '@tanstack/react-query'
import type { TicketSummary } from '#contract/tickets'
import { CardHeader } from '#ui/card'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { SeverityIcon } from '#ui/severity'
import { MakeReady } from './make-ready'
import { watchQueries } from './watch-queries'

/** What a free hand takes next: open tickets; on a quiet watch what was put right lately; at first, getting ready. */
export function NextTickets() {
  const open = useQuery(watchQueries.openTickets()).data
  const lately = useQuery(watchQueries.lately()).data
  if (open === undefined || lately === undefined) return null
  // What a run works on is in hand already and stands above.
  const free = open.items.filter((ticket) => ticket.activeRunId === null)
  if (free.length > 0) {
    return (
      <div className="border-t border-line">
        <CardHeader
          title="Next in the inbox"
          note={
            <AppLink href={paths.inbox()}>{`all ${open.total.toLocaleString('en')} open`}</AppLink>
          }
        />
        <TicketRows tickets={free} />
      </div>
    )
  }
  return (
    <>
      {lately.items.length > 0 && (
        <div className="border-t border-line">
          <CardHeader title="Put right lately" />
          <TicketRows tickets={lately.items} over />
        </div>
      )}
      <MakeReady />
    </>
  )
}

function TicketRows({
  tickets,
  over = false,
}: {
  tickets: readonly TicketSummary[]
  over?: boolean
}) {
  return (
    <ul className="flex flex-col pb-2">
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <AppLink
            href={paths.ticket(ticket.id)}
            className="ring-inside flex h-9 items-center gap-3 px-4 transition-colors hover:bg-hover"
          >
            <SeverityIcon severity={ticket.severity} quiet={over} />
            <span
              className={over ? 'min-w-0 flex-1 truncate text-muted' : 'min-w-0 flex-1 truncate'}
            >
              <PlainText text={ticket.title} max={200} />
            </span>
            <span className="max-w-40 min-w-0 truncate text-small text-muted">
              <PlainText text={ticket.service ?? ticket.host ?? ticket.source} max={80} />
            </span>
            <RelativeTime
              at={over ? (ticket.resolvedAt ?? ticket.updatedAt) : ticket.openedAt}
              className="w-9 shrink-0 text-right text-small text-muted tnum"
            />
          </AppLink>
        </li>
      ))}
    </ul>
  )
}
