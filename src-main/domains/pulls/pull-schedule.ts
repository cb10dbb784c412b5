import type { PullState } from '#contract/pulls'
import type { Timestamp } from '#contract/primitives'

/** What became of one pull. */
export type Outcome =
  | { readonly status: 'done'; readonly count: number; readonly waitMs: number }
  /** The source is asked too often, or we do not ask now: nobody's failure. */
  | {
      readonly status: 'waits'
      readonly problem: string
      readonly waitMs: number
      readonly ours: boolean
    }
  | { readonly status: 'failed'; readonly problem: string }

export type Kept = Omit<PullState, 'running'>

/** Failures in a row that open the circuit. */
const MOST_FAILURES = 5
/** The first wait of an open circuit; doubled with each try that fails. */
const OPEN_MS = 300_000
const LONGEST_OPEN_MS = 3_600_000
const LONGEST_BACKOFF_MS = 900_000
/** However the dice fall: nobody is asked twice a second. */
const SHORTEST_MS = 1_000

interface Dice {
  readonly now: Timestamp
  readonly everyMs: number
  /** In [0, 1). */
  random(): number
}

/**
 * When to ask again. After a failure with full jitter, so that many consoles do not come back at once
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/); after five in a row the circuit opens, and
 * one try now and then decides whether it closes.
 */
export function afterPull(kept: Kept, outcome: Outcome, dice: Dice): Kept {
  const { now, everyMs } = dice
  const tried: Kept = { ...kept, lastAt: now }
  if (outcome.status === 'failed')
    return afterFailure({ ...tried, failures: kept.failures + 1 }, outcome.problem, dice)
  const nextAt = now + Math.max(everyMs, outcome.waitMs)
  if (outcome.status === 'waits') {
    const circuit = kept.circuit === 'half_open' ? 'open' : kept.circuit
    return { ...tried, problem: outcome.problem, circuit, nextAt }
  }
  const { count } = outcome
  const well = { failures: 0, circuit: 'closed', problem: '' } as const
  return { ...tried, ...well, lastOkAt: now, lastCount: count, nextAt }
}

function afterFailure(kept: Kept, problem: string, { now, everyMs, random }: Dice): Kept {
  if (kept.failures < MOST_FAILURES) {
    const most = Math.min(LONGEST_BACKOFF_MS, everyMs * 2 ** kept.failures)
    const waitMs = Math.max(SHORTEST_MS, Math.floor(random() * most))
    return { ...kept, circuit: 'closed', problem, nextAt: now + waitMs }
  }
  const doubled = OPEN_MS * 2 ** Math.min(10, kept.failures - MOST_FAILURES)
  const most = Math.max(everyMs, Math.min(LONGEST_OPEN_MS, doubled))
  const waitMs = Math.floor(most * (0.5 + random() / 2))
  return { ...kept, circuit: 'open', problem, nextAt: now + waitMs }
}
