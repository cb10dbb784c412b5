import type { TraceStep } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { RuleId } from '#contract/screening'
import { dedupKeyOf, type Signal, type SignalEffect } from '#domains/tickets'
import { type Gate, ruleKeyOf } from './rule-book'
import { endOf } from './window-times'

/** A firing signal that waits here, the newest of its dedup key. */
export interface HeldSignal {
  readonly key: string
  readonly signal: Signal
  readonly ruleId: RuleId
  /** The rule as it was; `DUE` once its threshold is reached. */
  readonly ruleKey: string
  readonly stage: Gate['stage']
  readonly groupKey: string | null
  readonly since: Timestamp
  readonly lastAt: Timestamp
  readonly times: number
}

/** In the place of a rule: nothing but a window may hold it any longer. */
export const DUE = 'due'

export interface Occurrence {
  readonly ruleId: RuleId
  readonly groupKey: string
  readonly key: string
  readonly deliveryId: Signal['deliveryId']
  readonly at: Timestamp
}

export const placeOf = ({ ruleId, groupKey }: Pick<Occurrence, 'ruleId' | 'groupKey'>) =>
  `${ruleId} ${groupKey}`

/** What has to be known before anything is decided. */
export interface Known {
  readonly held: ReadonlyMap<string, HeldSignal>
  /** What was counted so far, by place. */
  readonly occurrences: ReadonlyMap<string, readonly Occurrence[]>
}

export interface Answer {
  readonly verdict: 'pass' | 'held'
  readonly trace: readonly TraceStep[]
}

/** What becomes of some signals, and what has to be written for it. */
export interface Plan {
  readonly answers: readonly Answer[]
  readonly holds: readonly HeldSignal[]
  readonly drops: readonly string[]
  /** Held ones whose tickets open before what passes is taken. */
  readonly opens: readonly HeldSignal[]
  readonly counted: readonly Occurrence[]
  /** Keys that are right again: they were counted for nothing. */
  readonly cleared: readonly string[]
  /** Places whose other held signals are due. */
  readonly due: readonly Pick<Occurrence, 'ruleId' | 'groupKey'>[]
}

const PASS: Answer = { verdict: 'pass', trace: [] }

export const minutes = (n: number) => n * 60_000

/** Decides signal after signal. `effects` is what tickets would make of them, where it matters. */
export function planScreening(
  signals: readonly Signal[],
  gates: readonly (Gate | undefined)[],
  effects: readonly (SignalEffect | undefined)[],
  known: Known,
  now: Timestamp,
): Plan {
  const desk = openDesk(known, now)
  const answers = signals.map((signal, n) => {
    if (signal.state === 'resolved') return takeResolved(desk, signal)
    if (signal.state === 'acknowledged') return takeAcknowledged(desk, signal)
    const gate = gates[n]
    return signal.state === 'firing' && gate ? takeFiring(desk, signal, gate, effects[n]) : PASS
  })
  const { holds, drops, opens, counted, cleared, due } = desk
  return {
    answers,
    holds: [...holds.values()],
    drops: [...drops],
    opens,
    counted: [...counted],
    cleared: [...cleared],
    due: [...due.values()],
  }
}

/** The held signals and the counts while the signals of one transaction pass by. */
interface Desk {
  readonly now: Timestamp
  readonly held: Map<string, HeldSignal>
  readonly counts: Map<string, Occurrence[]>
  readonly holds: Map<string, HeldSignal>
  readonly drops: Set<string>
  readonly opens: HeldSignal[]
  readonly counted: Set<Occurrence>
  readonly cleared: Set<string>
  readonly due: Map<string, Pick<Occurrence, 'ruleId' | 'groupKey'>>
  /** Held in this transaction: tickets do not foresee that these did not reach them. */
  readonly heldHere: Set<string>
  readonly opened: Set<string>
}

function openDesk({ held, occurrences }: Known, now: Timestamp): Desk {
  return {
    now,
    held: new Map(held),
    counts: new Map([...occurrences].map(([place, all]) => [place, [...all]])),
    holds: new Map(),
    drops: new Set(),
    opens: [],
    counted: new Set(),
    cleared: new Set(),
    due: new Map(),
    heldHere: new Set(),
    opened: new Set(),
  }
}

function drop({ held, holds, heldHere, drops }: Desk, key: string): void {
  held.delete(key)
  holds.delete(key)
  heldHere.delete(key)
  drops.add(key)
}

/** Its ticket opens now, with the words of the signal that was held. */
function open(desk: Desk, waiting: HeldSignal): void {
  desk.opens.push(waiting)
  drop(desk, waiting.key)
  desk.opened.add(waiting.key)
}

function takeResolved(desk: Desk, signal: Signal): Answer {
  const { held, counts, counted, cleared, opened } = desk
  const key = dedupKeyOf(signal)
  const waiting = held.get(key)
  if (waiting && (signal.endsAt ?? signal.startsAt) < waiting.signal.startsAt) return PASS
  cleared.add(key)
  opened.delete(key)
  for (const [place, all] of counts)
    counts.set(
      place,
      all.filter((each) => each.key !== key),
    )
  for (const each of counted) if (each.key === key) counted.delete(each)
  if (!waiting) return PASS
  drop(desk, key)
  const text = 'It was held and is right again, so no ticket opens.'
  return { verdict: 'pass', trace: [step(waiting, 'ended', text)] }
}

