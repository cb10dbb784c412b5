import type { FrozenAction } from '#contract/actions'
import type { PolicyDecision } from '#contract/policies'
import type {
  ApprovalId,
  ConnectionId,
  OperatorId,
  RiskTier,
  RunId,
  Timestamp,
} from '#contract/primitives'
import type { Runbook, StepKind } from '#contract/runbooks'
import type { Run, RunStatus, RunStep } from '#contract/runs'
import type { Outcome } from '#domains/connections'

/** What the machine has to know of a runbook's step. It never changes during a run. */
export interface StepRule {
  readonly name: string
  readonly title: string
  readonly kind: StepKind
  readonly when: string | null
  readonly verify: string | null
  readonly undo: string | null // a step's name, `irreversible`, or null
  readonly retry: { readonly times: number; readonly delayMs: number }
  readonly idempotent: boolean
  /** The plan said that a person is asked, whatever the tier turns out to be. */
  readonly asks: boolean
  readonly timeoutMs: number
  readonly wait: {
    readonly timerMs: number | null
    readonly until: string | null
    readonly everyMs: number
    readonly alert: string | null
    readonly holds: number
  } | null
  readonly before: string | null
  readonly dueMs: number | null
  /** How many things a person ticks off before it is done. */
  readonly items: number
  /** The step that called the runbook it is of. */
  readonly caller: string | null
}

/** Where a step stands, finer than what the operator sees: each phase that waits for the driver has its own name. */
export type Phase =
  | 'pending'
  | 'evaluating' // its condition
  | 'freezing'
  | 'gathering' // of a group: its members are being frozen
  | 'ready' // of a member: frozen, and waits to be let go
  | 'fanning' // of a group: its members are on their way
  | 'asking' // the approval is being made
  | 'awaiting_approval'
  | 'approved' // and held by a pause
  | 'dispatching' // waits for its target and a place, then starts
  | 'executing'
  | 'awaiting_person'
  | 'notifying'
  | 'waiting' // a timer, or until a check holds
  | 'retrying' // the pause before the next attempt
  | 'unknown'
  | Done
export type Done = 'succeeded' | 'warned' | 'failed' | 'skipped' | 'rejected' | 'cancelled'

export interface StepState {
  readonly index: number
  readonly name: string
  readonly purpose: RunStep['purpose']
  /** The step it takes back, proves or waits for; null for planned steps and the runbook's own probe. */
  readonly of: number | null
  /** The step over several targets that it is a part of. */
  readonly group: number | null
  /** Of a step over several targets: how many at once, and after how many failures it stops. */
  readonly fan: { readonly atOnce: number; readonly stopAfter: number } | null
  /** One of several targets; null = where the plan says. */
  readonly target: { readonly connectionId: ConnectionId; readonly connectionName: string } | null
  /** A check that comes before the step it is `of`. */
  readonly before: boolean
  /** A probe that is repeated until it holds often enough. */
  readonly repeats: boolean
  readonly phase: Phase
  /** Counts how often its turn came, so that an answer to an earlier turn is known to be late. */
  readonly turn: number
  readonly attempt: number
  /** Failed attempts since an operator last set it going. */
  readonly failures: number
  readonly held: number
  readonly frozen: FrozenAction | null
  /** What the policy said when it was frozen; absent in runs of before there were rules. */
  readonly policy?: PolicyDecision
  readonly approvalId: ApprovalId | null
  /** Why it was not approved. */
  readonly refusal: 'rejected' | 'expired' | null
  readonly startedAt: Timestamp | null
  readonly endedAt: Timestamp | null
  readonly dueAt: Timestamp | null
  readonly exitCode: number | null
  readonly summary: string
  readonly undoneBy: number | null
  /** It started, and nobody knows for sure that it did nothing. */
  readonly touched: boolean
  readonly wasTouched: boolean
  readonly outputBytes: number
  /** What its last attempt gave to later steps, checked. */
  readonly outputs: Readonly<Record<string, string>>
  /** Items of its checklist that were ticked off. */
  readonly ticks: Readonly<Record<number, { readonly by: string; readonly at: Timestamp }>>
  /** Its due date has passed, and somebody was told. */
  readonly overdue: boolean
}

/** Why a run ended; decides what becomes of its ticket. */
export type Cause =
  | 'verified'
  | 'dry_run'
  | 'nothing_to_verify'
  | 'not_verified'
  | 'step_failed'
  | 'rejected'
  | 'expired'
  | 'cancelled'
  | 'undone'
  | 'undo_failed'

export interface End {
  readonly status: Extract<
    RunStatus,
    'succeeded' | 'unverified' | 'failed' | 'cancelled' | 'undone'
  >
  readonly cause: Cause
  readonly reason: string
  readonly at: Timestamp
}

export interface RunState {
  readonly runId: RunId
  readonly hasTicket: boolean
  /** Nothing but reads is carried out. */
  readonly dryRun: boolean
  readonly rules: Readonly<Record<string, StepRule>>
  readonly verify: Runbook['verify']
  readonly mode: 'forward' | 'verify' | 'undo'
  readonly steps: readonly StepState[]
  /** Indexes of what runs forward: planned steps, each followed by the check that proves it. */
  readonly order: readonly number[]
  readonly paused: { readonly by: string; readonly reason: string; readonly at: Timestamp } | null
  readonly cancelledBy: string | null
  /** The deadline of what is being probed has passed. */
  readonly late: boolean
  readonly alertResolved: boolean
  readonly deadline: Timestamp | null
  readonly end: End | null
  readonly feedback: Run['feedback']
  /** Who last set it going: approvals are asked for in this name. */
  readonly operator: { readonly id: OperatorId; readonly name: string }
}

