import { Siren } from 'lucide-react'
import type { TicketSummary } from '#contract/tickets'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { SeverityIcon } from '#ui/severity'
import { isOver, type StateTone } from './ticket-words'

const TONE: Readonly<Record<StateTone, string>> = {
  neutral: 'text-muted',
  bad: 'text-critical font-medium',
  active: 'text-accent',
  good: 'text-ok',
  attention: 'text-high font-medium',
}

/** One ticket in the list: how bad, what, where, how old, and where it stands. */
export function TicketRow({
  ticket,
  state,
}: {
  ticket: TicketSummary
  state: { text: string; tone: StateTone }
}) {
  const over = isOver(ticket)
  const where = [ticket.service, ticket.host].filter((one) => one !== null)
  return (
    <div className="grid h-full grid-cols-[16px_minmax(0,1fr)_auto] content-center gap-x-2.5 gap-y-0.5 px-4">
      <span className="flex h-[19px] items-center">
        <SeverityIcon severity={ticket.severity} quiet={over} />
      </span>
      <span
        className={cx(
          'flex min-w-0 items-center gap-1.5 font-semibold',
          over && 'font-medium text-muted',
        )}
      >
        {ticket.incidentSince !== null && (
          <Siren size={14} strokeWidth={2} className="shrink-0 text-high" aria-label="Incident" />
        )}
        <span className="truncate">
          <PlainText text={ticket.title} max={200} />
        </span>
      </span>
      <RelativeTime at={ticket.openedAt} className="text-right text-small text-muted tnum" />
      <span />
      <span className="min-w-0 truncate text-small text-muted">
        <PlainText text={(where.length > 0 ? where : [ticket.source]).join(' · ')} max={120} />
        {ticket.occurrences > 1 && <span className="tnum"> · {ticket.occurrences}×</span>}
      </span>
      <span className={cx('max-w-40 truncate text-right text-small', TONE[state.tone])}>
        {state.text}
      </span>
    </div>
  )
}
