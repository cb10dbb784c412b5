import { Siren } from 'lucide-react'
import type { Ticket } from '#contract/tickets'
import { Chip } from '#ui/chip'
import { MonoId } from '#ui/mono-id'
import { PlainText, UntrustedNote } from '#ui/plain-text'
import { ClockTime, RelativeTime, useNow } from '#ui/relative-time'
import { SeverityBadge } from '#ui/severity'
import { STATUS } from './ticket-words'

const SAID_BY = {
  source: 'said by the source',
  triage: 'set by triage',
  operator: 'set by an operator',
}

/** How bad, where it stands, its id, its title and what the source says. */
export function TicketHead({ ticket }: { ticket: Ticket }) {
  const now = useNow(10_000)
  const isSnoozed = ticket.snoozedUntil !== null && ticket.snoozedUntil > now
  return (
    <header className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span title={SAID_BY[ticket.severityBy]}>
          <SeverityBadge severity={ticket.severity} />
        </span>
        <Chip tone={STATUS[ticket.status].tone}>{STATUS[ticket.status].word}</Chip>
        {ticket.incidentSince !== null && (
          <Chip tone="attention" icon={<Siren size={13} strokeWidth={2} aria-hidden />}>
            incident
          </Chip>
        )}
        {isSnoozed && ticket.snoozedUntil !== null && (
          <Chip>
            snoozed until <ClockTime at={ticket.snoozedUntil} />
          </Chip>
        )}
        <MonoId id={ticket.id} />
        <span className="ml-auto text-muted">
          opened <ClockTime at={ticket.openedAt} />, <RelativeTime at={ticket.openedAt} long />
        </span>
      </div>
      <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
        <PlainText text={ticket.title} max={400} />
      </h2>
      {ticket.description !== '' && (
        <p className="line-clamp-6 max-w-[90ch] break-words whitespace-pre-line text-muted">
          <PlainText text={ticket.description} max={4000} />
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-muted">
        <UntrustedNote>from {ticket.source}</UntrustedNote>
        <span>
          {ticket.signal === 'firing' ? 'firing' : 'right again'}, last said{' '}
          <RelativeTime at={ticket.lastSignalAt} long />
        </span>
        {ticket.occurrences > 1 && (
          <span className="tnum">{ticket.occurrences.toLocaleString('en')} times</span>
        )}
        <span>{ownerWords(ticket)}</span>
      </div>
    </header>
  )
}

function ownerWords({ ownerName, acknowledgedAt }: Ticket): string {
  const seen = acknowledgedAt === null ? 'not acknowledged' : 'acknowledged'
  return ownerName === null ? `nobody’s, ${seen}` : `with ${ownerName}, ${seen}`
}
