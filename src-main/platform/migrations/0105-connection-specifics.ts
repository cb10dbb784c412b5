import type { Kysely } from 'kysely'

/** What only one kind of target has is JSON: never looked for, but for the client certificate, whose removal is refused. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('specifics', 'text').execute()
  await db.schema.alterTable('connections').addColumn('client_certificate_id', 'text').execute()
}
