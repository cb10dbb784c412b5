import { type Kysely, sql } from 'kysely'
import { Refusal } from '#contract'
import { type Database, type Db, type StoreKind, transact } from './database'

interface Migration {
  up(db: Kysely<unknown>, kind: StoreKind): Promise<void>
}

const files = import.meta.glob<Migration>('./migrations/*.ts', { eager: true })
const migrations = Object.entries(files)
  .map(([path, migration]) => ({ name: path.replace(/^.*\/|\.ts$/g, ''), migration }))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))

type Tables = { migrations: { name: string; taken_at: number } }

/**
 * Brings the store up to date, one transaction a step; `before` runs once if there is a step to take and the store is
 * not empty (a backup). A store written by a newer Quarterdeck is refused with `conflict` and not touched.
 */
export async function migrate(
  { db, kind }: Database,
  { before }: { before?: () => Promise<void> } = {},
): Promise<void> {
  const taken = await namesTaken(db, kind)
  const strange = taken.filter((name) => !migrations.some((known) => known.name === name))
  if (strange.length > 0) {
    throw new Refusal(
      'conflict',
      `This store was written by a newer Quarterdeck (it has ${strange.join(', ')}). Nothing was changed. ` +
        'Start the newer version, or restore a backup made by this one with `quarterdeck restore FILE`.',
    )
  }
  const due = migrations.filter(({ name }) => !taken.includes(name))
  if (due.length > 0 && taken.length > 0) await before?.()
  await createLedger(db)
  for (const { name, migration } of due) {
    await transact(db, async (tx) => {
      await migration.up(tx, kind)
      await tx
        .withTables<Tables>()
        .insertInto('migrations')
        .values({ name, taken_at: Date.now() })
        .execute()
    })
  }
}

async function namesTaken(db: Db, kind: StoreKind): Promise<string[]> {
  const { rows } = await (
    kind === 'sqlite'
      ? sql`select name from sqlite_master where type = 'table' and name = 'migrations'`
      : sql`select tablename from pg_tables where tablename = 'migrations' and schemaname = current_schema()`
  ).execute(db)
  if (rows.length === 0) return []
  const taken = await db.withTables<Tables>().selectFrom('migrations').select('name').execute()
  return taken.map((row) => row.name)
}

async function createLedger(db: Db): Promise<void> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('taken_at', 'bigint', (c) => c.notNull())
    .execute()
}
