import { advance, undoStepsOf } from './run-advance'
import { evolveStep, type StepFact, type Taken } from './run-facts'
import {
  type Command,
  isDone,
  isSafe,
  isStopped,
  type Phase,
  type RunFact,
  type RunState,
  type StepOrder,
  type StepState,
  tierOf,
} from './run-state'
import { ruleOf } from './run-steps'

type WholeFact = Exclude<RunFact, StepFact>

/**
 * The run after this fact. A fact that is late, doubled or out of turn changes nothing: the very same state comes back,
 * and the driver throws the fact away. No clock, no I/O: time comes with the fact.
 */
export function evolve(state: RunState, fact: RunFact): RunState {
  const next = 'turn' in fact ? evolveStep(state, fact) : evolveRun(state, fact)
  return next === state ? state : advance(next, fact.at)
}

/** What has to be done because of this fact, and had not to be done before it. */
export function decide(state: RunState, fact: RunFact): Command[] {
  const next = evolve(state, fact)
  if (next === state) return []
  const before = new Set(wanted(state).map(keyOf))
  const commands = wanted(next).filter((command) => !before.has(keyOf(command)))
  // The only place from which a step reaches a target: once for each dispatch, never again after a restart.
  return fact.type === 'dispatched'
    ? [{ type: 'perform', step: fact.step, turn: fact.turn }, ...commands]
    : commands
}

/** Everything a state waits for. Safe to carry out again after a restart, because it holds no `perform`. */
export function wanted(state: RunState): Command[] {
  if (state.end) return []
  const commands = state.steps.flatMap((step) => wantedOf(state, step))
  if (state.mode !== 'verify' || state.paused || state.late) return commands
  if (state.deadline !== null) commands.push({ type: 'deadline', dueAt: state.deadline })
  if (state.verify?.alertResolved && state.hasTicket) commands.push({ type: 'watch_alert' })
  return commands
}

/** The same text for the same order. */
export function keyOf(command: Command): string {
  return Object.values(command).join(':')
}

const ORDER_OF_PHASE: Partial<
  Record<Phase, Exclude<StepOrder['type'], 'perform' | 'abort' | 'await_alert'>>
> = {
  evaluating: 'evaluate',
  freezing: 'freeze',
  asking: 'ask',
  awaiting_approval: 'await_answer',
  dispatching: 'dispatch',
  notifying: 'notify',
}

function wantedOf(state: RunState, step: StepState): Command[] {
  const { index, turn, phase } = step
  const of = { step: index, turn }
  const type = ORDER_OF_PHASE[phase]
  if (type) return [{ type, ...of }]
  if (phase === 'executing') return isUnwanted(state, index) ? [{ type: 'abort', ...of }] : []
  const commands: Command[] = []
  if (step.dueAt !== null && isTimed(step))
    commands.push({ type: 'timer', ...of, dueAt: step.dueAt })
  if (awaitsAlert(state, step)) commands.push({ type: 'await_alert', ...of })
  return commands
}

function isTimed({ phase, overdue }: StepState): boolean {
  return phase === 'waiting' || phase === 'retrying' || (phase === 'awaiting_person' && !overdue)
}

function awaitsAlert(state: RunState, step: StepState): boolean {
  if (step.phase !== 'waiting' || step.repeats || state.paused || state.late) return false
  return ruleOf(state, step).wait?.alert != null
}

/** Is it running although nobody wants it any more? An undo always is wanted. */
function isUnwanted(state: RunState, index: number): boolean {
  const { purpose, repeats } = state.steps[index]!
  return purpose !== 'undo' && (state.cancelledBy !== null || (state.late && repeats))
}

const TAKE: { [T in WholeFact['type']]: (state: RunState, fact: Taken<T>) => RunState } = {
  started: takeStart,
  deadline: takeDeadline,
  alert: takeAlert,
  paused: takePause,
  resumed: takeResume,
  cancelled: takeCancel,
  restarted: takeRestart,
  taken_over: takeOver,
  retried: takeRetry,
  undo_wanted: takeUndo,
  rated: takeRating,
}
/** All that an operator may still say about a run that ended; nothing else moves it. */
const AFTER_THE_END = new Set<RunFact['type']>(['retried', 'undo_wanted', 'rated'])

function evolveRun(state: RunState, fact: WholeFact): RunState {
  if ((state.end !== null) !== AFTER_THE_END.has(fact.type)) return state
  const take = TAKE[fact.type] as (state: RunState, fact: WholeFact) => RunState
  return take(state, fact)
}

