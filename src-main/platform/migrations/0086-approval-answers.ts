import type { Kysely } from 'kysely'

/** Each person's answer with its signature: an approval may need several. The approval's own row says what they came to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('approval_answers')
    .addColumn('approval_id', 'text', (c) => c.notNull())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('operator_name', 'text', (c) => c.notNull())
    .addColumn('for_id', 'text')
    .addColumn('for_name', 'text')
    .addColumn('decision', 'text', (c) => c.notNull())
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('single_operator', 'integer', (c) => c.notNull())
    .addColumn('decided_at', 'bigint', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('kept_in', 'text', (c) => c.notNull())
    .addColumn('signature', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('approval_answers_pk', ['approval_id', 'operator_id'])
    .execute()
  await db.schema.alterTable('approvals').dropColumn('signature').execute()
}
