import type { Kysely } from 'kysely'

/** Who handed a ticket over, to whom and why: JSON, because it is only ever read whole. Null: never escalated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tickets').addColumn('escalation', 'text').execute()
}
