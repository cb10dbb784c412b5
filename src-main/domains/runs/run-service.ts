import { Refusal } from '#contract'
import type { Operator } from '#contract/people'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import type { Connections } from '#domains/connections'
import type { Plans } from '#domains/plans'
import type { PastRun } from '#domains/quality'
import type { Serves } from '#platform/caller'
import type { Db } from '#platform/database'
import { newId } from '#platform/ids'
import { parseCursor, toCursor } from '#platform/pages'
import { createRunDriver, type DriverNeeds } from './run-driver'
import { pastRuns } from './run-outcome'
import { firstState, type Held, hashSnapshot } from './run-snapshot'
import type { Fact } from './run-state'
import { mayOf, statusOf, toRun } from './run-view'
import { describe } from './run-words'

export interface Runs extends Serves<'runs'> {
  /** The end of what a step wrote, as plain text; empty when it wrote nothing. Masked, as all output is. */
  lastWords(id: RunId, step: number): Promise<string>
  /** All runs, oldest first, as they count for their runbooks. */
  past(tx: Db): AsyncIterable<PastRun>
  /** After a start: continues what waits, and asks about what was executing when the process died. */
  recover(): Promise<void>
  /** The machine slept or the network went: every active run pauses at its next step border. */
  pauseAll(reason: string): Promise<void>
  /** The machine woke up: runs pause, and nobody claims to know what a step on another machine did meanwhile. */
  wake(): Promise<void>
  /** Lets running steps be recorded as they are and stops; nothing is cancelled. */
  stop(): Promise<void>
}

export interface ServiceNeeds extends DriverNeeds {
  plans: Pick<Plans, 'prepare' | 'freeze' | 'assess' | 'judge'>
  connections: Pick<Connections, 'perform' | 'mustWait' | 'onChange'>
}
type Driver = ReturnType<typeof createRunDriver>

export function createRunService(needs: ServiceNeeds): Runs & Pick<Driver, 'look' | 'reconcile'> {
  const driver = createRunDriver(needs)
  needs.connections.onChange(async (id) => {
    const user = driver.userOf(id)
    return user && `The run of “${user.snapshot.plan.runbookTitle}” still uses it.`
  })
  const show = (held: Held): Run => toRun(held, (step) => needs.output.bytesOf(held.id, step) ?? 0)
  return {
    ...questions(needs, driver, show),
    ...orders(driver, show),
    start: (request, { operator }) => start(needs, driver, request, operator).then(show),
    recover: driver.recover,
    look: driver.look,
    reconcile: driver.reconcile,
    stop: driver.stop,
    pauseAll: (reason) => pauseAll(driver, reason),
    async wake() {
      driver.loseSight('The machine slept while this ran: the line to its target may be gone.')
      await pauseAll(driver, 'the machine slept')
    },
    ...ordersToAll(needs, driver),
  }
}

const US = 'quarterdeck'

async function pauseAll(driver: Driver, reason: string): Promise<void> {
  const fact = { type: 'paused', reason } as const
  await Promise.all(driver.active().map(({ id }) => driver.tell(id, fact, US)))
}

/** What is ordered about many runs at once. */
function ordersToAll({ repository, console }: ServiceNeeds, driver: Driver) {
  type Asks = { operator: Operator }
  const isOurs = (name: string) => driver.ours === undefined || name === driver.ours
  return {
    async resumeAll(_: object, { operator }: Asks) {
      const paused = driver.active().filter(({ state }) => state.paused?.by === US)
      paused.forEach(checkSnapshot)
      const told = paused.map(({ id }) => driver.tell(id, { type: 'resumed' }, operator.name))
      return { resumed: (await Promise.all(told)).filter(Boolean).length }
    },
    async consoles() {
      const all = await repository.consoles()
      return all.map((one) => ({ ...one, ours: isOurs(one.console) }))
    },
    async takeOver({ console: from, reason }: Parameters<Runs['takeOver']>[0], { operator }: Asks) {
      if (isOurs(from))
        throw new Refusal(
          'conflict',
          'These runs are driven from here already. Nothing was changed.',
        )
      let taken = 0
      for (const id of await repository.activeOf(from)) {
        const fact = { type: 'taken_over', from, console, reason } as const
        checkSnapshot(await driver.load(id))
        if (await driver.tell(id, fact, operator.name)) taken += 1
      }
      driver.reconcile()
      return { taken }
    },
  }
}

async function start(
  { plans, tickets, clock, console }: ServiceNeeds,
  driver: Driver,
  request: Parameters<Runs['start']>[0],
  { id: operatorId, name }: Operator,
): Promise<Held> {
  const { dryRun: _, ...wanted } = request
  const snapshot = await plans.prepare(wanted, operatorId)
  const { plan } = snapshot
  if (plan.problems.length > 0)
    throw new Refusal('conflict', `Nothing was started. ${plan.problems.join(' ')}`)
  if (plan.steps.length === 0)
    throw new Refusal('conflict', 'Nothing was started: this runbook has no steps.')
  const ticket = plan.ticketId && (await tickets.find(plan.ticketId))
  // A dry run is nobody's work on the ticket: it is as if it had none.
  const ticketId = request.dryRun ? null : plan.ticketId
  const id = newId<RunId>('run')
  const first: Held = {
    id,
    snapshot,
    snapshotHash: hashSnapshot(snapshot),
    ticketId,
    ticketTitle: ticket ? ticket.title : null,
    startedBy: name,
    startedAt: clock.now(),
    console,
    state: firstState(id, snapshot, { id: operatorId, name }, request.dryRun),
    seq: 0,
  }
  return driver.begin(first, name, request.inputs, async (tx) => {
    if (!ticketId) return
    await tickets.beginRun(tx, ticketId, { runId: id, title: plan.runbookTitle, actor: name })
  })
}

