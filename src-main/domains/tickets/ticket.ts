import { Refusal } from '#contract'
import type { DeliveryId, OperatorId, Severity, Timestamp } from '#contract/primitives'
import type { Escalation, Ticket, TicketStatus, TimelineEntry, Verdict } from '#contract/tickets'

/** What this domain remembers about a ticket beside what everybody may see. */
export interface Memory {
  /** It stands for its fingerprint: the next signal is about it. False once closed, or followed by a newer ticket. */
  readonly current: boolean
  /** When the newest episode began, by the source's clock. */
  readonly startsAt: Timestamp
  /** When the source said that this episode ended; null while it says it goes on. */
  readonly endedAt: Timestamp | null
  /** When we received the signal that `startsAt` and `endedAt` are from. */
  readonly heardAt: Timestamp
  /** The newest delivery that counted: the same one, replayed, does not count again. */
  readonly deliveryId: DeliveryId
  /** How often the running episode was told again. */
  readonly repeats: number
  readonly triage: 'due' | 'claimed' | 'done'
  readonly triageAt: Timestamp | null
  readonly statusBeforeRun: TicketStatus | null
  readonly escalatedAt: Timestamp | null
  readonly closedAt: Timestamp | null
  /** When it counts as over if the source says nothing more; null where silence says nothing. */
  readonly quietUntil: Timestamp | null
  /** Resolved because nothing more was heard: when it was really right again, nobody knows. */
  readonly silent: boolean
}

/** A ticket as it is kept. Every rule takes one and gives back the next one; nothing is changed in place. */
export interface Kept {
  readonly ticket: Ticket
  readonly memory: Memory
}

/** A line of the timeline before it has an id, a ticket and a time. */
export type Line = Pick<TimelineEntry, 'kind' | 'actor' | 'title'> &
  Partial<Pick<TimelineEntry, 'detail' | 'tone' | 'deliveryId' | 'runId'>>

/** What one order or one piece of news does to a ticket. */
export interface Change {
  readonly kept: Kept
  readonly lines: readonly Line[]
  readonly fact?: Fact
}

/** For the audit log: what happened to the ticket. */
export interface Fact {
  readonly action: string
  readonly detail: object
}

/** Who gives an order. */
export interface Actor {
  readonly id: OperatorId
  readonly name: string
}

const RANKS: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 }
/** Larger than any time in milliseconds before the year 5138, so that severity always comes first. */
const SEVERITY_STEP = 100_000_000_000_000

/** Severity and age in one number: larger is more urgent, and of two with one severity the newer. */
export function urgencyOf({ severity, openedAt }: Pick<Ticket, 'severity' | 'openedAt'>): number {
  return RANKS[severity] * SEVERITY_STEP + openedAt
}

/** Still needs someone, now or after its snooze. */
export function isActive(status: TicketStatus): boolean {
  return status !== 'resolved' && status !== 'closed'
}

/** The status of an active ticket that nobody is at work on. */
export function restingStatus({ ticket, memory }: Kept): TicketStatus {
  return ticket.verdict === null && memory.triage === 'due' ? 'open' : 'investigating'
}

/** A ticket with some parts replaced; `updatedAt` follows. */
export function alter(
  { ticket, memory }: Kept,
  now: Timestamp,
  parts: Partial<Ticket>,
  remembered: Partial<Memory> = {},
): Kept {
  return {
    ticket: { ...ticket, ...parts, updatedAt: now },
    memory: { ...memory, ...remembered },
  }
}

/** Right again, whoever found out. */
export function settle(kept: Kept, now: Timestamp): Kept {
  return alter(kept, now, { status: 'resolved', resolvedAt: now, snoozedUntil: null })
}

/** Done with: the same fingerprint opens a new ticket from now on. */
export function file(kept: Kept, now: Timestamp): Kept {
  const parts: Partial<Ticket> = { status: 'closed', snoozedUntil: null }
  return alter(kept, now, parts, { current: false, closedAt: now })
}

/** Wrong again, or never right: looked at afresh by triage and by an operator. The owner and the history stay. */
export function rouse(kept: Kept, now: Timestamp): Kept {
  return alter(
    kept,
    now,
    {
      status: 'open',
      verdict: null,
      resolvedAt: null,
      acknowledgedAt: null,
      snoozedUntil: null,
    },
    {
      current: true,
      triage: 'due',
      triageAt: null,
      escalatedAt: null,
      closedAt: null,
      repeats: 0,
      quietUntil: null,
      silent: false,
    },
  )
}

/** The order changes nothing: it was done before. */
export const nothing = (kept: Kept): Change => ({ kept, lines: [] })

