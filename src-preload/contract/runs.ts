import { z } from 'zod'
import { FrozenAction } from './actions'
import { command, event, query, stream } from './define'
import {
  ApprovalId,
  Empty,
  Note,
  PageInput,
  pageOf,
  Reason,
  RiskTier,
  RunbookId,
  RunId,
  Sha256,
  TextMap,
  TicketId,
  Timestamp,
} from './primitives'
import { PlanRequest } from './plans'
import { StepKind } from './runbooks'

export const RunStatus = z.enum([
  'running',
  'waiting', // for an approval, a person, a timer or a probe: the steps say which
  'paused', // by an operator or because the machine slept; goes on at a step border
  'unknown', // a step's outcome is not known: a person must decide
  'verifying',
  'undoing',
  'succeeded', // all steps done and verified (or nothing to verify)
  'unverified', // all steps done, but the fix did not show: escalated
  'failed',
  'cancelled',
  'undone', // taken back
])
export type RunStatus = z.infer<typeof RunStatus>
/** Nothing will happen any more by itself. */
export const ENDED_RUN: readonly RunStatus[] = [
  'succeeded',
  'unverified',
  'failed',
  'cancelled',
  'undone',
]

export const StepStatus = z.enum([
  'pending',
  'awaiting_approval',
  'awaiting_person', // manual step
  'waiting', // timer or probe, or the pause before a retry
  'executing',
  'succeeded',
  'warned', // a check that exited with 2: shown, goes on
  'failed',
  'skipped',
  'rejected', // the approval was refused or expired
  'cancelled',
  'unknown',
])
export type StepStatus = z.infer<typeof StepStatus>

export const RunStep = z.strictObject({
  index: z.int().nonnegative(), // undo steps come after the planned ones
  name: z.string(),
  title: z.string(),
  description: z.string(),
  kind: StepKind,
  purpose: z.enum(['step', 'undo', 'probe', 'target']), // target: a step on one of its targets
  status: StepStatus,
  tier: RiskTier,
  attempt: z.int().nonnegative(), // 0 = not started
  maxAttempts: z.int().positive(),
  connectionName: z.string().nullable(),
  frozen: FrozenAction.nullable(), // null until it is this step's turn
  approvalId: ApprovalId.nullable(),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  dueAt: Timestamp.nullable(), // of a timer, a retry or a manual step
  exitCode: z.int().nullable(),
  summary: z.string(), // last words: why it failed, what was skipped, who did it
  undo: z.string().nullable(), // the undo's code, `irreversible`, or null
  undoneBy: z.int().nullable(), // index of the undo step, once registered
  outputBytes: z.int().nonnegative(),
  of: z.int().nullable(), // index of the step it takes back, proves, waits for, or is one target of
  group: z.int().nullable(), // index of the step over several targets that it belongs to
  outputs: z.array(z.strictObject({ name: z.string(), value: z.string() })), // what it gave to later steps
  checklist: z.array(
    z.strictObject({
      text: z.string(),
      tickedBy: z.string().nullable(),
      tickedAt: Timestamp.nullable(),
    }),
  ),
  assignee: z.string().nullable(),
  overdue: z.boolean(),
})
export type RunStep = z.infer<typeof RunStep>

export const Verification = z.strictObject({
  probe: z.strictObject({ title: z.string(), held: z.int(), needed: z.int() }).nullable(),
  alert: z.strictObject({ resolved: z.boolean() }).nullable(),
  deadline: Timestamp.nullable(),
  result: z.enum(['pending', 'running', 'verified', 'not_verified', 'nothing_to_verify']),
})

export const Feedback = z.strictObject({
  stars: z.int().min(1).max(5),
  resolved: z.boolean(),
  comment: Note.default(''),
})

export const Run = z.strictObject({
  id: RunId,
  runbookId: RunbookId,
  runbookTitle: z.string(),
  revision: Sha256,
  ticketId: TicketId.nullable(),
  ticketTitle: z.string().nullable(),
  status: RunStatus,
  reason: z.string(), // why it is in this status, for the operator
  startedBy: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  inputs: TextMap,
  steps: z.array(RunStep),
  pointOfNoReturn: z.int().nullable(),
  verification: Verification,
  feedback: Feedback.nullable(),
  /** Only reads are carried out; every other step is shown and skipped, and the ticket is left alone. */
  dryRun: z.boolean(),
  paused: z.strictObject({ by: z.string(), reason: z.string(), at: Timestamp }).nullable(),
  /** The console that drives it; only there are its connections. */
  console: z.string(),
  /** What the operator may do now; the machine refuses everything else with `conflict`. */
  may: z.array(
    z.enum([
      'cancel',
      'pause',
      'resume',
      'retry',
      'undo',
      'decide',
      'complete',
      'tick',
      'feedback',
    ]),
  ),
})
export type Run = z.infer<typeof Run>

