import type { Kysely } from 'kysely'

/** `name_key` is the name in lower case: alerts and runbooks name a target in any case, so two may not differ by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('host', 'text')
    .addColumn('port', 'integer', (c) => c.notNull())
    .addColumn('username', 'text')
    .addColumn('auth', 'text', (c) => c.notNull())
    .addColumn('credential_id', 'text')
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('host_key', 'text')
    .addColumn('host_key_type', 'text')
    .addColumn('host_key_seen_at', 'bigint')
    .addColumn('last_test_at', 'bigint')
    .addColumn('last_test_ok', 'integer')
    .addColumn('last_test_summary', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('connections_by_credential')
    .on('connections')
    .column('credential_id')
    .execute()
}
