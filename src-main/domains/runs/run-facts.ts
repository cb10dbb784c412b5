import type { Timestamp } from '#contract/primitives'
import { type RunFact, type RunState, type StepState, needsApproval } from './run-state'
import { approveGroup } from './run-group'
import { change, end, registerUndo, ruleOf, settle } from './run-steps'
import { begin } from './run-turns'

export type StepFact = Extract<RunFact, { turn: number }>
export type Taken<T extends RunFact['type']> = Extract<RunFact, { type: T }>

/** What a fact about one step makes of the run. One that is late or out of turn makes nothing of it. */
export function evolveStep(state: RunState, fact: StepFact): RunState {
  const step = state.steps[fact.step]
  if (state.end || !step || step.turn !== fact.turn) return state
  const take = TAKE[fact.type] as (state: RunState, step: StepState, fact: StepFact) => RunState
  return take(state, step, fact)
}

const TAKE: {
  [T in StepFact['type']]: (state: RunState, step: StepState, fact: Taken<T>) => RunState
} = {
  condition: takeCondition,
  frozen: takeFrozen,
  not_frozen: takeNotFrozen,
  asked: takeAsked,
  answered: takeAnswer,
  dispatched: takeDispatch,
  not_dispatched: takeNotDispatched,
  finished: takeFinished,
  timer: takeTimer,
  notified: takeNotified,
  alert_resolved: takeAlertResolved,
  ticked: takeTick,
  completed: takeCompletion,
  decided: takeDecision,
}

function takeNotFrozen(state: RunState, step: StepState, fact: Taken<'not_frozen'>): RunState {
  if (step.phase !== 'freezing') return state
  const phase = state.dryRun ? 'skipped' : 'failed'
  return end(state, step.index, fact.at, { phase, summary: fact.reason })
}

function takeAsked(state: RunState, step: StepState, { approvalId }: Taken<'asked'>): RunState {
  if (step.phase !== 'asking') return state
  return change(state, step.index, { phase: 'awaiting_approval', approvalId })
}

function takeNotDispatched(
  state: RunState,
  step: StepState,
  fact: Taken<'not_dispatched'>,
): RunState {
  if (step.phase !== 'dispatching') return state
  const no = { phase: 'rejected', refusal: 'expired', summary: fact.reason } as const
  return end(state, step.index, fact.at, no)
}

function takeFinished(state: RunState, step: StepState, fact: Taken<'finished'>): RunState {
  if (step.phase !== 'executing') return state
  return settle(state, step, fact, fact.at)
}

function takeNotified(state: RunState, step: StepState, { at }: Taken<'notified'>): RunState {
  if (step.phase !== 'notifying') return state
  return end(state, step.index, at, { phase: 'succeeded', startedAt: at })
}

function takeAlertResolved(
  state: RunState,
  step: StepState,
  { at }: Taken<'alert_resolved'>,
): RunState {
  const awaits =
    step.phase === 'waiting' && !step.repeats && ruleOf(state, step).wait?.alert != null
  return awaits ? end(state, step.index, at, { phase: 'succeeded', summary: '' }) : state
}

/** Who ticked it off, and when, is the fact; the item itself is in the runbook. */
function takeTick(
  state: RunState,
  step: StepState,
  { item, done, by, at }: Taken<'ticked'>,
): RunState {
  const isThere = step.phase === 'awaiting_person' && item < ruleOf(state, step).items
  if (!isThere || (step.ticks[item] !== undefined) === done) return state
  const { [item]: _, ...others } = step.ticks
  const ticks = done ? { ...others, [item]: { by, at } } : others
  return change(state, step.index, { ticks })
}

function takeCondition(state: RunState, step: StepState, fact: Taken<'condition'>): RunState {
  if (step.phase !== 'evaluating') return state
  if (fact.met) return begin(state, step.index, fact.at)
  return end(state, step.index, fact.at, { phase: 'skipped', summary: fact.why })
}

/** The tier decides, never the kind a step claims to be. */
function takeFrozen(state: RunState, step: StepState, fact: Taken<'frozen'>): RunState {
  const { frozen, policy, at } = fact
  if (step.phase !== 'freezing') return state
  const known = change(state, step.index, { frozen, ...(policy && { policy }) })
  if (frozen.tier === 'forbidden') {
    const summary = `It is never run, whoever approves it: ${frozen.tierReasons.join(', ')}`
    return end(known, step.index, at, { phase: 'failed', summary })
  }
  const asks = needsApproval(known.steps[step.index]!, ruleOf(state, step))
  if (state.dryRun && asks) {
    const summary = `Dry run: this would be asked for and then run on ${frozen.action.target.connectionName}`
    return end(known, step.index, at, { phase: 'skipped', summary })
  }
  if (isGathered(state, step)) return change(known, step.index, { phase: 'ready' })
  // `approved` is the border at which a pause holds a step; `advance` lets it pass.
  return change(known, step.index, { phase: asks ? 'asking' : 'approved' })
}

