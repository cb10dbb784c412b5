import type { Kysely } from 'kysely'

/**
 * Public keys of operators. Old ones stay: what they signed is checked with them. `sealed` is the private half where no
 * keychain holds it, under the vault's master key.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_keys')
    .addColumn('fingerprint', 'text', (c) => c.primaryKey())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('console', 'text', (c) => c.notNull())
    .addColumn('kept_in', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text')
    .addColumn('valid_from', 'bigint', (c) => c.notNull())
    .addColumn('valid_until', 'bigint')
    .execute()
  await db.schema
    .createIndex('operator_keys_by_operator')
    .on('operator_keys')
    .columns(['operator_id', 'valid_from'])
    .execute()
}