function questions(
  { repository, output }: ServiceNeeds,
  driver: Driver,
  show: (held: Held) => Run,
) {
  return {
    async list({ cursor, limit, ...filter }: Parameters<Runs['list']>[0]) {
      const items = await repository.page(filter, parseCursor(cursor, 2), limit)
      const last = items.length === limit ? items.at(-1) : undefined
      const next = last ? toCursor([last.startedAt, last.id]) : null
      return { items, next, total: await repository.count(filter) }
    },
    lastWords: (id: RunId, step: number) => output.lastWords(id, step),
    past: (tx: Db) => pastRuns(repository, tx),
    ofRunbook: ({ runbookId, limit }: Parameters<Runs['ofRunbook']>[0]) =>
      repository.ofRunbook(runbookId, limit),
    get: async ({ id }: { id: RunId }) => show(await driver.load(id)),
    async history({ id }: { id: RunId }) {
      const held = await driver.load(id)
      const facts = await repository.factsOf(id)
      return facts.map(({ seq, fact }) => {
        const { at, type, by } = fact
        return { seq, at, type, by, detail: describe(fact, held) }
      })
    },
    output: ({ id, from }: { id: RunId; from: number }, { signal }: { signal: AbortSignal }) => {
      const isOver = async () => (await driver.load(id)).state.end !== null
      return output.stream(id, from, signal, isOver)
    },
  }
}

function orders(driver: Driver, show: (held: Held) => Run) {
  type One = { id: RunId }
  type Asks = { operator: Operator }

  async function order(
    id: RunId,
    operator: Operator,
    name: Run['may'][number],
    toFact: (held: Held) => Fact,
  ): Promise<Run> {
    const held = await driver.load(id)
    if (driver.isForeign(held))
      throw new Refusal(
        'conflict',
        `This run is driven from ${held.console}: only there are its connections. Do it there.`,
      )
    if (GOES_ON.has(name)) checkSnapshot(held)
    const after = await driver.tell(id, toFact(held), operator.name)
    if (after) return show(after)
    const now = await driver.load(id)
    const may = mayOf(now.state).join(', ') || 'nothing'
    throw new Refusal(
      'conflict',
      `The run is ${statusOf(now.state)}, so that is not possible now. Possible: ${may}.`,
    )
  }

  return {
    cancel: ({ id }: One, { operator }: Asks) =>
      order(id, operator, 'cancel', () => ({ type: 'cancelled' })),
    pause: ({ id }: One, { operator }: Asks) =>
      order(id, operator, 'pause', () => ({ type: 'paused', reason: '' })),
    resume: ({ id }: One, { operator }: Asks) =>
      order(id, operator, 'resume', () => ({ type: 'resumed' })),
    retry: ({ id }: One, { operator }: Asks) =>
      order(id, operator, 'retry', () => ({ type: 'retried', operator: who(operator) })),
    undo: ({ id }: One, { operator }: Asks) =>
      order(id, operator, 'undo', () => ({ type: 'undo_wanted', operator: who(operator) })),
    decide: (given: Parameters<Runs['decide']>[0], { operator }: Asks) =>
      order(given.id, operator, 'decide', (held) => {
        const { stepIndex, outcome, note } = given
        const of = turnOf(held, stepIndex)
        return { type: 'decided', ...of, outcome, note, operator: who(operator) }
      }),
    complete: (given: Parameters<Runs['complete']>[0], { operator }: Asks) =>
      order(given.id, operator, 'complete', (held) => {
        const { stepIndex, outcome, note } = given
        return { type: 'completed', ...turnOf(held, stepIndex), outcome, note }
      }),
    tick: (given: Parameters<Runs['tick']>[0], { operator }: Asks) =>
      order(given.id, operator, 'tick', (held) => {
        const { stepIndex, item, done } = given
        return { type: 'ticked', ...turnOf(held, stepIndex), item, done }
      }),
    rate: ({ id, feedback }: Parameters<Runs['rate']>[0], { operator }: Asks) =>
      order(id, operator, 'feedback', () => ({ type: 'rated', feedback })),
  }
}

const who = ({ id, name }: Operator) => ({ id, name })

/** Which turn of a step the operator speaks of: the one that is on screen. */
function turnOf(held: Held, index: number) {
  const step = held.state.steps[index]
  if (!step) throw new Refusal('not_found', `This run has no step ${index + 1}.`)
  return { step: index, turn: step.turn }
}

/** Orders after which steps may run; stopping and looking is always possible. */
const GOES_ON = new Set<Run['may'][number]>(['resume', 'retry', 'undo', 'complete'])

function checkSnapshot({ snapshot, snapshotHash }: Held): void {
  if (hashSnapshot(snapshot) === snapshotHash) return
  throw new Refusal(
    'conflict',
    'What this run was started with was changed in the store since. Nothing was run. Start a new run instead.',
  )
}
