import type { Kysely } from 'kysely'

/**
 * What a credential is limited to, what can be shown of it, and who used it for what. Leases refer to nothing: they
 * outlive the credential, the connection and the run they name.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['public_key', 'certificate', 'certificate_label', 'runbooks'])
    await db.schema.alterTable('credentials').addColumn(column, 'text').execute()
  await db.schema
    .createTable('leases')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('credential_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('connection_id', 'text')
    .addColumn('run_id', 'text')
    .addColumn('runbook_id', 'text')
    .addColumn('step', 'text')
    .addColumn('operator', 'text')
    .addColumn('refused', 'text')
    .execute()
  await db.schema
    .createIndex('leases_by_credential')
    .on('leases')
    .columns(['credential_id', 'id'])
    .execute()
}
