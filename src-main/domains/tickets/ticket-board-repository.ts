import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { OperatorId, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket, TicketFilter, TicketSummary, TicketView } from '#contract/tickets'
import type { Db } from '#platform/database'
import { type TicketTables, ticketTables } from './ticket-repository'
import { SUMMARY, toSummary, toTicket } from './ticket-row'
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
  return { ...lists(db, search), ...counts(db), ...bookkeeping() }
}
export type TicketBoardRepository = ReturnType<typeof createTicketBoardRepository>

function lists(db: Db, search: TicketSearch) {
  const listed = (filter: TicketFilter, look: Look) =>
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
      let query = listed(filter, look)
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
      const { n } = await listed(filter, look).select(countRows).executeTakeFirstOrThrow()
      return n
    },
    /** Those that are resolved or closed, in the order of `seqs`. */
    async settled(seqs: readonly number[], except: TicketId, limit: number): Promise<Ticket[]> {
      if (seqs.length === 0) return []
      const found = await ticketTables(db)
        .selectFrom('tickets')
        .selectAll()
        .where('seq', 'in', [...seqs])
        .where('active', '=', 0)
        .where('id', '<>', except)
        .execute()
      const place = new Map(seqs.map((seq, n) => [seq, n]))
      const ranked = found.toSorted((x, y) => place.get(x.seq)! - place.get(y.seq)!)
      return ranked.slice(0, limit).map(toTicket)
    },
    /** Whose snooze ended after `since` and not after `now`. */
    async woken(since: Timestamp, now: Timestamp): Promise<TicketId[]> {
      const rows = await tables(db)
        .selectFrom('tickets')
        .select('id')
        .where('snoozed_until', '>', since)
        .where('snoozed_until', '<=', now)
        .execute()
      return rows.map(({ id }) => id)
    },
  }
}

const countRows = (e: ExpressionBuilder<CountTables, 'tickets'>) => e.fn.countAll<number>().as('n')

function counts(db: Db) {
  return {
    /** How many tickets there are of each status and severity: all, asleep now, and mine among those that are awake. */
    async counts(look: Look): Promise<{ all: Counted[]; asleep: Counted[]; mine: number }> {
      const asleep = tables(db)
        .selectFrom('tickets')
        .select((e) => ['status', 'severity', e.fn.countAll<number>().as('count')])
        .where('snoozed_until', '>', look.now)
        .groupBy(['status', 'severity'])
      const mine = await viewed(db, 'mine', look).select(countRows).executeTakeFirstOrThrow()
      return {
        all: await tables(db).selectFrom('ticket_counts').selectAll().execute(),
        asleep: await asleep.execute(),
        mine: mine.n,
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

function bookkeeping() {
  return {
    /** Writes what tickets changed in the counts, in one order on every console. */
    async keepCounts(tx: Db, tally: Tally): Promise<void> {
      if (tally.counts.length > 0) {
        await tables(tx)
          .insertInto('ticket_counts')
          .values(tally.counts)
          .onConflict((oc) =>
            oc.columns(['status', 'severity']).doUpdateSet((e) => ({
              count: e('ticket_counts.count', '+', e.ref('excluded.count')),
            })),
          )
          .execute()
      }
      const rows = tally.outcomes.map(({ falsePositive, ...same }) => ({
        ...same,
        false_positive: Number(falsePositive),
      }))
      if (rows.length === 0) return
      await tables(tx)
        .insertInto('ticket_outcomes')
        .values(rows)
        .onConflict((oc) =>
          oc.columns(['day', 'outcome', 'false_positive', 'bucket']).doUpdateSet((e) => ({
            count: e('ticket_outcomes.count', '+', e.ref('excluded.count')),
          })),
        )
        .execute()
    },
  }
}

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
