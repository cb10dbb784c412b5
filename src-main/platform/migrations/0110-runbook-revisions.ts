import type { Kysely } from 'kysely'

/** What runbooks were: each text once, under its runbook and hash. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runbook_revisions')
    .addColumn('runbook_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('markdown', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('runbook_revisions_key', ['runbook_id', 'revision'])
    .execute()
  await db.schema
    .createIndex('runbook_revisions_by_time')
    .on('runbook_revisions')
    .columns(['runbook_id', 'at'])
    .execute()
}
