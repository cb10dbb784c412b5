import type { FrozenAction } from '#contract/actions'
import type { ApprovalId, OperatorId, RiskTier, RunId, TicketId } from '#contract/primitives'
import type { StepStatus } from '#contract/runs'
import { Refusal } from '#contract'
import type { Outcome } from '#domains/connections'
import type { MadePlan, Plans } from '#domains/plans'
import { evaluateWhen } from '#domains/runbooks'
import { hashOf } from '#platform/canonical-json'
import { newId } from '#platform/ids'
import { evolve, wanted } from './run-machine'
import { firstState, type Held, stepNamed } from './run-snapshot'
import type { Command, End, Fact, StepOrder, StepState } from './run-state'
import { whenOf } from './run-turns'
import { createReading, givenTo } from './run-values'
import { factsFor, statusOfStep } from './run-view'

/** What the world answers while a run is rehearsed. Steps are called by their names. */
export interface Script {
  /** What an attempt comes to, the first is 1, on a target. */
  attempt(step: string, attempt: number, target: string): { outcome: Outcome; prints: string }
  answer(step: string): 'approved' | 'rejected'
  /** What a person says of a step by hand, all of its list ticked off. */
  byHand(step: string): 'done' | 'failed' | 'skipped'
  /** What a person says of an outcome that nobody knows. */
  unknown(step: string): 'done' | 'retry' | 'failed'
  readonly alertResolves: boolean
  /** Take everything back once it has ended. */
  readonly undo: boolean
}

/** How a rehearsed run went. */
export interface Rehearsed {
  /** Undefined: it never came to an end. */
  readonly end: End | undefined
  readonly steps: readonly {
    readonly name: string
    readonly purpose: StepState['purpose']
    readonly status: StepStatus
    readonly tier: RiskTier | null
    readonly summary: string
  }[]
  /** Names of what reached a target, once for each attempt, in order. */
  readonly ran: readonly string[]
  /** Names of what asked for approval, in order. */
  readonly asked: readonly string[]
}

/** More than any run needs that ends at all: waits are jumped over, so each is a few facts. */
const MOST_FACTS = 20_000
const NOBODY = { id: newId<OperatorId>('opr'), name: 'rehearsal' }
const OF_NOBODY = newId<ApprovalId>('apr')

/**
 * Plays a plan through the very machine that runs it, with a clock that jumps: nothing is stored, nothing is reached.
 * The plan must have no problems.
 */
export async function rehearse(
  made: MadePlan,
  plans: Pick<Plans, 'freeze' | 'assess'>,
  script: Script,
): Promise<Rehearsed> {
  const stage = openStage(made)
  const next = createPrompter(plans, script, stage)
  stage.tell({ type: 'started', inputs: {} })
  let isTakenBack = !script.undo
  for (let n = 0; n < MOST_FACTS; n += 1) {
    if (stage.held().state.end && !isTakenBack) {
      isTakenBack = true
      stage.tell({ type: 'undo_wanted', operator: NOBODY })
    }
    const fact = stage.held().state.end ? undefined : await next()
    if (!fact) break
    stage.tell(fact)
  }
  const { end, steps } = stage.held().state
  return {
    end: end ?? undefined,
    steps: steps.map((step) => ({
      name: step.name,
      purpose: step.purpose,
      status: statusOfStep(step),
      tier: step.frozen?.tier ?? null,
      summary: step.summary,
    })),
    ran: stage.ran,
    asked: stage.asked,
  }
}

function openStage(snapshot: MadePlan) {
  const runId = newId<RunId>('run')
  let now = 0
  let held: Held = {
    id: runId,
    snapshot,
    snapshotHash: '',
    ticketId: snapshot.plan.ticketId,
    ticketTitle: null,
    startedBy: NOBODY.name,
    startedAt: 0,
    console: '',
    state: firstState(runId, snapshot, NOBODY),
    seq: 0,
  }
  return {
    held: () => held,
    ran: [] as string[],
    asked: [] as string[],
    tell(fact: Fact): void {
      held = { ...held, state: evolve(held.state, { ...fact, at: now, by: NOBODY.name }) }
    },
    jumpTo(at: number): void {
      now = Math.max(now, at)
    },
  }
}
type Stage = ReturnType<typeof openStage>

