import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import { type Batch, type Found, inBatches } from './pull-plan'

/** One alert of a list that knows only the present. */
export interface Listed {
  readonly key: string
  /** The same while the alert says the same. */
  readonly state: unknown
  readonly body: unknown
  /** `held`: it is listed and is not told: silenced, or not yet due. */
  readonly tell: 'firing' | 'held'
  /** What is told when it is listed no more; the time is put in then. */
  readonly gone: Readonly<Record<string, unknown>>
}

const Known = z.object({
  /** Counts the pulls that had something to tell: a part of each key. */
  n: z.int(),
  alerts: z.record(
    z.string(),
    z.object({
      hash: z.string(), // of its state when it was told; `''`: it is about to be
      toldAt: z.int(),
      gone: z.record(z.string(), z.unknown()),
    }),
  ),
})
type Known = z.infer<typeof Known>

/** A ticket of an alert that nobody speaks of is taken to be over after a while: it is told again this often. */
const REPEAT_MS = 3_600_000

interface Wish {
  readonly now: Timestamp
  /** Where the time goes in what is told of one that is gone. */
  readonly endName: 'endsAt' | 'resolvedAt'
  /** Asked when something is gone: is the list complete? One that was started anew has to be told everything again first. */
  isComplete?(): Promise<boolean>
}

/**
 * What is new in a list, and what is gone from it. What will be told is kept before it is delivered: an alert that was
 * delivered and is gone after a crash is still told to be over.
 */
export async function* compare(
  list: readonly Listed[],
  cursor: unknown,
  wish: Wish,
): AsyncGenerator<Batch> {
  const { now } = wish
  const known = Known.safeParse(cursor).data ?? { n: 0, alerts: {} }
  const present = new Map(list.map((each) => [each.key, each]))
  const due = [...present.values()].filter((each) => isDue(each, known, now))
  const over = await goneFrom(present, known, wish)
  if (due.length === 0 && over.length === 0) {
    yield { records: [], cursor: known, upTo: now }
    return
  }
  const n = known.n + 1
  const time = new Date(now).toISOString()
  const records = [
    ...due.map(({ key, state, body }) => toFound(`${key} firing ${n} ${hashOf(state)}`, body)),
    ...over.map((key) =>
      toFound(`${key} resolved ${n}`, { ...known.alerts[key]!.gone, [wish.endName]: time }),
    ),
  ]
  const pending: Known = { n: known.n, alerts: { ...known.alerts } }
  for (const { key, gone } of due) pending.alerts[key] = { hash: '', toldAt: 0, gone }
  yield { records: [], cursor: pending }
  const after: Known = { n, alerts: { ...known.alerts } }
  for (const { key, state, gone } of due)
    after.alerts[key] = { hash: hashOf(state), toldAt: now, gone }
  for (const key of over) delete after.alerts[key]
  yield* inBatches(records, pending, after, now)
}

const toFound = (key: string, body: unknown): Found => ({ what: 'alert', key, body })

function isDue({ key, state, tell }: Listed, { alerts }: Known, now: Timestamp): boolean {
  if (tell === 'held') return false
  const before = Object.hasOwn(alerts, key) ? alerts[key] : undefined
  return !before || before.hash !== hashOf(state) || now - before.toldAt >= REPEAT_MS
}

async function goneFrom(present: ReadonlyMap<string, Listed>, known: Known, wish: Wish) {
  const missing = Object.keys(known.alerts).filter((key) => !present.has(key))
  const complete = missing.length === 0 || (await (wish.isComplete?.() ?? true))
  return complete ? missing : []
}

const hashOf = (state: unknown) => hash('sha256', JSON.stringify(state), 'hex').slice(0, 16)
