import type { Timestamp } from '#contract/primitives'
import type { Outcome } from '#domains/connections'
import {
  type Done,
  type Fact,
  isSafe,
  type RunState,
  type StepRule,
  type StepState,
  tierOf,
} from './run-state'

/** Longest pause before a retry, however often it failed. */
const LONGEST_PAUSE_MS = 5 * 60_000

export function ruleOf(state: RunState, step: StepState): StepRule {
  return state.rules[step.name]!
}

/** The state with one step changed. */
export function change(state: RunState, index: number, changes: Partial<StepState>): RunState {
  const steps = state.steps.map((step) => (step.index === index ? { ...step, ...changes } : step))
  return { ...state, steps }
}

export function end(
  state: RunState,
  index: number,
  at: Timestamp,
  changes: Partial<StepState> & { phase: Done },
): RunState {
  return change(state, index, { endedAt: at, dueAt: null, ...changes })
}

interface Verdict {
  readonly phase: 'succeeded' | 'warned' | 'failed' | 'cancelled' | 'unknown' | 'retry'
  readonly summary: string
  readonly exitCode?: number
  /** Nothing happened on the target. */
  readonly untouched?: boolean
}

type Ended = Extract<Fact, { type: 'finished' }>

/** What an outcome means for a step; the one place where it is decided what is safe to repeat. */
function judge(state: RunState, step: StepState, { outcome, outputProblem }: Ended): Verdict {
  const rule = ruleOf(state, step)
  const again = step.failures < rule.retry.times ? 'retry' : 'failed'
  const ifSafe = isSafe(step, rule) ? again : 'failed'
  if (outcome.status === 'exited') return judgeExit(step, rule, outcome, ifSafe, outputProblem)
  if (outcome.status === 'not_started')
    return { phase: again, summary: `Did not start: ${outcome.reason}`, untouched: true }
  if (isUntouched(outcome)) return judgeUntouched(outcome, again)
  if (outcome.status === 'lost') return judgeLost(step, rule, outcome.reason)
  if ('stopped' in outcome && !outcome.stopped) return judgeLost(step, rule, unstopped(outcome))
  return outcome.status === 'cancelled'
    ? { phase: 'cancelled', summary: 'Stopped before it ended.' }
    : { phase: ifSafe, summary: outcome.reason }
}

function unstopped(outcome: Extract<Outcome, { stopped: boolean }>): string {
  return 'reason' in outcome
    ? outcome.reason
    : 'It was told to stop, but it is not known whether it did.'
}

type Untouched = Extract<Outcome, { untouched?: boolean }> & { readonly untouched: true }

function isUntouched(outcome: Outcome): outcome is Untouched {
  return 'untouched' in outcome && (outcome.untouched ?? false)
}

/** It ended, and it is proven that nothing of it was kept: it may be done again, and there is nothing to undo. */
function judgeUntouched(outcome: Untouched, again: 'retry' | 'failed'): Verdict {
  if (outcome.status === 'cancelled')
    return {
      phase: 'cancelled',
      summary: 'Stopped before it ended. Nothing was kept.',
      untouched: true,
    }
  return { phase: again, summary: outcome.reason, untouched: true }
}

function judgeExit(
  step: StepState,
  rule: StepRule,
  { exitCode, signal }: Extract<Outcome, { status: 'exited' }>,
  otherwise: 'retry' | 'failed',
  outputProblem: string | undefined,
): Verdict {
  if (signal) return { phase: otherwise, summary: `Ended by ${signal}`, exitCode }
  const warns = exitCode === 2 && rule.kind === 'check' && isOwnWork(step)
  if (outputProblem !== undefined && (exitCode === 0 || warns))
    return { phase: otherwise, summary: outputProblem, exitCode }
  if (exitCode === 0) return { phase: 'succeeded', summary: '', exitCode }
  if (warns) return { phase: 'warned', summary: 'The check warns (exit code 2)', exitCode }
  return { phase: otherwise, summary: `Exit code ${exitCode}`, exitCode }
}

/** As against checks around it and what takes it back. */
const isOwnWork = ({ purpose }: StepState) => purpose === 'step' || purpose === 'target'

/** It may have happened, or happen still. A read is asked again at least once; anything else only if declared safe. */
function judgeLost(step: StepState, rule: StepRule, summary: string): Verdict {
  const left = step.failures < Math.max(1, rule.retry.times)
  if (isSafe(step, rule) && left) return { phase: 'retry', summary }
  return { phase: tierOf(step) === 'read' ? 'failed' : 'unknown', summary }
}

