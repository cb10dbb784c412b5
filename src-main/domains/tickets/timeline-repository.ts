import { sql } from 'kysely'
import type { DeliveryId, RunId, TicketId, Timestamp } from '#contract/primitives'
import type { TimelineEntry } from '#contract/tickets'
import type { Db } from '#platform/database'
import { chunks } from './ticket-repository'

type Row = Omit<TimelineEntry, 'ticketId' | 'deliveryId' | 'runId'> & {
  ticket_id: TicketId
  delivery_id: DeliveryId | null
  run_id: RunId | null
}
const tables = (db: Db) => db.withTables<{ ticket_timeline: Row }>()

/** The one place that knows the `ticket_timeline` table. Lines are added, never changed. */
export function createTimelineRepository(db: Db) {
  return {
    async add(tx: Db, entries: readonly TimelineEntry[]): Promise<void> {
      for (const some of chunks(entries, 500))
        await tables(tx).insertInto('ticket_timeline').values(some.map(toRow)).execute()
    },
    /** Newest first, before `[at, id]`. */
    async before(
      id: TicketId,
      key: [Timestamp, string] | undefined,
      limit: number,
    ): Promise<TimelineEntry[]> {
      let rows = tables(db).selectFrom('ticket_timeline').selectAll().where('ticket_id', '=', id)
      if (key) rows = rows.where((e) => e(e.refTuple('at', 'id'), '<', e.tuple(key[0], key[1])))
      const found = await rows.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return found.map(toEntry)
    },
    /** The comments that these deliveries have left. */
    async commentsOf(tx: Db, deliveries: readonly DeliveryId[]): Promise<TimelineEntry[]> {
      const found: TimelineEntry[] = []
      for (const some of chunks(deliveries, 1000)) {
        const rows = await tables(tx)
          .selectFrom('ticket_timeline')
          .selectAll()
          .where('kind', '=', sql.lit('comment'))
          .where('delivery_id', 'in', some)
          .execute()
        found.push(...rows.map(toEntry))
      }
      return found
    },
    async count(id: TicketId): Promise<number> {
      const { n } = await tables(db)
        .selectFrom('ticket_timeline')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('ticket_id', '=', id)
        .executeTakeFirstOrThrow()
      return n
    },
  }
}
export type TimelineRepository = ReturnType<typeof createTimelineRepository>

function toRow({ ticketId, deliveryId, runId, ...same }: TimelineEntry): Row {
  return { ...same, ticket_id: ticketId, delivery_id: deliveryId, run_id: runId }
}

function toEntry({ ticket_id, delivery_id, run_id, ...same }: Row): TimelineEntry {
  return { ...same, ticketId: ticket_id, deliveryId: delivery_id, runId: run_id }
}
