import type { PlanStep } from '#contract/plans'
import type { Runbook, RunbookStep } from '#contract/runbooks'
import type { Assessment } from '#domains/risk'
import type { Target } from './plan-targets'

/** A step as it will run, before anything runs. */
export function toPlanStep(
  step: RunbookStep,
  index: number,
  { runbook, reach, target }: { runbook: Runbook; reach: Assessment; target: Target | undefined },
): PlanStep {
  const connection = target && 'connection' in target ? target.connection : undefined
  return {
    index,
    name: step.name,
    title: step.title,
    kind: step.kind,
    language: step.language,
    code: step.code,
    tier: reach.tier,
    tierReasons: [...reach.reasons],
    needsApproval: needsApproval(step, reach),
    connectionId: connection?.id ?? null,
    connectionName: connection?.name ?? null,
    undo: undoText(step, runbook),
    problem: problemOf(reach, target),
  }
}

/** Does it run something somewhere? The other kinds are words for people. */
export function runsSomething({ kind }: RunbookStep): boolean {
  return kind === 'check' || kind === 'change'
}

/** In the order of the plan: the steps that run by themselves, then those that only run when called. */
export function inOrder({ steps }: Runbook): { steps: RunbookStep[]; onCall: RunbookStep[] } {
  return { steps: steps.filter((step) => !isCalled(step)), onCall: steps.filter(isCalled) }
}

function isCalled({ isUndo, isProbe }: RunbookStep): boolean {
  return isUndo || isProbe === true
}

/** Only what is parsed as a read, and does not claim to be more, runs without being asked for. */
function needsApproval({ kind }: RunbookStep, { tier }: Assessment): boolean {
  return kind === 'approval' || kind === 'change' || tier !== 'read'
}

function undoText(step: RunbookStep, runbook: Runbook): string | null {
  if (step.undo === null || step.undo === 'irreversible') return step.undo
  return runbook.steps.find(({ name }) => name === step.undo)?.code ?? null
}

function problemOf({ tier, reasons }: Assessment, target: Target | undefined): string | null {
  if (tier === 'forbidden') return `This is never run: ${reasons.join(', ')}.`
  return target && 'problem' in target ? target.problem : null
}
