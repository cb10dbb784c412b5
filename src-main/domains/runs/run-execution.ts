import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '#contract'
import type { Action } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { Requirement } from '#contract/policies'
import type { RunId } from '#contract/primitives'
import type { Approvals } from '#domains/approvals'
import type { Plans } from '#domains/plans'
import { asksMore } from '#domains/policies'
import type { Connections, Outcome } from '#domains/connections'
import { hashOf } from '#platform/canonical-json'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import type { RunOutput } from './run-output'
import type { RunRepository } from './run-repository'
import { type Held, stepNamed } from './run-snapshot'
import { denialWords } from './run-approval'
import { type Fact, type StepOrder, type StepState, tierOf } from './run-state'
import { createReading } from './run-values'

/** Work in the transaction of a fact; what it answers is added to the fact. What it throws undoes everything. */
export type Within = (tx: Db, before: Held) => Promise<object | void>
/** Undefined when the fact changed nothing: it was late, doubled or out of turn. */
type Tell = (id: RunId, fact: Fact, by?: string, within?: Within) => Promise<Held | undefined>

export interface ExecutionNeeds {
  tell: Tell
  /** The run as it is now; undefined when it ended. */
  now(id: RunId): Held | undefined
  repository: RunRepository
  output: RunOutput
  approvals: Pick<Approvals, 'spend' | 'find'>
  plans: Pick<Plans, 'judge'>
  connections: Pick<Connections, 'perform' | 'mustWait'>
  clock: Clock
  log: Log
  masking: Masking
  /** How many steps may be on targets at once. */
  concurrency: number
  /** How long a stop waits for what is on a target before it leaves it to the next start. */
  graceMs: number
}

interface Place {
  /** Ends the wait for its outcome: what it does from then on is nobody's knowledge. */
  readonly lost: PromiseWithResolvers<Outcome>
  readonly controller: AbortController
  readonly release: () => void
  action: Action | undefined // set once it may start
  done: Promise<void> | undefined
}

/** Another step changes this target now, or the vault is locked. */
class TargetBusy extends Error {}

const AGAIN_MS = 1000
const placeOf = (id: RunId, { step, turn }: Pick<StepOrder, 'step' | 'turn'>) =>
  `${id}:${step}:${turn}`

/** Brings steps to their targets: at most once each, one change at a time on a target, so many at once. */
export function createExecution(needs: ExecutionNeeds) {
  const { tell } = needs
  const places = new Map<string, Place>()
  const takeSlot = createSlots(needs.concurrency)
  let stopped = false

  /** Written down as executing, with its approval spent, in one transaction before anything reaches the target. */
  async function dispatch(id: RunId, order: StepOrder, step: StepState): Promise<void> {
    const key = placeOf(id, order)
    const place = newPlace(await takeSlot())
    places.set(key, place)
    const { approvalId } = step
    const fact = {
      type: 'dispatched',
      ...ofTurn(order),
      approvalId,
      hash: step.frozen!.hash,
    } as const
    try {
      await checkPolicy(needs, id, step)
      await tell(id, fact, undefined, async (tx) => {
        place.action = await claim(needs, tx, id, step)
      })
    } catch (error) {
      place.action = undefined
      await explain(needs, id, order, error, () => stopped)
    } finally {
      if (!place.action) {
        places.delete(key)
        place.release()
      }
    }
  }

  async function perform(id: RunId, order: StepOrder): Promise<void> {
    const place = places.get(placeOf(id, order))
    if (!place?.action) throw new Error(`There is no place for ${placeOf(id, order)}`)
    place.done = onTarget(needs, id, order, place as Place & { action: Action }, () => stopped)
    try {
      await place.done
    } finally {
      places.delete(placeOf(id, order))
      place.release()
    }
  }

  return {
    dispatch,
    perform,
    abort: (id: RunId, order: StepOrder) => places.get(placeOf(id, order))?.controller.abort(),
    /** The machine slept: a line to another machine may be dead without a word. What runs here slept too, and goes on. */
    loseSight(reason: string): void {
      for (const { action, lost } of places.values())
        if (action && action.target.kind !== 'local') lost.resolve({ status: 'lost', reason })
    },
    async stop(): Promise<void> {
      const running = [...places.values()].flatMap(({ done }) => done ?? [])
      await Promise.race([Promise.all(running), pause(needs.graceMs, undefined, { ref: false })])
      stopped = true
    },
  }
}

function newPlace(release: () => void): Place {
  return {
    controller: new AbortController(),
    lost: Promise.withResolvers<Outcome>(),
    release,
    action: undefined,
    done: undefined,
  }
}

