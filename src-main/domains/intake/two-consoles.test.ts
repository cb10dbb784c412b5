import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#contract/primitives'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { createDeliveryRepository } from './delivery-repository'
import { ada, openWorld, send, type World } from './intake-world.suite'

describe.each(stores)('two consoles on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let worlds: World[]

  beforeEach(async () => {
    database = await open()
    worlds = [await openWorld(database), await openWorld(database)]
    for (const world of worlds) await world.intake.start()
  })
  afterEach(async () => {
    for (const world of worlds) await world.close()
    await database.close()
  })

  const counted = async () => {
    const counts = await createDeliveryRepository(database.db, database.kind).counts()
    return counts.reduce((all, { count }) => all + count, 0)
  }

  test('take away each old delivery once, and count it once', async () => {
    const repository = createDeliveryRepository(database.db, database.kind)
    const old = Array.from({ length: 400 }, () => ({
      id: newId<DeliveryId>('dlv'),
      source: 'alertmanager',
      receivedAt: 1,
      status: 'dead' as const,
      proof: 'token' as const,
      via: 'sent' as const,
      reason: 'old',
      key: null,
      headers: {},
      body: null,
    }))
    await repository.add(old)
    const order = { before: 2, over: 0, limit: 300 }
    const gone = await Promise.all([1, 2, 3, 4].map(() => repository.removeOldest(order)))
    const left = (await worlds[0]!.deliveries('dead')).length
    expect(gone.reduce((all, count) => all + count, 0) + left).toBe(400)
    expect(await counted()).toBe(left)
  })

  test('dismiss a dead letter once', async () => {
    const { body } = await send(await worlds[0]!.urlOf('alertmanager'), '{')
    const wish = { id: body.delivery as DeliveryId, reason: 'noise' }
    const ends = await Promise.allSettled(
      [...worlds, ...worlds].map(async ({ intake }) => intake.dismiss(wish, ada)),
    )
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [source] = await worlds[0]!.intake.sources({}, ada)
    expect(source).toMatchObject({ deadTotal: 0, deliveriesTotal: 1 })
  })

  test('correct a dead letter once', async () => {
    const { body } = await send(await worlds[0]!.urlOf('alertmanager'), '{')
    const wish = { id: body.delivery as DeliveryId, body: JSON.stringify(anAlert()) }
    const ends = await Promise.allSettled(
      [...worlds, ...worlds].map(async ({ intake }) => intake.correct(wish, ada)),
    )
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await worlds[0]!.quiet()
    expect(await worlds[0]!.deliveries()).toHaveLength(2)
    expect(await worlds[0]!.openTickets()).toMatchObject([{ occurrences: 1 }])
  })

  test('change one source at once, and what each of them said stays', async () => {
    const name = 'alertmanager'
    for (let round = 1; round <= 10; round++) {
      const [one, other] = worlds.map(({ intake }) => intake)
      await Promise.all([
        one!.updateSource({ name, title: `Title ${round}` }, ada),
        other!.updateSource({ name, settings: { mostAtOnce: round } }, ada),
        one!.updateSource({ name, enabled: round % 2 === 0 }, ada),
      ])
      const [source] = await one!.sources({}, ada)
      expect(source).toMatchObject({ title: `Title ${round}`, enabled: round % 2 === 0 })
      expect(source!.settings.mostAtOnce).toBe(round)
    }
  })
})