function takeAcknowledged(desk: Desk, signal: Signal): Answer {
  const waiting = desk.held.get(dedupKeyOf(signal))
  if (!waiting) return PASS
  open(desk, waiting)
  const text = 'It was held; somebody works on it, so its ticket opens.'
  return { verdict: 'pass', trace: [step(waiting, 'passed', text)] }
}

function takeFiring(
  desk: Desk,
  signal: Signal,
  gate: Gate,
  effect: SignalEffect | undefined,
): Answer {
  const key = dedupKeyOf(signal)
  if (desk.opened.has(key)) return PASS
  const wouldOpen = desk.heldHere.has(key) || effect === 'opened' || effect === 'reopened'
  if (wouldOpen)
    return gate.stage === 'window' ? inWindow(desk, signal, gate) : count(desk, signal, gate)
  if (effect !== 'unchanged' && desk.held.has(key)) drop(desk, key) // its ticket is there already
  return PASS
}

function inWindow(desk: Desk, signal: Signal, gate: Extract<Gate, { stage: 'window' }>): Answer {
  const { name, params } = gate.rule.draft
  const until = new Date(endOf(params, desk.now)).toISOString()
  return hold(desk, signal, gate, `Held by the maintenance “${name}” until ${until}.`)
}

function hold(desk: Desk, signal: Signal, gate: Gate, text: string): Answer {
  const key = dedupKeyOf(signal)
  const waiting = holdBy(desk.held.get(key), signal, gate, desk.now)
  desk.held.set(key, waiting)
  desk.holds.set(key, waiting)
  desk.heldHere.add(key)
  desk.drops.delete(key)
  return { verdict: 'held', trace: [step(waiting, 'held', text)] }
}

function count(desk: Desk, signal: Signal, gate: Extract<Gate, { stage: 'threshold' }>): Answer {
  const { rule, groupKey } = gate
  const { name, params } = rule.draft
  const [key, at] = [dedupKeyOf(signal), signal.receivedAt ?? desk.now]
  const { deliveryId } = signal
  const occurrence: Occurrence = { ruleId: rule.id, groupKey, key, deliveryId, at }
  const place = placeOf(occurrence)
  const all = desk.counts.get(place) ?? []
  if (!all.some((each) => each.key === key && each.deliveryId === deliveryId)) {
    all.push(occurrence)
    desk.counted.add(occurrence)
  }
  desk.counts.set(place, all)
  const since = at - minutes(params.minutes)
  const n = all.filter((each) => since < each.at && each.at <= at).length
  const said = `${n} of ${params.occurrences} occurrences within ${params.minutes} min`
  if (n < params.occurrences) return hold(desk, signal, gate, `Held by “${name}”: ${said}.`)
  openPlace(desk, key, occurrence)
  const text = `“${name}” lets it pass: ${said}.`
  return { verdict: 'pass', trace: [step({ stage: 'threshold', ruleId: rule.id }, 'passed', text)] }
}

/** Its threshold is reached: all that was held in this place opens, what is only on disk a little later. */
function openPlace(desk: Desk, key: string, occurrence: Occurrence): void {
  const mine = desk.held.get(key)
  if (mine) open(desk, mine)
  desk.opened.add(key)
  const { ruleId, groupKey } = occurrence
  for (const other of desk.holds.values())
    if (other.ruleId === ruleId && other.groupKey === groupKey) open(desk, other)
  desk.due.set(placeOf(occurrence), { ruleId, groupKey })
}

function step(
  { stage, ruleId }: Pick<HeldSignal, 'stage' | 'ruleId'>,
  outcome: TraceStep['outcome'],
  text: string,
): TraceStep {
  return { stage, outcome, text, ticketId: null, rule: ruleId }
}

/** The newest signal of a key stays, with the words of the one before where it has none. */
export function holdBy(
  before: HeldSignal | undefined,
  signal: Signal,
  gate: Gate,
  now: Timestamp,
): HeldSignal {
  const by = {
    ruleId: gate.rule.id,
    ruleKey: ruleKeyOf(gate.rule),
    stage: gate.stage,
    groupKey: gate.stage === 'threshold' ? gate.groupKey : null,
  }
  const at = signal.receivedAt ?? now
  if (!before) return { key: dedupKeyOf(signal), signal, ...by, since: at, lastAt: at, times: 1 }
  if (signal.deliveryId <= before.signal.deliveryId) return { ...before, ...by }
  return {
    ...before,
    ...by,
    signal: withWords(signal, before.signal),
    lastAt: Math.max(at, before.lastAt),
    times: before.times + 1,
  }
}

function withWords(signal: Signal, { title, description, severity, ...before }: Signal): Signal {
  if (signal.title !== '') return signal
  return {
    ...signal,
    title,
    description: signal.description === '' ? description : signal.description,
    severity: signal.severity ?? severity,
    service: signal.service ?? before.service,
    host: signal.host ?? before.host,
    labels: { ...before.labels, ...signal.labels },
    annotations: { ...before.annotations, ...signal.annotations },
    links: signal.links.length === 0 ? before.links : signal.links,
  }
}