/** Refused with `conflict` when the ticket is resolved or closed. */
export function refuseSettled({ ticket }: Kept, wish: string): void {
  if (isActive(ticket.status)) return
  throw new Refusal(
    'conflict',
    `${ticket.title} is ${ticket.status}, so it cannot be ${wish}. Reopen it first if it needs work again.`,
  )
}

function refuseDuringRun({ ticket }: Kept, wish: string): void {
  if (ticket.activeRunId === null) return
  throw new Refusal(
    'conflict',
    `A run works on ${ticket.title}, so it cannot be ${wish} now. Let the run end, or cancel it, and try again.`,
  )
}

/** An operator is on it. It takes the ticket if nobody has it, and takes an escalated one back. */
export function acknowledge(kept: Kept, by: Actor, now: Timestamp): Change {
  refuseSettled(kept, 'acknowledged')
  const { ticket } = kept
  if (ticket.acknowledgedAt !== null && ticket.status === 'in_progress') return nothing(kept)
  const owner =
    ticket.ownerId === null || ticket.status === 'escalated'
      ? { ownerId: by.id, ownerName: by.name }
      : {}
  return {
    kept: takeUp(alter(kept, now, { acknowledgedAt: now, ...owner }), now),
    lines: [{ kind: 'acknowledged', actor: by.name, title: 'Acknowledged' }],
    fact: { action: 'ticket.acknowledged', detail: {} },
  }
}

/** Gives it to an operator, or to nobody. */
export function assign(kept: Kept, owner: Actor | null, by: Actor, now: Timestamp): Change {
  const { ticket } = kept
  if (ticket.status === 'closed') refuseSettled(kept, 'given to somebody')
  const ownerId = owner?.id ?? null
  if (ticket.ownerId === ownerId) return nothing(kept)
  const given = alter(kept, now, { ownerId, ownerName: owner?.name ?? null })
  const title = owner ? `Given to ${owner.name}` : `Taken from ${ticket.ownerName ?? 'its owner'}`
  return {
    kept: owner ? takeUp(given, now) : layDown(given, now),
    lines: [{ kind: 'owner', actor: by.name, title }],
    fact: { action: 'ticket.assigned', detail: { ownerId } },
  }
}

/** Somebody is at work on it; a run that is under way gives it back to them. A resolved one stays resolved. */
export function takeUp(kept: Kept, now: Timestamp): Kept {
  const { activeRunId, status } = kept.ticket
  if (!isActive(status)) return kept
  if (activeRunId === null) return alter(kept, now, { status: 'in_progress' })
  const back: Partial<Ticket> = status === 'escalated' ? { status: 'in_progress' } : {}
  return alter(kept, now, back, { statusBeforeRun: 'in_progress' })
}

function layDown(kept: Kept, now: Timestamp): Kept {
  const { activeRunId, status } = kept.ticket
  if (activeRunId !== null) return alter(kept, now, {}, { statusBeforeRun: restingStatus(kept) })
  return status === 'in_progress' ? alter(kept, now, { status: restingStatus(kept) }) : kept
}

/** Out of the way until `until`, or back at once. A time that has passed is refused with `invalid_input`. */
export function snooze(kept: Kept, until: Timestamp | null, by: Actor, now: Timestamp): Change {
  refuseSettled(kept, 'snoozed')
  if (until !== null && until <= now) {
    throw new Refusal(
      'invalid_input',
      'This time has passed already, so nothing was snoozed. Choose a later one.',
    )
  }
  const asleep = kept.ticket.snoozedUntil !== null && kept.ticket.snoozedUntil > now
  if (until === null && !asleep) return nothing(kept)
  const title = until === null ? 'Woken up' : 'Snoozed'
  const detail = until === null ? '' : `until ${new Date(until).toISOString()}`
  return {
    kept: alter(kept, now, { snoozedUntil: until }),
    lines: [{ kind: 'snoozed', actor: by.name, title, detail }],
    fact: { action: 'ticket.snoozed', detail: { until } },
  }
}

/** An operator's word on the severity; triage and the source do not overrule it. */
export function setSeverity(kept: Kept, severity: Severity, by: Actor, now: Timestamp): Change {
  const { ticket } = kept
  if (ticket.status === 'closed') refuseSettled(kept, 'given another severity')
  if (ticket.severity === severity && ticket.severityBy === 'operator') return nothing(kept)
  return {
    kept: alter(kept, now, { severity, severityBy: 'operator' }),
    lines: [severityLine(ticket.severity, severity, by.name)],
    fact: { action: 'ticket.severity_set', detail: { from: ticket.severity, to: severity } },
  }
}

function severityLine(from: Severity, to: Severity, actor: string): Line {
  const title = from === to ? `Severity confirmed: ${to}` : `Severity ${from} → ${to}`
  return { kind: 'severity', actor, title, tone: RANKS[to] > RANKS[from] ? 'attention' : 'neutral' }
}

