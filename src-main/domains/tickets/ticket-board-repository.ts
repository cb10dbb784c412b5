import { type Expression, type SqlBool } from 'kysely'
import type { OperatorId, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket, TicketFilter, TicketSummary, TicketView } from '#contract/tickets'
import type { Db } from '#platform/database'
import { SUMMARY, type TicketTables, ticketTables, toSummary, toTicket } from './ticket-repository'
import type { TicketSearch } from './ticket-search'
import type { Counted, DailyOutcome, Tally } from './ticket-tally'

type CountTables = TicketTables & {
  ticket_counts: Counted
  ticket_outcomes: Omit<DailyOutcome, 'falsePositive'> & { false_positive: number }
}
const tables = (db: Db) => db.withTables<CountTables>()

/** Who looks, and when: what is theirs and what is asleep depends on it. */
export interface Look {
  readonly operatorId: OperatorId
  readonly now: Timestamp
}
type Key = 'urgency' | 'resolved_at' | 'opened_at'
/** Which column a view is ordered by, largest first. */
export function orderOf(view: TicketView): Key {
  if (view === 'all') return 'opened_at'
  return view === 'resolved' ? 'resolved_at' : 'urgency'
}

/** The lists and counts over all tickets. */
export function createTicketBoardRepository(db: Db, search: TicketSearch) {
  const rows = (filter: TicketFilter, look: Look) =>
    filtered(viewed(db, filter.view, look), filter, search)
  return {
    /** Largest key first, after `[key, id]`. */
    async page(
      filter: TicketFilter,
      look: Look,
      after: (string | number)[] | undefined,
      limit: number,
    ): Promise<{ summary: TicketSummary; key: number }[]> {
      const order = orderOf(filter.view)
      let query = rows(filter, look)
      if (after) {
        const [key, id] = [Number(after[0]), String(after[1]) as TicketId]
        query = query.where((e) => e(e.refTuple(order, 'id'), '<', e.tuple(key, id)))
      }
      const page = await query
        .select([...SUMMARY, `${order} as key`])
        .orderBy(order, 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return page.map((row) => ({ summary: toSummary(row), key: Number(row.key) }))
    },
    async count(filter: TicketFilter, look: Look): Promise<number> {
      const { n } = await rows(filter, look)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
    /** How many tickets there are of each status and severity: all, asleep now, and mine among those that are awake. */
    async counts({
      operatorId,
      now,
    }: Look): Promise<{ all: Counted[]; asleep: Counted[]; mine: number }> {
      const asleep = tables(db)
        .selectFrom('tickets')
        .select((e) => ['status', 'severity', e.fn.countAll<number>().as('count')])
        .where('snoozed_until', '>', now)
        .groupBy(['status', 'severity'])
      const mine = viewed(db, 'mine', { operatorId, now }).select((e) =>
        e.fn.countAll<number>().as('n'),
      )
      return {
        all: await tables(db).selectFrom('ticket_counts').selectAll().execute(),
        asleep: await asleep.execute(),
        mine: (await mine.executeTakeFirstOrThrow()).n,
      }
    },
    async countSettled(): Promise<number> {
      const rows = await tables(db)
        .selectFrom('ticket_counts')
        .selectAll()
        .where('status', 'in', ['resolved', 'closed'])
        .execute()
      return rows.reduce((all, { count }) => all + count, 0)
    },
    async bySeq(seqs: readonly number[]): Promise<Ticket[]> {
      if (seqs.length === 0) return []
      const found = await ticketTables(db)
        .selectFrom('tickets')
        .selectAll()
        .where('seq', 'in', [...seqs])
        .execute()
      const place = new Map(seqs.map((seq, n) => [seq, n]))
      return found.toSorted((a, b) => place.get(a.seq)! - place.get(b.seq)!).map(toTicket)
    },
    /** Writes what tickets changed in the counts, in one order on every console. */
    async keepCounts(tx: Db, { counts, outcomes }: Tally): Promise<void> {
      if (counts.length > 0) {
        await tables(tx)
          .insertInto('ticket_counts')
          .values(counts)
          .onConflict((oc) =>
            oc.columns(['status', 'severity']).doUpdateSet((e) => ({
              count: e('ticket_counts.count', '+', e.ref('excluded.count')),
            })),
          )
          .execute()
      }
      if (outcomes.length === 0) return
      await tables(tx)
        .insertInto('ticket_outcomes')
        .values(
          outcomes.map(({ falsePositive, ...same }) => ({
            ...same,
            false_positive: Number(falsePositive),
          })),
        )
        .onConflict((oc) =>
          oc.columns(['day', 'outcome', 'false_positive', 'bucket']).doUpdateSet((e) => ({
            count: e('ticket_outcomes.count', '+', e.ref('excluded.count')),
          })),
        )
        .execute()
    },
    async outcomesSince(day: number): Promise<DailyOutcome[]> {
      const found = await tables(db)
        .selectFrom('ticket_outcomes')
        .selectAll()
        .where('day', '>=', day)
        .where('count', '>', 0)
        .execute()
      return found.map(({ false_positive, ...same }) => ({
        ...same,
        falsePositive: false_positive === 1,
      }))
    },
  }
}
export type TicketBoardRepository = ReturnType<typeof createTicketBoardRepository>

function viewed(db: Db, view: TicketView, { operatorId, now }: Look) {
  const all = tables(db).selectFrom('tickets')
  if (view === 'all') return all
  if (view === 'resolved') return all.where('status', '=', 'resolved')
  const active = all.where('active', '=', 1)
  if (view === 'snoozed') return active.where('snoozed_until', '>', now)
  const awake = active.where((e) =>
    e.or([e('snoozed_until', 'is', null), e('snoozed_until', '<=', now)]),
  )
  if (view === 'mine') return awake.where('owner_id', '=', operatorId)
  return view === 'escalated' ? awake.where('status', '=', 'escalated') : awake
}

type Rows = ReturnType<typeof viewed>

function filtered(
  rows: Rows,
  { severities, statuses, source, text }: TicketFilter,
  search: TicketSearch,
): Rows {
  return rows.where((e) => {
    const conditions: Expression<SqlBool>[] = []
    if (severities.length > 0) conditions.push(e('severity', 'in', severities))
    if (statuses.length > 0) conditions.push(e('status', 'in', statuses))
    if (source !== null) conditions.push(e('source', '=', source))
    const found = search.finds(text)
    if (found) conditions.push(found)
    return e.and(conditions)
  })
}
