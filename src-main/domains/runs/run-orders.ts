import { Refusal } from '#contract'
import type { Action, FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { PolicyDecision } from '#contract/policies'
import type { RunId, Timestamp } from '#contract/primitives'
import type { Approvals } from '#domains/approvals'
import type { Plans } from '#domains/plans'
import { strictest } from '#domains/policies'
import type { Assessment } from '#domains/risk'
import { evaluateWhen } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import { hashOf } from '#platform/canonical-json'
import type { Db } from '#platform/database'
import { denialWords, toApproval } from './run-approval'
import { createExecution, type ExecutionNeeds } from './run-execution'
import { keyOf, wanted } from './run-machine'
import { type Held, stepNamed } from './run-snapshot'
import type { Command, RunState, StepOrder, StepState } from './run-state'
import { whenOf } from './run-turns'
import { givenTo } from './run-values'
import { factsFor } from './run-view'

export interface OrderNeeds extends ExecutionNeeds {
  plans: Pick<Plans, 'freeze' | 'assess' | 'judge'>
  approvals: Pick<Approvals, 'request' | 'find' | 'spend' | 'withdraw'>
  tickets: Pick<Tickets, 'find' | 'isFiring' | 'addToTimeline' | 'beginRun' | 'endRun'>
}

/** Orders that ask how things are now, so that asking again while they ask must not be lost. */
const LOOKS = new Set<Command['type']>(['await_answer', 'await_alert', 'watch_alert', 'dispatch'])
/** `setTimeout` keeps no more than 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Order = Exclude<Command, { dueAt: Timestamp }>
interface UnderWay {
  readonly type: Command['type']
  again: boolean
  done: Promise<void>
}
/** They wait for a place or a target; whoever stops does not. */
const ON_TARGET = new Set<Command['type']>(['perform', 'dispatch'])

/** What is under way, each once. What looks how things are looks again when it was asked for meanwhile. */
function createTasks(work: (id: RunId, command: Order) => Promise<void>) {
  const underWay = new Map<string, UnderWay>()
  async function repeat(key: string, id: RunId, command: Order, mark: UnderWay): Promise<void> {
    while (mark.again) {
      mark.again = false
      await work(id, command)
    }
    underWay.delete(key)
  }
  return {
    begin(id: RunId, command: Order): void {
      const key = `${id}:${keyOf(command)}`
      const busy = underWay.get(key)
      if (busy) {
        busy.again = LOOKS.has(command.type)
        return
      }
      const mark: UnderWay = { type: command.type, again: true, done: Promise.resolve() }
      underWay.set(key, mark)
      mark.done = repeat(key, id, command, mark)
    },
    /** What asks the store now is let finish: it is closed next. */
    async settled(): Promise<void> {
      const asking = [...underWay.values()].filter(({ type }) => !ON_TARGET.has(type))
      await Promise.all(asking.map(({ done }) => done))
    },
  }
}

/** Not if it was done, or became pointless, between the order and its turn. */
function isWanted(held: Held | undefined, command: Command): boolean {
  const key = keyOf(command)
  return held !== undefined && wanted(held.state).some((known) => keyOf(known) === key)
}

/** Carries out what the machine wants. Each order is under way once; doing one again later is harmless. */
export function createOrders(needs: OrderNeeds) {
  const execution = createExecution(needs)
  const asking = { ...createQuestions(needs), ...createLooks(needs) }
  const alarms = createAlarms(needs)
  const tasks = createTasks(work)
  let stopping = false

  function carryOut(id: RunId, command: Command): void {
    // What is written down as started is started: a stop comes before it or after it.
    if (stopping && command.type !== 'perform') return
    if ('dueAt' in command) alarms.arm(id, command)
    else tasks.begin(id, command)
  }

  async function work(id: RunId, command: Order): Promise<void> {
    try {
      if (command.type === 'perform' || isWanted(needs.now(id), command)) await run(id, command)
    } catch (error) {
      const about = { error, runId: id, order: command.type }
      needs.log.error(about, 'an order failed; it is tried again')
    }
  }

  async function run(id: RunId, command: Order): Promise<void> {
    if (command.type === 'watch_alert') return asking.alert(id)
    // A perform was already written down: it goes on, whatever came in between.
    if (command.type === 'perform') return execution.perform(id, command)
    await RUN[command.type](id, command, needs.now(id)!.state.steps[command.step]!)
  }

  const RUN: Record<
    Exclude<StepOrder['type'], 'perform'>,
    (id: RunId, order: StepOrder, step: StepState) => Promise<unknown> | void
  > = {
    evaluate: asking.condition,
    freeze: asking.bytes,
    ask: asking.approval,
    await_answer: asking.answer,
    await_alert: asking.resolution,
    dispatch: execution.dispatch,
    abort: (id, order) => execution.abort(id, order),
    notify: (id, { step, turn }) => needs.tell(id, { type: 'notified', step, turn }),
  }

  return {
    carryOut,
    loseSight: execution.loseSight,
    async stop(): Promise<void> {
      stopping = true
      alarms.clear()
      await execution.stop()
      await tasks.settled()
    },
  }
}

function createQuestions({ now, tell, plans, approvals }: OrderNeeds) {
  return {
    async condition(id: RunId, { step, turn }: StepOrder, at: StepState): Promise<void> {
      const held = now(id)!
      const { met, why } = evaluateWhen(whenOf(held.state, at)!, factsFor(held, at))
      await tell(id, { type: 'condition', step, turn, met, why })
    },
    async bytes(id: RunId, { step, turn }: StepOrder, at: StepState): Promise<void> {
      try {
        const held = now(id)!
        const { snapshot, state } = held
        const source = stepNamed(snapshot, at.name)
        const by = state.operator.id
        const action = await plans.freeze(source, snapshot, howToFreeze(held, at))
        const only = at.target?.connectionId
        const policy = await plans.judge(source, snapshot.plan, by, only, action)
        if (policy.effect === 'deny') throw new Refusal('forbidden', denialWords(policy))
        const frozen = toFrozen(action, plans.assess(source, action))
        await tell(id, { type: 'frozen', step, turn, frozen, policy })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        await tell(id, { type: 'not_frozen', step, turn, reason: error.message })
      }
    },
    async approval(id: RunId, { step, turn }: StepOrder): Promise<void> {
      const fact = { type: 'asked', step, turn, approvalId: null } as const
      const { snapshot, state } = now(id)!
      const asked = state.steps[step]!
      const source = stepNamed(snapshot, asked.name)
      const policy =
        policyOf(state, asked) ?? (await plans.judge(source, snapshot.plan, state.operator.id))
      await tell(id, fact, undefined, async (tx, held) => {
        const { id: approvalId } = await approvals.request(
          tx,
          toApproval(held, held.state.steps[step]!, policy),
        )
        return { approvalId }
      })
    },
    async answer(id: RunId, order: StepOrder, step: StepState): Promise<void> {
      const approval = step.approvalId && (await approvals.find(step.approvalId))
      if (!approval || approval.status === 'waiting') return
      const { answer, by, comment } = toAnswer(approval)
      const of = { type: 'answered', step: order.step, turn: order.turn } as const
      const fact = { ...of, approvalId: approval.id, comment }
      const isGate = answer === 'approved' && !step.frozen && !step.fan
      // An action's approval is spent when the action starts; a gate starts nothing.
      const spend = async (tx: Db) => void (await approvals.spend(tx, approval.id, null))
      try {
        await tell(id, { ...fact, answer }, by, isGate ? spend : undefined)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        await tell(id, { ...fact, answer: 'expired', comment: error.message })
      }
    },
  }
}

/** What the source says: of the run's own ticket, and of alerts that a step waits for. */
function createLooks({ now, tell, tickets }: OrderNeeds) {
  return {
    async alert(id: RunId): Promise<void> {
      const ticketId = now(id)?.ticketId
      const ticket = ticketId && (await tickets.find(ticketId))
      if (ticket) await tell(id, { type: 'alert', resolved: ticket.signal === 'resolved' })
    },
    async resolution(id: RunId, { step, turn }: StepOrder): Promise<void> {
      const { state, ticketId } = now(id)!
      const { alert } = state.rules[state.steps[step]!.name]!.wait!
      if (!(await isResolved(tickets, alert!, ticketId))) return
      await tell(id, { type: 'alert_resolved', step, turn })
    },
  }
}

function toFrozen(action: Action, { tier, reasons }: Assessment): FrozenAction {
  return { action, hash: hashOf(action), tier, tierReasons: [...reasons] }
}

/** Of a step over several targets: what holds for all that are asked for now. */
function policyOf({ steps }: RunState, asked: StepState): PolicyDecision | undefined {
  if (!asked.fan) return asked.policy
  const ready = steps.filter(({ group, phase }) => group === asked.index && phase === 'ready')
  const policies = ready.flatMap(({ policy }) => policy ?? [])
  return policies.length === 0 ? undefined : strictest(policies)
}

function howToFreeze(held: Held, step: StepState) {
  const { target } = step
  return { outputs: givenTo(held, step), ...(target && { connectionId: target.connectionId }) }
}

/** By name: no ticket of that alert is firing any more. Without one: the run's own ticket is resolved. */
async function isResolved(
  tickets: OrderNeeds['tickets'],
  alert: string,
  ticketId: Held['ticketId'],
): Promise<boolean> {
  if (alert !== '') return !(await tickets.isFiring(alert))
  const ticket = ticketId && (await tickets.find(ticketId))
  return ticket ? ticket.signal === 'resolved' : false
}

function toAnswer({ status, decidedBy, comment }: Approval) {
  const by = decidedBy ?? 'quarterdeck'
  if (status === 'approved' || status === 'used')
    return { answer: 'approved', by, comment } as const
  return { answer: status === 'expired' ? 'expired' : 'rejected', by, comment } as const
}

type Alarm = Extract<Command, { dueAt: Timestamp }>

/** Timers in memory for what is due on disk. One that is late, or fires twice, is told all the same: the machine knows. */
function createAlarms({ tell, clock, log }: OrderNeeds) {
  const armed = new Map<string, NodeJS.Timeout>()
  return {
    arm(id: RunId, alarm: Alarm): void {
      const key = `${id}:${keyOf(alarm)}`
      // A timer does not know that the machine slept or that its clock was set: what is due by now is not waited for.
      if (armed.has(key) && clock.now() < alarm.dueAt) return
      clearTimeout(armed.get(key))
      const ms = Math.min(Math.max(0, alarm.dueAt - clock.now()), LONGEST_TIMER_MS)
      armed.set(
        key,
        setTimeout(() => {
          armed.delete(key)
          // Before its time (a timer that was cut short): the next look arms it again.
          if (clock.now() < alarm.dueAt) return
          tell(id, alarm).catch((error: unknown) =>
            log.error({ error, runId: id }, 'a timer failed; it is tried again'),
          )
        }, ms),
      )
    },
    clear(): void {
      for (const timer of armed.values()) clearTimeout(timer)
      armed.clear()
    },
  }
}
