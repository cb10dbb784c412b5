import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DataFolder, endedUncleanly, lockDataFolder, openDataFolder } from './data-folder'
import { backup, openStore, restore } from './store'

const QUIET = { url: undefined, suspicious: false }

describe('the store in its folder', () => {
  let folder: DataFolder

  beforeEach(() => {
    folder = openDataFolder(join(mkdtempSync(join(tmpdir(), 'qd-store-')), 'data'))
  })
  afterEach(() => rmSync(folder.path, { recursive: true }))

  async function fill(name: string): Promise<void> {
    const store = await openStore(folder, QUIET)
    await sql`create table if not exists notes (text text)`.execute(store.db)
    await sql`insert into notes values (${name})`.execute(store.db)
    await store.close()
  }
  async function notes(): Promise<unknown[]> {
    const store = await openStore(folder, QUIET)
    const { rows } = await sql`select text from notes`.execute(store.db)
    await store.close()
    return rows
  }

  test('is one console at a time, and free again when the first is gone', () => {
    const first = lockDataFolder(folder, 'browser')
    expect(() => lockDataFolder(folder, 'electron')).toThrow(
      /running on this data folder already .*browser/,
    )
    expect(endedUncleanly(folder)).toBe(true)
    first.release()
    expect(endedUncleanly(folder)).toBe(false)
    lockDataFolder(folder, 'electron').release()
  })

  test.each([
    [
      'not a database at all',
      () => Buffer.from('this is not a database, it is a letter'.repeat(40)),
    ],
    [
      'overwritten in the middle',
      (whole: Buffer) =>
        Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(8192, 7), whole.subarray(12_288)]),
    ],
  ])('refuses a file that is %s, and does not touch it', async (_, harm) => {
    await fill('kept')
    const harmed = harm(readFileSync(folder.database))
    writeFileSync(folder.database, harmed)
    await expect(openStore(folder, QUIET)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/damaged .* not touched\. Restore a backup/),
    })
    expect(readFileSync(folder.database).equals(harmed)).toBe(true)
  })

  test('refuses a newer schema, and does not touch it', async () => {
    await fill('kept')
    const store = await openStore(folder, QUIET)
    await sql`insert into migrations values ('9999-from-the-future', 1)`.execute(store.db)
    await store.close()
    await expect(openStore(folder, QUIET)).rejects.toThrow(
      /newer Quarterdeck .*9999-from-the-future/,
    )
    expect(readdirSync(folder.backups)).toEqual([])
  })

  test('is backed up before a migration', async () => {
    const store = await openStore(folder, QUIET)
    const last = sql`delete from migrations where name = '0003-people'`
    await last.execute(store.db)
    await sql`drop table operators`.execute(store.db)
    await store.close()
    await (await openStore(folder, QUIET)).close()
    expect(readdirSync(folder.backups)).toEqual([expect.stringContaining('before-migration')])
  })

  test('comes back from a backup, and what was there is kept', async () => {
    await fill('old')
    const store = await openStore(folder, QUIET)
    const path = await backup(store, folder, 'by-hand')
    await store.close()
    await fill('new')
    const kept = restore(folder, path)
    expect(await notes()).toEqual([{ text: 'old' }])
    expect(restore(folder, kept!)).toBeDefined()
    expect(await notes()).toEqual([{ text: 'old' }, { text: 'new' }])
  })

  test('refuses to restore what is not a backup', async () => {
    await fill('kept')
    const stranger = join(folder.path, 'letter.db')
    writeFileSync(stranger, 'Dear operator')
    expect(() => restore(folder, stranger)).toThrow(/cannot be restored/)
    expect(await notes()).toEqual([{ text: 'kept' }])
  })

  test('says so when the folder cannot be written', () => {
    const file = join(folder.path, 'a-file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    expect(() => openDataFolder(join(file, 'data'))).toThrow(/cannot be written .* --data FOLDER/)
  })
})