/** Takes the outcome of an attempt: the end of the step, another attempt after a pause, or a question to a person. */
export function settle(state: RunState, step: StepState, ended: Ended, at: Timestamp): RunState {
  const verdict = judge(state, step, ended)
  const facts = learntFrom(step, ended, verdict)
  if (verdict.phase === 'unknown')
    return change(state, step.index, { ...facts, phase: 'unknown', endedAt: at })
  if (step.repeats) return settleProbe(state, step, verdict.phase === 'succeeded', facts, at)
  if (verdict.phase !== 'retry')
    return end(state, step.index, at, { ...facts, phase: verdict.phase })
  if (state.cancelledBy && step.purpose !== 'undo')
    return end(state, step.index, at, { ...facts, phase: 'cancelled' })
  const { delayMs } = ruleOf(state, step).retry
  const pause = Math.min(delayMs * 2 ** step.failures, LONGEST_PAUSE_MS)
  const failures = step.failures + 1
  return change(state, step.index, { ...facts, phase: 'retrying', failures, dueAt: at + pause })
}

function learntFrom(step: StepState, ended: Ended, verdict: Verdict) {
  const { phase, summary, exitCode = null, untouched } = verdict
  const gave = phase === 'succeeded' || phase === 'warned'
  return {
    outputs: (gave && ended.outputs) || {},
    outputBytes: step.outputBytes + ended.outputBytes,
    summary: phase === 'cancelled' && step.summary ? step.summary : summary,
    exitCode,
    touched: untouched ? step.wasTouched : step.touched,
  }
}

function settleProbe(
  state: RunState,
  step: StepState,
  holds: boolean,
  facts: Partial<StepState>,
  at: Timestamp,
): RunState {
  const held = holds ? step.held + 1 : 0
  if (held >= neededHolds(state, step))
    return end(state, step.index, at, { ...facts, held, phase: 'succeeded' })
  const dueAt = at + everyMs(state, step)
  return change(state, step.index, { ...facts, held, phase: 'waiting', endedAt: at, dueAt })
}

/** How often in a row a repeated probe has to pass. */
export function neededHolds(state: RunState, probe: StepState): number {
  if (probe.of === null) return state.verify?.probeHolds ?? 1
  return ruleOf(state, state.steps[probe.of]!).wait?.holds ?? 1
}

function everyMs(state: RunState, probe: StepState): number {
  if (probe.of === null) return state.verify?.probeEveryMs ?? 1
  return ruleOf(state, state.steps[probe.of]!).wait?.everyMs ?? 1
}

/** Writes down how a started step will be taken back, before it runs. Once, however often it is attempted. */
export function registerUndo(state: RunState, step: StepState): RunState {
  const { undo } = ruleOf(state, step)
  if (undo === null || undo === 'irreversible' || step.undoneBy !== null) return state
  if (step.purpose === 'target') return registerOnTarget(state, step, undo)
  return step.purpose === 'step' ? addUndo(state, step, { name: undo }) : state
}

/** What is done on one target is taken back there, as a part of one undo over all of them. */
function registerOnTarget(state: RunState, step: StepState, name: string): RunState {
  const group = state.steps[step.group!]!
  const fan = { atOnce: group.fan!.atOnce, stopAfter: GO_ON }
  const whole = group.undoneBy === null ? addUndo(state, group, { name, fan }) : state
  const { undoneBy } = whole.steps[group.index]!
  return addUndo(whole, step, { name, group: undoneBy, target: step.target })
}
/** That one target cannot be brought back is no reason to leave the others as they are. */
const GO_ON = Number.MAX_SAFE_INTEGER

function addUndo(
  state: RunState,
  { index: of }: StepState,
  given: { name: string } & Partial<StepState>,
): RunState {
  const index = state.steps.length
  const linked = change(state, of, { undoneBy: index })
  const undo = newStep({ index, purpose: 'undo', of, ...given })
  return { ...linked, steps: [...linked.steps, undo] }
}

/** A step nobody has touched yet. */
export function newStep(
  given: Pick<StepState, 'index' | 'name' | 'purpose' | 'of'> & Partial<StepState>,
): StepState {
  return {
    group: null,
    fan: null,
    target: null,
    before: false,
    repeats: false,
    phase: 'pending',
    turn: 0,
    attempt: 0,
    failures: 0,
    held: 0,
    frozen: null,
    approvalId: null,
    refusal: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    exitCode: null,
    summary: '',
    undoneBy: null,
    touched: false,
    wasTouched: false,
    outputBytes: 0,
    outputs: {},
    ticks: {},
    overdue: false,
    ...given,
  }
}
