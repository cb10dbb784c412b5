import type { TicketId } from '#contract/primitives'
import type { TimelineEntry } from '#contract/tickets'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import type { Fact, Kept, Line } from './ticket'
import type { TicketBoardRepository } from './ticket-board-repository'
import type { TicketRepository } from './ticket-repository'
import { type TicketSearch, wordsOfTicket } from './ticket-search'
import { tally } from './ticket-tally'
import type { TimelineRepository } from './timeline-repository'

/** What became of a ticket; `before` is undefined for a new one. */
export interface Written {
  readonly before: Kept | undefined
  readonly kept: Kept
  readonly lines: readonly Line[]
  readonly facts: readonly Fact[]
  /** Who is named in the audit log. */
  readonly actor: string
}

interface Needs {
  repository: TicketRepository
  board: TicketBoardRepository
  timeline: TimelineRepository
  search: TicketSearch
  clock: Clock
  events: Events
  audit: Audit
}

/** Keeps changes with everything that belongs to them: words, counts, timeline, audit entries, and one piece of news. */
export function createTicketWriter(needs: Needs) {
  const { repository, board, timeline, search, clock, audit } = needs
  const tell = createTeller(needs.events)
  return { write, addLines, tell }

  async function write(tx: Db, changes: readonly Written[]): Promise<TimelineEntry[]> {
    if (changes.length === 0) return []
    await repository.save(
      tx,
      changes.map(({ kept }) => kept),
    )
    await search.index(
      tx,
      changes
        .filter(({ before, kept }) => !before || isReworded(before, kept))
        .map(({ kept: { ticket } }) => ({ id: ticket.id, words: wordsOfTicket(ticket) })),
    )
    await board.keepCounts(tx, tally(changes.map(({ before, kept }) => ({ before, after: kept }))))
    const entries = await addLines(
      tx,
      changes.flatMap(({ kept, lines }) => lines.map((line) => ({ id: kept.ticket.id, line }))),
    )
    await audit.record(
      tx,
      ...changes.flatMap(({ kept, facts, actor }) =>
        facts.map((fact) => ({ actor, subject: kept.ticket.id, ...fact })),
      ),
    )
    tell(
      tx,
      changes.map(({ kept }) => kept.ticket.id),
    )
    return entries
  }

  async function addLines(
    tx: Db,
    lines: readonly { id: TicketId; line: Line }[],
  ): Promise<TimelineEntry[]> {
    const at = clock.now()
    const entries = lines.map(({ id, line }): TimelineEntry => ({
      id: newId('tle'),
      ticketId: id,
      at,
      detail: '',
      tone: 'neutral',
      deliveryId: null,
      runId: null,
      ...line,
    }))
    await timeline.add(tx, entries)
    return entries
  }
}

/** One piece of news a transaction, however many changes it holds. */
function createTeller(events: Events) {
  const touched = new WeakMap<Db, Set<TicketId>>()
  return function tell(tx: Db, ids: readonly TicketId[]): void {
    if (ids.length === 0) return
    const known = touched.get(tx)
    if (known) {
      for (const id of ids) known.add(id)
      return
    }
    const all = new Set(ids)
    touched.set(tx, all)
    afterCommit(tx, () => events.publish('tickets.changed', { ids: [...all] }))
  }
}

export type TicketWriter = ReturnType<typeof createTicketWriter>

function isReworded({ ticket: a }: Kept, { ticket: b }: Kept): boolean {
  return (
    a.title !== b.title ||
    a.description !== b.description ||
    a.host !== b.host ||
    a.service !== b.service ||
    JSON.stringify(a.labels) !== JSON.stringify(b.labels)
  )
}
