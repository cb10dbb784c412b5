import type { Timestamp } from '#contract/primitives'
import {
  type Cause,
  type End,
  isBusy,
  isDone,
  isPassed,
  isStopped,
  type RunState,
  type StepState,
} from './run-state'
import { advanceGathering, advanceGroup, openGroup } from './run-group'
import { change, end, ruleOf } from './run-steps'
import { enter } from './run-turns'

/** Goes on from what just happened: the next step, the verification, the next undo, or the end. */
export function advance(state: RunState, at: Timestamp): RunState {
  if (state.end) return state
  if (state.steps.some(isBusy)) {
    const group = openGroup(state)
    return group ? driveOn(state, group.index, at) : state
  }
  if (state.mode === 'undo') return advanceUndo(state, at)
  if (state.cancelledBy)
    return finish(state, at, 'cancelled', 'cancelled', `Cancelled by ${state.cancelledBy}.`)
  return state.mode === 'forward' ? advanceForward(state, at) : advanceVerification(state, at)
}

function advanceForward(state: RunState, at: Timestamp): RunState {
  const sequence = state.order.map((index) => state.steps[index]!)
  const stopped = sequence.find(isStopped)
  if (stopped) return fail(state, stopped, at)
  const current = sequence.find((step) => !isDone(step))
  if (!current) return beginVerification(state, at)
  const driven = driveOn(state, current.index, at)
  const now = driven.steps[current.index]!
  if (isDone(now)) return advance(driven, at)
  if (now.phase !== 'waiting') return driven
  const probe = driven.steps.find((step) => step.repeats && step.of === current.index)
  if (probe) return advanceUntil(driven, now, probe, at)
  return driven.late ? advance(giveUp(driven, now, at), at) : driven
}

function giveUp(state: RunState, waiting: StepState, at: Timestamp): RunState {
  const summary = 'The alert was not resolved in time'
  return end({ ...state, late: false }, waiting.index, at, { phase: 'failed', summary })
}

/** As far as this step goes without anything new being known. */
function driveOn(state: RunState, index: number, at: Timestamp): RunState {
  let next = state
  for (;;) {
    const step = next.steps[index]!
    const after = isDone(step) ? next : drive(next, step, at)
    if (after === next) return next
    next = after
  }
}

/** A pause holds a step at its two borders: before its turn, and between its approval and its start. */
function drive(state: RunState, step: StepState, at: Timestamp): RunState {
  if (step.phase === 'gathering') return advanceGathering(state, step, at)
  if (step.phase === 'fanning') return advanceGroup(state, step, at)
  if (state.paused) return state
  if (step.phase === 'pending') return enter(state, step, at)
  if (step.phase !== 'approved') return state
  return change(state, step.index, { phase: step.fan ? 'fanning' : 'dispatching' })
}

function advanceUntil(
  state: RunState,
  waiting: StepState,
  probe: StepState,
  at: Timestamp,
): RunState {
  if (isPassed(probe)) {
    const inTime = { ...state, late: false }
    return advance(end(inTime, waiting.index, at, { phase: 'succeeded', summary: '' }), at)
  }
  if (isStopped(probe) || state.late) {
    const why = state.late ? 'It did not hold in time' : probe.summary
    const failed = end({ ...state, late: false }, waiting.index, at, {
      phase: 'failed',
      summary: `${titleOf(state, probe)}: ${why}`,
    })
    return advance(withoutProbe(failed, probe, at), at)
  }
  return drive(state, probe, at)
}

function withoutProbe(state: RunState, probe: StepState, at: Timestamp): RunState {
  if (isDone(probe)) return state
  return end(state, probe.index, at, { phase: 'failed', summary: 'It did not hold in time' })
}

function beginVerification(state: RunState, at: Timestamp): RunState {
  const { verify } = state
  if (state.dryRun) return endDryRun(state, at)
  const asksAlert = verify?.alertResolved === true && state.hasTicket
  if (!verify || (!verify.probe && !asksAlert)) {
    const reason = 'All steps are done. The runbook does not say how to verify the fix.'
    return finish(state, at, 'succeeded', 'nothing_to_verify', reason)
  }
  const deadline = at + verify.withinMs
  return advance({ ...state, mode: 'verify', late: false, deadline }, at)
}

function endDryRun(state: RunState, at: Timestamp): RunState {
  const own = state.steps.filter(({ purpose }) => purpose === 'step' || purpose === 'target')
  const ran = own.filter(({ attempt }) => attempt > 0).length
  const reason = `Dry run: ${ran} ${ran === 1 ? 'read was' : 'reads were'} carried out, nothing was changed and nothing was asked for.`
  return finish(state, at, 'succeeded', 'dry_run', reason)
}

