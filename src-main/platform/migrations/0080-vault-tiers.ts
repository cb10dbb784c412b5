import type { Kysely } from 'kysely'

/**
 * In tier `passphrase` the master key lies in the store, wrapped with a key that scrypt makes from the passphrase.
 * `leftovers` names keys that were written to a keychain or file and seal nothing: made or left behind when a rotation
 * was cut short, and removed at the next chance.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('vaults').addColumn('wrapped_key', 'text').execute()
  await db.schema
    .alterTable('vaults')
    .addColumn('leftovers', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()
}
