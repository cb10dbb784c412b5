import type { Connection } from '#contract/connections'
import type { PlanStep } from '#contract/plans'
import type { PolicyDecision } from '#contract/policies'
import type { Runbook, RunbookStep } from '#contract/runbooks'
import type { Assessment } from '#domains/risk'
import { notesOf } from './plan-notes'
import type { Target } from './plan-targets'

/** A step as it will run, before anything runs. */
export function toPlanStep(
  step: RunbookStep,
  index: number,
  {
    runbook,
    reach,
    target,
    policy,
  }: {
    runbook: Runbook
    reach: Assessment
    target: Target | undefined
    policy: PolicyDecision
  },
): PlanStep {
  return {
    index,
    name: step.name,
    title: step.title,
    kind: step.kind,
    language: step.language,
    code: step.code,
    tier: reach.tier,
    tierReasons: [...reach.reasons],
    needsApproval: policy.effect !== 'allow' && isAsked(step),
    policy,
    undo: undoText(step, runbook),
    problem: problemOf(reach, target) ?? denialOf(policy),
    ...placeOf(step, runbook, target),
  }
}

/** Where it goes, and what else there is to know. */
function placeOf(step: RunbookStep, runbook: Runbook, target: Target | undefined) {
  const targets = severalOf(target)
  const notes = notesOf(step, runbook, targets?.length ?? 0)
  return {
    connectionId: null,
    connectionName: null,
    ...(target && 'connection' in target && placed(target.connection)),
    ...(targets && { targets }),
    ...(notes.length > 0 && { notes }),
  }
}

const placed = ({ id, name }: Connection) => ({ connectionId: id, connectionName: name })

function severalOf(target: Target | undefined) {
  return target && 'connections' in target ? target.connections.map(placed) : undefined
}

/** Does it run something somewhere? The other kinds are words for people. */
export function runsSomething({ kind }: RunbookStep): boolean {
  return kind === 'check' || kind === 'change'
}

/** In the order of the plan: the steps that run by themselves, then those that only run when called. */
export function inOrder({ steps }: Runbook): { steps: RunbookStep[]; onCall: RunbookStep[] } {
  return { steps: steps.filter((step) => !isCalled(step)), onCall: steps.filter(isCalled) }
}

/** The steps that call this one as their undo, or as a check around them. */
export function callersOf({ name }: RunbookStep, { steps }: Runbook): RunbookStep[] {
  return steps.filter(
    ({ undo, verify, before, wait }) =>
      undo === name || verify === name || before === name || wait?.until === name,
  )
}

function isCalled({ isUndo, isProbe }: RunbookStep): boolean {
  return isUndo || isProbe === true
}

/** The other kinds are words for people, and nothing to agree to. */
function isAsked({ kind }: RunbookStep): boolean {
  return kind === 'approval' || kind === 'change' || kind === 'check'
}

function denialOf({ effect, why, rules }: PolicyDecision): string | null {
  if (effect !== 'deny') return null
  return rules.length > 0 ? `The policy denies this (${rules.join(', ')}): ${why}` : why
}

function undoText(step: RunbookStep, runbook: Runbook): string | null {
  if (step.undo === null || step.undo === 'irreversible') return step.undo
  return runbook.steps.find(({ name }) => name === step.undo)?.code ?? null
}

function problemOf({ tier, reasons }: Assessment, target: Target | undefined): string | null {
  if (tier === 'forbidden') return `This is never run: ${reasons.join(', ')}.`
  return target && 'problem' in target ? target.problem : null
}
