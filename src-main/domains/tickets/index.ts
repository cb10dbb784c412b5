import type { DeliveryId, RunId, Severity, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket, TimelineEntry, Verdict } from '#contract/tickets'
import type { Serves } from '#platform/caller'
import type { Db } from '#platform/database'

// Tickets from the first signal to the resolution. Nobody else writes their tables.

/** What a delivery says about something that is wrong or right again. */
export interface Signal {
  readonly source: string
  readonly fingerprint: string
  readonly state: 'firing' | 'resolved'
  readonly title: string
  readonly description: string
  readonly severity: Severity | undefined // undefined: the source does not say
  readonly service: string | undefined
  readonly host: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly links: readonly { title: string; url: string }[]
  readonly startsAt: Timestamp
  readonly endsAt: Timestamp | undefined
  readonly deliveryId: DeliveryId
}

export type SignalEffect = 'opened' | 'updated' | 'resolved' | 'reopened' | 'unchanged'

export interface NewTimelineEntry extends Pick<
  TimelineEntry,
  'ticketId' | 'kind' | 'actor' | 'title'
> {
  readonly detail?: string
  readonly tone?: TimelineEntry['tone']
  readonly deliveryId?: DeliveryId
  readonly runId?: RunId
}

export interface Tickets extends Serves<'tickets'> {
  /** One ticket a fingerprint and source while it is not closed; an older signal never undoes a newer one. In order. */
  takeSignals(
    tx: Db,
    signals: readonly Signal[],
  ): Promise<{ ticketId: TicketId; effect: SignalEffect }[]>
  find(id: TicketId, tx?: Db): Promise<Ticket | undefined>
  addToTimeline(tx: Db, entries: readonly NewTimelineEntry[]): Promise<void>
  /** Marks `open` tickets as `investigating`, oldest first, so that each is dispatched once. */
  claimForTriage(limit: number): Promise<Ticket[]>
  /** Gives back what a crash left `investigating` without a verdict for longer than `olderThanMs`. */
  releaseStuck(olderThanMs: number): Promise<number>
  /** Keeps an operator's severity. A false positive is closed by nobody here: that needs a second, non-model signal. */
  applyTriage(tx: Db, id: TicketId, result: { verdict: Verdict; severity: Severity }): Promise<void>
  /** Throws Refusal `conflict` when another run works on it. */
  beginRun(tx: Db, id: TicketId, run: { runId: RunId; title: string; actor: string }): Promise<void>
  /** `resolved`: verified. `escalated`: needs somebody else. `released`: the run ended and the ticket is as before. */
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
  /** Resolved tickets that share words with `text`, best first, for "seen before"; and how many were looked through. */
  similarResolved(
    text: string,
    except: TicketId,
    limit: number,
  ): Promise<{ tickets: Ticket[]; compared: number }>
}
