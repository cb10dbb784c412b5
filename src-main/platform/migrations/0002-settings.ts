import type { Kysely } from 'kysely'

/** One row a console: two consoles on one PostgreSQL each keep their own look and port. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('settings')
    .addColumn('console', 'text', (c) => c.primaryKey())
    .addColumn('chosen', 'text', (c) => c.notNull())
    .execute()
}
