import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { stores } from '#platform/stores.suite'
import { createSettings } from '.'

const caller = { operator: { name: 'Ada' } } as Caller

describe.each(stores)('settings on $name', ({ open }) => {
  let database: Database

  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  const start = (console: string, events = createEvents()) => {
    const audit = createAudit({ database, clock: { now: () => 1 } })
    return createSettings({ database, events, audit, log: silentLog(), console })
  }

  test('a change is kept, told, and belongs to one console', async () => {
    const events = createEvents()
    const heard: unknown[] = []
    events.subscribe('settings.changed', (settings) => heard.push(settings.theme))
    const settings = await start('ada@desk', events)
    await settings.update({ theme: 'light' }, caller)
    expect(heard).toEqual(['light'])
    expect((await start('ada@desk')).current().theme).toBe('light')
    expect((await start('ada@lap')).current().theme).toBe('dark')
  })

  test('what is lent counts until it is given back, and never after a restart', async () => {
    const settings = await start('ada@desk')
    const giveBack = await settings.lend({ singleOperator: true }, caller)
    await settings.update({ theme: 'light' }, caller)
    expect(settings.current()).toMatchObject({ singleOperator: true, theme: 'light' })
    const restarted = await start('ada@desk')
    expect(restarted.current()).toMatchObject({ singleOperator: false, theme: 'light' })
    await giveBack(caller)
    expect(settings.current()).toMatchObject({ singleOperator: false, theme: 'light' })
  })
})
