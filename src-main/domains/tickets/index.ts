import type { RunId, Severity, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket, Verdict } from '#contract/tickets'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database, Db } from '#platform/database'
import type { Events } from '#platform/events'
import type { Scheduler } from '#platform/scheduler'
import type { Arrival, Signal, SignalEffect, Wishes } from './signal'
import { createSignalService, type Reception } from './signal-service'
import type { Actor } from './ticket'
import { createTicketBoardRepository } from './ticket-board-repository'
import { createTicketRepository } from './ticket-repository'
import { createTicketSearch } from './ticket-search'
import { createTicketService, type KnowsOperators } from './ticket-service'
import { createSilenceSweep } from './ticket-silence'
import type { DailyOutcome } from './ticket-tally'
import { createTicketWork, type NewTimelineEntry } from './ticket-work'
import { createTicketWriter } from './ticket-writer'
import { createTimelineRepository } from './timeline-repository'

// Tickets from the first signal to the resolution. Nobody else writes their tables.
export { dedupKeyOf } from './ticket-row'
export type { Arrival, DailyOutcome, NewTimelineEntry, Reception, Signal, SignalEffect, Wishes }

export interface Tickets extends Serves<'tickets'> {
  /** One ticket a fingerprint and source while it is not closed; an older signal never undoes a newer one. In order. */
  takeSignals(tx: Db, signals: readonly Arrival[]): Promise<Reception[]>
  /** What `takeSignals` would do now; nothing is locked or written. A ticket that would only open has no id. */
  foresee(signals: readonly Signal[], tx?: Db): Promise<Reception[]>
  /** Settles tickets whose source has been silent for longer than its signals allow. Returns how many. */
  sweepSilent(): Promise<number>
  find(id: TicketId, tx?: Db): Promise<Ticket | undefined>
  /** When what goes on now began, by the source's clock; null while nothing goes on. Undefined: no such ticket. */
  firingSince(id: TicketId): Promise<Timestamp | null | undefined>
  /** Is a ticket of the alert of this name (or title) neither settled nor right again? */
  isFiring(alert: string): Promise<boolean>
  /** Those that exist, in no order. */
  findAll(ids: readonly TicketId[], tx?: Db): Promise<Ticket[]>
  /** As the operator's order, in the caller's transaction. Refused with `not_found`, or `conflict` when it is closed. */
  declareIncidentIn(tx: Db, id: TicketId, by: Actor): Promise<Ticket>
  addToTimeline(tx: Db, entries: readonly NewTimelineEntry[]): Promise<void>
  /** Each ticket once, oldest first; an `open` one becomes `investigating`. */
  claimForTriage(limit: number): Promise<Ticket[]>
  /** False when the claim, as `claimForTriage` gave it, was given back or is for nothing. Locked until `tx` ends. */
  isStillClaimed(tx: Db, claimed: Ticket): Promise<boolean>
  /** Gives back what a crash left claimed without a verdict for longer than `olderThanMs`; how many there were. */
  releaseStuck(olderThanMs: number): Promise<number>
  /** Keeps an operator's severity. A false positive is closed by nobody here: that needs a second, non-model signal. */
  applyTriage(tx: Db, id: TicketId, result: { verdict: Verdict; severity: Severity }): Promise<void>
  /** Throws Refusal `conflict` when another run works on it, or when it is resolved or closed. */
  beginRun(tx: Db, id: TicketId, run: { runId: RunId; title: string; actor: string }): Promise<void>
  /**
   * `resolved`: verified. `escalated`: needs somebody else. `released`: the ticket is as before the run, or resolved if
   * the source said so meanwhile. A run that does not have the ticket changes nothing.
   */
  endRun(
    tx: Db,
    id: TicketId,
    run: {
      runId: RunId
      outcome: 'resolved' | 'escalated' | 'released'
      reason: string
      actor: string
    },
  ): Promise<void>
  /** Settled tickets that share words with `text`, best first, for "seen before"; and how many were looked through. */
  similarResolved(
    text: string,
    except: TicketId,
    limit: number,
  ): Promise<{ tickets: Ticket[]; compared: number }>
  /** How tickets ended, day by day from `sinceDay` (UTC days since 1970). Read from counts, however many there are. */
  dailyOutcomes(sinceDay: number): Promise<DailyOutcome[]>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  scheduler: Scheduler
  people: KnowsOperators
}

/** A snooze ends by the clock alone; this often it is told, so that a list that is looked at shows it. */
const WAKING_MS = 10_000
const SILENCE_MS = 30_000

export function createTickets(needs: Needs): Tickets {
  const { database, clock, events, audit, scheduler, people } = needs
  const { db, kind } = database
  const repository = createTicketRepository(db, kind)
  const timeline = createTimelineRepository(db)
  const search = createTicketSearch(db, kind)
  const board = createTicketBoardRepository(db, search)
  const writer = createTicketWriter({ repository, board, timeline, search, clock, events, audit })
  let lookedAt = clock.now()
  scheduler.every('tickets.waking', WAKING_MS, async () => {
    const now = clock.now()
    const ids = await board.woken(lookedAt, now)
    lookedAt = now
    if (ids.length > 0) events.publish('tickets.changed', { ids })
  })
  const sweepSilent = createSilenceSweep({ db, repository, writer, clock })
  scheduler.every('tickets.silence', SILENCE_MS, async () => void (await sweepSilent()))
  return {
    ...createTicketService({ db, repository, board, timeline, search, writer, clock, people }),
    ...createTicketWork({ db, repository, board, search, writer, clock }),
    ...createSignalService({ db, repository, timeline, writer, clock }),
    sweepSilent,
  }
}