/** One of several targets, whose turn comes when all of them are frozen. */
function isGathered({ steps }: RunState, { group, purpose }: StepState): boolean {
  return group !== null && purpose !== 'probe' && steps[group]!.phase === 'gathering'
}

function takeAnswer(state: RunState, step: StepState, fact: Taken<'answered'>): RunState {
  if (step.phase !== 'awaiting_approval' || step.approvalId !== fact.approvalId) return state
  if (fact.answer !== 'approved') {
    const no = fact.comment ? `Rejected by ${fact.by}: ${fact.comment}` : `Rejected by ${fact.by}.`
    const summary = fact.answer === 'expired' ? fact.comment : no
    return end(state, step.index, fact.at, { phase: 'rejected', refusal: fact.answer, summary })
  }
  if (step.fan) return approveGroup(state, step)
  if (step.frozen) return change(state, step.index, { phase: 'approved' })
  return end(state, step.index, fact.at, {
    phase: 'succeeded',
    summary: `Approved by ${fact.by}${fact.comment ? `: ${fact.comment}` : ''}`,
  })
}

/** Refuses to start what was not approved for exactly these bytes. */
function takeDispatch(state: RunState, step: StepState, fact: Taken<'dispatched'>): RunState {
  const ready = step.phase === 'dispatching' && !state.paused && step.frozen?.hash === fact.hash
  const allowed = fact.approvalId !== null || !needsApproval(step, ruleOf(state, step))
  if (!ready || !allowed || fact.approvalId !== step.approvalId) return state
  const started = change(state, step.index, {
    phase: 'executing',
    attempt: step.attempt + 1,
    startedAt: fact.at,
    endedAt: null,
    exitCode: null,
    outputs: {},
    summary: step.repeats ? step.summary : '', // what it said last is the evidence
    wasTouched: step.touched,
    touched: true,
  })
  return registerUndo(touchGroup(started, step), step)
}

function touchGroup(state: RunState, { group, purpose }: StepState): RunState {
  if (group === null || purpose === 'probe') return state
  return change(state, group, { touched: true })
}

function takeTimer(state: RunState, step: StepState, fact: Taken<'timer'>): RunState {
  if (step.dueAt !== fact.dueAt) return state
  if (step.phase === 'retrying' || (step.phase === 'waiting' && step.repeats))
    return change(state, step.index, { phase: 'pending', dueAt: null })
  if (step.phase === 'awaiting_person')
    return step.overdue ? state : change(state, step.index, { overdue: true })
  return step.phase === 'waiting' ? takeEndOfWait(state, step, fact.at) : state
}

function takeEndOfWait(state: RunState, step: StepState, at: Timestamp): RunState {
  const isPause = ruleOf(state, step).wait?.timerMs != null
  if (isPause) return end(state, step.index, at, { phase: 'succeeded' })
  return state.paused || state.late ? state : { ...state, late: true }
}

function takeCompletion(state: RunState, step: StepState, fact: Taken<'completed'>): RunState {
  if (step.phase !== 'awaiting_person') return state
  const left = ruleOf(state, step).items - Object.keys(step.ticks).length
  if (fact.outcome === 'done' && left > 0) return state
  const phase = ({ done: 'succeeded', failed: 'failed', skipped: 'skipped' } as const)[fact.outcome]
  const word = { done: 'Done', failed: 'Not possible, says', skipped: 'Skipped' }[fact.outcome]
  const who = fact.outcome === 'failed' ? `${word} ${fact.by}` : `${word} by ${fact.by}`
  const summary = fact.note ? `${who}: ${fact.note}` : who
  const touched = fact.outcome === 'done'
  const completed = end(state, step.index, fact.at, { phase, summary, touched })
  return touched ? registerUndo(completed, step) : completed
}

/** A person says what nobody else can know. `retry` and `failed` mean that it did not happen. */
function takeDecision(state: RunState, step: StepState, fact: Taken<'decided'>): RunState {
  if (step.phase !== 'unknown') return state
  const decided = { ...state, operator: fact.operator }
  const said = `${fact.by}: ${fact.note}`
  if (fact.outcome === 'done' && !step.repeats)
    return end(decided, step.index, fact.at, {
      phase: 'succeeded',
      summary: `Happened, says ${said}`,
    })
  const summary = `Did not happen, says ${said}`
  const undone = { summary, touched: step.wasTouched }
  if (fact.outcome === 'failed')
    return end(decided, step.index, fact.at, { ...undone, phase: 'failed' })
  if (state.cancelledBy && step.purpose !== 'undo')
    return end(decided, step.index, fact.at, { ...undone, phase: 'cancelled' })
  return change(decided, step.index, { ...undone, phase: 'pending', endedAt: null })
}
