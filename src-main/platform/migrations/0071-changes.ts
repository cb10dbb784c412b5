import { type Kysely, sql } from 'kysely'
import type { StoreKind } from '#platform/database'

/**
 * What was told of engineering work, one row for each source's word about one thing (`change_tellings`), and what it
 * adds up to (`changes`): several sources may tell of one rollout. `change_revisions` joins changes by the beginning of
 * their revisions, `change_names` finds them by service and repository in lower case, by their beginnings, too: hence
 * the order by bytes.
 */
export async function up(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  const byBytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await createTables(db)
  await db.schema
    .createTable('change_revisions')
    .addColumn('revision_key', 'text', (c) => c.notNull())
    .addColumn('change_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('change_revisions_key', ['revision_key', 'change_id'])
    .execute()
  await db.schema
    .createTable('change_names')
    .addColumn('name', byBytes, (c) => c.notNull())
    .addColumn('change_id', 'text', (c) => c.notNull())
    .addColumn('since', 'bigint')
    .addPrimaryKeyConstraint('change_names_key', ['name', 'change_id'])
    .execute()
  const index = (table: string, name: string, columns: string[]) =>
    db.schema.createIndex(`${table}_by_${name}`).on(table).columns(columns).execute()
  await index('changes', 'time', ['occurred_at', 'id'])
  await index('changes', 'kind', ['kind', 'occurred_at', 'id'])
  await index('changes', 'place', ['place', 'since'])
  await index('changes', 'live', ['place', 'revision_key', 'since'])
  await index('change_tellings', 'change', ['change_id', 'source'])
  await index('change_tellings', 'rollout', ['rollout_key', 'began_at'])
  await index('change_revisions', 'change', ['change_id'])
  await index('change_names', 'change', ['change_id', 'name'])
  await index('change_names', 'since', ['name', 'since'])
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('occurred_at', 'bigint', (c) => c.notNull())
    .addColumn('since', 'bigint')
    .addColumn('place', 'text')
    .addColumn('revision_key', 'text')
    .addColumn('succeeded', 'integer', (c) => c.notNull())
    .addColumn('rollback', 'integer', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('change_tellings')
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('external_id', 'text', (c) => c.notNull())
    .addColumn('change_id', 'text', (c) => c.notNull())
    .addColumn('rollout_key', 'text')
    .addColumn('began_at', 'bigint', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('change_tellings_key', ['source', 'kind', 'external_id'])
    .execute()
}
