import type { Kysely } from 'kysely'

/** How sources are asked, and how far that came. The cursor is the last column: lists never read past it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pulls')
    .addColumn('source', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('console', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('credential_id', 'text')
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('every_seconds', 'integer', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('up_to', 'bigint')
    .addColumn('last_at', 'bigint')
    .addColumn('last_ok_at', 'bigint')
    .addColumn('last_count', 'integer', (c) => c.notNull())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('circuit', 'text', (c) => c.notNull())
    .addColumn('next_at', 'bigint')
    .addColumn('problem', 'text', (c) => c.notNull())
    .addColumn('cursor', 'text')
    .execute()
  await db.schema.createIndex('pulls_by_next').on('pulls').columns(['console', 'next_at']).execute()
}
