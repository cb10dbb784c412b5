import type { Clock } from '#platform/clock'
import type { DeliveryRepository } from './delivery-repository'

const DAY_MS = 86_400_000
/** Rows taken away in one transaction: some milliseconds, so that nobody who waits notices. */
const SLICE = 200
/** Between two slices, and much longer while senders wait. */
const REST_MS = 50
/** A run of it ends after so long and goes on at the next: it must never be what the machine does. */
const MOST_MS = 20_000

/** What is kept of deliveries. Tickets, their timelines and the audit log are not touched by it. */
export interface Keeping {
  /** Days that a delivery is kept. Senders repeat for up to two days, so fewer than seven would let a repeat in. */
  readonly days: number
  /** Deliveries that are kept at most. */
  readonly count: number
}

interface Needs {
  clock: Clock
  deliveries: Pick<DeliveryRepository, 'removeOldest' | 'counts'>
  keeping: () => Keeping
  /** How many senders wait for their answers. */
  pressure: () => number
}

/** Takes away old deliveries slice by slice, in the background. What waits to be read, or for a yes, stays. */
export function createRetention({ clock, deliveries, keeping, pressure }: Needs) {
  const stop = new AbortController()
  return {
    /** How many were taken away. */
    async sweep(): Promise<number> {
      const until = performance.now() + MOST_MS
      let removed = 0
      while (!stop.signal.aborted && performance.now() < until) {
        const { days, count } = keeping()
        const before = clock.now() - days * DAY_MS
        const kept = (await deliveries.counts()).reduce((all, row) => all + row.count, 0)
        const slice = await deliveries.removeOldest({ before, over: kept - count, limit: SLICE })
        if (slice === 0) break
        removed += slice
        await rest(REST_MS * (1 + pressure()))
      }
      return removed
    },
    stop: () => stop.abort(),
  }
}

const rest = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms))
