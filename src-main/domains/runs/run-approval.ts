import type { PolicyDecision } from '#contract/policies'
import type { NewApproval } from '#domains/approvals'
import { type Held, plannedAs, stepNamed, textOf } from './run-snapshot'
import type { RunState, StepState } from './run-state'

const WHY = {
  read: 'It looks like a read, but the runbook calls it a change: a person has to agree.',
  reach_out: 'It talks to something beyond its target: a person has to agree.',
  change: 'It changes something: a person has to agree.',
  destroy: 'It can destroy something: a person has to agree to exactly this.',
  forbidden: 'It is never run.',
} as const

const ASKED: Omit<PolicyDecision, 'why'> = {
  effect: 'ask',
  source: 'tier',
  rules: [],
  requires: null,
}

/** The card an approver reads: from the frozen action and the snapshot, never from what somebody says about them. */
export function toApproval(held: Held, step: StepState): NewApproval {
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
    checksPassed: checksPassed(state),
    requestedBy: state.operator.name,
    requesterId: state.operator.id,
    ...(step.purpose === 'step' ? aboutStep(held, step) : aboutCall(held, step)),
  }
}

type About = Pick<
  NewApproval,
  'purpose' | 'prompt' | 'policy' | 'undo' | 'verify' | 'pointOfNoReturn'
>

function aboutStep({ snapshot, state }: Held, step: StepState): About {
  const rule = state.rules[step.name]!
  const proof = rule.verify ?? snapshot.plan.verify?.probe
  const rest = {
    undo: plannedAs(snapshot, step)?.undo ?? null,
    verify: proof ? stepNamed(snapshot, proof).code : null,
    pointOfNoReturn: snapshot.plan.pointOfNoReturn === step.index,
  }
  if (!step.frozen) {
    const why = 'The runbook asks for consent here.'
    const policy = { ...ASKED, source: 'runbook', why } as const
    return { ...rest, purpose: 'gate', prompt: textOf(snapshot, step.name), policy }
  }
  const prompt = stepNamed(snapshot, step.name).description
  return { ...rest, purpose: 'step', prompt, policy: { ...ASKED, why: WHY[step.frozen.tier] } }
}

/** An undo, or a check that does more than read. */
function aboutCall({ snapshot }: Held, step: StepState): About {
  return {
    purpose: step.purpose === 'undo' ? 'undo' : 'step',
    prompt: stepNamed(snapshot, step.name).description,
    policy: { ...ASKED, why: WHY[step.frozen?.tier ?? 'destroy'] },
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