export const RunSummary = Run.pick({
  id: true,
  runbookId: true,
  runbookTitle: true,
  ticketId: true,
  ticketTitle: true,
  status: true,
  reason: true,
  startedBy: true,
  startedAt: true,
  endedAt: true,
  dryRun: true,
  console: true,
}).extend({
  stepsDone: z.int(),
  stepsTotal: z.int(),
  currentStep: z.string().nullable(),
  stars: z.int().nullable(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** A piece of a step's output. Secrets are masked before it is stored. ANSI is kept: the terminal draws it. */
export const OutputChunk = z.strictObject({
  stepIndex: z.int(),
  attempt: z.int(),
  /** Position in this run's whole output, in characters: ask for what follows `position + text.length`. */
  position: z.int().nonnegative(),
  channel: z.enum(['stdout', 'stderr', 'note']), // note: Quarterdeck's own words
  at: Timestamp,
  text: z.string(),
})
export type OutputChunk = z.infer<typeof OutputChunk>

export const RunEvent = z.strictObject({
  seq: z.int(),
  at: Timestamp,
  type: z.string(),
  by: z.string(),
  detail: z.string(),
})

const One = z.strictObject({ id: RunId })

export const runs = {
  list: query(
    PageInput.extend({
      view: z.enum(['active', 'ended', 'all']).default('all'),
      ticketId: TicketId.nullable().default(null),
    }),
    pageOf(RunSummary),
  ),
  get: query(One, Run),
  /** The last runs of a runbook, newest first. */
  ofRunbook: query(
    z.strictObject({ runbookId: RunbookId, limit: z.int().min(1).max(50).default(5) }),
    z.array(RunSummary),
  ),
  history: query(One, z.array(RunEvent)),
  /** What was written so far, then live until the run ends. */
  output: stream(One.extend({ from: z.int().nonnegative().default(0) }), OutputChunk),
  /** Refused with `conflict` when the plan has problems, or when a run for this ticket and runbook is under way. */
  start: command(PlanRequest.extend({ dryRun: z.boolean().default(false) }), Run),
  /** At the next step border; the running step is stopped, its process group ended. Never interrupts an undo. */
  cancel: command(One, Run),
  pause: command(One, Run),
  resume: command(One, Run),
  /** Every run of this console that paused by itself: after sleep, a lost network, a locked screen. */
  resumeAll: command(Empty, z.strictObject({ resumed: z.int() })),
  /** From the failed step, in the same snapshot. */
  retry: command(One, Run),
  /** Takes back what was done, last first. Each undo asks for approval by the same rules. */
  undo: command(One, Run),
  /** An unknown outcome: `done` it happened, `retry` it did not and may be done again, `failed` it did not and stays so. */
  decide: command(
    One.extend({
      stepIndex: z.int().nonnegative(),
      outcome: z.enum(['done', 'retry', 'failed']),
      note: Reason,
    }),
    Run,
  ),
  /** A manual step, by the person who did it. */
  complete: command(
    One.extend({
      stepIndex: z.int().nonnegative(),
      outcome: z.enum(['done', 'failed', 'skipped']),
      note: Note.default(''),
    }),
    Run,
  ),
  /** One item of a manual step's checklist, or taken back. */
  tick: command(
    One.extend({
      stepIndex: z.int().nonnegative(),
      item: z.int().nonnegative(),
      done: z.boolean(),
    }),
    Run,
  ),
  /** Consoles with active runs, and when each last moved one. */
  consoles: query(
    Empty,
    z.array(
      z.strictObject({
        console: z.string(),
        runs: z.int(),
        lastMovedAt: Timestamp,
        ours: z.boolean(),
      }),
    ),
  ),
  /**
   * Drives from here what a console that is gone for good had started. What was executing there becomes unknown, reads
   * excepted. Refused with `conflict` for this very console, or where the store has only one.
   */
  takeOver: command(
    z.strictObject({ console: z.string().max(400), reason: Reason }),
    z.strictObject({ taken: z.int() }),
    { role: 'admin' },
  ),
  rate: command(One.extend({ feedback: Feedback }), Run),
  changed: event(z.strictObject({ id: RunId, status: RunStatus, ticketId: TicketId.nullable() })),
}
