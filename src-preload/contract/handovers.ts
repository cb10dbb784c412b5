import { z } from 'zod'
import { query } from './define'
import { RunbookId, RunId, Severity, TicketId, Timestamp } from './primitives'
import { RunStatus, StepStatus } from './runs'
import { Escalation, TicketStatus } from './tickets'

/** One run that was tried on a ticket, as the next person has to know it. */
export const Attempted = z.strictObject({
  runId: RunId,
  runbookId: RunbookId,
  runbookTitle: z.string(),
  status: RunStatus,
  reason: z.string(),
  startedBy: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  /** What had its turn, in order; undo steps last. */
  steps: z.array(
    z.strictObject({
      title: z.string(),
      purpose: z.enum(['step', 'undo', 'probe', 'target']),
      status: StepStatus,
      connectionName: z.string().nullable(),
      summary: z.string(),
    }),
  ),
  /** The step at which it got stuck; null when it did not. */
  stuck: z
    .strictObject({
      title: z.string(),
      attempts: z.int(),
      exitCode: z.int().nullable(),
      lastWords: z.string(), // the end of its output, masked, without colours
    })
    .nullable(),
  takenBack: z.array(z.string()), // titles of steps whose undo succeeded
  /** Titles of steps that changed something and were not taken back, and whether that is still possible. */
  left: z.array(z.strictObject({ title: z.string(), irreversible: z.boolean() })),
  mayUndo: z.boolean(),
})
export type Attempted = z.infer<typeof Attempted>

/** What the next person needs, on one page. Made anew each time it is asked for. */
export const Handover = z.strictObject({
  ticketId: TicketId,
  title: z.string(),
  status: TicketStatus,
  severity: Severity,
  escalation: Escalation.nullable(),
  firingSince: Timestamp.nullable(), // by the source's clock; null: the source says that it is right again
  occurrences: z.int(),
  /** Newest first, at most ten. */
  attempts: z.array(Attempted),
  /** How many runs there were before these. */
  earlier: z.int().nonnegative(),
  madeAt: Timestamp,
  /** The same as a document, to be pasted elsewhere. Times in UTC. */
  markdown: z.string(),
})
export type Handover = z.infer<typeof Handover>

export const handovers = {
  /** Refused with `not_found`. Also for tickets that are not escalated: the night shift ends as well. */
  get: query(z.strictObject({ ticketId: TicketId }), Handover),
}
