import type { Timestamp } from '#contract/primitives'
import { isPassed, type Phase, type RunState, type StepRule, type StepState } from './run-state'
import { change, end, ruleOf } from './run-steps'

/** Its turn comes: the condition first, then what its kind asks for. */
export function enter(state: RunState, step: StepState, at: Timestamp): RunState {
  const turn = step.turn + 1
  const fresh = { turn, approvalId: null, refusal: null, frozen: null, dueAt: null, endedAt: null }
  const entered = change(state, step.index, { ...fresh, overdue: false })
  const cause = skippedWith(state, step)
  if (cause)
    return end(entered, step.index, at, {
      phase: 'skipped',
      summary: `“${ruleOf(state, cause).title}” was skipped`,
    })
  if (whenOf(state, step) !== null) return change(entered, step.index, { phase: 'evaluating' })
  return begin(entered, step.index, at)
}

/** The condition that is looked at first: its own, or that of the step it comes before. */
export function whenOf(state: RunState, step: StepState): string | null {
  const subject = step.before ? state.steps[step.of!]! : step
  return subject.purpose === 'step' ? ruleOf(state, subject).when : null
}

/** What was skipped, and this step with it: the step that it proves, or the one that called its runbook. */
function skippedWith(state: RunState, step: StepState): StepState | undefined {
  const subject = step.purpose === 'probe' && step.of !== null ? state.steps[step.of]! : step
  if (subject !== step && subject.phase === 'skipped') return subject
  const { caller } = ruleOf(state, subject)
  const isCaller = ({ name, purpose }: StepState) => purpose === 'step' && name === caller
  const calling = caller === null ? undefined : state.steps.find(isCaller)
  return calling?.phase === 'skipped' ? calling : undefined
}

/** What a step does once its condition is met. */
export function begin(state: RunState, index: number, at: Timestamp): RunState {
  const step = state.steps[index]!
  const rule = ruleOf(state, step)
  if (rule.kind === 'run') return end(state, index, at, { phase: 'succeeded', startedAt: at })
  const phase = PHASE_OF_KIND[rule.kind]
  if (state.dryRun && phase !== 'freezing')
    return end(state, index, at, { phase: 'skipped', summary: DRY_RUN[rule.kind] })
  if (step.fan) return beginGathering(state, step, at)
  if (phase === 'awaiting_person') {
    const dueAt = rule.dueMs === null ? null : at + rule.dueMs
    return change(state, index, { phase, startedAt: at, dueAt })
  }
  if (phase !== 'waiting') return change(state, index, { phase })
  return change(state, index, { phase, startedAt: at, dueAt: at + longestOf(rule) })
}

function longestOf({ wait, timeoutMs }: StepRule): number {
  return wait && wait.timerMs !== null ? wait.timerMs : timeoutMs
}

const PHASE_OF_KIND: Record<Exclude<StepRule['kind'], 'run'>, Phase> = {
  check: 'freezing',
  change: 'freezing',
  manual: 'awaiting_person',
  approval: 'asking',
  notify: 'notifying',
  wait: 'waiting',
}

const DRY_RUN: Record<StepRule['kind'], string> = {
  check: '',
  change: '',
  run: '',
  manual: 'Dry run: somebody would do this by hand',
  approval: 'Dry run: consent would be asked for here',
  notify: 'Dry run: this would be told',
  wait: 'Dry run: it would wait here',
}

/** The members that a group is about: of an undo, those where something was touched. */
export function membersOf(state: RunState, { index, purpose }: StepState): StepState[] {
  return state.steps.filter(
    (step) =>
      step.group === index &&
      step.purpose !== 'probe' &&
      (purpose !== 'undo' || state.steps[step.of!]!.touched),
  )
}

/** Every member that is not done yet is frozen, before anybody is asked. */
function beginGathering(state: RunState, group: StepState, at: Timestamp): RunState {
  const todo = new Set(membersOf(state, group).filter((one) => !isPassed(one)))
  const steps = state.steps.map((step): StepState => {
    if (!todo.has(step)) return step
    const fresh = { approvalId: null, refusal: null, frozen: null, dueAt: null, endedAt: null }
    return { ...step, ...fresh, turn: step.turn + 1, phase: 'freezing' }
  })
  return change({ ...state, steps }, group.index, { phase: 'gathering', startedAt: at })
}
