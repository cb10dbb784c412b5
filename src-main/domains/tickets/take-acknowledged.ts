import type { Timestamp } from '#contract/primitives'
import {
  heard,
  isEcho,
  isOld,
  line,
  type NewTicketId,
  type Signal,
  type Taken,
  unchanged,
} from './signal'
import { withContent } from './signal-words'
import { takeFiring } from './take-firing'
import { alter, isActive, type Kept, type Line, takeUp } from './ticket'

/** Somebody is on it at the source, so it fires: without a ticket it opens one. An operator's own word comes first. */
export function takeAcknowledged(
  current: Kept | undefined,
  signal: Signal,
  now: Timestamp,
  newTicketId: NewTicketId,
): Taken {
  const goesOn = current && isActive(current.ticket.status) && current.ticket.signal === 'firing'
  if (!goesOn) return seenAtSource(takeFiring(current, signal, now, newTicketId), signal, now)
  const { ticket, memory } = current
  if (ticket.acknowledgedAt !== null || isEcho(current, signal, now) || isOld(memory, signal))
    return unchanged(current)
  const newest = signal.startsAt >= memory.startsAt
  const next = newest ? withContent(current, signal, now) : { kept: current, lines: [] }
  const { deliveryId } = signal
  const kept = alter(
    next.kept,
    now,
    { lastSignalAt: now },
    newest ? heard(signal, now) : { deliveryId },
  )
  return seenAtSource({ effect: 'updated', kept, lines: next.lines, facts: [] }, signal, now)
}

/** A run or an escalation goes on: somebody at the source neither stops a run nor takes over what was handed on here. */
function seenAtSource(taken: Taken, signal: Signal, now: Timestamp): Taken {
  const { kept, effect } = taken
  if (!kept || effect === 'unchanged' || kept.ticket.acknowledgedAt !== null) return taken
  const seen = alter(kept, now, { acknowledgedAt: now })
  const actor = signal.actor ?? null
  return {
    ...taken,
    kept: kept.ticket.status === 'escalated' ? seen : takeUp(seen, now),
    lines: [
      ...taken.lines,
      saidBy(signal, line(signal, 'acknowledged', `Acknowledged in ${signal.source}`, 'neutral')),
    ],
    facts: [...taken.facts, { action: 'ticket.acknowledged', detail: { by: 'source', actor } }],
    counted: false,
  }
}

/** A line on the timeline, and nothing else. That it is there already is for the service to find out. */
export function takeNoted(current: Kept | undefined, signal: Signal, now: Timestamp): Taken {
  if (!current) return unchanged(undefined)
  const { note = signal.description, source } = signal
  const said = line({ ...signal, note }, 'comment', `Said in ${source}`, 'neutral')
  return {
    effect: 'updated',
    kept: alter(current, now, {}),
    lines: [saidBy(signal, said)],
    facts: [],
  }
}

function saidBy({ actor }: Signal, said: Line): Line {
  return actor === undefined ? said : { ...said, actor }
}