/** What the fix is proved by, and how far that is. */
export function proofOf(state: RunState): {
  probe: StepState | undefined
  probeHolds: boolean
  alertHolds: boolean
} {
  const probe = state.steps.find((step) => step.repeats && step.of === null)
  const asksAlert = state.verify?.alertResolved === true && state.hasTicket
  return {
    probe,
    probeHolds: !probe || isPassed(probe),
    alertHolds: !asksAlert || state.alertResolved,
  }
}

function advanceVerification(state: RunState, at: Timestamp): RunState {
  const { probe, probeHolds, alertHolds } = proofOf(state)
  if (probeHolds && alertHolds)
    return finish(state, at, 'succeeded', 'verified', 'All steps are done and the fix is verified.')
  if (state.late || (probe && isStopped(probe))) {
    const gaps = [
      ...(probeHolds ? [] : [`“${titleOf(state, probe!)}” did not hold: ${lastWords(probe!)}`]),
      ...(alertHolds ? [] : ['the alert is still firing']),
    ]
    const reason = `All steps are done, but the fix did not show: ${gaps.join('; ')}.`
    return finish(state, at, 'unverified', 'not_verified', reason)
  }
  return probe && !probeHolds ? drive(state, probe, at) : state
}

function lastWords({ summary, attempt }: StepState): string {
  if (summary) return withoutStop(summary)
  return attempt === 0 ? 'it never ran' : `tried ${attempt} times`
}

const withoutStop = (text: string) => text.replace(/\.$/, '')

/** Last first. A step that did not touch its target needs no undo. */
function advanceUndo(state: RunState, at: Timestamp): RunState {
  const undos = undoStepsOf(state)
  const stopped = undos.find(isStopped)
  if (stopped) {
    const reason = `The undo stopped at “${titleOf(state, stopped)}”: ${withoutStop(stopped.summary) || stopped.phase}.`
    return finish(state, at, 'failed', 'undo_failed', reason)
  }
  const next = undos.find((step) => !isDone(step))
  if (next) {
    const driven = driveOn(state, next.index, at)
    return isDone(driven.steps[next.index]!) ? advance(driven, at) : driven
  }
  const left = state.steps.filter(
    (step) => step.touched && step.group === null && isIrreversible(state, step),
  )
  const names = left.map((step) => `“${titleOf(state, step)}”`).join(', ')
  const rest = left.length > 0 ? ` These cannot be taken back: ${names}.` : ''
  return finish(state, at, 'undone', 'undone', `What could be taken back was taken back.${rest}`)
}

/** The registered undos of steps that touched their target, in the order in which they run. */
export function undoStepsOf(state: RunState): StepState[] {
  return state.steps
    .filter(
      (step) => step.purpose === 'undo' && step.group === null && state.steps[step.of!]!.touched,
    )
    .toReversed()
}

function isIrreversible(state: RunState, step: StepState): boolean {
  return ruleOf(state, step).undo === 'irreversible'
}

function fail(state: RunState, step: StepState, at: Timestamp): RunState {
  const title = titleOf(state, step)
  if (step.before && step.phase === 'failed') {
    const kept = titleOf(state, state.steps[step.of!]!)
    const reason = `“${kept}” was not begun: “${title}” does not hold: ${step.summary}`
    return finish(state, at, 'failed', 'step_failed', reason)
  }
  if (step.phase === 'rejected') {
    const reason = `“${title}” was not approved: ${step.summary}`
    return finish(state, at, 'failed', step.refusal ?? 'rejected', reason)
  }
  return finish(state, at, 'failed', 'step_failed', `“${title}” failed: ${step.summary}`)
}

export function titleOf(state: RunState, step: StepState): string {
  return ruleOf(state, step).title
}

/** Nothing is left open: what waited for somebody is closed with the run, what never came stays `pending`. */
function finish(
  state: RunState,
  at: Timestamp,
  status: End['status'],
  cause: Cause,
  reason: string,
): RunState {
  const steps = state.steps.map((step): StepState => {
    if (isDone(step) || step.phase === 'pending') return step
    return { ...step, phase: 'cancelled', endedAt: at, dueAt: null }
  })
  const over = { paused: null, late: false, deadline: null }
  return { ...state, ...over, steps, end: { status, cause, reason, at } }
}
