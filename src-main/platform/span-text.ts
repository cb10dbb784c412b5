const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span as people say it, rounded down, at least a minute: `45 min`, `8 h`, `3 d`. */
export function spanText(ms: number): string {
  if (ms < 2 * HOUR) return `${Math.max(1, Math.floor(ms / MINUTE))} min`
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / DAY)} d`
}
