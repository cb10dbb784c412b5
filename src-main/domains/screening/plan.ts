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
  const desk = createDesk(known, now)
  const answers = signals.map((signal, n) => {
    if (signal.state === 'resolved') return desk.resolved(signal)
    if (signal.state === 'acknowledged') return desk.acknowledged(signal)
    const gate = gates[n]
    return signal.state === 'firing' && gate ? desk.firing(signal, gate, effects[n]) : PASS
  })
  return { answers, ...desk.outcome() }
}

/** The held signals and the counts while the signals of one transaction pass by. */
function createDesk(known: Known, now: Timestamp) {
  const held = new Map(known.held)
  const counts = new Map([...known.occurrences].map(([place, all]) => [place, [...all]]))
  const holds = new Map<string, HeldSignal>()
  const drops = new Set<string>()
  const opens: HeldSignal[] = []
  const counted = new Set<Occurrence>()
  const cleared = new Set<string>()
  const due = new Map<string, Pick<Occurrence, 'ruleId' | 'groupKey'>>()
  /** Held in this transaction: tickets do not foresee that these did not reach them. */
  const heldHere = new Set<string>()
  const opened = new Set<string>()
  return { firing, resolved, acknowledged, outcome }

  function outcome(): Omit<Plan, 'answers'> {
    return {
      holds: [...holds.values()],
      drops: [...drops],
      opens,
      counted: [...counted],
      cleared: [...cleared],
      due: [...due.values()],
    }
  }

  function drop(key: string): void {
    held.delete(key)
    holds.delete(key)
    heldHere.delete(key)
    drops.add(key)
  }

  /** Its ticket opens now, with the words of the signal that was held. */
  function open(waiting: HeldSignal): void {
    opens.push(waiting)
    drop(waiting.key)
    opened.add(waiting.key)
  }

  function resolved(signal: Signal): Answer {
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
    drop(key)
    const text = 'It was held and is right again, so no ticket opens'
    return { verdict: 'pass', trace: [step(waiting, 'ended', text)] }
  }

  function acknowledged(signal: Signal): Answer {
    const waiting = held.get(dedupKeyOf(signal))
    if (!waiting) return PASS
    open(waiting)
    const text = 'It was held; somebody works on it, so its ticket opens'
    return { verdict: 'pass', trace: [step(waiting, 'passed', text)] }
  }

  function firing(signal: Signal, gate: Gate, effect: SignalEffect | undefined): Answer {
    const key = dedupKeyOf(signal)
    if (opened.has(key)) return PASS
    const wouldOpen = heldHere.has(key) || effect === 'opened' || effect === 'reopened'
    if (wouldOpen) return gate.stage === 'window' ? hold(signal, gate) : count(signal, gate)
    if (effect === 'unchanged') return PASS
    if (held.has(key)) drop(key) // its ticket is there already
    return PASS
  }

  function hold(signal: Signal, gate: Gate, counts = ''): Answer {
    const key = dedupKeyOf(signal)
    const waiting = holdBy(held.get(key), signal, gate, now)
    held.set(key, waiting)
    holds.set(key, waiting)
    heldHere.add(key)
    drops.delete(key)
    const { name } = gate.rule.draft
    const text =
      gate.stage === 'window'
        ? `Held by the maintenance “${name}” until ${new Date(endOf(gate.rule.draft.params, now)).toISOString()}`
        : `Held by “${name}”: ${counts}`
    return { verdict: 'held', trace: [step(waiting, 'held', text)] }
  }

  function count(signal: Signal, gate: Extract<Gate, { stage: 'threshold' }>): Answer {
    const { rule, groupKey } = gate
    const { deliveryId } = signal
    const [key, at] = [dedupKeyOf(signal), signal.receivedAt ?? now]
    const occurrence: Occurrence = { ruleId: rule.id, groupKey, key, deliveryId, at }
    const place = placeOf(occurrence)
    const all = counts.get(place) ?? []
    if (!all.some((each) => each.key === key && each.deliveryId === deliveryId)) {
      all.push(occurrence)
      counted.add(occurrence)
    }
    counts.set(place, all)
    const { occurrences, minutes: within } = rule.draft.params
    const n = all.filter((each) => at - minutes(within) < each.at && each.at <= at).length
    const said = `${n} of ${occurrences} occurrences within ${within} min`
    if (n < occurrences) return hold(signal, gate, said)
    const mine = held.get(key)
    if (mine) open(mine)
    opened.add(key)
    for (const other of holds.values())
      if (other.groupKey !== null && placeOf({ ...other, groupKey: other.groupKey }) === place)
        open(other)
    due.set(place, occurrence)
    const text = `“${rule.draft.name}” lets it pass: ${said}`
    return {
      verdict: 'pass',
      trace: [step({ stage: 'threshold', ruleId: rule.id }, 'passed', text)],
    }
  }
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
