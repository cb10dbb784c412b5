import { Refusal } from '#contract'
import type { Action, FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { RunId, Timestamp } from '#contract/primitives'
import type { Approvals } from '#domains/approvals'
import type { Plans } from '#domains/plans'
import type { Assessment } from '#domains/risk'
import { evaluateWhen } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import { hashOf } from '#platform/canonical-json'
import type { Db } from '#platform/database'
import { denialWords, toApproval } from './run-approval'
import { createExecution, type ExecutionNeeds } from './run-execution'
import { keyOf, wanted } from './run-machine'
import { stepNamed } from './run-snapshot'
import type { Command, StepOrder, StepState } from './run-state'
import { factsFor } from './run-view'

export interface OrderNeeds extends ExecutionNeeds {
  plans: Pick<Plans, 'freeze' | 'assess' | 'judge'>
  approvals: Pick<Approvals, 'request' | 'find' | 'spend' | 'withdraw'>
  tickets: Pick<Tickets, 'find' | 'addToTimeline' | 'beginRun' | 'endRun'>
}

/** Orders that ask how things are now, so that asking again while they ask must not be lost. */
const LOOKS = new Set<Command['type']>(['await_answer', 'watch_alert', 'dispatch'])
/** `setTimeout` keeps no more than 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Carries out what the machine wants. Each order is under way once; doing one again later is harmless. */
export function createOrders(needs: OrderNeeds) {
  const { log } = needs
  const execution = createExecution(needs)
  const asking = createQuestions(needs)
  const alarms = createAlarms(needs)
  const underWay = new Map<string, { again: boolean }>()
  let stopping = false

  function carryOut(id: RunId, command: Command): void {
    // What is written down as started is started: a stop comes before it or after it.
    if (stopping && command.type !== 'perform') return
    if ('dueAt' in command) return alarms.arm(id, command)
    const key = `${id}:${keyOf(command)}`
    const busy = underWay.get(key)
    if (busy) busy.again = LOOKS.has(command.type)
    else void work(key, id, command)
  }

  async function work(key: string, id: RunId, command: Exclude<Command, { dueAt: Timestamp }>) {
    const mark = { again: true }
    underWay.set(key, mark)
    try {
      while (mark.again) {
        mark.again = false
        if (command.type === 'perform' || isWanted(id, command)) await run(id, command)
      }
    } catch (error) {
      log.error({ error, runId: id, order: command.type }, 'an order failed; it is tried again')
    } finally {
      underWay.delete(key)
    }
  }

  /** Not if it was done, or became pointless, between the order and its turn. */
  function isWanted(id: RunId, command: Command): boolean {
    const state = needs.now(id)?.state
    return state !== undefined && wanted(state).some((known) => keyOf(known) === keyOf(command))
  }

  async function run(id: RunId, command: Exclude<Command, { dueAt: Timestamp }>): Promise<void> {
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
    dispatch: execution.dispatch,
    abort: (id, order) => execution.abort(id, order),
    notify: (id, { step, turn }) => needs.tell(id, { type: 'notified', step, turn }),
  }

  return {
    carryOut,
    async stop(): Promise<void> {
      stopping = true
      alarms.clear()
      await execution.stop()
    },
  }
}

function createQuestions({ now, tell, plans, approvals, tickets }: OrderNeeds) {
  return {
    async condition(id: RunId, { step, turn }: StepOrder, { name }: StepState): Promise<void> {
      const held = now(id)!
      const { met, why } = evaluateWhen(held.state.rules[name]!.when!, factsFor(held, step))
      await tell(id, { type: 'condition', step, turn, met, why })
    },
    async bytes(id: RunId, { step, turn }: StepOrder, { name }: StepState): Promise<void> {
      try {
        const { snapshot, state } = now(id)!
        const source = stepNamed(snapshot, name)
        const policy = await plans.judge(source, snapshot.plan, state.operator.id)
        if (policy.effect === 'deny') throw new Refusal('forbidden', denialWords(policy))
        const frozen = toFrozen(await plans.freeze(source, snapshot.plan), plans.assess(source))
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
      const policy = asked.policy ?? (await plans.judge(source, snapshot.plan, state.operator.id))
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
      const isGate = answer === 'approved' && !step.frozen
      // An action's approval is spent when the action starts; a gate starts nothing.
      const spend = async (tx: Db) => void (await approvals.spend(tx, approval.id, null))
      try {
        await tell(id, { ...fact, answer }, by, isGate ? spend : undefined)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        await tell(id, { ...fact, answer: 'expired', comment: error.message })
      }
    },
    async alert(id: RunId): Promise<void> {
      const ticketId = now(id)?.ticketId
      const ticket = ticketId && (await tickets.find(ticketId))
      if (ticket) await tell(id, { type: 'alert', resolved: ticket.signal === 'resolved' })
    },
  }
}

function toFrozen(action: Action, { tier, reasons }: Assessment): FrozenAction {
  return { action, hash: hashOf(action), tier, tierReasons: [...reasons] }
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
      if (armed.has(key)) return
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
