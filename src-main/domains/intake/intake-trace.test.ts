import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#contract/primitives'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

const NOON = Date.UTC(2026, 0, 1, 12)

describe.each(stores)('why, on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let world: World
  let url: string
  let generic: string

  beforeAll(async () => {
    database = await open()
    const clock = { now: () => NOON }
    world = await openWorld(database, { clock })
    await world.intake.start()
    url = await world.urlOf('alertmanager')
    const wish = { name: 'any', kind: 'generic', title: 'Any', mapping: null } as const
    generic = (await world.intake.addSource(wish, ada)).url
  })
  afterAll(async () => {
    await world.close()
    await database.close()
  })

  const traceOf = async (id: string | undefined) => {
    await world.quiet()
    const { trace } = await world.intake.delivery({ id: id as DeliveryId }, ada)
    return trace.map(({ stage, outcome }) => `${stage} ${outcome}`)
  }

  test('a new ticket, a repeat and a resolution are each told', async () => {
    const first = await send(url, anAlert())
    expect(await traceOf(first.body.delivery)).toEqual([
      'proof passed',
      'parse passed',
      'signal noted',
      'ticket passed',
    ])
    const again = await send(url, anAlert())
    await traceOf(again.body.delivery)
    const { trace } = await world.intake.delivery({ id: again.body.delivery as DeliveryId }, ada)
    expect(trace.at(-1)!.text).toContain('the ticket that stands for this fingerprint')
    expect(trace.at(-1)!.ticketId).toMatch(/^tkt_/)
    const strange = await send(url, anAlert({ fingerprint: 'nobody', status: 'resolved' }))
    await traceOf(strange.body.delivery)
    const last = await world.intake.delivery({ id: strange.body.delivery as DeliveryId }, ada)
    expect(last.trace.at(-1)).toMatchObject({ outcome: 'noted', ticketId: null })
    expect(last.trace.at(-1)!.text).toContain('no ticket stands')
  })

  test('what is repeated, unreadable or empty ends where it ends', async () => {
    const headers = { 'idempotency-key': 'k' }
    await send(generic, { title: 'A' }, { headers })
    const same = await send(generic, { title: 'A' }, { headers })
    expect(await traceOf(same.body.delivery)).toEqual(['proof passed', 'repeat ended'])
    const unread = await send(url, { alerts: 'none' })
    expect(await traceOf(unread.body.delivery)).toEqual(['proof passed', 'parse ended'])
    const empty = await send(url, { alerts: [] })
    expect(await traceOf(empty.body.delivery)).toEqual(['proof passed', 'parse ended'])
  })

  test('a large group is told in a few lines', async () => {
    const alerts = Array.from({ length: 200 }, (_, n) => ({
      ...anAlert().alerts[0],
      fingerprint: `many-${n}`,
    }))
    const { body } = await send(url, anAlert({}, { alerts }))
    const trace = await traceOf(body.delivery)
    expect(trace.length).toBeLessThan(50)
    const kept = await world.intake.delivery({ id: body.delivery as DeliveryId }, ada)
    expect(kept.trace.at(-1)!.text).toContain('180 more like this')
  })

  describe('without taking it in', () => {
    test('a payload is explained as if it came now', async () => {
      const before = await everythingIn(world)
      const fresh = await explain(world, 'alertmanager', anAlert({ fingerprint: 'fresh' }))
      expect(fresh).toMatchObject({ status: 'processed', summary: 'The disk of db-2 is full' })
      expect(fresh.trace.at(-1)!.text).toContain('A ticket was opened')
      const known = await explain(world, 'alertmanager', anAlert())
      expect(known.trace.at(-1)!.ticketId).toMatch(/^tkt_/)
      expect(await everythingIn(world)).toBe(before)
    })

    test('so are one that was here before, one that cannot be read, and one that is no JSON', async () => {
      const before = await everythingIn(world)
      const repeat = await explain(world, 'any', { title: 'A' }, { 'Idempotency-Key': 'k' })
      expect(repeat.status).toBe('duplicate')
      expect((await explain(world, 'alertmanager', {})).status).toBe('dead')
      const broken = await explain(world, 'alertmanager', '{')
      expect(broken.trace.at(-1)!.text).toContain('not valid JSON')
      expect(await everythingIn(world)).toBe(before)
    })

    test('a source that is not there is refused', async () => {
      await expect(explain(world, 'nobody', {})).rejects.toMatchObject({ code: 'not_found' })
    })
  })
})

function explain(world: World, name: string, given: object | string, headers = {}) {
  const body = typeof given === 'string' ? given : JSON.stringify(given)
  return world.intake.explain({ name, body, headers }, ada)
}

async function everythingIn(world: World): Promise<string> {
  await world.quiet()
  return JSON.stringify([await world.openTickets(), await world.deliveries()])
}
