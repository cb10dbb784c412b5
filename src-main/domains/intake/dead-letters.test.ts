import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GenericMapping } from '#contract/intake'
import type { DeliveryId } from '#contract/primitives'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

describe.each(stores)('dead letters on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let world: World
  let url: string

  beforeAll(async () => {
    database = await open()
    world = await openWorld(database)
    await world.intake.start()
    const mapping = GenericMapping.parse({ title: '/nowhere' })
    const wish = { name: 'any', kind: 'generic', title: 'Any', mapping } as const
    url = (await world.intake.addSource(wish, ada)).url
  })
  afterAll(async () => {
    await world.close()
    await database.close()
  })
  const deadIds = async () => (await world.deliveries('dead')).map(({ id }) => id)
  const mapTitle = (title: string) =>
    world.intake.updateSource({ name: 'any', mapping: GenericMapping.parse({ title }) }, ada)

  test('are corrected into a delivery of their own, and stay as they came', async () => {
    const { body } = await send(url, '{"title": "Queue grows"}')
    await world.quiet()
    const id = body.delivery as DeliveryId
    expect(await deadIds()).toEqual([id])
    const made = await world.intake.correct({ id, body: '{"nowhere": "Queue grows"}' }, ada)
    expect(made).toMatchObject({ status: 'processed', via: 'corrected', summary: 'Queue grows' })
    expect(await deadIds()).toEqual([])
    const before = await world.intake.delivery({ id }, ada)
    expect(before).toMatchObject({ status: 'ignored', body: '{"title": "Queue grows"}' })
    expect(before.reason).toContain(made.id)
    await expect(world.intake.correct({ id, body: '{}' }, ada)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('are all read again, oldest first, with news of how far it is', async () => {
    for (let n = 0; n < 120; n++) await send(url, { title: `Alert ${n}`, fingerprint: `f${n}` })
    await send(url, '{')
    await world.quiet()
    expect(await deadIds()).toHaveLength(121)
    await mapTitle('/title')
    const told: number[] = []
    const stop = world.events.subscribe('intake.replaying', ({ done, total }) => {
      expect(total).toBe(121)
      told.push(done)
    })
    expect(await world.intake.replayDead({ source: null }, ada)).toEqual({
      replayed: 121,
      stillDead: 1,
    })
    stop()
    expect(told).toEqual(Array.from({ length: 121 }, (_, n) => n + 1))
    expect(await deadIds()).toHaveLength(1)
  })

  test('that are read again can be stopped; what was read is read', async () => {
    await mapTitle('/nowhere')
    for (let n = 0; n < 20; n++) await send(url, { title: `More ${n}` })
    await world.quiet()
    await mapTitle('/title')
    const stop = new AbortController()
    const off = world.events.subscribe('intake.replaying', ({ done }) => {
      if (done === 5) stop.abort()
    })
    const { replayed } = await world.intake.replayDead(
      { source: 'any' },
      { ...ada, signal: stop.signal },
    )
    off()
    expect(replayed).toBe(5)
  })

  test('old deliveries are taken away by age and number, but never what waits', async () => {
    const settings = { intakePort: 0, keepDeliveriesDays: 30, keepDeliveries: 10 }
    const all = async () => (await world.deliveries()).length
    const before = await all()
    expect(before).toBeGreaterThan(100)
    const { createDeliveryRepository } = await import('./delivery-repository')
    const { createRetention } = await import('./retention')
    const deliveries = createDeliveryRepository(database.db, database.kind)
    const retention = createRetention({
      clock: { now: () => Date.now() },
      deliveries,
      keeping: () => ({ days: settings.keepDeliveriesDays, count: settings.keepDeliveries }),
      pressure: () => 0,
    })
    expect(await retention.sweep()).toBe(before - 10)
    expect(await all()).toBe(10)
    const counted = (await deliveries.counts()).reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(10)
    expect(await world.openTickets()).not.toEqual([])
    settings.keepDeliveriesDays = -1 // as if all were old
    await retention.sweep()
    expect(await all()).toBe(0)
  })
})
