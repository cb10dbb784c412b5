import type { PolicyDecision } from '#contract/policies'
import type { NewApproval } from '#domains/approvals'
import { type Held, plannedAs, stepNamed, textOf } from './run-snapshot'
import type { RunState, StepState } from './run-state'

/** Why the policy stops it, for the history of the run. */
export function denialWords({ why, rules }: PolicyDecision): string {
  return rules.length > 0 ? `The policy denies this (${rules.join(', ')}): ${why}` : why
}

/** The card an approver reads: from the frozen action and the snapshot, never from what somebody says about them. */
export function toApproval(held: Held, step: StepState, policy: PolicyDecision): NewApproval {
  const { id, snapshot, ticketId, ticketTitle, state } = held
  const { plan } = snapshot
  return {
    runId: id,
    stepIndex: step.index,
    stepTitle: state.rules[step.name]!.title,
    stepCount: plan.steps.length,
    runbookId: plan.runbookId,
    runbookTitle: plan.runbookTitle,
    ticketId,
    ticketTitle,
    frozen: step.frozen,
    policy,
    checksPassed: checksPassed(state),
    requestedBy: state.operator.name,
    requesterId: state.operator.id,
    ...(step.purpose === 'step' ? aboutStep(held, step) : aboutCall(held, step)),
  }
}

type About = Pick<NewApproval, 'purpose' | 'prompt' | 'undo' | 'verify' | 'pointOfNoReturn'>

function aboutStep({ snapshot, state }: Held, step: StepState): About {
  const rule = state.rules[step.name]!
  const proof = rule.verify ?? snapshot.plan.verify?.probe
  const rest = {
    undo: plannedAs(snapshot, step)?.undo ?? null,
    verify: proof ? stepNamed(snapshot, proof).code : null,
    pointOfNoReturn: snapshot.plan.pointOfNoReturn === step.index,
  }
  if (!step.frozen) {
    return { ...rest, purpose: 'gate', prompt: textOf(snapshot, step.name) }
  }
  const prompt = stepNamed(snapshot, step.name).description
  return { ...rest, purpose: 'step', prompt }
}

/** An undo, or a check that does more than read. */
function aboutCall({ snapshot }: Held, step: StepState): About {
  return {
    purpose: step.purpose === 'undo' ? 'undo' : 'step',
    prompt: stepNamed(snapshot, step.name).description,
    undo: null,
    verify: null,
    pointOfNoReturn: false,
  }
}

function checksPassed(state: RunState): NewApproval['checksPassed'] {
  const times = state.steps
    .filter(({ phase, name }) => phase === 'succeeded' && state.rules[name]!.kind === 'check')
    .map(({ endedAt }) => endedAt ?? 0)
  return { count: times.length, lastAt: times.length > 0 ? Math.max(...times) : null }
}
