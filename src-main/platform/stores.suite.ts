import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, connectDatabase } from './database'
import { migrate } from './migrate'

/** Set by `.ci/run` and by developers with a PostgreSQL at hand: a URL of a database where schemas may be made. */
const peer = process.env['QD_TEST_POSTGRES']
if (!peer && process.env['CI'])
  throw new Error('CI must set QD_TEST_POSTGRES: suites run on both stores')
if (!peer) console.warn('skipped on PostgreSQL: QD_TEST_POSTGRES is not set')

export interface TestStore {
  readonly name: string
  /** A new, empty, migrated store; close it yourself. */
  open(): Promise<Database>
}

/** What every repository suite runs on: `describe.each(stores)('tickets on $name', ({ open }) => …)`. */
export const stores: TestStore[] = [
  { name: 'SQLite', open: () => migrated(connectDatabase(':memory:')) },
  ...(peer ? [{ name: 'PostgreSQL', open: () => openPostgres(peer) }] : []),
]

async function migrated(database: Database): Promise<Database> {
  await migrate(database)
  return database
}

async function openPostgres(url: string): Promise<Database> {
  const schema = `qd_${randomBytes(6).toString('hex')}`
  const admin = connectDatabase(url)
  await sql`create schema ${sql.id(schema)}`.execute(admin.db)
  const address = new URL(url)
  address.searchParams.set('search_path', schema)
  const database = await migrated(connectDatabase(address.href))
  return {
    ...database,
    async close() {
      await database.close()
      await sql`drop schema ${sql.id(schema)} cascade`.execute(admin.db)
      await admin.close()
    },
  }
}
