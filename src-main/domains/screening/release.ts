import { setImmediate as breathe } from 'node:timers/promises'
import type { Timestamp } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import type { Log } from '#platform/log'
import type { HeldRepository } from './held-repository'
import type { Opener } from './opener'
import { DUE, type HeldSignal, holdBy, minutes, type Occurrence } from './plan'
import { type Gate, gateOf, openWindows, type RuleBook, ruleKeyOf } from './rule-book'
import type { RuleShelf } from './rule-shelf'
import type { KindOf } from './screen'

interface Needs {
  db: Db
  held: HeldRepository
  shelf: RuleShelf
  open: Opener
  kindOf: KindOf
  clock: Clock
  audit: Audit
  log: Log
  tellSoon: () => void
}

/** Held signals a transaction: a ticket each at most. */
const SLICE = 50

/**
 * Gives free what no rule holds any longer: its window has ended, its threshold is reached, its rule was changed or is
 * gone. One sweep at a time; whoever asks meanwhile gets another one after it. Answers how many tickets opened.
 */
export function createRelease(needs: Needs) {
  const sweepOnce = createSweep(needs)
  const state = { again: false, stopped: false }
  let underWay: Promise<number> | undefined
  return {
    sweep(): Promise<number> {
      state.again = true
      underWay ??= work().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    async stop(): Promise<void> {
      state.stopped = true
      await underWay
    },
  }

  async function work(): Promise<number> {
    let opened = 0
    while (state.again && !state.stopped) {
      state.again = false
      opened += await sweepOnce(() => state.stopped)
    }
    return opened
  }
}

function createSweep(needs: Needs) {
  const { db, held, shelf, clock, tellSoon } = needs
  const slices = createSlices(needs)

  return async function sweep(stopped: () => boolean): Promise<number> {
    await shelf.reload()
    if (!shelf.inUse()) return 0
    const book = shelf.current()
    const now = clock.now()
    const longest = book.thresholds.map(({ draft }) => minutes(draft.params.minutes))
    await held.forgetBefore(db, now - Math.max(0, ...longest))
    let opened = 0
    let changed = 0
    const count = (slice: Slice) => {
      opened += slice.opened
      changed += slice.opened + slice.dropped
    }
    for (let more = true; more && !stopped();) {
      const slice = await slices.silent(now)
      count(slice)
      more = slice.seen === SLICE
    }
    const holding = holdersOf(book, now)
    for (const ruleKey of await held.ruleKeys(db)) {
      if (holding.has(ruleKey)) continue
      for (let after: string | undefined = ''; after !== undefined && !stopped();) {
        const slice: Slice = await slices.of(ruleKey, after)
        count(slice)
        after = slice.last
        await breathe()
      }
    }
    if (changed > 0) tellSoon()
    return opened
  }
}

/** The rules that hold something now, as they are. */
function holdersOf(book: RuleBook, now: Timestamp): Set<string> {
  return new Set([...openWindows(book, now), ...book.thresholds].map(ruleKeyOf))
}

interface Slice {
  readonly seen: number
  readonly opened: number
  readonly dropped: number
  /** Where the next slice goes on; undefined at the end. */
  readonly last: string | undefined
}

function createSlices(needs: Needs) {
  const { db, held, open, audit, clock, log } = needs
  const decide = createDecision(needs)
  return {
    /** Their source never says that it is over, and has not said anything for long enough. */
    silent: (now: Timestamp): Promise<Slice> =>
      transact(db, async (tx) => {
        const silent = await held.lockSilent(tx, now, SLICE)
        await held.drop(
          tx,
          silent.map(({ key }) => key),
        )
        await audit.record(
          tx,
          ...silent.map(({ key, since, ruleId }) => ({
            actor: 'rules',
            action: 'signal.silent',
            subject: key,
            detail: { since, ruleId },
          })),
        )
        return { seen: silent.length, opened: 0, dropped: silent.length, last: undefined }
      }),
    /** One that cannot be opened must not hold back the others: alone, it is found out and named. */
    async of(ruleKey: string, after: string): Promise<Slice> {
      try {
        return await some(ruleKey, after, SLICE)
      } catch {
        return one(ruleKey, after)
      }
    },
  }

  async function one(ruleKey: string, after: string): Promise<Slice> {
    try {
      return await some(ruleKey, after, 1)
    } catch (error) {
      const [next] = await transact(db, (tx) => held.lockOf(tx, ruleKey, after, 1))
      log.error({ err: error, held: next?.key }, 'a held signal could not open its ticket')
      return { seen: 1, opened: 0, dropped: 0, last: next?.key }
    }
  }

  function some(ruleKey: string, after: string, limit: number): Promise<Slice> {
    return transact(db, async (tx) => {
      const waiting = await held.lockOf(tx, ruleKey, after, limit)
      const { free, stays } = await decide(tx, waiting, clock.now())
      await held.save(tx, stays)
      await held.drop(
        tx,
        free.map(({ key }) => key),
      )
      if (free.length > 0) await open(tx, free)
      const last = waiting.length === limit ? waiting.at(-1)!.key : undefined
      return { seen: waiting.length, opened: free.length, dropped: 0, last }
    })
  }
}

/** What is free now, and what another rule holds from now on. */
function createDecision({ held, shelf, kindOf }: Needs) {
  return async function decide(tx: Db, waiting: readonly HeldSignal[], now: Timestamp) {
    const book = shelf.current()
    const open = openWindows(book, now)
    const free: HeldSignal[] = []
    const stays: HeldSignal[] = []
    for (const one of waiting) {
      const gate = gateOf(book, open, one.signal, kindOf(one.signal.source) ?? '')
      if (!gate || !(await holds(tx, one, gate))) free.push(one)
      else if (one.ruleKey !== DUE) stays.push(holdBy(one, one.signal, gate, now)) // due it stays, after the window
    }
    return { free, stays }
  }

  async function holds(tx: Db, { ruleKey, key, signal, lastAt }: HeldSignal, gate: Gate) {
    if (gate.stage === 'window') return true
    if (ruleKey === DUE) return false
    const { id, draft } = gate.rule
    const { groupKey } = gate
    const mine: Occurrence = {
      ruleId: id,
      groupKey,
      key,
      deliveryId: signal.deliveryId,
      at: lastAt,
    }
    await held.count(tx, [mine])
    const since = lastAt - minutes(draft.params.minutes)
    const counted = await held.counted(tx, id, [groupKey], since)
    return counted.filter(({ at }) => at <= lastAt).length < draft.params.occurrences
  }
}
