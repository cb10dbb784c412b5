import type { Timestamp } from '#contract/primitives'
import { dedupKeyOf, type Signal, type SignalEffect, type Tickets } from '#domains/tickets'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, type StoreKind } from '#platform/database'
import type { Grouping } from './grouping'
import type { HeldRepository } from './held-repository'
import { minutes, type Occurrence, type Plan, placeOf, planScreening } from './plan'
import { type Gate, gateOf, openWindows, type RuleBook, wishesOf } from './rule-book'
import type { RuleShelf } from './rule-shelf'
import type { Opener } from './opener'
import type { KindOf, Screen, Screened } from './screen'
import { wishSteps } from './wish-steps'

interface Needs {
  db: Db
  kind: StoreKind
  shelf: RuleShelf
  held: HeldRepository
  grouping: Grouping
  open: Opener
  tickets: Pick<Tickets, 'foresee'>
  kindOf: KindOf
  clock: Clock
  /** Looks at what is due, soon after the commit. */
  sweepSoon: () => void
  /** Tells the windows that something is held, or no longer. */
  tellSoon: () => void
}

const PASS: Screened = { verdict: 'pass', trace: [] }

/** What intake asks about signals. */
export function createScreenService(needs: Needs): Screen {
  const { db, kind, shelf, grouping, tickets, kindOf, clock } = needs
  /** On PostgreSQL another console may have held something a moment ago. */
  const mayHold = () => shelf.inUse() || kind === 'postgres'
  const look = createLook(needs)
  const keep = createKeep(needs)

  async function plan(
    on: Db,
    signals: readonly Signal[],
    lock: boolean,
  ): Promise<Plan | undefined> {
    const book = shelf.current()
    const now = clock.now()
    const gates = gatesOf(book, signals, now, kindOf)
    if (!gates && !(mayHold() && signals.some(endsOrIsSeen))) return undefined
    return look(on, signals, gates ?? [], lock, now)
  }

  const answer = (planned: Plan | undefined, signals: readonly Signal[]): Screened[] => {
    const book = shelf.current()
    return signals.map((signal, n) => {
      const wishes = opens(signal) ? wishesOf(book, signal, kindOf(signal.source) ?? '') : {}
      const decided = planned?.answers[n] ?? PASS
      return decided === PASS && Object.keys(wishes).length === 0 ? PASS : { ...decided, ...wishes }
    })
  }

  return {
    async screen(tx, signals) {
      const planned = await plan(tx, signals, true)
      if (planned) await keep(tx, planned)
      return answer(planned, signals)
    },
    follow: grouping.follow,
    async foresee(signals) {
      const screened = answer(await plan(db, signals, false), signals)
      if (screened.every(({ owner, incident }) => !owner && !incident)) return screened
      const effects = await tickets.foresee(signals)
      return screened.map((one, n) => ({
        ...one,
        trace: [
          ...one.trace,
          ...(one.verdict === 'pass' ? wishSteps(one, effects[n]!.effect) : []),
        ],
      }))
    },
  }
}

const opens = ({ state }: Signal) => state === 'firing' || state === 'acknowledged'
const endsOrIsSeen = ({ state }: Signal) => state === 'resolved' || state === 'acknowledged'

/** The rules that stand before each signal; undefined when there is none before any. */
function gatesOf(
  book: RuleBook,
  signals: readonly Signal[],
  now: Timestamp,
  kindOf: KindOf,
): (Gate | undefined)[] | undefined {
  const open = openWindows(book, now)
  if (open.length === 0 && book.thresholds.length === 0) return undefined
  let any = false
  const gates = signals.map((signal) => {
    if (signal.state !== 'firing') return undefined
    const gate = gateOf(book, open, signal, kindOf(signal.source) ?? '')
    any ||= gate !== undefined
    return gate
  })
  return any ? gates : undefined
}

/** Reads what is held and counted about these signals, and decides. */
function createLook({ held, tickets }: Needs) {
  return async function look(
    on: Db,
    signals: readonly Signal[],
    gates: readonly (Gate | undefined)[],
    lock: boolean,
    now: Timestamp,
  ): Promise<Plan> {
    const keys = signals.map(dedupKeyOf)
    const gated = new Set(keys.filter((_, n) => gates[n]))
    const asked = new Set([...gated, ...keys.filter((_, n) => endsOrIsSeen(signals[n]!))])
    const occurrences = await counted(on, signals, gates, lock, now)
    const found = await held.find(on, [...asked], lock)
    return planScreening(
      signals,
      gates,
      await effectsOf(on, signals, gated),
      { held: new Map(found.map((one) => [one.key, one])), occurrences },
      now,
    )
  }

  /** What tickets would make of all signals about something that a rule stands before. */
  async function effectsOf(on: Db, signals: readonly Signal[], gated: ReadonlySet<string>) {
    const effects: (SignalEffect | undefined)[] = signals.map(() => undefined)
    if (gated.size === 0) return effects
    const places = [...signals.keys()].filter((n) => gated.has(dedupKeyOf(signals[n]!)))
    const foreseen = await tickets.foresee(
      places.map((n) => signals[n]!),
      on,
    )
    for (const [at, n] of places.entries()) effects[n] = foreseen[at]!.effect
    return effects
  }

  async function counted(
    on: Db,
    signals: readonly Signal[],
    gates: readonly (Gate | undefined)[],
    lock: boolean,
    now: Timestamp,
  ): Promise<Map<string, Occurrence[]>> {
    const oldest = signals.reduce((at, { receivedAt = now }) => Math.min(at, receivedAt), now)
    const wanted = placesOf(gates)
    const all = [...wanted].flatMap(([{ id: ruleId }, keys]) =>
      [...keys].map((groupKey) => placeOf({ ruleId, groupKey })),
    )
    if (lock) await held.lockPlaces(on, all)
    const found = new Map<string, Occurrence[]>()
    for (const [{ id, draft }, places] of wanted) {
      const since = oldest - minutes(draft.params.minutes)
      for (const one of await held.counted(on, id, [...places], since)) {
        const place = placeOf(one)
        const same = found.get(place)
        if (same) same.push(one)
        else found.set(place, [one])
      }
    }
    return found
  }
}

type Threshold = Extract<Gate, { stage: 'threshold' }>

/** In which places of which rules is counted. */
function placesOf(gates: readonly (Gate | undefined)[]): Map<Threshold['rule'], Set<string>> {
  const wanted = new Map<Threshold['rule'], Set<string>>()
  for (const gate of gates) {
    if (gate?.stage !== 'threshold') continue
    const places = wanted.get(gate.rule) ?? new Set()
    wanted.set(gate.rule, places.add(gate.groupKey))
  }
  return wanted
}

/** Writes down what was decided: held signals, counts, and tickets that open because of it. */
function createKeep(needs: Needs) {
  const { shelf, held, open } = needs
  return async function keep(tx: Db, plan: Plan): Promise<void> {
    const { holds, drops, opens: due, counted, cleared } = plan
    await held.drop(tx, drops)
    await held.clear(tx, cleared)
    await held.count(tx, counted)
    await held.save(tx, holds)
    if (due.length > 0) await open(tx, due)
    for (const place of plan.due) await held.markDue(tx, place)
    if (holds.length > 0 || counted.length > 0) shelf.use()
    if (plan.due.length > 0) afterCommit(tx, needs.sweepSoon)
    if (holds.length > 0 || drops.length > 0) afterCommit(tx, needs.tellSoon)
  }
}
