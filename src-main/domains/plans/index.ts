import type { Action } from '#contract/actions'
import type { Plan, PlanRequest } from '#contract/plans'
import type { RunbookRecord, RunbookStep } from '#contract/runbooks'
import type { Serves } from '#platform/caller'

// A plan is a runbook bound to a ticket: inputs, targets, tiers and undo resolved. Makes them; starts nothing.

export interface MadePlan {
  readonly plan: Plan
  readonly record: RunbookRecord
}

export interface Plans extends Serves<'plans'> {
  /** Throws Refusal `not_found`; every other problem is in the plan. */
  prepare(request: PlanRequest): Promise<MadePlan>
  /** The exact bytes a step will run, now: inputs as environment (`QD_<NAME>` upper case), target as it is at this moment. Throws Refusal `conflict`. */
  freeze(step: RunbookStep, plan: Plan): Promise<Action>
}
