import type { Plan, PlanStep } from '#contract/plans'
import type { RunId, TicketId, Timestamp } from '#contract/primitives'
import type { RunbookRecord, RunbookStep } from '#contract/runbooks'
import { hashOf } from '#platform/canonical-json'
import { type RunState, type StepRule, type StepState } from './run-state'
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

/** The state before anything happened. Planned steps come first, then their checks and the probe; undos are added later. */
export function firstState(
  runId: RunId,
  snapshot: Snapshot,
  operator: RunState['operator'],
): RunState {
  const { plan } = snapshot
  const rules = rulesOf(snapshot)
  const steps = plan.steps.map(({ name }, index) =>
    newStep({ index, name, purpose: 'step', of: null }),
  )
  const order: number[] = []
  const add = (name: string, of: number | null, repeats: boolean) =>
    steps.push(newStep({ index: steps.length, name, purpose: 'probe', of, repeats }))
  for (const [index, { name }] of plan.steps.entries()) {
    const { verify, wait } = rules[name]!
    order.push(index)
    if (wait?.until) add(wait.until, index, true)
    if (verify) order.push(add(verify, index, false) - 1)
  }
  if (plan.verify?.probe) add(plan.verify.probe, null, true)
  return {
    runId,
    hasTicket: plan.ticketId !== null,
    rules,
    verify: plan.verify,
    mode: 'forward',
    steps,
    order,
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

/** The part of a state that is stored; the rest is in the snapshot. */
export function toStored(state: RunState): string {
  return JSON.stringify({ ...state, rules: undefined, verify: undefined })
}

export function fromStored(snapshot: Snapshot, stored: string): RunState {
  const state = JSON.parse(stored) as Omit<RunState, 'rules' | 'verify'>
  return { ...state, rules: rulesOf(snapshot), verify: snapshot.plan.verify }
}

function rulesOf({ plan, record }: Snapshot): Record<string, StepRule> {
  const planned = [...plan.steps, ...(plan.onCall ?? [])]
  const rules = (record.runbook?.steps ?? []).map((step): StepRule => {
    const { name, title, kind, when, verify, undo, retry, idempotent, timeoutMs, wait } = step
    const rule = { name, title, kind, when, verify, undo, retry, idempotent, timeoutMs }
    const asks = planned.find((known) => known.name === name)?.needsApproval ?? true
    return { ...rule, asks, wait: wait ?? null }
  })
  return Object.fromEntries(rules.map((rule) => [rule.name, rule]))
}

/** The text of a step that runs nowhere: what a person reads. Inputs are filled in, on one line each. */
export function textOf({ plan, record }: Snapshot, name: string): string {
  const step = stepNamed({ plan, record }, name)
  const text = [step.description, step.language === 'text' ? step.code : '']
  return text
    .filter((part) => part.trim() !== '')
    .join('\n\n')
    .replaceAll(/\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g, (whole, input: string) => {
      const value = plan.inputs.find((known) => known.name === input)?.value
      return value === undefined || value === null
        ? whole
        : value.replaceAll(/\s+/g, ' ').slice(0, 200)
    })
}

/** What conditions may look at when a step's turn comes. */
export function inputsOf({ plan }: Snapshot): Record<string, string> {
  return Object.fromEntries(plan.inputs.map(({ name, value }) => [name, value ?? '']))
}
