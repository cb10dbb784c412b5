import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  Copy,
  Flame,
  type LucideIcon,
  MailWarning,
} from 'lucide-react'
import type { Delivery } from '#contract/intake'
import { cx } from '#ui/class-names'
import { type Column, DataTable } from '#ui/data-table'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ClockTime } from '#ui/relative-time'
import { deliveryWord } from './intake-words'

const ICON: Readonly<Record<string, LucideIcon>> = {
  'not read': MailWarning,
  'same again': Copy,
  'nothing to do': CircleDashed,
  firing: Flame,
  resolved: CircleCheck,
}
const COLOR: Readonly<Record<string, string>> = {
  attention: 'text-high',
  bad: 'text-critical',
  good: 'text-ok',
}

/** What a delivery was: a shape, a word and a colour. */
export function DeliveryWord({ delivery }: { delivery: Delivery }) {
  const { word, tone } = deliveryWord(delivery)
  const Icon = ICON[word] ?? CircleDot
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 align-middle text-small',
        COLOR[tone] ?? 'text-muted',
      )}
    >
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      {word}
    </span>
  )
}

const TIME: Column<Delivery> = {
  key: 'at',
  header: 'Time',
  width: '64px',
  render: ({ receivedAt }) => <ClockTime at={receivedAt} className="text-small text-muted tnum" />,
}
const WHAT: Column<Delivery> = {
  key: 'what',
  header: 'What',
  width: '104px',
  render: (delivery) => <DeliveryWord delivery={delivery} />,
}
const SUMMARY: Column<Delivery> = {
  key: 'summary',
  header: 'It says',
  width: 'minmax(140px, 1fr)',
  render: ({ summary, reason, status }) =>
    summary === '' && reason === '' ? (
      <span className="text-muted">{status === 'stored' ? 'not read yet' : 'nothing'}</span>
    ) : (
      <PlainText text={summary || reason} max={200} />
    ),
}
const REASON: Column<Delivery> = {
  key: 'reason',
  header: 'Why it was not read',
  width: 'minmax(160px, 1fr)',
  render: ({ reason }) => <PlainText text={reason} max={200} />,
}
const SOURCE: Column<Delivery> = {
  key: 'source',
  header: 'Source',
  width: '108px',
  render: ({ source }) => (
    <span className="text-small text-muted">
      <PlainText text={source} max={60} />
    </span>
  ),
}
const TICKETS: Column<Delivery> = {
  key: 'tickets',
  header: 'Tickets',
  width: '56px',
  align: 'right',
  render: ({ ticketIds }) => (
    <span className="text-muted">{ticketIds.length === 0 ? '' : ticketIds.length}</span>
  ),
}
const COLUMNS = {
  all: [TIME, WHAT, SUMMARY, SOURCE, TICKETS],
  one: [TIME, WHAT, SUMMARY, TICKETS],
  dead: [TIME, SOURCE, REASON],
} as const

/** Deliveries in a table: a click or Enter opens one. `one` leaves the source out, `dead` tells the reason. */
export function FeedTable({
  label,
  look,
  rows,
  total,
  onNearEnd,
}: {
  label: string
  look: keyof typeof COLUMNS
  rows: readonly Delivery[]
  total?: number | undefined
  onNearEnd?: () => void
}) {
  const go = useGo()
  return (
    <DataTable
      label={label}
      columns={COLUMNS[look]}
      rows={rows}
      total={total}
      rowHeight={34}
      getKey={({ id }) => id}
      onOpen={({ id }) => go(paths.delivery(id))}
      onNearEnd={onNearEnd}
    />
  )
}
