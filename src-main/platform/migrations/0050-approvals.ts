import type { Kysely } from 'kysely'

/** What moves is in columns; what was shown to the approver is one JSON text that never changes after the request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('approvals')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('subject_hash', 'text', (c) => c.notNull())
    .addColumn('requester_id', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('single_operator', 'integer', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'bigint')
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('signature', 'text')
    .addColumn('wanted', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('approvals_by_expiry')
    .on('approvals')
    .columns(['status', 'expires_at', 'id'])
    .execute()
  await db.schema
    .createIndex('approvals_by_decision')
    .on('approvals')
    .columns(['decided_at', 'id'])
    .execute()
  await db.schema.createIndex('approvals_by_run').on('approvals').column('run_id').execute()
}