export function resolve(kept: Kept, note: string, by: Actor, now: Timestamp): Change {
  refuseSettled(kept, 'resolved')
  refuseDuringRun(kept, 'resolved')
  return {
    kept: settle(kept, now),
    lines: [{ kind: 'status', actor: by.name, title: 'Resolved', detail: note, tone: 'good' }],
    fact: { action: 'ticket.resolved', detail: { by: 'operator' } },
  }
}

/** Somebody else has to take over: nobody counts as having seen it any more. */
export function escalate(kept: Kept, wish: EscalationWish, by: Actor, now: Timestamp): Change {
  refuseSettled(kept, 'escalated')
  const { reason, to, group } = wish
  if (kept.ticket.status === 'escalated' && to === null && group === '') {
    throw new Refusal(
      'conflict',
      `${kept.ticket.title} is escalated already. Name who is to take it, or add a comment with what is new.`,
    )
  }
  const whom = [to?.name, group].filter(Boolean).join(', ')
  const title = whom === '' ? 'Escalated' : `Escalated to ${whom}`
  return {
    kept: handOver(kept, { by: by.name, ...wish }, now),
    lines: [{ kind: 'status', actor: by.name, title, detail: reason, tone: 'bad' }],
    fact: { action: 'ticket.escalated', detail: { by: 'operator', toId: to?.id ?? null, group } },
  }
}

/** Why somebody else has to take over, and who. */
export interface EscalationWish {
  readonly reason: string
  readonly to: Actor | null
  readonly group: string
}

/** Somebody else has to take over; nobody counts as having seen it any more. */
export function handOver(
  kept: Kept,
  { by, reason, to, group }: EscalationWish & { by: string },
  now: Timestamp,
): Kept {
  const owner = to === null ? {} : { ownerId: to.id, ownerName: to.name }
  const whom = { toId: to?.id ?? null, toName: to?.name ?? null, group }
  const escalation: Escalation = { at: now, by, reason, ...whom }
  return alter(
    kept,
    now,
    { status: 'escalated', acknowledgedAt: null, snoozedUntil: null, escalation, ...owner },
    { escalatedAt: now },
  )
}

export function reopen(kept: Kept, reason: string, by: Actor, now: Timestamp): Change {
  const { status, title } = kept.ticket
  if (isActive(status) && status !== 'escalated')
    throw new Refusal('conflict', `${title} is ${status}: there is nothing to reopen.`)
  const woken = rouse(kept, now)
  const back =
    woken.ticket.activeRunId === null ? woken : alter(woken, now, { status: 'in_progress' })
  return {
    kept: back,
    lines: [
      { kind: 'status', actor: by.name, title: 'Reopened', detail: reason, tone: 'attention' },
    ],
    fact: { action: 'ticket.reopened', detail: { from: status, by: 'operator' } },
  }
}

/** Done and filed: the same fingerprint opens a new ticket from now on. */
export function close(kept: Kept, note: string, by: Actor, now: Timestamp): Change {
  const { status, title } = kept.ticket
  if (status === 'closed') throw new Refusal('conflict', `${title} is closed already.`)
  refuseDuringRun(kept, 'closed')
  return {
    kept: file(kept, now),
    lines: [{ kind: 'status', actor: by.name, title: 'Closed', detail: note }],
    fact: { action: 'ticket.closed', detail: { from: status } },
  }
}

export function declareIncident(kept: Kept, by: Actor, now: Timestamp): Change {
  const { ticket } = kept
  if (ticket.status === 'closed') refuseSettled(kept, 'declared an incident')
  if (ticket.incidentSince !== null) return nothing(kept)
  return {
    kept: alter(kept, now, { incidentSince: now }),
    lines: [{ kind: 'incident', actor: by.name, title: 'Declared an incident', tone: 'attention' }],
    fact: { action: 'ticket.incident_declared', detail: {} },
  }
}

/** Triage has spoken. An operator's severity stays; a ticket that was reopened meanwhile is still due. */
export function applyTriage(
  kept: Kept,
  { verdict, severity }: { verdict: Verdict; severity: Severity },
  engine: string,
  now: Timestamp,
): Change {
  const { ticket, memory } = kept
  const heeded = ticket.severityBy !== 'operator'
  return {
    kept: alter(
      kept,
      now,
      { verdict, ...(heeded && { severity, severityBy: 'triage' as const }) },
      memory.triage === 'claimed' ? { triage: 'done' } : {},
    ),
    lines:
      heeded && severity !== ticket.severity
        ? [severityLine(ticket.severity, severity, engine)]
        : [],
    fact: { action: 'ticket.triaged', detail: { verdict, severity: heeded ? severity : null } },
  }
}
