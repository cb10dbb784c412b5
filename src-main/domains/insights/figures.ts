import type { Figure } from '#contract/insights'

/** What one day ended with. `minutes` counts resolved tickets by how long they took, in buckets of `bucketOf`. */
export interface Day {
  readonly resolved: number
  readonly escalated: number
  readonly falsePositives: number
  readonly minutes: ReadonlyMap<number, number>
}

/** Buckets grow by 5 %, so a median read from them is off by less than that. */
const GROWTH = 20

/** The middle of a bucket made by `floor(ln(1 + minutes) · 20)`, in minutes. */
export function minutesOf(bucket: number): number {
  return Math.expm1((bucket + 0.5) / GROWTH)
}

/** Fourteen days, oldest first: the last seven are the story, the seven before are what it is compared with. */
export function toFigures(days: readonly Day[]): Figure[] {
  const week = days.slice(-7)
  const before = days.slice(-14, -7)
  const figure = (
    key: Figure['key'],
    unit: Figure['unit'],
    of: (days: readonly Day[]) => number | null,
  ): Figure => ({
    key,
    unit,
    value: of(week),
    previous: of(before),
    days: week.map((day) => of([day])),
  })
  return [
    figure('resolved_without_escalation', 'percent', resolvedShare),
    figure('time_to_resolve', 'minutes', medianMinutes),
    figure('false_positives', 'count', (some) => sum(some, (day) => day.falsePositives)),
  ]
}

function resolvedShare(days: readonly Day[]): number | null {
  const resolved = sum(days, (day) => day.resolved)
  const all = resolved + sum(days, (day) => day.escalated)
  return all === 0 ? null : (100 * resolved) / all
}

function medianMinutes(days: readonly Day[]): number | null {
  const counts = days.flatMap((day) => [...day.minutes]).toSorted(([a], [b]) => a - b)
  const total = counts.reduce((all, [, count]) => all + count, 0)
  let seen = 0
  for (const [bucket, count] of counts) {
    seen += count
    if (seen * 2 >= total) return minutesOf(bucket)
  }
  return null
}

function sum(days: readonly Day[], of: (day: Day) => number): number {
  return days.reduce((all, day) => all + of(day), 0)
}
