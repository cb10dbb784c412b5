import type { Timestamp } from '#contract/primitives'
import type { Outcome } from '#domains/connections'
import {
  type Done,
  isSafe,
  type Phase,
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

/** Its turn comes: the condition first, then what its kind asks for. */
export function enter(state: RunState, step: StepState, at: Timestamp): RunState {
  const asksFirst = ruleOf(state, step).when !== null && step.purpose === 'step'
  const turn = step.turn + 1
  const fresh = { turn, approvalId: null, refusal: null, frozen: null, dueAt: null, endedAt: null }
  if (asksFirst) return change(state, step.index, { ...fresh, phase: 'evaluating' })
  return begin(change(state, step.index, fresh), step.index, at)
}

/** What a step does once its condition is met. */
export function begin(state: RunState, index: number, at: Timestamp): RunState {
  const step = state.steps[index]!
  const { kind, wait, timeoutMs } = ruleOf(state, step)
  const phase = step.purpose === 'step' ? PHASE_OF_KIND[kind] : 'freezing'
  if (phase !== 'waiting') return change(state, index, { phase })
  const ms = wait?.until ? timeoutMs : (wait?.timerMs ?? 0)
  return change(state, index, { phase, startedAt: at, dueAt: at + ms })
}

const PHASE_OF_KIND: Record<StepRule['kind'], Phase> = {
  check: 'freezing',
  change: 'freezing',
  manual: 'awaiting_person',
  approval: 'asking',
  notify: 'notifying',
  wait: 'waiting',
}

interface Verdict {
  readonly phase: 'succeeded' | 'warned' | 'failed' | 'cancelled' | 'unknown' | 'retry'
  readonly summary: string
  readonly exitCode?: number
  /** Nothing happened on the target. */
  readonly untouched?: boolean
}

/** What an outcome means for a step; the one place where it is decided what is safe to repeat. */
function judge(state: RunState, step: StepState, outcome: Outcome): Verdict {
  const rule = ruleOf(state, step)
  const again = step.failures < rule.retry.times ? 'retry' : 'failed'
  const ifSafe = isSafe(step, rule) ? again : 'failed'
  if (outcome.status === 'exited') return judgeExit(step, rule, outcome, ifSafe)
  if (outcome.status === 'not_started')
    return { phase: again, summary: `Did not start: ${outcome.reason}`, untouched: true }
  if (outcome.status === 'lost') return judgeLost(step, rule, outcome.reason)
  if (outcome.status === 'timed_out' && outcome.stopped)
    return { phase: ifSafe, summary: outcome.reason }
  if (outcome.status === 'timed_out') return judgeLost(step, rule, outcome.reason)
  return outcome.stopped
    ? { phase: 'cancelled', summary: 'Stopped before it ended.' }
    : judgeLost(step, rule, 'It was told to stop, but it is not known whether it did.')
}

function judgeExit(
  step: StepState,
  rule: StepRule,
  { exitCode, signal }: Extract<Outcome, { status: 'exited' }>,
  otherwise: 'retry' | 'failed',
): Verdict {
  if (signal) return { phase: otherwise, summary: `Ended by ${signal}`, exitCode }
  if (exitCode === 0) return { phase: 'succeeded', summary: '', exitCode }
  const warns = exitCode === 2 && rule.kind === 'check' && step.purpose === 'step'
  if (warns) return { phase: 'warned', summary: 'The check warns (exit code 2)', exitCode }
  return { phase: otherwise, summary: `Exit code ${exitCode}`, exitCode }
}

/** It may have happened, or happen still. A read is asked again at least once; anything else only if declared safe. */
function judgeLost(step: StepState, rule: StepRule, summary: string): Verdict {
  const left = step.failures < Math.max(1, rule.retry.times)
  if (isSafe(step, rule) && left) return { phase: 'retry', summary }
  return { phase: tierOf(step) === 'read' ? 'failed' : 'unknown', summary }
}

/** Takes the outcome of an attempt: the end of the step, another attempt after a pause, or a question to a person. */
export function settle(
  state: RunState,
  step: StepState,
  outcome: Outcome,
  at: Timestamp,
  outputBytes: number,
): RunState {
  const verdict = judge(state, step, outcome)
  const facts = {
    outputBytes: step.outputBytes + outputBytes,
    summary: verdict.phase === 'cancelled' && step.summary ? step.summary : verdict.summary,
    exitCode: verdict.exitCode ?? null,
    touched: verdict.untouched ? step.wasTouched : step.touched,
  }
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
  return probe.of === null ? (state.verify?.probeHolds ?? 1) : 1
}

function everyMs(state: RunState, probe: StepState): number {
  if (probe.of === null) return state.verify?.probeEveryMs ?? 1
  return ruleOf(state, state.steps[probe.of]!).wait?.everyMs ?? 1
}

/** Writes down how a started step will be taken back, before it runs. Once, however often it is attempted. */
export function registerUndo(state: RunState, step: StepState): RunState {
  const { undo } = ruleOf(state, step)
  const names = undo !== null && undo !== 'irreversible'
  if (!names || step.purpose !== 'step' || step.undoneBy !== null) return state
  const index = state.steps.length
  const registered = newStep({ index, name: undo, purpose: 'undo', of: step.index })
  const linked = change(state, step.index, { undoneBy: index })
  return { ...linked, steps: [...linked.steps, registered] }
}

/** A step nobody has touched yet. */
export function newStep(
  given: Pick<StepState, 'index' | 'name' | 'purpose' | 'of'> & { repeats?: boolean },
): StepState {
  return {
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
    ...given,
  }
}
