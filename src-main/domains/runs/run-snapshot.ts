import type { Plan, PlanStep } from '#contract/plans'
import type { RunId, TicketId, Timestamp } from '#contract/primitives'
import type { RunbookRecord, RunbookStep } from '#contract/runbooks'
import { hashOf } from '#platform/canonical-json'
import type { RunState, StepRule, StepState } from './run-state'
import { newStep } from './run-steps'

/** What a run executes, as it was at the start: editing a runbook never changes a run. */
export interface Snapshot {
  readonly plan: Plan
  readonly record: RunbookRecord
}

/** A run in the hands of its driver. */
export interface Held {
  readonly id: RunId
  readonly snapshot: Snapshot
  readonly snapshotHash: string
  readonly ticketId: TicketId | null
  readonly ticketTitle: string | null
  readonly startedBy: string
  readonly startedAt: Timestamp
  /** Which console drives it: only there are its connections and secrets. */
  readonly console: string
  readonly state: RunState
  readonly seq: number
}

export function hashSnapshot(snapshot: Snapshot): string {
  return hashOf(snapshot)
}

/** The runbook's step of that name; plans with a missing one have a problem and are never started. */
export function stepNamed({ record }: Snapshot, name: string): RunbookStep {
  return record.runbook!.steps.find((step) => step.name === name)!
}

/** What the plan says about a step, also about one that only runs when it is called. */
export function plannedAs(
  { plan }: Snapshot,
  { name, purpose, index }: StepState,
): PlanStep | undefined {
  if (purpose === 'step') return plan.steps[index]
  return [...(plan.onCall ?? []), ...plan.steps].find((step) => step.name === name)
}

/**
 * The state before anything happened. Planned steps come first, then what belongs to them: their targets, the checks
 * around them, the probe; undos are added later.
 */
export function firstState(
  runId: RunId,
  snapshot: Snapshot,
  operator: RunState['operator'],
  dryRun = false,
): RunState {
  const { plan } = snapshot
  return {
    runId,
    hasTicket: plan.ticketId !== null && !dryRun,
    dryRun,
    rules: rulesOf(snapshot),
    verify: plan.verify,
    mode: 'forward',
    ...stepsOf(snapshot),
    paused: null,
    cancelledBy: null,
    late: false,
    alertResolved: false,
    deadline: null,
    end: null,
    feedback: null,
    operator,
  }
}

function stepsOf(snapshot: Snapshot): Pick<RunState, 'steps' | 'order'> {
  const { plan } = snapshot
  const steps = plan.steps.map(({ name }, index) => {
    const fan = stepNamed(snapshot, name).fan ?? null
    return newStep({ index, name, purpose: 'step', of: null, fan })
  })
  const order: number[] = []
  const add = (given: Pick<StepState, 'name' | 'of' | 'purpose'> & Partial<StepState>): number =>
    steps.push(newStep({ index: steps.length, ...given })) - 1
  const check = (name: string | null | undefined, of: number, more: Partial<StepState> = {}) =>
    name == null ? [] : [add({ name, of, purpose: 'probe', ...more })]
  for (const [index, { name, targets = [] }] of plan.steps.entries()) {
    const { verify, before, wait, fan } = stepNamed(snapshot, name)
    check(wait?.until, index, { repeats: true })
    if (!fan) {
      order.push(...check(before, index, { before: true }), index, ...check(verify, index))
      continue
    }
    order.push(index)
    for (const target of targets) {
      const group = { group: index, target }
      const member = add({ name, of: index, purpose: 'target', ...group })
      check(before, member, { before: true, ...group })
      check(verify, member, group)
    }
  }
  if (plan.verify?.probe)
    add({ name: plan.verify.probe, of: null, purpose: 'probe', repeats: true })
  return { steps, order }
}

/** The part of a state that is stored; the rest is in the snapshot. */
export function toStored(state: RunState): string {
  return JSON.stringify({ ...state, rules: undefined, verify: undefined })
}

export function fromStored(snapshot: Snapshot, stored: string): RunState {
  const state = JSON.parse(stored) as Omit<RunState, 'rules' | 'verify' | 'dryRun'> & {
    dryRun?: boolean
  }
  // What was stored by an earlier version lacks what came later.
  const steps = state.steps.map((step) => newStep(step))
  return {
    ...state,
    dryRun: state.dryRun ?? false,
    steps,
    rules: rulesOf(snapshot),
    verify: snapshot.plan.verify,
  }
}

function rulesOf({ plan, record }: Snapshot): Record<string, StepRule> {
  const planned = [...plan.steps, ...(plan.onCall ?? [])]
  const rules = (record.runbook?.steps ?? []).map((step): StepRule => {
    const { name, title, kind, when, verify, undo, retry, idempotent, timeoutMs } = step
    const rule = { name, title, kind, when, verify, undo, retry, idempotent, timeoutMs }
    const asks = planned.find((known) => known.name === name)?.needsApproval ?? true
    return { ...rule, ...flowRulesOf(step), asks }
  })
  return Object.fromEntries(rules.map((rule) => [rule.name, rule]))
}

function flowRulesOf({ wait, before, dueMs, checklist, scope }: RunbookStep) {
  return {
    wait: wait ? { ...wait, alert: wait.alert ?? null, holds: wait.holds ?? 1 } : null,
    before: before ?? null,
    dueMs: dueMs ?? null,
    items: checklist?.length ?? 0,
    caller: scope ? scope.slice(0, -1) : null,
  }
}

/** The values that the run was started with. */
export function inputsOf({ plan }: Snapshot): Record<string, string> {
  return Object.fromEntries(plan.inputs.map(({ name, value }) => [name, value ?? '']))
}
