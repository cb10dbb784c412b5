import { Refusal } from '#contract'
import type { ConnectionId, RunId } from '#contract/primitives'
import { hashOf } from '#platform/canonical-json'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Within } from './run-execution'
import { createOrders, type OrderNeeds } from './run-orders'
import { recordFact, recordOnTicket, type RecordNeeds } from './run-record'
import { decide, evolve, wanted } from './run-machine'
import { type Held, hashSnapshot, plannedAs } from './run-snapshot'
import { type Command, type Fact, isBusy, isDone, type RunFact } from './run-state'

export interface DriverNeeds extends Omit<RecordNeeds & OrderNeeds, 'tell' | 'now'> {
  database: Database
  clock: Clock
  events: Events
  log: Log
  console: string
}

const US = 'quarterdeck'

/** Takes facts one after the other for each run, puts them on disk, and only then does what follows from them. */
export function createRunDriver(needs: DriverNeeds) {
  const { clock, repository } = needs
  // Only one console opens a SQLite store, whatever its machine is called today.
  const ours = needs.database.kind === 'sqlite' ? undefined : needs.console
  const isForeign = ({ console }: Held) => ours !== undefined && console !== ours
  const shelf = createShelf(needs, isForeign)
  const inTurn = createTurns()
  let closed = false
  const tell = (id: RunId, fact: Fact, by = US, within?: Within): Promise<Held | undefined> =>
    inTurn(id, async () => (closed ? undefined : take(await shelf.settled(id), fact, by, within)))
  const orders = createOrders({ ...needs, tell, now: shelf.now })
  const look = createLook(shelf.all, orders.carryOut)

  async function take(before: Held, fact: Fact, by: string, within?: Within) {
    const provisional: RunFact = { ...fact, at: clock.now(), by }
    if (evolve(before.state, provisional) === before.state) return undefined
    const { after, dated } = await store(needs, shelf, before, provisional, within)
    shelf.keep(after)
    for (const command of decide(before.state, dated)) orders.carryOut(after.id, command)
    if (after.state.end) needs.output.ended(after.id)
    // A target may have become free: whoever waits for one tries again.
    if (before.state.steps.some(isBusy)) look((_, { type }) => type === 'dispatch')
    return after
  }

  /** What news missed, and what failed for a moment. `alsoAnswers`: asks the store about every approval, too. */
  function reconcile(alsoAnswers = true): void {
    for (const id of shelf.doubted()) void inTurn(id, () => shelf.readAgain(id))
    look((_, { type }) => alsoAnswers || type !== 'await_answer')
  }

  return {
    tell,
    look,
    reconcile,
    isForeign,
    ours,
    loseSight: orders.loseSight,
    userOf: shelf.userOf,
    load: shelf.load,
    active: shelf.all,
    /** A run that is not in the store yet: `started` puts it there, or nothing does. */
    begin(first: Held, by: string, inputs: Readonly<Record<string, string>>, within: Within) {
      const add: Within = async (tx, before) => {
        await repository.add(tx, before)
        await within(tx, before)
      }
      return inTurn(
        first.id,
        async () => (await take(first, { type: 'started', inputs }, by, add))!,
      )
    },
    async recover(): Promise<void> {
      for (const id of await repository.activeOf(ours))
        if (await shelf.takeUp(id)) await tell(id, { type: 'restarted' })
      reconcile()
    },
    async stop(): Promise<void> {
      await orders.stop()
      await inTurn.idle()
      closed = true
      await inTurn.idle() // what began in between ends before the store does
      await needs.output.close()
    },
  }
}

/** Does whatever is waited for and not under way, as far as it is asked for. */
function createLook(all: () => readonly Held[], carryOut: (id: RunId, command: Command) => void) {
  return function look(isAbout: (held: Held, command: Command) => boolean): void {
    for (const held of all())
      for (const command of wanted(held.state))
        if (isAbout(held, command)) carryOut(held.id, command)
  }
}

interface Written {
  readonly after: Held
  readonly dated: RunFact
}

