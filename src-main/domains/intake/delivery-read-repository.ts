import { sql, type SqlBool } from 'kysely'
import type { DeliveryId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'
import { idBefore } from '#platform/ids'
import {
  type Delivery,
  type KeptDelivery,
  type ListedRow,
  type Status,
  type Tables,
  toDelivery,
  toKept,
} from './delivery-row'

/** Said so that a store uses its index of what is not processed; it cannot conclude it by itself. */
const UNCOMMON = sql<SqlBool>`status <> 'processed'`
/** Ids are made a moment before or after the time that is kept; clocks are set. */
const SLACK_MS = 3_600_000

const tables = (db: Db) => db.withTables<Tables>()
const LISTED = [
  'id',
  'source',
  'received_at',
  'status',
  'reason',
  'summary',
  'firing',
  'resolved',
  'ticket_ids',
  'size_bytes',
  'changes',
  'proof',
  'via',
] as const satisfies readonly (keyof ListedRow)[]

/** Questions about deliveries. Lists never read bodies. */
export function createDeliveryReads(db: Db) {
  return {
    ...createQueues(db),
    ...createPending(db),
    async find(id: DeliveryId, on: Db = db): Promise<KeptDelivery | undefined> {
      const row = await tables(on)
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toKept(row)
    },
    /** Newest first, before `id`. */
    async page(
      { source, status }: { source: string | null; status: Status | null },
      before: string | undefined,
      limit: number,
    ): Promise<Delivery[]> {
      let rows = tables(db).selectFrom('deliveries').select(LISTED)
      if (source !== null) rows = rows.where('source', '=', source)
      if (status !== null) rows = rows.where('status', '=', status)
      if (status !== null && status !== 'processed') rows = rows.where(UNCOMMON)
      if (before !== undefined) rows = rows.where('id', '<', before as DeliveryId)
      const found = await rows.orderBy('id', 'desc').limit(limit).execute()
      return found.map(toDelivery)
    },
    async findByKey(source: string, key: string): Promise<DeliveryId | undefined> {
      const row = await tables(db)
        .selectFrom('deliveries')
        .select('id')
        .where('source', '=', source)
        .where('delivery_key', '=', key)
        .executeTakeFirst()
      return row?.id
    },
    counts: () => tables(db).selectFrom('delivery_counts').selectAll().execute(),
    /** Deliveries of each source in each minute (since 1970) from `since` on. */
    async perMinute(since: Timestamp) {
      const minute = sql<number>`received_at / 60000`
      return tables(db)
        .selectFrom('deliveries')
        .select((e) => ['source', minute.as('minute'), e.fn.countAll<number>().as('count')])
        .where('id', '>', idBefore<DeliveryId>('dlv', since - SLACK_MS))
        .where('received_at', '>=', since)
        .groupBy(['source', minute])
        .execute()
    },
  }
}

/** What is gone through piece by piece. */
function createQueues(db: Db) {
  return {
    /** Oldest first: what is on disk, needs no further proof and was not read yet. */
    async nextStored(limit: number): Promise<KeptDelivery[]> {
      const rows = await stored(db)
        .selectAll()
        .where('proof', '<>', 'pending')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toKept)
    },
    /** Everything that is kept, oldest first, each with its key. */
    async nextKept(
      after: string,
      limit: number,
    ): Promise<{ kept: KeptDelivery; key: string | null }[]> {
      const rows = await tables(db)
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '>', after as DeliveryId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ kept: toKept(row), key: row.delivery_key }))
    },
    /** Dead letters that have a body, oldest first. */
    async nextDead(source: string | null, limit: number, after: string): Promise<KeptDelivery[]> {
      let rows = deadWithBody(db)
        .selectAll()
        .where('id', '>', after as DeliveryId)
      if (source !== null) rows = rows.where('source', '=', source)
      return (await rows.orderBy('id').limit(limit).execute()).map(toKept)
    },
    async countDead(source: string | null): Promise<number> {
      let rows = deadWithBody(db).select((e) => e.fn.countAll<number>().as('count'))
      if (source !== null) rows = rows.where('source', '=', source)
      return (await rows.executeTakeFirstOrThrow()).count
    },
    /** What was understood since then, newest first. */
    async processedSince(
      since: Timestamp,
      before: DeliveryId | undefined,
      limit: number,
    ): Promise<KeptDelivery[]> {
      let rows = tables(db)
        .selectFrom('deliveries')
        .selectAll()
        .where('status', '=', 'processed')
        .where('id', '>', idBefore<DeliveryId>('dlv', since - SLACK_MS))
        .where('received_at', '>=', since)
      if (before !== undefined) rows = rows.where('id', '<', before)
      return (await rows.orderBy('id', 'desc').limit(limit).execute()).map(toKept)
    },
  }
}

function createPending(db: Db) {
  return {
    /** Sources of which something waits for its proof. */
    async pendingSources(): Promise<string[]> {
      const rows = await stored(db)
        .select('source')
        .distinct()
        .where('proof', '=', 'pending')
        .execute()
      return rows.map(({ source }) => source)
    },
    /** Oldest first: what waits for its proof. */
    async nextPending(source: string, limit: number, after: string): Promise<KeptDelivery[]> {
      const rows = await stored(db)
        .selectAll()
        .where('proof', '=', 'pending')
        .where('source', '=', source)
        .where('id', '>', after as DeliveryId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toKept)
    },
  }
}

const stored = (db: Db) =>
  tables(db).selectFrom('deliveries').where('status', '=', 'stored').where(UNCOMMON)

const deadWithBody = (db: Db) =>
  tables(db)
    .selectFrom('deliveries')
    .where('status', '=', 'dead')
    .where(UNCOMMON)
    .where('body', 'is not', null)
