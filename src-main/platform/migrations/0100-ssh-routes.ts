import type { Kysely } from 'kysely'

/** Both are JSON, read whole with their connection: settings of SSH alone, and the accepted keys of its jump hosts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('ssh', 'text').execute()
  await db.schema.alterTable('connections').addColumn('jump_host_keys', 'text').execute()
}
