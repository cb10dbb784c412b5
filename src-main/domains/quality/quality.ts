import type { RunbookId, Timestamp } from '#contract/primitives'
import { ENOUGH_RUNS, type Quality } from '#contract/quality'

/** A runbook as it was when it ran. */
export interface Version {
  readonly runbookId: RunbookId
  readonly revision: string
}

/** How a run ended, as far as it says something about its runbook. */
export interface RunOutcome {
  readonly ended: 'verified' | 'unverified' | 'unproven' | 'failed' | 'stopped' | 'takenBack'
  /** From its start to its end. */
  readonly tookMs: number
  /** How often a person had to say whether a step happened. */
  readonly unknowns: number
  readonly feedback: { readonly stars: number; readonly resolved: boolean } | null
}

/** What is added up; a change of a run is what it adds now without what it added before. */
export type Counts = Readonly<Record<(typeof COUNTED)[number], number>>
export const COUNTED = [
  'verified',
  'unverified',
  'unproven',
  'failed',
  'stopped',
  'takenBack',
  'fixed',
  'notFixed',
  'ratings',
  'stars',
  'helped',
  'unknowns',
] as const

/** Runs that fixed something, by how long they took. */
export type FixTimes = ReadonlyMap<number, number>

export interface Tally {
  readonly counts: Counts
  readonly fixTimes: FixTimes
  readonly lastUsedAt: Timestamp | null
}

export const NOTHING: Tally = {
  counts: Object.fromEntries(COUNTED.map((name) => [name, 0])) as Counts,
  fixTimes: new Map(),
  lastUsedAt: null,
}

/** What one run adds. */
export function toTally(outcome: RunOutcome): Tally {
  const { ended, feedback, unknowns, tookMs } = outcome
  const fixed = hasFixed(outcome)
  return {
    counts: {
      ...NOTHING.counts,
      [ended]: 1,
      fixed: Number(fixed === true),
      notFixed: Number(fixed === false),
      ratings: Number(feedback !== null),
      stars: feedback?.stars ?? 0,
      helped: Number(feedback?.resolved === true),
      unknowns,
    },
    fixTimes: fixed ? new Map([[bucketOf(tookMs), 1]]) : new Map(),
    lastUsedAt: null,
  }
}

/** Undefined: it says nothing. A person who looked knows better than a probe that held. */
function hasFixed({ ended, feedback }: RunOutcome): boolean | undefined {
  if (ended === 'stopped') return undefined
  const done = ended === 'verified' || ended === 'unproven'
  if (!done) return false
  return feedback?.resolved ?? (ended === 'verified' ? true : undefined)
}

/** `one` and `times` times `other`. */
export function addTallies(one: Tally, other: Tally, times: 1 | -1 = 1): Tally {
  const counts = Object.fromEntries(
    COUNTED.map((name) => [name, one.counts[name] + times * other.counts[name]]),
  ) as Counts
  const fixTimes = new Map(one.fixTimes)
  for (const [bucket, count] of other.fixTimes)
    fixTimes.set(bucket, (fixTimes.get(bucket) ?? 0) + times * count)
  return { counts, fixTimes, lastUsedAt: later(one.lastUsedAt, other.lastUsedAt) }
}

function later(one: Timestamp | null, other: Timestamp | null): Timestamp | null {
  if (one === null || other === null) return one ?? other
  return Math.max(one, other)
}

/** Buckets grow by 5 %, so that a median is off by less than that. */
const GROWTH = 20

function bucketOf(tookMs: number): number {
  return Math.floor(Math.log1p(Math.max(0, tookMs) / 1000) * GROWTH)
}

/** The middle of a bucket. */
function msOf(bucket: number): number {
  return Math.round(Math.expm1((bucket + 0.5) / GROWTH) * 1000)
}

export function toQuality({ counts, fixTimes, lastUsedAt }: Tally): Quality {
  const { stars, ratings, ...rest } = counts
  const [p50, p90] = [percentile(fixTimes, 0.5), percentile(fixTimes, 0.9)]
  return {
    ...rest,
    ratings,
    stars: ratings > 0 ? stars / ratings : null,
    fixMs: p50 === undefined || p90 === undefined ? null : { p50, p90 },
    lastUsedAt,
  }
}

function percentile(times: FixTimes, share: number): number | undefined {
  const buckets = [...times].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= share * total) return msOf(bucket)
  }
  return undefined
}

/** Honest with few runs: a share of two is no share. Empty when it was never used. */
export function summarise(quality: Quality): string {
  const { verified, unproven, fixed, notFixed, fixMs } = quality
  const all = countOf(quality)
  if (all === 0) return quality.lastUsedAt === null ? '' : 'no run has ended yet'
  const speaking = fixed + notFixed
  if (speaking < ENOUGH_RUNS) return `${all === 1 ? '1 run' : `${all} runs`}: too few to say`
  const share =
    verified > 0 || unproven === 0
      ? `verified ${verified} of ${triedOf(quality)} times`
      : `helped ${fixed} of ${speaking} times`
  return fixMs ? `${share}, fixed in ${spanOf(fixMs.p50)} typically` : share
}

/** Runs that ended, however. */
function countOf(quality: Quality): number {
  return triedOf(quality) + quality.unproven + quality.stopped
}

/** Runs that should have ended with a verified fix. */
function triedOf({ verified, unverified, failed, takenBack }: Quality): number {
  return verified + unverified + failed + takenBack
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${Math.max(1, seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
