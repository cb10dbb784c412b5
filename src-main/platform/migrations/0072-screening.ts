import { type Kysely, sql } from 'kysely'

/** Tickets that silence settles, and the rules between a signal and a ticket with what they hold, count and group. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addSilence(db)
}

async function addSilence(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tickets').addColumn('quiet_until', 'bigint').execute()
  await db.schema
    .alterTable('tickets')
    .addColumn('silent', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  // What is excluded by it is read from the index alone: escalated tickets may lie there for weeks.
  await sql`create index tickets_by_silence on tickets (active, quiet_until, status, active_run_id)
    where quiet_until is not null`.execute(db)
  await sql`create index timeline_of_delivery on ticket_timeline (delivery_id) where kind = 'comment'`.execute(
    db,
  )
}
