import type { TicketId, Timestamp } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import {
  heard,
  heardAt,
  isEcho,
  isOld,
  line,
  type NewTicketId,
  quietUntil,
  REOPEN_WINDOW_MS,
  type Signal,
  type Taken,
  unchanged,
} from './signal'
import { withContent, wordsOf } from './signal-words'
import { alter, isActive, type Kept, type Line, rouse } from './ticket'

/** It opens a ticket, repeats, or begins again. */
export function takeFiring(
  current: Kept | undefined,
  signal: Signal,
  now: Timestamp,
  newTicketId: NewTicketId,
): Taken {
  if (!current) return open(signal, now, newTicketId())
  if (isEcho(current, signal, now)) return unchanged(current)
  if (isActive(current.ticket.status)) return repeat(current, signal, now)
  const since = heardAt(signal, now) - (current.ticket.resolvedAt ?? now)
  if (since <= REOPEN_WINDOW_MS) return reopen(current, signal, now)
  const followed = alter(current, current.ticket.updatedAt, {}, { current: false })
  return { ...open(signal, now, newTicketId()), followed }
}

function open(signal: Signal, now: Timestamp, id: TicketId): Taken {
  const { source, fingerprint, severity } = signal
  const ticket: Ticket = {
    ...wordsOf(signal),
    id,
    status: 'open',
    severity: severity ?? 'medium',
    severityBy: 'source',
    verdict: null,
    signal: 'firing',
    source,
    fingerprint,
    occurrences: 1,
    ownerId: null,
    ownerName: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    escalation: null,
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
        silent: false,
      },
    },
    lines: [line(signal, 'opened', `Opened by ${source}`, 'attention')],
    facts: [{ action: 'ticket.opened', detail: { source, fingerprint } }],
  }
}

/** It goes on, or begins again on a ticket that is still active. */
function repeat(kept: Kept, signal: Signal, now: Timestamp): Taken {
  const { ticket, memory } = kept
  const again = ticket.signal === 'resolved'
  if (!again && isOld(memory, signal)) return unchanged(kept)
  const newest = again || signal.startsAt >= memory.startsAt
  const next = newest ? withContent(kept, signal, now) : { kept, lines: [], same: false }
  const lines = [...repeatLine(kept, signal), ...next.lines]
  return {
    effect: 'updated',
    kept: alter(
      next.kept,
      now,
      { signal: 'firing', occurrences: ticket.occurrences + 1, lastSignalAt: now },
      {
        ...(newest ? heard(signal, now) : stillHeard(kept, signal, now)),
        repeats: again ? 0 : memory.repeats + 1,
      },
    ),
    lines,
    facts: [],
    counted: next.same && lines.length === 0 && signal.startsAt === memory.startsAt,
  }
}

/** Of an older episode, but it was said now: the source is not silent. */
function stillHeard({ memory }: Kept, signal: Signal, now: Timestamp) {
  const until = quietUntil(signal, heardAt(signal, now))
  return {
    deliveryId: signal.deliveryId,
    quietUntil: until === null ? null : Math.max(until, memory.quietUntil ?? 0),
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
    facts: [{ action: 'ticket.reopened', detail: { from: ticket.status, by: 'source' } }],
  }
}
