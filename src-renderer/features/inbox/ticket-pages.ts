import type { OperatorId } from '#contract/primitives'
import type { TicketSummary, TicketView } from '#contract/tickets'

export interface TicketPage {
  items: TicketSummary[]
  next: string | null
  total: number
}

interface Circumstances {
  me: OperatorId | undefined
  now: number
}
const isSnoozed = (ticket: TicketSummary, now: number) =>
  ticket.snoozedUntil !== null && ticket.snoozedUntil > now
const isOver = ({ status }: TicketSummary) => status === 'resolved' || status === 'closed'
const isOpen = (ticket: TicketSummary, now: number) => !isOver(ticket) && !isSnoozed(ticket, now)

type Belongs = (ticket: TicketSummary, circumstances: Circumstances) => boolean
const BELONGS: Readonly<Record<TicketView, Belongs>> = {
  open: (ticket, { now }) => isOpen(ticket, now),
  mine: (ticket, { now, me }) => isOpen(ticket, now) && ticket.ownerId === me,
  escalated: (ticket) => ticket.status === 'escalated',
  snoozed: (ticket, { now }) => isSnoozed(ticket, now) && !isOver(ticket),
  resolved: isOver,
  all: () => true,
}

/** Whether a ticket still belongs to a view; the same rules as main's, to drop a row without asking for its page. */
export function isInView(
  view: TicketView,
  ticket: TicketSummary,
  me: OperatorId | undefined,
  now: number,
): boolean {
  return BELONGS[view](ticket, { me, now })
}

/**
 * A long list after some tickets changed, without asking for all its pages again: the first page is fresh, rows further
 * down take their new state in place, and rows that left the view go. The order further down stays as it was read.
 */
export function patchPages(
  pages: readonly TicketPage[],
  first: TicketPage,
  changed: readonly TicketSummary[],
  stays: (ticket: TicketSummary) => boolean,
): TicketPage[] {
  const isFresh = new Set(first.items.map(({ id }) => id))
  const byId = new Map(changed.map((ticket) => [ticket.id, ticket]))
  const rest = pages.slice(1).map((page) => ({
    ...page,
    total: first.total,
    items: page.items
      .filter(({ id }) => !isFresh.has(id))
      .map((ticket) => byId.get(ticket.id) ?? ticket)
      .filter((ticket) => !byId.has(ticket.id) || stays(ticket)),
  }))
  // Rows that were on the old first page and were pushed down by new ones belong between the two.
  const pushed = (pages[0]?.items ?? [])
    .filter(({ id }) => !isFresh.has(id))
    .map((ticket) => byId.get(ticket.id) ?? ticket)
    .filter((ticket) => !byId.has(ticket.id) || stays(ticket))
  return [
    { ...first, items: [...first.items, ...pushed], next: pages[0]?.next ?? first.next },
    ...rest,
  ]
}

/** All rows that were read, each ticket once: a row may move to another page between two readings. */
export function rowsOf(pages: readonly TicketPage[]): TicketSummary[] {
  const seen = new Set<string>()
  const rows: TicketSummary[] = []
  for (const page of pages) {
    for (const ticket of page.items) {
      if (seen.has(ticket.id)) continue
      seen.add(ticket.id)
      rows.push(ticket)
    }
  }
  return rows
}
