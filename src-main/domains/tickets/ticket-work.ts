import { Refusal } from '#contract'
import type { RunId, Severity, TicketId } from '#contract/primitives'
import type { Ticket, TimelineEntry, Verdict } from '#contract/tickets'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import { type Actor, alter, applyTriage, type Change, declareIncident, type Kept } from './ticket'
import type { TicketBoardRepository } from './ticket-board-repository'
import type { TicketRepository } from './ticket-repository'
import { beginRun, endRun, type RunEnd } from './ticket-run'
import { rankByWords, SIMILAR_WINDOW, type TicketSearch, toWords } from './ticket-search'
import type { TicketWriter } from './ticket-writer'

export interface NewTimelineEntry extends Pick<
  TimelineEntry,
  'ticketId' | 'kind' | 'actor' | 'title'
> {
  readonly detail?: string
  readonly tone?: TimelineEntry['tone']
  readonly deliveryId?: NonNullable<TimelineEntry['deliveryId']>
  readonly runId?: RunId
}

interface Needs {
  db: Db
  repository: TicketRepository
  board: TicketBoardRepository
  search: TicketSearch
  writer: TicketWriter
  clock: Clock
}

/** Words that "seen before" compares; a longer text says nothing more about what it is like. */
const COMPARED_WORDS = 24
/** Best tickets that are looked up; those that are still active are passed over. */
const CANDIDATES = 200

/** What triage, runs and reports do with tickets. */
export function createTicketWork(needs: Needs) {
  return { ...forTriage(needs), ...forRuns(needs), ...forReaders(needs) }
}

function forTriage({ db, repository, writer, clock }: Needs) {
  return {
    async claimForTriage(limit: number): Promise<Ticket[]> {
      return transact(db, async (tx) => {
        const now = clock.now()
        const due = await repository.lockDue(tx, limit)
        const claimed = due.map((before) => {
          const status = before.ticket.status === 'open' ? 'investigating' : before.ticket.status
          const kept = alter(before, now, { status }, { triage: 'claimed', triageAt: now })
          return { before, kept, lines: [], facts: [], actor: 'rules' }
        })
        await writer.write(tx, claimed)
        return claimed.map(({ kept }) => kept.ticket)
      })
    },
    async isStillClaimed(tx: Db, claimed: Ticket): Promise<boolean> {
      const kept = await repository.lock(tx, claimed.id)
      return kept?.memory.triage === 'claimed' && kept.memory.triageAt === claimed.updatedAt
    },
    async releaseStuck(olderThanMs: number): Promise<number> {
      return transact(db, async (tx) => {
        const now = clock.now()
        const stuck = await repository.lockStuck(tx, now - olderThanMs)
        const released = stuck.map((before) => {
          const status = before.ticket.status === 'investigating' ? 'open' : before.ticket.status
          const kept = alter(before, now, { status }, { triage: 'due', triageAt: null })
          return { before, kept, lines: [], facts: [], actor: 'rules' }
        })
        await writer.write(tx, released)
        return released.length
      })
    },
    async applyTriage(
      tx: Db,
      id: TicketId,
      result: { verdict: Verdict; severity: Severity },
    ): Promise<void> {
      await change({ repository, writer }, tx, id, 'rules', (kept) =>
        applyTriage(kept, result, 'rules', clock.now()),
      )
    },
  }
}

function forRuns({ repository, writer, clock }: Needs) {
  return {
    async beginRun(
      tx: Db,
      id: TicketId,
      run: { runId: RunId; title: string; actor: string },
    ): Promise<void> {
      await change({ repository, writer }, tx, id, run.actor, (kept) =>
        beginRun(kept, run, clock.now()),
      )
    },
    async endRun(tx: Db, id: TicketId, run: RunEnd): Promise<void> {
      await change({ repository, writer }, tx, id, run.actor, (kept) =>
        endRun(kept, run, clock.now()),
      )
    },
  }
}

function forReaders({ repository, board, search, writer, clock }: Needs) {
  return {
    declareIncidentIn: (tx: Db, id: TicketId, by: Actor) =>
      change({ repository, writer }, tx, id, by.name, (kept) =>
        declareIncident(kept, by, clock.now()),
      ),
    find: (id: TicketId, tx?: Db) => repository.find(id, tx),
    firingSince: (id: TicketId) => repository.firingSince(id),
    isFiring: repository.isFiring,
    findAll: (ids: readonly TicketId[], tx?: Db) => repository.findAll(ids, tx),
    async addToTimeline(tx: Db, entries: readonly NewTimelineEntry[]): Promise<void> {
      await writer.addLines(
        tx,
        entries.map(({ ticketId, ...line }) => ({ id: ticketId, line })),
      )
      writer.tell(
        tx,
        entries.map(({ ticketId }) => ticketId),
      )
    },
    async similarResolved(text: string, except: TicketId, limit: number) {
      const words = [...new Set(toWords(text))].slice(0, COMPARED_WORDS)
      const compared = Math.min(await board.countSettled(), SIMILAR_WINDOW)
      const ranked = rankByWords(await search.newestWith(words))
      const tickets = await board.settled(ranked.slice(0, CANDIDATES), except, limit)
      return { tickets, compared }
    },
    dailyOutcomes: (sinceDay: number) => board.outcomesSince(sinceDay),
  }
}

/** Applies a rule to a ticket in the caller's transaction. Refused with `not_found`. */
export async function change(
  { repository, writer }: Pick<Needs, 'repository' | 'writer'>,
  tx: Db,
  id: TicketId,
  actor: string,
  rule: (kept: Kept) => Change | Promise<Change>,
): Promise<Ticket> {
  const before = await repository.lock(tx, id)
  if (!before) throw new Refusal('not_found', `There is no ticket ${id}.`)
  const { kept, lines, fact } = await rule(before)
  if (kept !== before)
    await writer.write(tx, [{ before, kept, lines, facts: fact ? [fact] : [], actor }])
  return kept.ticket
}
