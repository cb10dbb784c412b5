import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { createPeople } from '.'

describe.each(stores)('operators on $name', ({ open }) => {
  const clock = { now: () => 1_000 }
  let database: Database

  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  const start = (account: string) =>
    createPeople({ database, clock, audit: createAudit({ database, clock }), account })

  test('a console finds its operator again, renamed', async () => {
    const first = await start('ada')
    const caller: Caller = { operator: first.current(), signal: new AbortController().signal }
    await first.rename({ name: 'Ada L.' }, caller)
    const again = await start('ada')
    expect(again.current()).toEqual({ ...first.current(), name: 'Ada L.' })
  })

  test('one alone is a single operator, two are not', async () => {
    const ada = await start('ada')
    expect(await ada.isSingleOperator()).toBe(true)
    await start('grace')
    expect(await ada.isSingleOperator()).toBe(false)
  })
})
