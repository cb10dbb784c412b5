import type { PolicyDecision } from '#contract/policies'
import type { NewApproval } from '#domains/approvals'
import type { FrozenAction } from '#contract/actions'
import { type Held, plannedAs, stepNamed } from './run-snapshot'
import type { RunState, StepState } from './run-state'
import { textOf } from './run-text'

/** Why the policy stops it, for the history of the run. */
export function denialWords({ why, rules }: PolicyDecision): string {
  return rules.length > 0 ? `The policy denies this (${rules.join(', ')}): ${why}` : why
}

/** The card an approver reads: from the frozen action and the snapshot, never from what somebody says about them. */
export function toApproval(held: Held, step: StepState, policy: PolicyDecision): NewApproval {
  const { id, snapshot, ticketId, ticketTitle, state } = held
  const { plan } = snapshot
  const set = step.fan ? setOf(state, step) : undefined
  const frozen = set?.[0] ?? step.frozen
  return {
    runId: id,
    stepIndex: step.index,
    stepTitle: state.rules[step.name]!.title,
    stepCount: plan.steps.length,
    runbookId: plan.runbookId,
    runbookTitle: plan.runbookTitle,
    ticketId,
    ticketTitle,
    frozen,
    ...(set && { set }),
    policy,
    checksPassed: checksPassed(state),
    requestedBy: state.operator.name,
    requesterId: state.operator.id,
    ...(isOwnWork(step) ? aboutStep(held, step, frozen) : aboutCall(held, step)),
  }
}

const isOwnWork = ({ purpose }: StepState) => purpose === 'step' || purpose === 'target'

/** What one answer covers: the frozen action of every target that is ready to be let go. */
function setOf({ steps }: RunState, { index }: StepState): FrozenAction[] {
  const ready = steps.filter(({ group, phase }) => group === index && phase === 'ready')
  return ready.flatMap(({ frozen }) => frozen ?? [])
}

type About = Pick<NewApproval, 'purpose' | 'prompt' | 'undo' | 'verify' | 'pointOfNoReturn'>

function aboutStep(held: Held, step: StepState, frozen: FrozenAction | null): About {
  const { snapshot, state } = held
  const rule = state.rules[step.name]!
  const proof = rule.verify ?? snapshot.plan.verify?.probe
  const rest = {
    undo: plannedAs(snapshot, step)?.undo ?? null,
    verify: proof ? stepNamed(snapshot, proof).code : null,
    pointOfNoReturn: snapshot.plan.pointOfNoReturn === (step.group ?? step.index),
  }
  if (!frozen) return { ...rest, purpose: 'gate', prompt: textOf(held, step) }
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
