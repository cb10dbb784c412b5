import type { Timestamp } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import type { Events } from '#platform/events'
import type { Delivery } from './delivery-repository'

const MINUTE_MS = 60_000
/** Minutes that a source's little chart shows. */
export const MINUTES = 20
/** News at most every so often, with at most so many items: a storm must not drown the windows. */
const NEWS_MS = 100
const MOST_ITEMS = 200

const minuteOf = (at: Timestamp) => Math.floor(at / MINUTE_MS)

/** How much comes in from whom, and the news about it. */
export function createTraffic({ clock, events }: { clock: Clock; events: Events }) {
  const perSource = new Map<string, Map<number, number>>()
  let fresh: Delivery[] = []
  let timer: NodeJS.Timeout | undefined

  const since = () => minuteOf(clock.now()) - MINUTES + 1

  function publish(): void {
    clearTimeout(timer)
    timer = undefined
    const items = fresh.slice(-MOST_ITEMS)
    fresh = []
    if (items.length > 0) events.publish('intake.received', { items })
  }

  return {
    count(source: string, at: Timestamp, by = 1): void {
      const minutes = perSource.get(source) ?? new Map<number, number>()
      perSource.set(source, minutes)
      const minute = minuteOf(at)
      if (!minutes.has(minute)) {
        for (const old of minutes.keys()) if (old < since()) minutes.delete(old)
      }
      minutes.set(minute, (minutes.get(minute) ?? 0) + by)
    },
    /** Oldest first, the running minute last. */
    perMinute(source: string): number[] {
      const minutes = perSource.get(source)
      const first = since()
      return Array.from({ length: MINUTES }, (_, n) => minutes?.get(first + n) ?? 0)
    },
    /** Of all sources, in the last full minute or the running one, whichever is more. */
    rate(): number {
      const now = minuteOf(clock.now())
      const [last, running] = [now - 1, now].map((minute) =>
        [...perSource.values()].reduce((all, minutes) => all + (minutes.get(minute) ?? 0), 0),
      )
      return Math.max(last!, running!)
    },
    tell(deliveries: readonly Delivery[]): void {
      fresh.push(...deliveries)
      if (fresh.length > 2 * MOST_ITEMS) fresh = fresh.slice(-MOST_ITEMS)
      timer ??= setTimeout(publish, NEWS_MS)
    },
    stop: publish,
  }
}
export type Traffic = ReturnType<typeof createTraffic>
