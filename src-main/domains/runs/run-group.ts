import type { Timestamp } from '#contract/primitives'
import {
  isDone,
  isPassed,
  isStopped,
  needsApproval,
  type Phase,
  type RunState,
  type StepState,
} from './run-state'
import { change, end, ruleOf } from './run-steps'
import { enter, membersOf } from './run-turns'

/**
 * A step over several targets is a group. Its members are frozen together and asked for together; then each goes its own
 * way, so many at once: the check before it, itself, the check after it. That is its lane.
 */
type Lane = readonly StepState[]

/** The group that is under way now, if there is one. */
export function openGroup(state: RunState): StepState | undefined {
  return state.steps.find(({ phase }) => phase === 'fanning')
}

function lanesOf(state: RunState, group: StepState): Lane[] {
  return membersOf(state, group).map((member) => {
    const checks = state.steps.filter(
      ({ of, purpose }) => of === member.index && purpose === 'probe',
    )
    return [...checks.filter(({ before }) => before), member, ...checks.filter(isAfter)]
  })
}

const isAfter = ({ before }: StepState) => !before
const isFailed = (lane: Lane) => lane.some(isStopped)
const isOver = (lane: Lane) => isFailed(lane) || lane.every(isPassed)
/** A member that is pending although its group is under way comes back: it was tried before. */
const hasBegun = (lane: Lane) =>
  lane.some(({ phase, purpose }) => (phase === 'pending' ? purpose !== 'probe' : phase !== 'ready'))
const isOpen = (lane: Lane) => hasBegun(lane) && !isOver(lane)

/** Goes on with a group that is being frozen, and asks for all of it at once if anything has to be asked for. */
export function advanceGathering(state: RunState, group: StepState, at: Timestamp): RunState {
  const members = membersOf(state, group)
  if (members.some(({ phase }) => phase === 'freezing')) return state
  const ready = members.filter(({ phase }) => phase === 'ready')
  const failures = members.filter(isStopped).length
  const isIdle = ready.length === 0 && lanesOf(state, group).every(isOver)
  if (isIdle || failures >= group.fan!.stopAfter) return closeGroup(state, group, at)
  const asks = ready.some((member) => needsApproval(member, ruleOf(state, member)))
  return change(state, group.index, { phase: asks ? 'asking' : 'approved', frozen: null })
}

/** The answer is for the whole set, and for nothing else. */
export function approveGroup(state: RunState, group: StepState): RunState {
  const { approvalId } = group
  const covered = new Set(membersOf(state, group).filter(({ phase }) => phase === 'ready'))
  const steps = state.steps.map((step) => (covered.has(step) ? { ...step, approvalId } : step))
  return change({ ...state, steps }, group.index, { phase: 'approved' })
}

/** Goes on with the lanes: what is begun first, then as many more as may be. A pause holds all of them at their borders. */
export function advanceGroup(state: RunState, group: StepState, at: Timestamp): RunState {
  const isHeld = state.paused !== null || (state.cancelledBy !== null && group.purpose !== 'undo')
  const next = isHeld ? state : letMoreGo(goOnWithBegun(state, group, at), group, at)
  const lanes = lanesOf(next, group)
  const rests = !lanes.some(isOpen) && (hasStopped(lanes, group) || lanes.every(isOver))
  return rests ? closeGroup(next, group, at) : next
}

function hasStopped(lanes: readonly Lane[], { fan }: StepState): boolean {
  return lanes.filter(isFailed).length >= fan!.stopAfter
}

function goOnWithBegun(state: RunState, group: StepState, at: Timestamp): RunState {
  let next = state
  for (const lane of lanesOf(state, group).filter(isOpen)) {
    const step = lane.find((one) => !isPassed(one))!
    next = driveInLane(next, step, at)
  }
  return next
}

function letMoreGo(state: RunState, group: StepState, at: Timestamp): RunState {
  let next = state
  for (;;) {
    const lanes = lanesOf(next, group)
    // Nobody knows what happened on one target: the others wait for the answer.
    const isUnknown = lanes.some((lane) => lane.some(({ phase }) => phase === 'unknown'))
    const waiting = lanes.find((lane) => !hasBegun(lane) && !isOver(lane))
    if (isUnknown || !waiting || hasStopped(lanes, group)) return next
    if (lanes.filter(isOpen).length >= group.fan!.atOnce) return next
    next = driveInLane(
      next,
      waiting.find((one) => !isPassed(one))!,
      at,
    )
  }
}

function driveInLane(state: RunState, step: StepState, at: Timestamp): RunState {
  if (step.phase === 'pending') return enter(state, step, at)
  const mayGo = step.phase === 'ready' || step.phase === 'approved'
  return mayGo ? change(state, step.index, { phase: 'dispatching' }) : state
}

/** The end of a group. Targets it never came to are as they were, for a retry to begin with. */
function closeGroup(state: RunState, group: StepState, at: Timestamp): RunState {
  const lanes = lanesOf(state, group)
  const members = new Set(lanes.flat())
  const steps = state.steps.map((step): StepState =>
    members.has(step) && !isDone(step) ? { ...step, phase: 'pending', dueAt: null } : step,
  )
  const phase = phaseOf(lanes, state)
  return end({ ...state, steps }, group.index, at, { phase, summary: summaryOf(lanes) })
}

function phaseOf(lanes: readonly Lane[], state: RunState) {
  const has = (phase: Phase) => lanes.some((lane) => lane.some((step) => step.phase === phase))
  const stopped = lanes.some(isFailed) || !lanes.every(isOver)
  if (stopped) return state.cancelledBy === null ? 'failed' : 'cancelled'
  if (lanes.length > 0 && lanes.every((lane) => lane.every(({ phase }) => phase === 'skipped')))
    return 'skipped'
  return has('warned') ? 'warned' : 'succeeded'
}

function summaryOf(lanes: readonly Lane[]): string {
  const failed = lanes.filter(isFailed)
  const well = lanes.filter((lane) => lane.every(isPassed)).length
  const done = `${well} of ${lanes.length} targets done`
  if (failed.length === 0) return well === lanes.length ? '' : `${done}.`
  const named = failed.slice(0, 5).map((lane) => {
    const step = lane.find(isStopped)!
    return `${step.target?.connectionName ?? '?'} (${step.summary || step.phase})`
  })
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : ''
  return `${done}; not ${named.join(', ')}${more}.`
}
