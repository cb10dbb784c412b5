import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { type Audit, createAudit } from '.'

const nobody = {} as Caller

describe.each(stores)('the audit log on $name', ({ open }) => {
  let database: Database
  let audit: Audit

  beforeEach(async () => {
    database = await open()
    audit = createAudit({ database, clock: { now: () => 1_000 } })
    for (const subject of ['one', 'two', 'three']) await record(subject)
  })
  afterEach(() => database.close())

  const record = (subject: string) =>
    transact(database.db, (tx) => audit.record(tx, { actor: 'Ada', action: 'test.done', subject }))

  test('is whole when nobody touched it', async () => {
    expect(await audit.verify({}, nobody)).toMatchObject({ ok: true, entries: 3 })
  })

  test('keeps nothing of what was rolled back', async () => {
    const broken = transact(database.db, async (tx) => {
      await audit.record(tx, { actor: 'Ada', action: 'test.done', subject: 'four' })
      throw new Error('no')
    })
    await expect(broken).rejects.toThrow('no')
    expect(await audit.verify({}, nobody)).toMatchObject({ ok: true, entries: 3 })
  })

  test.each([
    ['a changed entry', sql`update audit_entries set subject = 'x' where seq = 2`, 2],
    ['a missing entry', sql`delete from audit_entries where seq = 2`, 2],
    ['a missing end', sql`delete from audit_entries where seq = 3`, 3],
    [
      'two swapped entries',
      sql`update audit_entries set seq = case seq when 1 then -2 when 2 then 1 else seq end`,
      1,
    ],
  ])('finds %s', async (_, harm, brokenAt) => {
    await harm.execute(database.db)
    await sql`update audit_entries set seq = 2 where seq = -2`.execute(database.db)
    expect(await audit.verify({}, nobody)).toMatchObject({ ok: false, brokenAt })
  })

  test('is listed newest first, page by page, and searched', async () => {
    const page = await audit.list({ cursor: null, limit: 2, text: '' }, nobody)
    expect(page).toMatchObject({ items: [{ subject: 'three' }, { subject: 'two' }], total: 3 })
    const rest = await audit.list({ cursor: page.next, limit: 2, text: '' }, nobody)
    expect(rest).toMatchObject({ items: [{ subject: 'one' }], next: null })
    const found = await audit.list({ cursor: null, limit: 2, text: 'TWO' }, nobody)
    expect(found.items).toHaveLength(1)
  })

  test('takes entries from many hands at once, in one order', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => record(`many-${n}`)))
    expect(await audit.verify({}, nobody)).toMatchObject({ ok: true, entries: 23 })
  })
})