/** What happens next: what people and targets answer, then what the run wants, then the nearest moment it waits for. */
function createPrompter(plans: Pick<Plans, 'freeze' | 'assess'>, script: Script, stage: Stage) {
  const answers = createAnswers(plans, script, stage)
  return async function next(): Promise<Fact | undefined> {
    const { state } = stage.held()
    const living = fromWorld(stage, script)
    if (living) return living
    const orders = wanted(state)
    for (const order of orders) {
      const fact = 'dueAt' in order ? undefined : await carryOut(order)
      if (fact) return fact
    }
    const due = orders.filter((order) => 'dueAt' in order)
    const [nearest] = due.toSorted((one, other) => one.dueAt - other.dueAt)
    if (nearest) stage.jumpTo(nearest.dueAt)
    return nearest
  }

  async function carryOut(order: Exclude<Command, { dueAt: number }>): Promise<Fact | undefined> {
    const { steps, alertResolved } = stage.held().state
    if (order.type !== 'watch_alert') return answers[order.type]?.(order, steps[order.step]!)
    return script.alertResolves && !alertResolved ? { type: 'alert', resolved: true } : undefined
  }
}

type Answer = (order: StepOrder, at: StepState) => Fact | Promise<Fact | undefined> | undefined

/** One for each order; `perform` and `abort` are the world's: a step that executes ends by itself. */
function createAnswers(
  plans: Pick<Plans, 'freeze' | 'assess'>,
  script: Script,
  stage: Stage,
): Partial<Record<StepOrder['type'], Answer>> {
  return {
    evaluate({ step, turn }, at) {
      const held = stage.held()
      const { met, why } = evaluateWhen(whenOf(held.state, at)!, factsFor(held, at))
      return { type: 'condition', step, turn, met, why }
    },
    freeze: (order, at) => freeze(plans, stage.held(), order, at),
    ask({ step, turn }, at) {
      stage.asked.push(at.name)
      return { type: 'asked', step, turn, approvalId: OF_NOBODY }
    },
    await_answer({ step, turn }, at) {
      const answer = script.answer(at.name)
      const comment = answer === 'rejected' ? 'as the test says' : ''
      return { type: 'answered', step, turn, approvalId: at.approvalId!, answer, comment }
    },
    dispatch({ step, turn }, at) {
      stage.ran.push(at.name)
      return { type: 'dispatched', step, turn, approvalId: at.approvalId, hash: at.frozen!.hash }
    },
    notify: ({ step, turn }) => ({ type: 'notified', step, turn }),
    await_alert: ({ step, turn }) =>
      script.alertResolves ? { type: 'alert_resolved', step, turn } : undefined,
  }
}

async function freeze(
  plans: Pick<Plans, 'freeze' | 'assess'>,
  held: Held,
  { step, turn }: StepOrder,
  at: StepState,
): Promise<Fact> {
  const source = stepNamed(held.snapshot, at.name)
  const where = at.target && { connectionId: at.target.connectionId }
  try {
    const how = { outputs: givenTo(held, at), ...where }
    const action = await plans.freeze(source, held.snapshot, how)
    const { tier, reasons } = plans.assess(source)
    const frozen: FrozenAction = { action, hash: hashOf(action), tier, tierReasons: [...reasons] }
    return { type: 'frozen', step, turn, frozen }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { type: 'not_frozen', step, turn, reason: error.message }
  }
}

/** What is on a target, with a person, or not known. */
function fromWorld(stage: Stage, script: Script): Fact | undefined {
  const { snapshot, state } = stage.held()
  for (const at of state.steps) {
    const of = { step: at.index, turn: at.turn }
    if (at.phase === 'executing') {
      const target = at.frozen!.action.target.connectionName
      const { outcome, prints } = script.attempt(at.name, at.attempt, target)
      const reading = createReading(snapshot, at)
      reading.take('stdout', prints)
      const gave = outcome.status === 'exited' ? reading.values() : {}
      return { type: 'finished', ...of, outcome, outputBytes: prints.length, ...gave }
    }
    if (at.phase === 'awaiting_person') return byHand(at, stage, script)
    if (at.phase === 'unknown')
      return {
        type: 'decided',
        ...of,
        outcome: script.unknown(at.name),
        note: '',
        operator: NOBODY,
      }
  }
  return undefined
}

function byHand(at: StepState, stage: Stage, script: Script): Fact {
  const of = { step: at.index, turn: at.turn }
  const outcome = script.byHand(at.name)
  const { items } = stage.held().state.rules[at.name]!
  const open = Array.from({ length: items }, (_, n) => n).find((n) => at.ticks[n] === undefined)
  if (outcome === 'done' && open !== undefined)
    return { type: 'ticked', ...of, item: open, done: true }
  return { type: 'completed', ...of, outcome, note: '' }
}

/** For the plan of a rehearsal: the ticket that nobody has. */
export const REHEARSED_TICKET = newId<TicketId>('tkt')
