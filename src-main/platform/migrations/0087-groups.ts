import type { Kysely } from 'kysely'

/** Groups that a rule or a gate may name, and who stands in for whom until when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_groups')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .execute()
  await db.schema
    .createTable('operator_group_members')
    .addColumn('group_name', 'text', (c) => c.notNull())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('operator_group_members_pk', ['group_name', 'operator_id'])
    .execute()
  await db.schema
    .createTable('delegations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('from_id', 'text', (c) => c.notNull())
    .addColumn('to_id', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .execute()
}
