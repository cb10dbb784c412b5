import type { Timestamp } from '#contract/primitives'
import { type Arrival, type NewTicketId, type Signal, type Taken } from './signal'
import { takeAcknowledged, takeNoted } from './take-acknowledged'
import { takeFiring } from './take-firing'
import { takeResolved } from './take-resolved'
import { alter, isActive, type Kept } from './ticket'

/**
 * One ticket a fingerprint while it is not closed. A newer word wins over an older one whatever the order of arrival:
 * firing counts from `startsAt`, resolved from `endsAt`.
 */
export function takeSignal(
  current: Kept | undefined,
  arrival: Arrival,
  now: Timestamp,
  newTicketId: NewTicketId,
): Taken {
  const taken = take(current, arrival, now, newTicketId)
  const asks = arrival.owner !== undefined || arrival.incident !== undefined
  return asks ? grant(taken, arrival, now) : taken
}

function take(
  current: Kept | undefined,
  signal: Signal,
  now: Timestamp,
  newTicketId: NewTicketId,
): Taken {
  const { state } = signal
  if (state === 'firing') return takeFiring(current, signal, now, newTicketId)
  if (state === 'acknowledged') return takeAcknowledged(current, signal, now, newTicketId)
  return state === 'noted' ? takeNoted(current, signal, now) : takeResolved(current, signal, now)
}

/** What the rules ask for. Who is at work on a ticket is not told by whose it is: its status stays. */
function grant(taken: Taken, { owner, incident }: Arrival, now: Timestamp): Taken {
  const { kept, effect } = taken
  if (!kept || effect === 'unchanged' || !isActive(kept.ticket.status)) return taken
  let next = { ...taken, kept }
  if (owner && effect !== 'updated' && kept.ticket.ownerId === null) {
    const { id, name, rule } = owner
    next = {
      ...next,
      kept: alter(next.kept, now, { ownerId: id, ownerName: name }),
      lines: [
        ...next.lines,
        { kind: 'owner', actor: 'rules', title: `Given to ${name}`, detail: rule },
      ],
      facts: [...next.facts, { action: 'ticket.assigned', detail: { ownerId: id, rule } }],
    }
  }
  if (!incident || kept.ticket.incidentSince !== null) return next
  const { rule } = incident
  return {
    ...next,
    kept: alter(next.kept, now, { incidentSince: now }),
    lines: [
      ...next.lines,
      {
        kind: 'incident',
        actor: 'rules',
        title: 'Declared an incident',
        detail: rule,
        tone: 'attention',
      },
    ],
    facts: [...next.facts, { action: 'ticket.incident_declared', detail: { rule } }],
    counted: false,
  }
}
