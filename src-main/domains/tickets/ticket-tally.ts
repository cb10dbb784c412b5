import type { Severity, Timestamp } from '#contract/primitives'
import type { TicketStatus } from '#contract/tickets'
import type { Serves } from '#platform/caller'
import { isActive, type Kept } from './ticket'

/** How tickets ended on one day (UTC, in days since 1970). An escalated ticket stays one when it is resolved later. */
export interface DailyOutcome {
  readonly day: number
  readonly outcome: 'resolved' | 'escalated' | 'closed'
  readonly falsePositive: boolean
  /** How long it took, for `resolved` only: `floor(ln(1 + minutes) · 20)`. */
  readonly bucket: number
  readonly count: number
}

/** So many tickets have this status and severity. */
export interface Counted {
  readonly status: TicketStatus
  readonly severity: Severity
  readonly count: number
}

/** By how much the counts change. */
export interface Tally {
  readonly counts: Counted[]
  readonly outcomes: DailyOutcome[]
}

const DAY_MS = 86_400_000

/** What the counts lose and gain when tickets change. What stays the same is left out; the order is always the same. */
export function tally(changes: readonly { before: Kept | undefined; after: Kept }[]): Tally {
  const counts = new Map<string, Tally['counts'][number]>()
  const outcomes = new Map<string, DailyOutcome>()
  const add = (kept: Kept | undefined, by: 1 | -1) => {
    if (!kept) return
    const { status, severity } = kept.ticket
    const key = `${status}/${severity}`
    counts.set(key, { status, severity, count: (counts.get(key)?.count ?? 0) + by })
    const outcome = outcomeOf(kept)
    if (!outcome) return
    const place = `${outcome.day}/${outcome.outcome}/${outcome.falsePositive}/${outcome.bucket}`
    outcomes.set(place, { ...outcome, count: (outcomes.get(place)?.count ?? 0) + by })
  }
  for (const { before, after } of changes) {
    add(before, -1)
    add(after, 1)
  }
  return { counts: inOrder(counts), outcomes: inOrder(outcomes) }
}

function inOrder<T extends { count: number }>(all: ReadonlyMap<string, T>): T[] {
  return [...all]
    .filter(([, { count }]) => count !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each)
}

function outcomeOf({ ticket, memory }: Kept): Omit<DailyOutcome, 'count'> | undefined {
  const falsePositive = ticket.verdict === 'false_positive'
  if (memory.escalatedAt !== null)
    return { day: dayOf(memory.escalatedAt), outcome: 'escalated', falsePositive, bucket: 0 }
  // When a source only fell silent, the time until then is its setting and no repair.
  if (ticket.resolvedAt !== null && memory.silent)
    return { day: dayOf(ticket.resolvedAt), outcome: 'closed', falsePositive, bucket: 0 }
  if (ticket.resolvedAt !== null) {
    const bucket = bucketOf(ticket.resolvedAt - ticket.openedAt)
    return { day: dayOf(ticket.resolvedAt), outcome: 'resolved', falsePositive, bucket }
  }
  if (memory.closedAt === null) return undefined
  return { day: dayOf(memory.closedAt), outcome: 'closed', falsePositive, bucket: 0 }
}

const dayOf = (at: Timestamp) => Math.floor(at / DAY_MS)

/** Buckets grow by 5 %, so that a median of many tickets is read from a few rows. */
function bucketOf(tookMs: number): number {
  return Math.floor(Math.log1p(Math.max(0, tookMs) / 60_000) * 20)
}

type Counts = Awaited<ReturnType<Serves<'tickets'>['counts']>>

/** The numbers beside the views. `bySeverity` counts what is in the open view. */
export function toCounts(
  all: readonly Counted[],
  asleep: readonly Counted[],
  mine: number,
): Counts {
  const sum = (rows: readonly Counted[], of: (row: Counted) => boolean) =>
    rows.filter(of).reduce((total, { count }) => total + count, 0)
  const awake = (of: (row: Counted) => boolean) =>
    sum(all, (row) => isActive(row.status) && of(row)) - sum(asleep, of)
  const ofSeverity = (severity: Severity) => awake((row) => row.severity === severity)
  return {
    open: awake(() => true),
    mine,
    escalated: awake((row) => row.status === 'escalated'),
    snoozed: sum(asleep, () => true),
    resolved: sum(all, (row) => row.status === 'resolved'),
    all: sum(all, () => true),
    bySeverity: {
      critical: ofSeverity('critical'),
      high: ofSeverity('high'),
      medium: ofSeverity('medium'),
      low: ofSeverity('low'),
      info: ofSeverity('info'),
    },
  }
}