function takeStart(state: RunState): RunState {
  return state.steps.some((step) => step.turn > 0) ? state : { ...state }
}

function takeDeadline(state: RunState, { dueAt }: Taken<'deadline'>): RunState {
  if (state.deadline !== dueAt || state.paused || state.late) return state
  return { ...state, late: true }
}

function takeAlert(state: RunState, { resolved }: Taken<'alert'>): RunState {
  return state.alertResolved === resolved ? state : { ...state, alertResolved: resolved }
}

function takePause(state: RunState, { by, reason, at }: Taken<'paused'>): RunState {
  return state.paused ? state : { ...state, paused: { by, reason, at } }
}

/** Never an undo: it runs to its end. */
function takeCancel(state: RunState, { by }: Taken<'cancelled'>): RunState {
  return state.cancelledBy || state.mode === 'undo' ? state : { ...state, cancelledBy: by }
}

function takeRating(state: RunState, { feedback }: Taken<'rated'>): RunState {
  return { ...state, feedback }
}

/** Deadlines move by as long as it was paused: nobody looked in that time. */
function takeResume(state: RunState, { at }: Taken<'resumed'>): RunState {
  if (!state.paused) return state
  const pausedMs = at - state.paused.at
  const steps = state.steps.map((step) => {
    const { wait } = ruleOf(state, step)
    const looks = step.phase === 'waiting' && !step.repeats && wait?.timerMs === null
    return looks ? { ...step, dueAt: step.dueAt! + pausedMs } : step
  })
  const deadline = state.deadline === null ? null : state.deadline + pausedMs
  return { ...state, steps, deadline, paused: null }
}

/** What was on a target when the process died: asked again if that is safe, otherwise a person has to look. */
function takeRestart(state: RunState): RunState {
  if (!state.steps.some(({ phase }) => phase === 'executing')) return state
  const steps = state.steps.map((step): StepState => {
    if (step.phase !== 'executing') return step
    if (isSafe(step, ruleOf(state, step))) return { ...step, phase: 'pending' }
    const summary = 'Quarterdeck ended while it ran: it may have happened, in part or in whole.'
    return { ...step, phase: 'unknown', summary }
  })
  return { ...state, steps }
}

/** The console that drove it may still be there: only a read is asked again without a question. */
function takeOver(state: RunState): RunState {
  const steps = state.steps.map((step): StepState => {
    if (step.phase !== 'executing') return step
    if (tierOf(step) === 'read') return { ...step, phase: 'pending' }
    const summary = 'Another console ran it and is gone: it may have happened, in part or in whole.'
    return { ...step, phase: 'unknown', summary }
  })
  return { ...state, steps }
}

/** From the failed step on; what is done stays done. */
function takeRetry(state: RunState, { operator }: Taken<'retried'>): RunState {
  if (!canRetry(state)) return state
  const steps = state.steps.map((step) => (isRetried(state, step) ? reset(step) : step))
  const fresh = { end: null, cancelledBy: null, late: false, deadline: null, alertResolved: false }
  return { ...state, ...fresh, steps, operator, mode: 'forward' }
}

function isRetried(state: RunState, step: StepState): boolean {
  if (step.purpose === 'undo') return false
  if (step.before && isStopped(state.steps[step.of!]!)) return true
  return isStopped(step) || (step.repeats && (step.of === null || isStopped(state.steps[step.of]!)))
}

function reset(step: StepState): StepState {
  return { ...step, phase: 'pending', failures: 0, held: 0, endedAt: null, summary: '' }
}

/** Is there a failed step to go on from, or a verification to try again? */
export function canRetry({ end: over, mode }: RunState): boolean {
  return mode !== 'undo' && (over?.status === 'failed' || over?.status === 'unverified')
}

function takeUndo(state: RunState, { operator }: Taken<'undo_wanted'>): RunState {
  if (!canUndo(state)) return state
  const steps = state.steps.map((step) =>
    step.purpose === 'undo' && isStopped(step) ? reset(step) : step,
  )
  return { ...state, steps, operator, mode: 'undo', end: null, cancelledBy: null }
}

/** Is anything left that was touched and can be taken back? */
export function canUndo(state: RunState): boolean {
  if (!state.end || state.end.status === 'undone') return false
  return undoStepsOf(state).some((step) => !isDone(step) || isStopped(step))
}
