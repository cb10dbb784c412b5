import { sql } from 'kysely'
import type { DeliveryId, Timestamp } from '#contract/primitives'
import { type Db, type StoreKind, transact } from '#platform/database'
import {
  type Delivery,
  type NewDelivery,
  type Outcome,
  type Row,
  type Status,
  type Tables,
  toDelivery,
} from './delivery-row'

const tables = (db: Db) => db.withTables<Tables>()

/** Deliveries as they are kept, settled and taken away, with the counts of them. */
export function createDeliveryWrites(db: Db, kind: StoreKind) {
  return {
    /** Keeps deliveries in one transaction. One whose key was here before is kept as `duplicate`, without the key. */
    async add(deliveries: readonly NewDelivery[], on: Db = db): Promise<Delivery[]> {
      return transact(on, async (tx) => {
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
    settle,
  }
}

async function settle(tx: Db, outcomes: readonly Outcome[]): Promise<void> {
  for (const { delivery, trace = [] } of outcomes) {
    const { id, status, reason, summary, firing, resolved, ticketIds, changes, proof } = delivery
    await tables(tx)
      .updateTable('deliveries')
      .set({
        status,
        reason,
        summary,
        firing,
        resolved,
        changes,
        proof,
        ticket_ids: JSON.stringify(ticketIds),
        trace: JSON.stringify(trace),
        ...(proof === 'failed' && { delivery_key: null }), // it must not make the real one a repeat
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
}

/** The oldest that are older than `before`, or too many by `over`: at most `limit`. How many went. */
async function removeOldest(
  db: Db,
  { before, over, limit }: { before: Timestamp; over: number; limit: number },
): Promise<number> {
  return transact(db, async (tx) => {
    const oldest = await tables(tx)
      .selectFrom('deliveries')
      .select(['id', 'received_at'])
      .where('status', 'not in', ['stored', 'waiting'])
      .orderBy('id')
      .limit(limit)
      .execute()
    const wanted = oldest.filter(({ received_at }, n) => received_at < before || n < over)
    if (wanted.length === 0) return 0
    // What another console took away meanwhile is theirs to count.
    const gone = await tables(tx)
      .deleteFrom('deliveries')
      .where(
        'id',
        'in',
        wanted.map(({ id }) => id),
      )
      .returning(['source', 'status'])
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