/** A busy target is tried again when it is free, a refusal is the end of the step, a broken store is tried again. */
async function explain(
  needs: ExecutionNeeds,
  id: RunId,
  order: StepOrder,
  error: unknown,
  isStopped: () => boolean,
): Promise<void> {
  if (error instanceof TargetBusy) return
  if (error instanceof Refusal) {
    await needs.tell(id, { type: 'not_dispatched', ...ofTurn(order), reason: error.message })
    return
  }
  // The store may have taken the dispatch before it failed. Nothing was started, and that is certain.
  const outcome: Outcome = { status: 'not_started', reason: 'The store failed.' }
  const fact = { type: 'finished', ...ofTurn(order), outcome, outputBytes: 0 } as const
  await insist(needs, id, fact, isStopped)
  throw error
}

function judgeNow(plans: ExecutionNeeds['plans'], { snapshot, state }: Held, step: StepState) {
  const source = stepNamed(snapshot, step.name)
  const only = step.target?.connectionId
  return plans.judge(source, snapshot.plan, state.operator.id, only, step.frozen?.action)
}

/** Rules change while people think: what is denied or takes more by now is not started with an older yes. */
async function checkPolicy(
  { now, plans, approvals }: ExecutionNeeds,
  id: RunId,
  step: StepState,
): Promise<void> {
  const held = now(id)
  if (!held) return
  const policy = await judgeNow(plans, held, step)
  if (policy.effect === 'deny') throw new Refusal('forbidden', denialWords(policy))
  if (policy.effect !== 'ask' || !policy.requires) return
  const approval = step.approvalId ? await approvals.find(step.approvalId) : undefined
  if (!approval || isShortOf(approval, policy.requires))
    throw new Refusal(
      'approval_required',
      `This was not run: by now the policy asks for more than was given. ${policy.why} Retry the step to ask anew.`,
    )
}

function isShortOf({ policy: { requires } }: Approval, now: Requirement): boolean {
  return requires !== null && asksMore(now, requires)
}

/** What happened must be written down; until the store takes it, the step counts as executing. */
async function insist(
  { tell, log }: ExecutionNeeds,
  id: RunId,
  fact: Fact,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    try {
      await tell(id, fact)
      return
    } catch (error) {
      log.error({ error, runId: id }, 'an outcome could not be stored; it is tried again')
      await pause(AGAIN_MS)
    }
  }
}

/** The bytes that may run: from the spent approval, or, for what needs none, checked against their hash. */
async function claim(
  { approvals, repository, connections }: ExecutionNeeds,
  tx: Db,
  id: RunId,
  step: StepState,
): Promise<Action> {
  const frozen = step.frozen!
  const { connectionId } = frozen.action.target
  if (connections.mustWait(frozen.action)) throw new TargetBusy()
  if (tierOf(step) !== 'read' && !(await repository.lock(tx, connectionId, id, step.index)))
    throw new TargetBusy()
  if (step.approvalId) {
    const approved = await approvals.spend(tx, step.approvalId, frozen)
    const parts = approved.set ?? [approved.frozen!]
    return parts.find(({ hash }) => hash === frozen.hash)!.action
  }
  if (hashOf(frozen.action) !== frozen.hash)
    throw new Refusal('conflict', 'The frozen action was changed in the store. It was not run.')
  return frozen.action
}

const ofTurn = ({ step, turn }: StepOrder) => ({ step, turn })

async function onTarget(
  needs: ExecutionNeeds,
  id: RunId,
  order: StepOrder,
  { controller, action, lost }: Place & { action: Action },
  isStopped: () => boolean,
): Promise<void> {
  const { now, output, connections, masking, log } = needs
  const { state, snapshot, startedBy } = now(id)!
  const { attempt, name: step, outputBytes: before } = state.steps[order.step]!
  const run = { runId: id, runbookId: snapshot.plan.runbookId, step, operator: startedBy }
  const sink = output.open(id, order.step, attempt, before)
  const reading = createReading(snapshot, state.steps[order.step]!)
  let outcome: Outcome
  let isOver = false
  try {
    const performed = connections.perform(action, {
      signal: controller.signal,
      run,
      onOutput(channel, text) {
        if (isOver) return
        reading.take(channel, text)
        sink.write(channel, text)
      },
    })
    outcome = await Promise.race([performed, lost.promise])
  } catch (error) {
    log.error({ error, runId: id }, 'a connection failed in a way it should not')
    outcome = { status: 'lost', reason: 'Quarterdeck lost sight of it; the log has the details.' }
  }
  isOver = true
  if ('reason' in outcome) outcome = { ...outcome, reason: masking.mask(outcome.reason) }
  const outputBytes = await sink.close()
  const gave = outcome.status === 'exited' ? reading.values() : {}
  const fact = { type: 'finished', ...ofTurn(order), outcome, outputBytes, ...gave } as const
  await insist(needs, id, fact, isStopped)
}

/** First come, first served; answers how to give the slot back. */
function createSlots(limit: number): () => Promise<() => void> {
  let free = limit
  const queue: (() => void)[] = []
  return async () => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void queue.push(resolve))
    return () => {
      const next = queue.shift()
      if (next) next()
      else free += 1
    }
  }
}
