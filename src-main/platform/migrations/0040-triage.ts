import type { Kysely } from 'kysely'

/** `class` names the kind of alert (source and alert name): what measured confidence is counted by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('triages')
    .addColumn('ticket_id', 'text', (c) => c.primaryKey())
    .addColumn('class', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('rounds', 'integer', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('result', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('triage_judgements')
    .addColumn('ticket_id', 'text', (c) => c.primaryKey())
    .addColumn('class', 'text', (c) => c.notNull())
    .addColumn('said', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('operator', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('judgements_by_class')
    .on('triage_judgements')
    .columns(['class', 'at'])
    .execute()
}
