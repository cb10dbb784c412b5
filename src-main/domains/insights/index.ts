import type { Figure } from '#contract/insights'
import type { Cursor } from '#contract/primitives'
import type { RunSummary } from '#contract/runs'
import type { TicketSummary } from '#contract/tickets'
import type { Approvals } from '#domains/approvals'
import type { Credentials } from '#domains/credentials'
import type { Intake } from '#domains/intake'
import type { Runs } from '#domains/runs'
import type { DailyOutcome, Tickets } from '#domains/tickets'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Day, toFigures } from './figures'
import { type Situation, toInHand, toNeeds } from './needs'

// What the other domains know, put together for people who look. Owns no table; asks through faces only.
export type Insights = Serves<'insights'>

interface Needs {
  clock: Clock
  tickets: Tickets
  approvals: Approvals
  runs: Runs
  intake: Intake
  credentials: Credentials
}

const DAY = 86_400_000
/** More than fits on a screen is a number, not a list. */
const SHOWN = 20
const first = { cursor: null, limit: SHOWN }
/** Tickets asked for at once when most of them may be taken up already. */
const PAGE = 100

export function createInsights(needs: Needs): Insights {
  return {
    async watch(_, caller) {
      const [situation, figures] = await Promise.all([look(needs, caller), measure(needs)])
      return { needs: toNeeds(situation), inHand: toInHand(situation), figures }
    },
  }
}

async function look(
  { tickets, approvals, runs, intake, credentials }: Needs,
  caller: Caller,
): Promise<Situation> {
  const everything = { severities: [], statuses: [], source: null, text: '' }
  const list = (filter: object, page: { cursor: Cursor; limit: number } = first) =>
    tickets.list({ ...page, filter: { ...everything, view: 'open', ...filter } }, caller)
  const [waiting, active, escalated, critical, investigating, dead, vault] = await Promise.all([
    approvals.list({ ...first, view: 'waiting' }, caller),
    runs.list({ ...first, view: 'active', ticketId: null }, caller),
    list({ view: 'escalated' }),
    findUnattended((page) => list({ severities: ['critical'] }, page)),
    list({ statuses: ['investigating'] }),
    intake.deliveries({ ...first, limit: 1, source: null, status: 'dead' }, caller),
    credentials.vault({}, caller),
  ])
  const shown = new Set(critical.map(({ id }) => id))
  return {
    approvals: waiting.items,
    runs: active.items,
    manualSteps: await findManualSteps(runs, active.items, caller),
    escalated: escalated.items,
    critical,
    investigating: investigating.items.filter(({ id }) => !shown.has(id)),
    deadLetters: dead.total,
    vault,
  }
}

type Pages = (page: { cursor: Cursor; limit: number }) => ReturnType<Tickets['list']>

/** The newest that nobody attends to, however many others are newer: what was taken up must not hide what was not. */
async function findUnattended(page: Pages): Promise<TicketSummary[]> {
  const found: TicketSummary[] = []
  let cursor: Cursor = null
  do {
    const { items, next }: Awaited<ReturnType<Pages>> = await page({ cursor, limit: PAGE })
    found.push(...items.filter(isUnattended))
    cursor = next
  } while (cursor !== null && found.length < SHOWN)
  return found.slice(0, SHOWN)
}

function isUnattended({ acknowledgedAt, activeRunId, status }: TicketSummary): boolean {
  return acknowledgedAt === null && activeRunId === null && status !== 'escalated'
}

async function findManualSteps(
  runs: Runs,
  active: readonly RunSummary[],
  caller: Caller,
): Promise<Map<string, string>> {
  const waiting = active.filter(({ status }) => status === 'waiting')
  const whole = await Promise.all(waiting.map(async ({ id }) => runs.get({ id }, caller)))
  return new Map(
    whole.flatMap(({ id, steps }) =>
      steps
        .filter(({ status }) => status === 'awaiting_person')
        .map((step): [string, string] => [id, step.title]),
    ),
  )
}

async function measure({ clock, tickets }: Needs): Promise<Figure[]> {
  const today = Math.floor(clock.now() / DAY)
  const rows = await tickets.dailyOutcomes(today - 13)
  return toFigures(
    Array.from({ length: 14 }, (_, n) => toDay(rows.filter((row) => row.day === today - 13 + n))),
  )
}

function toDay(rows: readonly DailyOutcome[]): Day {
  const count = (of: (row: DailyOutcome) => boolean) =>
    rows.filter(of).reduce((all, row) => all + row.count, 0)
  const minutes = new Map<number, number>()
  for (const row of rows.filter((each) => each.outcome === 'resolved')) {
    minutes.set(row.bucket, (minutes.get(row.bucket) ?? 0) + row.count)
  }
  return {
    resolved: count((row) => row.outcome === 'resolved'),
    escalated: count((row) => row.outcome === 'escalated'),
    falsePositives: count((row) => row.falsePositive),
    minutes,
  }
}
