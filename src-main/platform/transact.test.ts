import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { afterCommit, connectDatabase, type Database, type Db, transact } from './database'
import { stores } from './stores.suite'

const add = (tx: Db, id: string) =>
  sql`update accounts set amount = amount + 1 where id = ${id}`.execute(tx)

const addUnlessThere = (db: Db) =>
  transact(db, async (tx) => {
    const { rows } = await sql`select id from accounts where id = 'three'`.execute(tx)
    if (rows.length > 0) return false
    await pause(20) // long enough for the others to look, too
    await sql`insert into accounts values ('three', 0)`.execute(tx)
    return true
  })

describe.each(stores)('transactions on $name', { timeout: 20_000 }, ({ open }) => {
  let database: Database

  beforeEach(async () => {
    database = await open()
    await sql`create table accounts (id text primary key, amount integer not null)`.execute(
      database.db,
    )
    await sql`insert into accounts values ('one', 0), ('two', 0)`.execute(database.db)
  })
  afterEach(() => database.close())

  test('that wait for each other all come through, and each is told once', async () => {
    let told = 0
    const both = (first: string, second: string) =>
      transact(database.db, async (tx) => {
        await add(tx, first)
        await add(tx, second)
        afterCommit(tx, () => (told += 1))
      })
    const pairs = Array.from({ length: 3 }, () => [both('one', 'two'), both('two', 'one')])
    await Promise.all(pairs.flat())
    const { rows } = await sql`select amount from accounts`.execute(database.db)
    expect(rows).toEqual([{ amount: 6 }, { amount: 6 }])
    expect(told).toBe(6)
  })

  test('that write the same key at once: the later one finds what the first wrote', async () => {
    const added = await Promise.all(Array.from({ length: 6 }, () => addUnlessThere(database.db)))
    expect(added.filter(Boolean)).toHaveLength(1)
  })

  test('that can never write their key say so', async () => {
    const again = transact(database.db, (tx) =>
      sql`insert into accounts values ('one', 0)`.execute(tx),
    )
    await expect(again).rejects.toThrow(/unique/i)
  })
})

test('a disk that is full undoes a transaction and says so', async () => {
  const database = connectDatabase(':memory:')
  await sql`create table notes (text text)`.execute(database.db)
  const write = (text: string) =>
    transact(database.db, async (tx) => {
      await sql`insert into notes values ('first')`.execute(tx)
      await sql`insert into notes values (${text})`.execute(tx)
    })
  database.file!.pragma('max_page_count = 8')
  await expect(write('x'.repeat(100_000))).rejects.toThrow(/full/)
  database.file!.pragma('max_page_count = 1000')
  await write('second')
  const { rows } = await sql`select text from notes`.execute(database.db)
  expect(rows).toEqual([{ text: 'first' }, { text: 'second' }])
  await database.close()
})
