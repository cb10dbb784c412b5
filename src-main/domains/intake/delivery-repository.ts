import { sql } from 'kysely'
import type { z } from 'zod'
import type { Delivery as DeliveryShape, DeliveryStatus, TraceStep } from '#contract/intake'
import type { DeliveryId, TicketId, Timestamp } from '#contract/primitives'
import { type Db, type StoreKind, transact } from '#platform/database'

export type Delivery = z.infer<typeof DeliveryShape>
export type Status = z.infer<typeof DeliveryStatus>
/** As it is kept; what is left out is null. */
export type Step = z.input<typeof TraceStep>

/** A delivery before it is kept. `body` is null when it was refused unread. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly source: string
  readonly receivedAt: Timestamp
  readonly status: Status
  readonly proof: Delivery['proof']
  readonly via: Delivery['via']
  readonly reason: string
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

/** A delivery with what came: bytes and headers. */
export interface KeptDelivery {
  readonly delivery: Delivery
  readonly headers: Readonly<Record<string, string>>
  readonly trace: readonly Step[]
  readonly body: Buffer | null
}

/** What became of a delivery, why, and what it was before, for the counts. */
export interface Outcome {
  readonly delivery: Delivery
  readonly trace?: readonly Step[]
  readonly from: Status
}

type ListedRow = {
  id: DeliveryId
  source: string
  received_at: number
  status: Status
  reason: string
  summary: string
  firing: number
  resolved: number
  ticket_ids: string
  size_bytes: number
  changes: number
  proof: Delivery['proof']
  via: Delivery['via']
}
type Row = ListedRow & {
  delivery_key: string | null
  headers: string
  trace: string
  body: Buffer | null
}
type Tables = {
  deliveries: Row
  delivery_counts: { source: string; status: Status; count: number; last_at: number }
}
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

/** The one place that knows the tables of deliveries. */
export function createDeliveryRepository(db: Db, kind: StoreKind) {
  return { ...writes(db, kind), ...reads(db) }
}
export type DeliveryRepository = ReturnType<typeof createDeliveryRepository>

function writes(db: Db, kind: StoreKind) {
  return {
    /** Keeps deliveries in one transaction. One whose key was here before is kept as `duplicate`, without the key. */
    async add(deliveries: readonly NewDelivery[]): Promise<Delivery[]> {
      return transact(db, async (tx) => {
        const known = await findKeys(tx, deliveries)
        const rows = deliveries.map((delivery) => toRow(delivery, known))
        for (let start = 0; start < rows.length; start += 50)
          await tables(tx)
            .insertInto('deliveries')
            .values(rows.slice(start, start + 50))
            .execute()
        await count(
          tx,
          rows.map(({ source, status, received_at }) => ({
            source,
            status,
            by: 1,
            at: received_at,
          })),
        )
        return rows.map(toDelivery)
      })
    },
    /** Those of `ids` that still are `stored`; on PostgreSQL without those that another console is reading. */
    async lockStored(tx: Db, ids: readonly DeliveryId[]): Promise<Map<DeliveryId, Status>> {
      const rows = tables(tx)
        .selectFrom('deliveries')
        .select(['id', 'status'])
        .where('id', 'in', [...ids])
        .where('status', '=', 'stored')
      const found = await (kind === 'postgres' ? rows.forUpdate().skipLocked() : rows).execute()
      return new Map(found.map(({ id, status }) => [id, status]))
    },
    async lock(tx: Db, id: DeliveryId): Promise<Map<DeliveryId, Status>> {
      const row = tables(tx).selectFrom('deliveries').select('status').where('id', '=', id)
      const found = await (kind === 'postgres' ? row.forUpdate() : row).execute()
      return new Map(found.map(({ status }) => [id, status]))
    },
    removeOldest: (order: Parameters<typeof removeOldest>[1]) => removeOldest(db, order),
    async settle(tx: Db, outcomes: readonly Outcome[]): Promise<void> {
      for (const { delivery, trace = [] } of outcomes) {
        const { id, status, reason, summary, firing, resolved, ticketIds, changes, proof } =
          delivery
        await tables(tx)
          .updateTable('deliveries')
          .set({
            ...{ status, reason, summary, firing, resolved, changes, proof },
            ticket_ids: JSON.stringify(ticketIds),
            trace: JSON.stringify(trace),
          })
          .where('id', '=', id)
          .execute()
      }
      await count(
        tx,
        outcomes.flatMap(({ delivery: { source, status }, from }) => [
          { source, status: from, by: -1, at: 0 },
          { source, status, by: 1, at: 0 },
        ]),
      )
    },
  }
}

/** The oldest that are older than `before`, or too many by `over`: at most `limit`. How many went. */
async function removeOldest(
  db: Db,
  { before, over, limit }: { before: Timestamp; over: number; limit: number },
): Promise<number> {
  return transact(db, async (tx) => {
    const oldest = await tables(tx)
      .selectFrom('deliveries')
      .select(['id', 'source', 'status', 'received_at'])
      .where('status', 'not in', ['stored', 'waiting'])
      .orderBy('received_at')
      .limit(limit)
      .execute()
    const gone = oldest.filter(({ received_at }, n) => received_at < before || n < over)
    if (gone.length === 0) return 0
    await tables(tx)
      .deleteFrom('deliveries')
      .where(
        'id',
        'in',
        gone.map(({ id }) => id),
      )
      .execute()
    await count(
      tx,
      gone.map(({ source, status }) => ({ source, status, by: -1, at: 0 })),
    )
    return gone.length
  })
}

