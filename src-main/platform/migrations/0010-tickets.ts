import { type Kysely, sql } from 'kysely'
import type { StoreKind } from '#platform/database'

/**
 * `urgency` is severity and age in one number, so that the board's order is one column and its cursor one comparison.
 * `dedup_key` is held by the one ticket that stands for its fingerprint. The indexes of the lists hold every column a
 * list is filtered by: a count reads the index and never the rows.
 */
export async function up(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await createTickets(db, kind)
  await createIndexes(db)
  await db.schema
    .createTable('ticket_timeline')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('ticket_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('tone', 'text', (c) => c.notNull())
    .addColumn('delivery_id', 'text')
    .addColumn('run_id', 'text')
    .execute()
  await db.schema
    .createIndex('timeline_of_ticket')
    .on('ticket_timeline')
    .columns(['ticket_id', 'at', 'id'])
    .execute()
  await createCounts(db)
}

async function createTickets(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await db.schema
    .createTable('tickets')
    // Full-text search needs a number that stays; SQLite's own row numbers change when a file is compacted.
    .addColumn('seq', kind === 'sqlite' ? 'integer' : 'bigserial', (c) =>
      kind === 'sqlite' ? c.primaryKey().autoIncrement() : c.primaryKey(),
    )
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('urgency', 'bigint', (c) => c.notNull())
    .addColumn('severity_by', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text')
    .addColumn('signal', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('dedup_key', 'text')
    .addColumn('service', 'text')
    .addColumn('host', 'text')
    .addColumn('occurrences', 'bigint', (c) => c.notNull())
    .addColumn('repeats', 'bigint', (c) => c.notNull())
    .addColumn('owner_id', 'text')
    .addColumn('owner_name', 'text')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('snoozed_until', 'bigint')
    .addColumn('incident_since', 'bigint')
    .addColumn('active_run_id', 'text')
    .addColumn('status_before_run', 'text')
    .addColumn('triage', 'text', (c) => c.notNull())
    .addColumn('triage_at', 'bigint')
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('last_signal_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('escalated_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('signal_starts_at', 'bigint', (c) => c.notNull())
    .addColumn('signal_ended_at', 'bigint')
    .addColumn('signal_heard_at', 'bigint', (c) => c.notNull())
    .addColumn('signal_delivery_id', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('labels', 'text', (c) => c.notNull())
    .addColumn('annotations', 'text', (c) => c.notNull())
    .addColumn('links', 'text', (c) => c.notNull())
    .execute()
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  const filtered = ['status', 'severity', 'source', 'snoozed_until', 'owner_id']
  await db.schema
    .createIndex('tickets_by_urgency')
    .on('tickets')
    .columns(['active', 'urgency', 'id', 'seq', ...filtered])
    .execute()
  await db.schema
    .createIndex('tickets_by_age')
    .on('tickets')
    .columns(['opened_at', 'id', 'seq', 'active', ...filtered])
    .execute()
  await db.schema
    .createIndex('tickets_by_resolution')
    .on('tickets')
    .columns(['resolved_at', 'id', 'seq', ...filtered])
    .where(sql.ref('status'), '=', sql.lit('resolved'))
    .execute()
  await db.schema
    .createIndex('tickets_by_dedup_key')
    .unique()
    .on('tickets')
    .column('dedup_key')
    .execute()
  await db.schema
    .createIndex('tickets_for_triage')
    .on('tickets')
    .columns(['triage', 'opened_at'])
    .where(sql.ref('triage'), '<>', sql.lit('done'))
    .execute()
  await db.schema
    .createIndex('tickets_asleep')
    .on('tickets')
    .columns(['snoozed_until', 'severity', 'status', 'owner_id'])
    .where(sql.ref('snoozed_until'), 'is not', sql.lit(null))
    .execute()
  await db.schema
    .createIndex('tickets_of_owner')
    .on('tickets')
    .columns(['owner_id', 'snoozed_until'])
    .where(sql.ref('active'), '=', sql.lit(1))
    .execute()
}

/** Kept up to date with every change of a ticket, so that neither the board nor Insights ever counts rows. */
async function createCounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ticket_counts')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ticket_counts_key', ['status', 'severity'])
    .execute()
  await db.schema
    .createTable('ticket_outcomes')
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('false_positive', 'integer', (c) => c.notNull())
    .addColumn('bucket', 'integer', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ticket_outcomes_key', ['day', 'outcome', 'false_positive', 'bucket'])
    .execute()
}
