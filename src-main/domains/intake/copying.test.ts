import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000

/** What is said, and how long after the last word. */
const story = fc.array(
  fc.record({
    fingerprint: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom('firing', 'firing', 'resolved'),
    severity: fc.constantFrom('critical', 'warning'),
    waitMinutes: fc.constantFrom(0, 1, 10, 90),
  }),
  { minLength: 3, maxLength: 25 },
)

describe.each(stores)('reading another store again, on $name', { timeout: 60_000 }, ({ open }) => {
  let databases: Database[]
  let now: number
  let before: World
  let after: World
  const clock = { now: () => now }

  beforeEach(async () => {
    databases = [await open(), await open()]
    now = NOON
    before = await openWorld(databases[0]!, { clock })
    await before.intake.start()
  })
  afterEach(async () => {
    await before.close()
    await after?.close()
    for (const database of databases) await database.close()
  })

  const copy = async () => {
    after = await openWorld(databases[1]!, { clock })
    return after.intake.copyFrom({
      from: databases[0]!,
      setNow: (at) => void (now = at),
      progress: () => {},
    })
  }
  test('gives the same tickets, whatever was said', async () => {
    const [said] = fc.sample(story, { numRuns: 1, seed: 20_261_128 })
    const url = await before.urlOf('alertmanager')
    for (const { fingerprint, status, severity, waitMinutes } of said!) {
      now += waitMinutes * MINUTE
      const at = new Date(now).toISOString()
      const labels = { alertname: `A-${fingerprint}`, severity }
      const times = status === 'firing' ? { startsAt: at } : { startsAt: at, endsAt: at }
      await send(url, anAlert({ fingerprint, status, labels, ...times }))
      await before.quiet()
    }
    await send(url, '{')
    await send(url.replace(/[^/]+$/, 'wrong-token'), '{}')
    await before.quiet()
    expect(await copy()).toBe(said!.length + 2)
    expect(await ticketsOf(after)).toEqual(await ticketsOf(before))
    expect((await after.deliveries('dead')).length).toBe((await before.deliveries('dead')).length)
  })

  test('takes nothing in that was not proven where it came from', async () => {
    const wish = { name: 'git', kind: 'github', title: 'Git', mapping: null } as const
    const { url } = await before.intake.addSource(wish, ada)
    await before.intake.setSecret({ name: 'git', secret: 'It is a secret', overlapHours: 0 }, ada)
    const headers = { 'x-github-event': 'ping' }
    expect((await send(url, { zen: 'No.' }, { headers })).status).toBe(401)
    expect(await copy()).toBe(1)
    expect(await after.deliveries()).toMatchObject([{ status: 'dead', proof: 'failed' }])
  })

  test('goes into a fresh store only', async () => {
    await send(await before.urlOf('alertmanager'), anAlert())
    await before.quiet()
    await copy()
    await expect(
      after.intake.copyFrom({ from: databases[0]!, setNow: () => {}, progress: () => {} }),
    ).rejects.toMatchObject({ code: 'conflict' })
    expect(await after.openTickets()).toHaveLength(1)
    expect((await after.intake.sources({}, ada)).map(({ name }) => name)).toEqual(['alertmanager'])
  })
})

async function ticketsOf(world: World) {
  const tickets = await world.openTickets()
  const told = tickets.map((ticket) => {
    const { fingerprint, status, severity, occurrences, openedAt, resolvedAt, signal } = ticket
    return { fingerprint, status, severity, occurrences, openedAt, resolvedAt, signal }
  })
  return told.toSorted(
    (a, b) => a.fingerprint.localeCompare(b.fingerprint) || a.openedAt - b.openedAt,
  )
}
