import type { Kysely } from 'kysely'

/**
 * Counts of how runs ended, moved in the transaction that ends or rates a run. `fix_times` counts the runs that fixed
 * it by how long they took, so that a median is read from a few rows. `quality_counted` has its one row once the runs
 * that were there before these tables have been counted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const counted = db.schema
    .createTable('runbook_quality')
    .addColumn('runbook_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'text', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
  await COUNTS.reduce((table, name) => table.addColumn(name, 'bigint', (c) => c.notNull()), counted)
    .addPrimaryKeyConstraint('runbook_quality_key', ['runbook_id', 'revision'])
    .execute()
  await db.schema
    .createTable('runbook_fix_times')
    .addColumn('runbook_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'text', (c) => c.notNull())
    .addColumn('bucket', 'integer', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('runbook_fix_times_key', ['runbook_id', 'revision', 'bucket'])
    .execute()
  await db.schema
    .createTable('quality_counted')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('runs_by_runbook')
    .on('runs')
    .columns(['runbook_id', 'started_at', 'id'])
    .execute()
}

const COUNTS = [
  'verified',
  'unverified',
  'unproven',
  'failed',
  'stopped',
  'taken_back',
  'fixed',
  'not_fixed',
  'ratings',
  'stars',
  'helped',
  'unknowns',
] as const
