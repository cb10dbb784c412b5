import { type Kysely, sql } from 'kysely'

/** Tickets that silence settles, and the rules between a signal and a ticket with what they hold, count and group. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addSilence(db)
  await createRules(db)
  await createHeld(db)
  await createGroups(db)
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

async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('screening_rules')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('draft', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('built_in', 'integer', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute()
  const now = Date.now()
  for (const [n, [name, match]] of BUILT_IN.entries()) {
    const draft = JSON.stringify({ name, enabled: true, match, kind: 'incident', params: {} })
    const id = `rul_${String(n + 1).padStart(26, '0')}`
    await sql`insert into screening_rules (id, draft, position, built_in, version, created_by, created_at, updated_at)
      values (${id}, ${draft}, ${n + 1}, 1, 1, 'Quarterdeck', ${now}, ${now})`.execute(db)
  }
}

const kind = (value: string) => ({ field: 'kind', is: 'equal', value })
const BUILT_IN = [
  ['PagerDuty incidents', [kind('pagerduty')]],
  [
    'Sentry issues of high priority',
    [kind('sentry'), { field: 'severity', is: 'at_least', value: 'high' }],
  ],
  [
    'Critical Datadog alerts',
    [kind('datadog'), { field: 'severity', is: 'equal', value: 'critical' }],
  ],
] as const

/**
 * `rule_key` is the rule and its version: what is held by another version than the one in force is found by it. One row
 * an occurrence, so that a replayed delivery counts once.
 */
async function createHeld(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('held_signals')
    .addColumn('dedup_key', 'text', (c) => c.primaryKey())
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('rule_key', 'text', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('group_key', 'text')
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('times', 'integer', (c) => c.notNull())
    .addColumn('quiet_until', 'bigint')
    .addColumn('signal', 'text', (c) => c.notNull())
    .execute()
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(`held_signals_${name}`).on('held_signals').columns(columns).execute()
  await index('by_rule', ['rule_key', 'dedup_key'])
  await index('of_rule', ['rule_id', 'group_key'])
  await index('by_time', ['last_at', 'dedup_key'])
  await sql`create index held_signals_by_silence on held_signals (quiet_until) where quiet_until is not null`.execute(
    db,
  )
  await db.schema
    .createTable('signal_occurrences')
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('group_key', 'text', (c) => c.notNull())
    .addColumn('dedup_key', 'text', (c) => c.notNull())
    .addColumn('delivery_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('signal_occurrences_key', [
      'rule_id',
      'group_key',
      'dedup_key',
      'delivery_id',
    ])
    .execute()
  const counted = (name: string, column: string) =>
    db.schema
      .createIndex(`signal_occurrences_${name}`)
      .on('signal_occurrences')
      .column(column)
      .execute()
  await counted('by_dedup_key', 'dedup_key')
  await counted('by_time', 'at')
}

/** `current_key` is held by the one group of a rule and its values that new tickets may join. */
async function createGroups(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ticket_groups')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('current_key', 'text', (c) => c.unique())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('incident_id', 'text')
    .addColumn('decided_by', 'text')
    .execute()
  await sql`create index ticket_groups_by_time on ticket_groups (last_at, id) where size > 1`.execute(
    db,
  )
  await sql`create index ticket_groups_by_state on ticket_groups (state, last_at, id) where size > 1`.execute(
    db,
  )
  await db.schema
    .createTable('ticket_group_members')
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('ticket_id', 'text', (c) => c.notNull())
    .addColumn('joined_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ticket_group_members_key', ['group_id', 'ticket_id'])
    .execute()
  await db.schema
    .createIndex('ticket_groups_of_ticket')
    .on('ticket_group_members')
    .column('ticket_id')
    .execute()
}
