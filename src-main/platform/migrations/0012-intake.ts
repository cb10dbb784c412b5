import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { StoreKind } from '#platform/database'

/**
 * A delivery's bytes are kept as they came. `body` is the last column, so that lists never read past it. Counts of
 * deliveries by source and status are kept, because the list of them grows for years. The first source is made here, so
 * that one that was removed does not come back.
 */
export async function up(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await db.schema
    .createTable('sources')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('token', 'text', (c) => c.notNull())
    .addColumn('mapping', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
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
    .addColumn('delivery_key', 'text')
    .addColumn('headers', 'text', (c) => c.notNull())
    .addColumn('body', kind === 'sqlite' ? 'blob' : 'bytea')
    .execute()
  await createIndexes(db)
  await db.schema
    .createTable('delivery_counts')
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('delivery_counts_key', ['source', 'status'])
    .execute()
  const token = randomBytes(32).toString('base64url')
  await sql`insert into sources (name, kind, title, enabled, token, created_at)
    values ('alertmanager', 'alertmanager', 'Alertmanager', 1, ${token}, ${Date.now()})`.execute(db)
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
  await db.schema
    .createIndex('deliveries_by_status')
    .on('deliveries')
    .columns(['status', 'id'])
    .execute()
  await db.schema
    .createIndex('deliveries_by_time')
    .on('deliveries')
    .columns(['received_at', 'source'])
    .execute()
}