async function findKeys(
  tx: Db,
  deliveries: readonly NewDelivery[],
): Promise<Map<string, DeliveryId>> {
  const keys = deliveries.flatMap(({ key }) => key ?? [])
  if (keys.length === 0) return new Map()
  const found = await tables(tx)
    .selectFrom('deliveries')
    .select(['id', 'source', 'delivery_key'])
    .where('source', 'in', [...new Set(deliveries.map(({ source }) => source))])
    .where('delivery_key', 'in', keys)
    .execute()
  return new Map(found.map(({ id, source, delivery_key }) => [`${source}/${delivery_key}`, id]))
}

/** Marks a delivery that was here before, and remembers this one for those that come after it in the group. */
function toRow(delivery: NewDelivery, known: Map<string, DeliveryId>): Row {
  const { id, source, key } = delivery
  const place = `${source}/${key}`
  const first = key === null ? undefined : known.get(place)
  if (first !== undefined) {
    return { ...newRow(delivery), status: 'duplicate', reason: '', summary: `the same as ${first}` }
  }
  if (key !== null) known.set(place, id)
  return { ...newRow(delivery), delivery_key: key }
}

function newRow(delivery: NewDelivery): Row {
  const { id, source, receivedAt, status, reason, proof, via, headers, body } = delivery
  return {
    id,
    source,
    received_at: receivedAt,
    status,
    reason,
    summary: '',
    firing: 0,
    resolved: 0,
    ticket_ids: '[]',
    size_bytes: body?.length ?? 0,
    changes: 0,
    proof,
    via,
    delivery_key: null,
    headers: JSON.stringify(headers),
    trace: '[]',
    body,
  }
}

async function count(
  tx: Db,
  steps: readonly { source: string; status: Status; by: number; at: Timestamp }[],
): Promise<void> {
  const sums = new Map<string, Tables['delivery_counts']>()
  for (const { source, status, by, at } of steps) {
    const key = `${source}/${status}`
    const so = sums.get(key) ?? { source, status, count: 0, last_at: 0 }
    sums.set(key, { ...so, count: so.count + by, last_at: Math.max(so.last_at, at) })
  }
  const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  if (rows.length === 0) return
  await tables(tx)
    .insertInto('delivery_counts')
    .values(rows)
    .onConflict((oc) =>
      oc.columns(['source', 'status']).doUpdateSet((e) => ({
        count: e('delivery_counts.count', '+', e.ref('excluded.count')),
        last_at: sql<number>`case when excluded.last_at > delivery_counts.last_at then excluded.last_at else delivery_counts.last_at end`,
      })),
    )
    .execute()
}

function reads(db: Db) {
  return {
    async find(id: DeliveryId, on: Db = db): Promise<KeptDelivery | undefined> {
      const row = await tables(on)
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toKept(row)
    },
    /** Oldest first: what is on disk and was not read yet; `pending`: what waits for its proof, the others without. */
    async nextStored(limit: number, pending = false, after = ''): Promise<KeptDelivery[]> {
      const rows = await tables(db)
        .selectFrom('deliveries')
        .selectAll()
        .where('status', '=', 'stored')
        .where('proof', pending ? '=' : '<>', 'pending')
        .where('id', '>', after as DeliveryId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toKept)
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
      return Number((await rows.executeTakeFirstOrThrow()).count)
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
        .where('received_at', '>=', since)
      if (before !== undefined) rows = rows.where('id', '<', before)
      return (await rows.orderBy('id', 'desc').limit(limit).execute()).map(toKept)
    },
    counts: () => tables(db).selectFrom('delivery_counts').selectAll().execute(),
    /** Deliveries of each source in each minute (since 1970) from `since` on. */
    async perMinute(since: Timestamp) {
      const minute = sql<number>`received_at / 60000`
      return tables(db)
        .selectFrom('deliveries')
        .select((e) => ['source', minute.as('minute'), e.fn.countAll<number>().as('count')])
        .where('received_at', '>=', since)
        .groupBy(['source', minute])
        .execute()
    },
  }
}

const deadWithBody = (db: Db) =>
  tables(db).selectFrom('deliveries').where('status', '=', 'dead').where('body', 'is not', null)

function toDelivery(row: ListedRow): Delivery {
  return {
    id: row.id,
    source: row.source,
    receivedAt: row.received_at,
    status: row.status,
    reason: row.reason,
    summary: row.summary,
    firing: row.firing,
    resolved: row.resolved,
    ticketIds: JSON.parse(row.ticket_ids) as TicketId[],
    changes: row.changes,
    proof: row.proof,
    via: row.via,
    sizeBytes: row.size_bytes,
  }
}

function toKept(row: Row): KeptDelivery {
  return {
    delivery: toDelivery(row),
    headers: JSON.parse(row.headers) as KeptDelivery['headers'],
    trace: JSON.parse(row.trace) as Step[],
    body: row.body,
  }
}