interface OfTurn {
  readonly step: number
  readonly turn: number
}
type Operator = RunState['operator']
/** What happened. Facts only: one that does not fit the state (late, doubled, out of turn) changes nothing. */
export type Fact =
  | { readonly type: 'started'; readonly inputs: Readonly<Record<string, string>> }
  | ({ readonly type: 'condition'; readonly met: boolean; readonly why: string } & OfTurn)
  | ({
      readonly type: 'frozen'
      readonly frozen: FrozenAction
      readonly policy?: PolicyDecision
    } & OfTurn)
  | ({ readonly type: 'not_frozen'; readonly reason: string } & OfTurn)
  | ({ readonly type: 'asked'; readonly approvalId: ApprovalId | null } & OfTurn)
  | ({
      readonly type: 'answered'
      readonly approvalId: ApprovalId
      readonly answer: 'approved' | 'rejected' | 'expired'
      readonly comment: string
    } & OfTurn)
  | ({
      readonly type: 'dispatched'
      readonly approvalId: ApprovalId | null
      readonly hash: string
    } & OfTurn)
  | ({ readonly type: 'not_dispatched'; readonly reason: string } & OfTurn)
  | ({
      readonly type: 'finished'
      readonly outcome: Outcome
      readonly outputBytes: number
      /** What it gave to later steps, checked; or why that cannot be had. */
      readonly outputs?: Readonly<Record<string, string>>
      readonly outputProblem?: string
    } & OfTurn)
  | ({ readonly type: 'timer'; readonly dueAt: Timestamp } & OfTurn)
  | { readonly type: 'deadline'; readonly dueAt: Timestamp }
  | { readonly type: 'alert'; readonly resolved: boolean }
  | ({ readonly type: 'notified' } & OfTurn)
  | ({ readonly type: 'alert_resolved' } & OfTurn)
  | ({ readonly type: 'ticked'; readonly item: number; readonly done: boolean } & OfTurn)
  | ({
      readonly type: 'completed'
      readonly outcome: 'done' | 'failed' | 'skipped'
      readonly note: string
    } & OfTurn)
  | ({
      readonly type: 'decided'
      readonly outcome: 'done' | 'retry' | 'failed'
      readonly note: string
      readonly operator: Operator
    } & OfTurn)
  | { readonly type: 'paused'; readonly reason: string }
  | { readonly type: 'resumed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'retried'; readonly operator: Operator }
  | { readonly type: 'undo_wanted'; readonly operator: Operator }
  | { readonly type: 'restarted' }
  | {
      readonly type: 'taken_over'
      readonly from: string
      readonly console: string
      readonly reason: string
    }
  | { readonly type: 'rated'; readonly feedback: NonNullable<Run['feedback']> }
export type RunFact = Fact & { readonly at: Timestamp; readonly by: string }

export type StepOrder = OfTurn & {
  readonly type:
    | 'evaluate'
    | 'freeze'
    | 'ask'
    | 'await_answer'
    | 'dispatch'
    | 'perform'
    | 'abort'
    | 'notify'
    | 'await_alert'
}
/** What the driver has to do. */
export type Command =
  | StepOrder
  | ({ readonly type: 'timer'; readonly dueAt: Timestamp } & OfTurn)
  | { readonly type: 'deadline'; readonly dueAt: Timestamp }
  | { readonly type: 'watch_alert' }

const DONE = new Set<Phase>(['succeeded', 'warned', 'failed', 'skipped', 'rejected', 'cancelled'])

/** Has it come to an end, good or bad? */
export function isDone({ phase }: StepState): boolean {
  return DONE.has(phase)
}

/** Did it end in a way that the next step may follow? */
export function isPassed({ phase }: StepState): boolean {
  return phase === 'succeeded' || phase === 'warned' || phase === 'skipped'
}

/** Did it end in a way that stops everything after it? */
export function isStopped(step: StepState): boolean {
  return isDone(step) && !isPassed(step)
}

/** Is it on a target now, or may it still be? */
export function isBusy({ phase }: StepState): boolean {
  return phase === 'executing' || phase === 'unknown'
}

/** The tier by which a step is treated: until it is frozen nobody knows, so the worst is assumed. */
export function tierOf({ frozen }: StepState): RiskTier {
  return frozen?.tier ?? 'destroy'
}

/** Has a person to agree before it starts? The policy decides; where there is none, the tier and what the step claims to be. */
export function needsApproval(step: StepState, rule: StepRule): boolean {
  if (tierOf(step) !== 'destroy' && step.policy) return step.policy.effect !== 'allow'
  return rule.asks || tierOf(step) !== 'read'
}

/** May it be repeated without asking whether it already happened? */
export function isSafe(step: StepState, rule: StepRule): boolean {
  return tierOf(step) === 'read' || rule.idempotent
}
