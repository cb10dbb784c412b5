import { Refusal } from '#contract'
import type { RunId, Timestamp } from '#contract/primitives'
import {
  alter,
  type Change,
  handOver,
  type Kept,
  type Line,
  nothing,
  refuseSettled,
  restingStatus,
  settle,
} from './ticket'

/** A run takes the ticket. The same run again is the same run after a restart. */
export function beginRun(
  kept: Kept,
  { runId, title, actor }: { runId: RunId; title: string; actor: string },
  now: Timestamp,
): Change {
  const { ticket } = kept
  if (ticket.activeRunId === runId) return nothing(kept)
  if (ticket.activeRunId !== null) {
    throw new Refusal(
      'conflict',
      `Another run (${ticket.activeRunId}) works on ${ticket.title}. Let it end, or cancel it, before the next one starts.`,
    )
  }
  refuseSettled(kept, 'worked on by a run')
  return {
    kept: alter(
      kept,
      now,
      { activeRunId: runId, status: 'in_progress' },
      { statusBeforeRun: ticket.status },
    ),
    lines: [{ kind: 'run', actor, title, runId }],
    fact: { action: 'ticket.run_began', detail: { runId } },
  }
}

/** How a run lets its ticket go. */
export interface RunEnd {
  readonly runId: RunId
  readonly outcome: 'resolved' | 'escalated' | 'released'
  readonly reason: string
  readonly actor: string
}

/** The run lets the ticket go. A run that does not have it (any more) changes nothing. */
export function endRun(kept: Kept, run: RunEnd, now: Timestamp): Change {
  if (kept.ticket.activeRunId !== run.runId) return nothing(kept)
  const free = alter(kept, now, { activeRunId: null }, { statusBeforeRun: null })
  const { actor, reason: detail, runId } = run
  if (run.outcome === 'released') return release(kept, free, run, now)
  const fact = { action: `ticket.${run.outcome}`, detail: { by: 'run', runId } }
  const line = { kind: 'status' as const, actor, detail, runId }
  return run.outcome === 'resolved'
    ? {
        kept: settle(free, now),
        lines: [{ ...line, title: 'Resolved by the run', tone: 'good' }],
        fact,
      }
    : {
        kept: handOver(free, { by: actor, reason: detail, to: null, group: '' }, now),
        lines: [{ ...line, title: 'Escalated by the run', tone: 'bad' }],
        fact,
      }
}

/** As before the run; only what the source said meanwhile is made up for. */
function release(before: Kept, free: Kept, run: RunEnd, now: Timestamp): Change {
  const { actor, reason: detail, runId } = run
  const ended: Line = { kind: 'run', actor, title: 'The run ended', detail, runId }
  const status =
    before.ticket.status === 'in_progress'
      ? (before.memory.statusBeforeRun ?? restingStatus(before))
      : before.ticket.status
  const back = alter(free, now, { status })
  if (back.ticket.signal === 'firing' || status === 'escalated')
    return { kept: back, lines: [ended], fact: { action: 'ticket.released', detail: { runId } } }
  const { source } = back.ticket
  return {
    kept: settle(back, now),
    lines: [
      ended,
      {
        kind: 'status',
        actor: source,
        title: 'Resolved',
        detail: `${source} said during the run that it is right again`,
        tone: 'good',
      },
    ],
    fact: { action: 'ticket.resolved', detail: { by: 'source', runId } },
  }
}
