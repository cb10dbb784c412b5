import type { Kysely } from 'kysely'

/**
 * What lists and reports ask for is in columns; the snapshot and the machine's state are JSON that is read whole. Events
 * are only ever added: `(run_id, seq)` also keeps two consoles from moving one run at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createRuns(db)
  await db.schema
    .createTable('run_events')
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('run_events_key', ['run_id', 'seq'])
    .execute()
  await db.schema
    .createTable('run_output')
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('length', 'integer', (c) => c.notNull())
    .addColumn('step_index', 'integer', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('text', 'text') // null: the text is in `file`, `bytes` long from `file_offset`
    .addColumn('file', 'text')
    .addColumn('file_offset', 'bigint')
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('run_output_key', ['run_id', 'position'])
    .execute()
  await db.schema
    .createTable('run_locks')
    .addColumn('connection_id', 'text', (c) => c.primaryKey())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('step_index', 'integer', (c) => c.notNull())
    .execute()
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('runbook_id', 'text', (c) => c.notNull())
    .addColumn('runbook_title', 'text', (c) => c.notNull())
    .addColumn('ticket_id', 'text')
    .addColumn('ticket_title', 'text')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('started_by', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('console', 'text', (c) => c.notNull())
    .addColumn('steps_done', 'integer', (c) => c.notNull())
    .addColumn('steps_total', 'integer', (c) => c.notNull())
    .addColumn('current_step', 'text')
    .addColumn('stars', 'integer')
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('snapshot_hash', 'text', (c) => c.notNull())
    .addColumn('snapshot', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .execute()
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('runs').columns(columns).execute()
  await index('runs_by_start', ['started_at', 'id'])
  await index('runs_by_activity', ['active', 'started_at', 'id'])
  await index('runs_by_ticket', ['ticket_id', 'started_at', 'id'])
}
