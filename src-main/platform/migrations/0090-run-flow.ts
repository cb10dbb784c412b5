import type { Kysely } from 'kysely'

/**
 * One answer may cover a step on several targets: each of its actions is spent once, by its hash. A dry run is a run
 * that changes nothing, so lists and figures have to tell it from the others.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('approval_parts')
    .addColumn('approval_id', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('used_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('approval_parts_key', ['approval_id', 'hash'])
    .execute()
  await db.schema
    .alterTable('runs')
    .addColumn('dry_run', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
}
