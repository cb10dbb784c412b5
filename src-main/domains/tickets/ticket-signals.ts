import type { DeliveryId, OperatorId, Severity, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { alter, type Change, isActive, type Kept, type Line, rouse, settle } from './ticket'

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

export type SignalEffect = 'opened' | 'updated' | 'resolved' | 'reopened' | 'unchanged'

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
export interface Taken extends Omit<Change, 'kept'> {
  readonly effect: SignalEffect
  readonly kept: Kept | undefined
  /** The ticket that stood for the fingerprint until now and makes room for `kept`. */
  readonly followed?: Kept
  /** Told again word for word: nothing but the count has changed. */
  readonly counted?: boolean
}

/**
 * One ticket a fingerprint while it is not closed. A newer word wins over an older one whatever the order of arrival:
 * firing counts from `startsAt`, resolved from `endsAt`.
 */
export function takeSignal(
  current: Kept | undefined,
  signal: Signal,
  now: Timestamp,
  newTicketId: () => TicketId,
): Taken {
  if (signal.state === 'firing') return takeFiring(current, signal, now, newTicketId)
  return signal.state === 'resolved' ? takeResolved(current, signal, now) : unchanged(current)
}

function takeFiring(
  current: Kept | undefined,
  signal: Signal,
  now: Timestamp,
  newTicketId: () => TicketId,
): Taken {
  if (!current) return open(signal, now, newTicketId())
  if (isEcho(current, signal, now)) return unchanged(current)
  if (isActive(current.ticket.status)) return repeat(current, signal, now)
  const since = heardAt(signal, now) - (current.ticket.resolvedAt ?? now)
  if (since <= REOPEN_WINDOW_MS) return reopen(current, signal, now)
  const followed = alter(current, current.ticket.updatedAt, {}, { current: false })
  return { ...open(signal, now, newTicketId()), followed }
}

/** About an episode that has ended, and said before its end, or so soon after that it was still on its way. */
function isEcho({ ticket, memory }: Kept, signal: Signal, now: Timestamp): boolean {
  const at = heardAt(signal, now)
  if (memory.endedAt === null) {
    // A person or a run has put it right, and the source has not noticed yet.
    const { resolvedAt } = ticket
    return resolvedAt !== null && signal.startsAt <= resolvedAt && at <= resolvedAt + SETTLING_MS
  }
  if (signal.startsAt === memory.endedAt && signal.deliveryId > memory.deliveryId) return false // a source without times
  return signal.startsAt <= memory.endedAt && at <= memory.heardAt + ECHO_MS
}

function heardAt({ receivedAt }: Signal, now: Timestamp): Timestamp {
  return receivedAt ?? now
}

function unchanged(kept: Kept | undefined): Taken {
  return { effect: 'unchanged', kept, lines: [] }
}

function open(signal: Signal, now: Timestamp, id: TicketId): Taken {
  const { source, fingerprint, host, service, severity } = signal
  const ticket: Ticket = {
    ...contentOf(signal),
    id,
    status: 'open',
    severity: severity ?? 'medium',
    severityBy: 'source',
    verdict: null,
    signal: 'firing',
    source,
    service: service ?? null,
    host: host ?? null,
    fingerprint,
    occurrences: 1,
    ownerId: null,
    ownerName: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    incidentSince: null,
    activeRunId: null,
    openedAt: now,
    lastSignalAt: now,
    updatedAt: now,
    resolvedAt: null,
  }
  return {
    effect: 'opened',
    kept: {
      ticket,
      memory: {
        ...heard(signal, now),
        current: true,
        repeats: 0,
        triage: 'due',
        triageAt: null,
        statusBeforeRun: null,
        escalatedAt: null,
        closedAt: null,
      },
    },
    lines: [line(signal, 'opened', `Opened by ${source}`, 'attention')],
    fact: { action: 'ticket.opened', detail: { source, fingerprint } },
  }
}

/** It goes on, or begins again on a ticket that is still active. */
function repeat(kept: Kept, signal: Signal, now: Timestamp): Taken {
  const { ticket, memory } = kept
  const again = ticket.signal === 'resolved'
  const counted = signal.deliveryId <= memory.deliveryId && signal.startsAt <= memory.startsAt
  if (counted && !again) return unchanged(kept)
  const newest = again || signal.startsAt >= memory.startsAt
  const next = newest ? withContent(kept, signal, now) : { kept, lines: [] }
  const lines = [...repeatLine(kept, signal), ...next.lines]
  return {
    effect: 'updated',
    kept: alter(
      next.kept,
      now,
      { signal: 'firing', occurrences: ticket.occurrences + 1, lastSignalAt: now },
      {
        ...(newest ? heard(signal, now) : { deliveryId: signal.deliveryId }),
        repeats: again ? 0 : memory.repeats + 1,
      },
    ),
    lines,
    counted:
      lines.length === 0 && signal.startsAt === memory.startsAt && isSameContent(ticket, signal),
  }
}

/** Only the first repeat of an episode gets a line: the others are counted. */
function repeatLine({ ticket, memory }: Kept, signal: Signal): Line[] {
  if (ticket.signal === 'resolved') return [line(signal, 'signal', 'Fires again', 'bad')]
  if (memory.repeats > 0) return []
  return [
    line(signal, 'signal', 'Still firing: further repeats are counted, not listed', 'neutral'),
  ]
}

function isSameContent(ticket: Ticket, signal: Signal): boolean {
  return (
    ticket.title === signal.title &&
    ticket.description === signal.description &&
    ticket.host === (signal.host ?? null) &&
    ticket.service === (signal.service ?? null) &&
    (ticket.severityBy !== 'source' || ticket.severity === (signal.severity ?? ticket.severity)) &&
    JSON.stringify([ticket.labels, ticket.annotations, ticket.links]) ===
      JSON.stringify([signal.labels, signal.annotations, signal.links])
  )
}

function reopen(kept: Kept, signal: Signal, now: Timestamp): Taken {
  const { ticket } = kept
  const next = withContent(rouse(kept, now), signal, now)
  return {
    effect: 'reopened',
    kept: alter(
      next.kept,
      now,
      { signal: 'firing', occurrences: ticket.occurrences + 1, lastSignalAt: now },
      heard(signal, now),
    ),
    lines: [line(signal, 'status', 'Reopened: it fires again', 'bad'), ...next.lines],
    fact: { action: 'ticket.reopened', detail: { from: ticket.status, by: 'source' } },
  }
}

function takeResolved(current: Kept | undefined, signal: Signal, now: Timestamp): Taken {
  if (!current) return unchanged(undefined)
  const { ticket, memory } = current
  const endedAt = signal.endsAt ?? signal.startsAt
  if (endedAt < memory.startsAt || endedAt <= (memory.endedAt ?? 0)) return unchanged(current)
  const heardOf = alter(
    current,
    now,
    { signal: 'resolved', lastSignalAt: now },
    { endedAt, heardAt: heardAt(signal, now), deliveryId: signal.deliveryId },
  )
  // A later episode whose beginning we never heard of has ended, too: it must not open anything when it is told late.
  if (ticket.signal === 'resolved') return { effect: 'updated', kept: heardOf, lines: [] }
  const waits = whoDecides(current)
  if (waits !== undefined) {
    const said = line(signal, 'signal', `${signal.source} says it is right again`, 'good')
    return { effect: 'updated', kept: heardOf, lines: [{ ...said, detail: waits }] }
  }
  const told = line(signal, 'status', `Resolved: ${signal.source} says it is right again`, 'good')
  const times = memory.repeats === 0 ? '' : `told ${memory.repeats + 1} times before that`
  return {
    effect: 'resolved',
    kept: settle(heardOf, now),
    lines: [{ ...told, detail: times }],
    fact: { action: 'ticket.resolved', detail: { by: 'source' } },
  }
}

/**
 * Why the source's word alone does not resolve a ticket; undefined when it does. An escalated ticket waits for a person:
 * something was left half done, and a quiet alert does not say that it was put right.
 */
function whoDecides({ ticket }: Kept): string | undefined {
  if (ticket.activeRunId !== null) return 'the run under way verifies it and decides'
  if (ticket.status === 'escalated') return 'it was escalated, so a person decides'
  if (!isActive(ticket.status)) return `it is ${ticket.status} already`
  return undefined
}

function heard(signal: Signal, now: Timestamp) {
  const { startsAt, deliveryId } = signal
  return { startsAt, endedAt: null, heardAt: heardAt(signal, now), deliveryId }
}

function contentOf({ title, description, labels, annotations, links }: Signal) {
  return {
    title,
    description,
    labels: { ...labels },
    annotations: { ...annotations },
    links: [...links],
  }
}

/** The words of the newest signal. The source's severity counts until triage or an operator has said another. */
function withContent(
  kept: Kept,
  signal: Signal,
  now: Timestamp,
): { kept: Kept; lines: readonly Line[] } {
  const { severity, severityBy } = kept.ticket
  const heeded = severityBy === 'source' && signal.severity !== undefined
  const next = alter(kept, now, {
    ...contentOf(signal),
    service: signal.service ?? null,
    host: signal.host ?? null,
    ...(heeded && { severity: signal.severity }),
  })
  if (next.ticket.severity === severity) return { kept: next, lines: [] }
  const title = `Severity ${severity} → ${next.ticket.severity}`
  return { kept: next, lines: [line(signal, 'severity', title, 'attention')] }
}

function line(
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
