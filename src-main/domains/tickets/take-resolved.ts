import type { Timestamp } from '#contract/primitives'
import { heardAt, line, type Signal, type Taken, unchanged } from './signal'
import { alter, file, isActive, type Kept, type Line, settle } from './ticket'

/** It is right again, or never was wrong. */
export function takeResolved(current: Kept | undefined, signal: Signal, now: Timestamp): Taken {
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
  if (ticket.signal === 'resolved')
    return { effect: 'updated', kept: heardOf, lines: [], facts: [] }
  const waits = whoDecides(current)
  if (waits !== undefined)
    return { effect: 'updated', kept: heardOf, lines: [waitingLine(signal, waits)], facts: [] }
  if (signal.withdrawn !== undefined) return withdraw(heardOf, signal, signal.withdrawn, now)
  const told = line(signal, 'status', `Resolved: ${signal.source} says it is right again`, 'good')
  const times = memory.repeats === 0 ? '' : `told ${memory.repeats + 1} times before that`
  return {
    effect: 'resolved',
    kept: settle(heardOf, now),
    lines: [{ ...told, detail: times }],
    facts: [{ action: 'ticket.resolved', detail: { by: 'source' } }],
  }
}

function waitingLine(signal: Signal, waits: string): Line {
  const { source, withdrawn } = signal
  const says = withdrawn === undefined ? 'says it is right again' : 'has withdrawn it'
  const detail = withdrawn === undefined ? waits : `${withdrawn}; ${waits}`
  return { ...line(signal, 'signal', `${source} ${says}`, 'good'), detail }
}

/** Over without a recovery: nothing was repaired, so there is no time to repair. */
function withdraw(kept: Kept, signal: Signal, reason: string, now: Timestamp): Taken {
  const { status } = kept.ticket
  const title = `Closed: ${signal.source} has withdrawn it`
  return {
    effect: 'closed',
    kept: file(kept, now),
    lines: [{ ...line(signal, 'status', title, 'neutral'), detail: reason }],
    facts: [{ action: 'ticket.closed', detail: { from: status, by: 'source', reason } }],
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