async function store(
  needs: DriverNeeds,
  shelf: ReturnType<typeof createShelf>,
  before: Held,
  provisional: RunFact,
  within: Within | undefined,
): Promise<Written> {
  let written: Written | undefined
  try {
    return await transact(needs.database.db, async (tx) => {
      const next = (fact: RunFact): Held => ({
        ...before,
        ...(fact.type === 'taken_over' && { console: fact.console }),
        state: evolve(before.state, fact),
        seq: before.seq + 1,
      })
      await recordOnTicket(needs, tx, { before, after: next(provisional) }, provisional)
      const dated = { ...provisional, ...(await within?.(tx, before)) }
      const after = next(dated)
      await recordFact(needs, tx, { before, after }, dated)
      written = { after, dated }
      return written
    })
  } catch (error) {
    // Whether it was committed is not always known: what is on disk counts.
    if (error instanceof Refusal) throw error
    const now = await shelf.readAgain(before.id)
    if (written && isSame(written.after, now)) return written // only the answer was lost
    if (now && now.console !== before.console)
      throw new Refusal(
        'conflict',
        `${now.console} has taken this run over, so it is moved from there. Nothing was done here.`,
        { cause: error },
      )
    throw error
  }
}

function isSame(after: Held, now: Held | undefined): boolean {
  return now?.console === after.console && hashOf(now.state) === hashOf(after.state)
}

/** The active runs of this console, as they are on disk. */
function createShelf({ repository, log }: DriverNeeds, isForeign: (held: Held) => boolean) {
  const held = new Map<RunId, Held>()
  const inDoubt = new Set<RunId>()
  function keep(after: Held): void {
    // One that another console has taken over is no longer moved from here.
    if (after.state.end || isForeign(after)) held.delete(after.id)
    else held.set(after.id, after)
  }
  /** A run whose last fact may or may not be on disk is read before anything else is told about it. */
  async function settle(id: RunId): Promise<Held | undefined> {
    if (!inDoubt.has(id)) return undefined
    const found = await repository.findSettled(id)
    inDoubt.delete(id)
    if (found) keep(found)
    return found
  }
  async function load(id: RunId): Promise<Held> {
    const found = held.get(id) ?? (await repository.find(id))
    if (found) return found
    throw new Refusal('not_found', `There is no run ${id}. It may be of another store.`)
  }
  return {
    keep,
    load,
    settled: async (id: RunId) => (await settle(id)) ?? load(id),
    all: () => [...held.values()],
    now: (id: RunId) => held.get(id),
    /** The run that has something left to do over this connection. */
    userOf: (id: ConnectionId) =>
      [...held.values()].find(({ snapshot, state }) =>
        state.steps.some(
          (step) =>
            !isDone(step) && (step.target ?? plannedAs(snapshot, step))?.connectionId === id,
        ),
      ),
    /** As it is on disk; undefined when it is not there, or the store does not answer: then it is in doubt. */
    async readAgain(id: RunId): Promise<Held | undefined> {
      inDoubt.add(id)
      try {
        return await settle(id)
      } catch (error) {
        log.error({ error, runId: id }, 'the store does not answer; the run goes on when it does')
        return undefined
      }
    },
    doubted: () => [...inDoubt],
    /** False when its snapshot is not what it was: then it is left alone. */
    async takeUp(id: RunId): Promise<boolean> {
      const found = await repository.find(id)
      const isWhole = found && hashSnapshot(found.snapshot) === found.snapshotHash
      if (isWhole) keep(found)
      else log.error({ runId: id }, 'the snapshot of this run was changed in the store')
      return isWhole === true
    },
  }
}

/** One queue for each run: what is told about it is taken in the order in which it was told. */
function createTurns() {
  const tails = new Map<RunId, Promise<void>>()
  function inTurn<T>(id: RunId, work: () => Promise<T>): Promise<T> {
    const mine = (tails.get(id) ?? Promise.resolve()).then(work)
    const settled = mine.then(
      () => undefined,
      () => undefined, // whoever told it hears of the failure; the next one is not to blame
    )
    tails.set(id, settled)
    void forget(id, settled)
    return mine
  }
  async function forget(id: RunId, settled: Promise<void>): Promise<void> {
    await settled
    if (tails.get(id) === settled) tails.delete(id)
  }
  inTurn.idle = () => Promise.all(tails.values())
  return inTurn
}
