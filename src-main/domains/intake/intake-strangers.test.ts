import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#contract/primitives'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

describe.each(stores)('headers of our own from outside, on $name', ({ open }) => {
  let database: Database
  let world: World
  let url: string

  beforeAll(async () => {
    database = await open()
    world = await openWorld(database)
    await world.intake.start()
    url = await world.urlOf('alertmanager')
  })
  afterAll(async () => {
    await world.close()
    await database.close()
  })

  const sent = async (body: object, name: string) => {
    const answered = await send(url, body, { headers: { [name]: 'alert' } })
    await world.quiet()
    return world.intake.delivery({ id: answered.body.delivery as DeliveryId }, ada)
  }

  test('nobody who sends is read as if we had asked', async () => {
    const alert = { ...anAlert().alerts[0], status: { state: 'active' } }
    const delivery = await sent(alert, 'X-Quarterdeck-Pulled')
    expect(delivery).toMatchObject({ status: 'dead', via: 'sent' })
    expect(delivery.headers).not.toHaveProperty('x-quarterdeck-pulled')
    expect(await world.openTickets()).toEqual([])
  })

  test('nobody who sends is the test button, and the rest of what they send is read as ever', async () => {
    for (const name of ['x-quarterdeck-test', 'x-quarterdeck-pulled']) {
      const delivery = await sent(anAlert(), name)
      expect(delivery).toMatchObject({ status: 'processed', via: 'sent', proof: 'token' })
      expect(delivery.headers).not.toHaveProperty(name)
    }
  })

  test('bodies that never end count as under way, until their senders go away', async () => {
    await world.intake.updateSource({ name: 'alertmanager', settings: { mostAtOnce: 2 } }, ada)
    const slow = [1, 2].map(() => {
      const sending = request(url, { method: 'POST', headers: { 'content-length': '1000' } })
      sending.on('error', () => {}) // we go away
      sending.write('{')
      return sending
    })
    await expect.poll(async () => (await send(url, anAlert())).status).toBe(429)
    for (const sending of slow) sending.destroy()
    await expect.poll(async () => (await send(url, anAlert())).status).toBe(202)
  })
})
