import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#contract/primitives'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

const SECRET = 'It is a secret to everybody'
const PUSH = {
  ref: 'refs/heads/main',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
  repository: {
    full_name: 'shop/web',
    default_branch: 'main',
    html_url: 'https://git.example/shop/web',
  },
  pusher: { name: 'ada' },
  commits: [
    {
      id: 'b'.repeat(40),
      message: 'Mend the basket',
      timestamp: '2026-01-01T11:00:00Z',
      url: 'https://git.example/c',
      author: { name: 'Ada' },
    },
  ],
}

describe.each(stores)('proof of origin on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let world: World
  let url: string
  let vaultOpen = true
  let now = Date.UTC(2026, 0, 1, 12)
  let counter = 0

  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    vaultOpen = true
    now = Date.UTC(2026, 0, 1, 12)
    world = await openWorld(database, { vaultOpen: () => vaultOpen, clock: { now: () => now } })
    await world.intake.start()
    const name = `github-${++counter}`
    const made = await world.intake.addSource(
      { name, kind: 'github', title: name, mapping: null },
      ada,
    )
    url = made.url
  })
  afterEach(() => world.close())

  const source = async () => {
    const all = await world.intake.sources({}, ada)
    return all.find(({ name }) => name === `github-${counter}`)!
  }
  const setSecret = (secret: string | null = SECRET, overlapHours = 24) =>
    world.intake.setSecret({ name: `github-${counter}`, secret, overlapHours }, ada)
  let sent = 0
  const push = (secret: string | undefined, body: object = PUSH) => {
    const bytes = JSON.stringify(body)
    const signature = secret && createHmac('sha256', secret).update(bytes).digest('hex')
    const headers = {
      'x-github-event': 'push',
      'x-github-delivery': `d-${counter}-${++sent}`,
      ...(signature !== undefined && { 'x-hub-signature-256': `sha256=${signature}` }),
    }
    return send(url, bytes, { headers })
  }
  const delivery = (id: string | undefined) => world.intake.delivery({ id: id as DeliveryId }, ada)

  test('without a secret only the address is asked for, and the source says so', async () => {
    expect((await source()).proof).toMatchObject({ kind: 'secret', state: 'unset' })
    const { status, body } = await push(undefined)
    expect(status).toBe(202)
    await world.quiet()
    expect(await delivery(body.delivery)).toMatchObject({ proof: 'token', status: 'processed' })
  })

  test('with one, what is signed is read, and what is not is refused and kept with why', async () => {
    await setSecret()
    const right = await push(SECRET)
    const wrong = await push('another secret')
    const none = await push(undefined)
    expect([right, wrong, none].map(({ status }) => status)).toEqual([202, 401, 401])
    await world.quiet()
    expect(await delivery(right.body.delivery)).toMatchObject({
      proof: 'signed',
      status: 'processed',
    })
    const kept = await delivery(wrong.body.delivery)
    expect(kept).toMatchObject({ proof: 'failed', status: 'dead' })
    expect(kept.trace).toMatchObject([{ stage: 'proof', outcome: 'ended' }])
    expect((await source()).proof.state).toBe('failing')
    expect(await world.openTickets()).toEqual([])
  })

  test('a secret set right makes what was refused readable', async () => {
    await setSecret('the wrong secret')
    const { body } = await push(SECRET)
    await setSecret(SECRET)
    const read = await world.intake.replay({ id: body.delivery as DeliveryId }, ada)
    expect(read).toMatchObject({ proof: 'signed', status: 'processed' })
  })

  test('while it is rotated both secrets are right; afterwards the new one alone', async () => {
    await setSecret(SECRET)
    const { secret } = await setSecret(null, 1)
    expect(secret).toMatch(/^whsec_/)
    expect((await source()).proof.previousUntil).toBe(now + 3_600_000)
    for (const each of [SECRET, secret!]) expect((await push(each)).status).toBe(202)
    now += 3_600_001
    expect((await push(SECRET)).status).toBe(401)
    expect((await push(secret!)).status).toBe(202)
  })

  test('while the vault is locked deliveries are kept, and read once it opens', async () => {
    await setSecret()
    vaultOpen = false
    world.events.publish('credentials.changed', {})
    const right = await push(SECRET)
    const wrong = await push('another secret')
    expect([right.status, wrong.status]).toEqual([202, 202])
    expect(await delivery(right.body.delivery)).toMatchObject({
      proof: 'pending',
      status: 'stored',
    })
    expect((await source()).proof.state).toBe('locked')
    vaultOpen = true
    world.events.publish('credentials.changed', {}) // as its unlocking does
    await expect
      .poll(async () => (await delivery(right.body.delivery)).status, { timeout: 20_000 })
      .toBe('processed')
    expect(await delivery(right.body.delivery)).toMatchObject({ proof: 'signed' })
    await expect
      .poll(async () => (await delivery(wrong.body.delivery)).status, { timeout: 20_000 })
      .toBe('dead')
    expect(await delivery(wrong.body.delivery)).toMatchObject({ proof: 'failed' })
  })

  test('what turns out not to be proven keeps no place from what is', async () => {
    await setSecret()
    vaultOpen = false
    world.events.publish('credentials.changed', {})
    const wrong = await push('another secret')
    sent--
    vaultOpen = true
    world.events.publish('credentials.changed', {})
    await expect
      .poll(async () => (await delivery(wrong.body.delivery)).status, { timeout: 20_000 })
      .toBe('dead')
    const right = await push(SECRET) // under the same key
    await world.quiet()
    expect(await delivery(right.body.delivery)).toMatchObject({
      proof: 'signed',
      status: 'processed',
    })
  })

  test('a flood of wrong signatures keeps some bodies and no more', async () => {
    await setSecret()
    for (let n = 0; n < 40; n++) expect((await push('another secret')).status).toBe(401)
    const dead = (await world.deliveries('dead')).filter(
      (each) => each.source === `github-${counter}`,
    )
    expect(dead.filter(({ sizeBytes }) => sizeBytes > 0)).toHaveLength(20)
    expect(dead.length).toBeLessThan(25)
  })

  test('the secret is nowhere but in the vault', async () => {
    await setSecret()
    await push(SECRET)
    await world.quiet()
    const { items } = await world.audit.list({ cursor: null, limit: 200, text: '' }, ada)
    const told = JSON.stringify([
      items,
      await world.intake.sources({}, ada),
      await world.deliveries(),
    ])
    expect(told).not.toContain(SECRET)
  })

  test('a kind that cannot sign has no secret to set', async () => {
    const wish = { name: 'alertmanager', secret: SECRET, overlapHours: 0 }
    await expect(world.intake.setSecret(wish, ada)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
