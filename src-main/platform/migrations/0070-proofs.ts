import { type Kysely, sql } from 'kysely'
import type { StoreKind } from '#platform/database'

/**
 * How a source proves itself, and for each delivery how it did and what was decided about it. The table of deliveries
 * is made anew, because its body has to stay the last column: lists never read past it. Ids are in the order of time,
 * so there is no index of times.
 */
export async function up(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await db.schema
    .alterTable('sources')
    .addColumn('settings', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
  await db.schema.alterTable('sources').addColumn('secret_id', 'text').execute()
  await db.schema.alterTable('sources').addColumn('previous_secret_id', 'text').execute()
  await db.schema.alterTable('sources').addColumn('previous_until', 'bigint').execute()
  for (const index of ['key', 'source', 'status', 'time'])
    await db.schema.dropIndex(`deliveries_by_${index}`).execute()
  await db.schema.alterTable('deliveries').renameTo('deliveries_before').execute()
  if (kind === 'postgres')
    await sql`alter index deliveries_pkey rename to deliveries_before_pkey`.execute(db)
  await createDeliveries(db, kind)
  await sql`insert into deliveries (id, source, received_at, status, reason, summary, firing, resolved, ticket_ids,
      size_bytes, changes, proof, via, delivery_key, headers, trace, body)
    select id, source, received_at, status, reason, summary, firing, resolved, ticket_ids,
      size_bytes, 0, 'token', 'sent', delivery_key, headers, '[]', body from deliveries_before`.execute(
    db,
  )
  await db.schema.dropTable('deliveries_before').execute()
  await createIndexes(db)
}

async function createDeliveries(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('firing', 'integer', (c) => c.notNull())
    .addColumn('resolved', 'integer', (c) => c.notNull())
    .addColumn('ticket_ids', 'text', (c) => c.notNull())
    .addColumn('size_bytes', 'integer', (c) => c.notNull())
    .addColumn('changes', 'integer', (c) => c.notNull())
    .addColumn('proof', 'text', (c) => c.notNull())
    .addColumn('via', 'text', (c) => c.notNull())
    .addColumn('delivery_key', 'text')
    .addColumn('headers', 'text', (c) => c.notNull())
    .addColumn('trace', 'text', (c) => c.notNull())
    .addColumn('body', kind === 'sqlite' ? 'blob' : 'bytea')
    .execute()
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('deliveries_by_key')
    .unique()
    .on('deliveries')
    .columns(['source', 'delivery_key'])
    .where(sql.ref('delivery_key'), 'is not', sql.lit(null))
    .execute()
  await db.schema
    .createIndex('deliveries_by_source')
    .on('deliveries')
    .columns(['source', 'id'])
    .execute()
  // Nearly all are processed: an index of the others alone is small, and each delivery moves in it once less.
  await db.schema
    .createIndex('deliveries_by_status')
    .on('deliveries')
    .columns(['status', 'id'])
    .where(sql.ref('status'), '<>', sql.lit('processed'))
    .execute()
}
