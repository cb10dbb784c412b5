import type { Clock } from '#platform/clock'
import type { KeptSource } from './source-repository'

/** How long a burst may go on at twice the rate. */
const BURST_S = 2

interface Place {
  tokens: number
  at: number
  underWay: number
}

/** What one source may send at a time and in a second: a sender gone wild must not take the others' place. */
export function createLimits(clock: Clock) {
  const places = new Map<string, Place>()

  function placeOf({ name, settings }: KeptSource, now: number): Place {
    const full = settings.mostPerSecond * BURST_S
    const known = places.get(name)
    if (!known) {
      const place = { tokens: full, at: now, underWay: 0 }
      places.set(name, place)
      return place
    }
    const passedMs = Math.max(0, now - known.at)
    known.tokens = Math.min(full, known.tokens + (passedMs / 1000) * settings.mostPerSecond)
    known.at = now
    return known
  }

  return {
    /** Seconds to wait before it may come again; undefined: it may come in now, and `leave` has to follow. */
    enter(source: KeptSource): number | undefined {
      const place = placeOf(source, clock.now())
      if (place.underWay >= source.settings.mostAtOnce) return 1
      if (place.tokens < 1)
        return Math.max(1, Math.ceil((1 - place.tokens) / source.settings.mostPerSecond))
      place.tokens--
      place.underWay++
      return undefined
    },
    leave(name: string): void {
      const place = places.get(name)
      if (place) place.underWay--
    },
  }
}
export type Limits = ReturnType<typeof createLimits>
