import type { Clock } from '#platform/clock'

/** Wrong keys in a row, and how long no ticket is taken after them. */
export const MAX_FAILURES = 10
export const LOCK_MS = 60_000

/** Counts wrong keys, so that guessing is slow and seen. */
export interface Tries {
  isLocked(): boolean
  fail(): void
  succeed(): void
}

export function createTries({ clock, onLock }: { clock: Clock; onLock: () => void }): Tries {
  let failures = 0
  let lockedUntil = 0
  return {
    isLocked: () => clock.now() < lockedUntil,
    fail() {
      failures += 1
      if (failures < MAX_FAILURES) return
      failures = 0
      lockedUntil = clock.now() + LOCK_MS
      onLock()
    },
    succeed() {
      failures = 0
    },
  }
}
