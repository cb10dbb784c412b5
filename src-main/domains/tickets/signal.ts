import type { DeliveryId, OperatorId, Severity, TicketId, Timestamp } from '#contract/primitives'
import type { Change, Fact, Kept, Line, Memory } from './ticket'

/** What a delivery says about something that is wrong or right again. */
export interface Signal {
  readonly source: string
  readonly fingerprint: string
  /**
   * `acknowledged`: somebody works on it at the source. `noted`: something was said about it there, which opens nothing
   * and changes nothing but the timeline.
   */
  readonly state: 'firing' | 'acknowledged' | 'resolved' | 'noted'
  /** Empty in a signal that only says what became of an earlier one: the ticket keeps its words. */
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
  /** When its delivery came in; a replayed one keeps its first time. Absent: now. */
  readonly receivedAt?: Timestamp
  /** What an operator should know about how it was told, such as alerts the source left out. */
  readonly note?: string
  /** Who acknowledged or said something, or asked for help, at the source. */
  readonly actor?: string
  /** Resolved without a recovery, such as a rule that was edited: why. The ticket is closed, and counts for no time to repair. */
  readonly withdrawn?: string
  /** It counts as over when it is silent for so long, because this source never says so. */
  readonly quietMs?: number
}

/** What the rules of screening ask of the ticket that a signal opens. */
export interface Wishes {
  /** Who gets it, if nobody has it when it opens or reopens. */
  readonly owner?: { readonly id: OperatorId; readonly name: string; readonly rule: string }
  /** It is to be an incident, says this rule. */
  readonly incident?: { readonly rule: string }
}

/** A signal with what the rules ask of its ticket. */
export interface Arrival extends Signal, Wishes {}

/** `closed`: it was withdrawn at the source. */
export type SignalEffect = 'opened' | 'updated' | 'resolved' | 'closed' | 'reopened' | 'unchanged'

/** An alert that comes back this soon is the same trouble; later it is a new ticket. Default of most pagers: 1 h. */
export const REOPEN_WINDOW_MS = 3_600_000
/**
 * How long a word about an episode that the source has ended may still be on its way, from a peer of a cluster (15 s a
 * peer in Alertmanager) or through a proxy. What is said later about it is news: a sender that was cut off and goes on
 * with the old start is not told before the next group interval, which is 5 min by default.
 */
export const ECHO_MS = 120_000
/**
 * How long a source may go on about what a person or a run has put right: the rule has to be evaluated, and then
 * Alertmanager waits for its group interval, perhaps twice.
 */
export const SETTLING_MS = 900_000

/** What a signal did. `kept` is undefined when there is no ticket for it: nothing was wrong, and it says so. */
export interface Taken extends Omit<Change, 'kept' | 'fact'> {
  readonly effect: SignalEffect
  readonly kept: Kept | undefined
  readonly facts: readonly Fact[]
  /** The ticket that stood for the fingerprint until now and makes room for `kept`. */
  readonly followed?: Kept
  /** Told again word for word: nothing but the count has changed. */
  readonly counted?: boolean
}

export type NewTicketId = () => TicketId

export function unchanged(kept: Kept | undefined): Taken {
  return { effect: 'unchanged', kept, lines: [], facts: [] }
}

export function heardAt({ receivedAt }: Signal, now: Timestamp): Timestamp {
  return receivedAt ?? now
}

/** What is remembered of the newest signal of an episode that goes on. */
export function heard(signal: Signal, now: Timestamp) {
  const { startsAt, deliveryId } = signal
  const at = heardAt(signal, now)
  return { startsAt, endedAt: null, heardAt: at, deliveryId, quietUntil: quietUntil(signal, at) }
}

/** Until when the ticket waits for the next word; null: for ever. */
export function quietUntil({ quietMs }: Signal, at: Timestamp): Timestamp | null {
  return quietMs === undefined ? null : at + quietMs
}

/** Heard before: the delivery was counted, and says nothing of a later episode. */
export function isOld(memory: Memory, { deliveryId, startsAt }: Signal): boolean {
  return deliveryId <= memory.deliveryId && startsAt <= memory.startsAt
}

/** About an episode that has ended, and said before its end, or so soon after that it was still on its way. */
export function isEcho({ ticket, memory }: Kept, signal: Signal, now: Timestamp): boolean {
  const at = heardAt(signal, now)
  if (memory.silent) return at <= memory.heardAt // any new word ends the silence
  if (memory.endedAt === null) {
    // A person or a run has put it right, and the source has not noticed yet.
    const { resolvedAt } = ticket
    return resolvedAt !== null && signal.startsAt <= resolvedAt && at <= resolvedAt + SETTLING_MS
  }
  if (signal.startsAt === memory.endedAt && signal.deliveryId > memory.deliveryId) return false // a source without times
  return signal.startsAt <= memory.endedAt && at <= memory.heardAt + ECHO_MS
}

export function line(
  { source, deliveryId, note }: Signal,
  kind: Line['kind'],
  title: string,
  tone: NonNullable<Line['tone']>,
): Line {
  return {
    kind,
    actor: source,
    title,
    tone,
    deliveryId,
    ...(note !== undefined && { detail: note }),
  }
}
