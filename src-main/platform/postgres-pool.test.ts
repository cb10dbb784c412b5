import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectDatabase, type Database, type Db, transact } from './database'

const url = process.env['QD_TEST_POSTGRES']

const pidOf = async (db: Db) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  return rows[0]!.pid
}

describe.skipIf(!url)('a PostgreSQL that ends a connection', { timeout: 20_000 }, () => {
  const table = sql.table(`line_${randomBytes(6).toString('hex')}`)
  let database: Database
  let other: Database

  const end = (pid: number) => sql`select pg_terminate_backend(${sql.lit(pid)})`.execute(other.db)
  const kept = async () => (await sql<{ n: number }>`select n from ${table}`.execute(other.db)).rows
  const add = (db: Db, n: number) => sql`insert into ${table} values (${n})`.execute(db)

  beforeEach(async () => {
    other = connectDatabase(url!)
    database = connectDatabase(url!)
    await sql`create table ${table} (n integer)`.execute(other.db)
  })
  afterEach(async () => {
    await database.close()
    await sql`drop table ${table}`.execute(other.db)
    await other.close()
  })

  test.each([0, 50, 300])('%i ms before the next statement undoes all of it', async (ms) => {
    const cut = transact(database.db, async (tx) => {
      await add(tx, 1)
      await end(await pidOf(tx))
      await pause(ms)
      await add(tx, 2)
      await add(tx, 3)
    })
    await expect(cut).rejects.toThrow(/broke|terminating|CONNECTION/)
    expect(await kept()).toEqual([])
    await add(database.db, 4)
    expect(await kept()).toEqual([{ n: 4 }])
  })

  test('keeps what was refused before apart from what broke', async () => {
    const refused = transact(database.db, async (tx) => {
      await end(await pidOf(tx))
      await pause(50)
      throw new RangeError('No.')
    })
    await expect(refused).rejects.toThrow(RangeError)
  })

  test('while many wait for one is soon asked again by all of them', async () => {
    const asked = Array.from({ length: 40 }, (_, n) =>
      transact(database.db, async (tx) => {
        if (n % 5 === 0) await end(await pidOf(tx))
        await add(tx, n)
        await add(tx, n)
      }).then(
        () => 2,
        () => 0,
      ),
    )
    const counts = await Promise.all(asked)
    const wanted = counts.flatMap((times, n) => Array.from({ length: times }, () => n))
    expect((await kept()).map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(wanted)
    expect(wanted.length).toBe(64)
  })

  test('does not keep a store from being closed', async () => {
    await end(await pidOf(database.db))
    await database.close()
    await expect(add(database.db, 1)).rejects.toThrow(/closed|destroyed/)
    database = connectDatabase(url!)
  })
})
