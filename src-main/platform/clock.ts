import type { Timestamp } from '#contract/primitives'

/** Time as the domains see it; a test holds it still. */
export interface Clock {
  now(): Timestamp
}

export const systemClock: Clock = { now: () => Date.now() }
