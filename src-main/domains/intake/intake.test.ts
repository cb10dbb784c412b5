import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#contract/primitives'
import { GenericMapping } from '#contract/intake'
import type { Tickets } from '#domains/tickets'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, viewer, type World } from './intake-world.suite'

const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000
const TABLES = ['tickets', 'ticket_search', 'ticket_timeline', 'ticket_counts', 'ticket_outcomes']
const OURS = ['deliveries', 'delivery_counts', 'audit_entries', 'audit_head']

describe.each(stores)('intake on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let world: World
  let now: number
  const clock = { now: () => now }

  // One store for all: to make one costs PostgreSQL half a second.
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of [...TABLES, ...OURS])
      await sql`delete from ${sql.table(table)}`.execute(database.db)
    await sql`delete from sources where name <> 'alertmanager'`.execute(database.db)
    await sql`update sources set enabled = 1`.execute(database.db)
    now = NOON
    world = await openWorld(database, { clock })
    await world.intake.start()
  })
  afterEach(() => world.close())

  const alertmanager = () => world.urlOf('alertmanager')
  const addSource = async (kind: 'cloudevents' | 'generic', mapping: object | null = null) => {
    const more = { title: kind, mapping: mapping && GenericMapping.parse(mapping) }
    const { url } = await world.intake.addSource({ name: kind, kind, ...more }, ada)
    return url
  }
  const readAgain = async (id: string | undefined) =>
    world.intake.delivery({ id: id as DeliveryId }, ada)

  /** Another world on the same store, whose tickets fail as wished. */
  async function reopen(takeSignals?: (tickets: Tickets) => Tickets['takeSignals']) {
    await world.close()
    world = await openWorld(database, { clock, ...(takeSignals && { takeSignals }) })
    await world.intake.start()
  }

  describe('a delivery', () => {
    test('of Alertmanager is kept as it came and becomes a ticket', async () => {
      const body = JSON.stringify(anAlert(), null, 3)
      const { status, body: answer } = await send(await alertmanager(), body)
      expect([status, answer.status]).toEqual([202, 'stored'])
      await world.quiet()
      const kept = await readAgain(answer.delivery)
      expect(kept).toMatchObject({
        status: 'processed',
        firing: 1,
        resolved: 0,
        body,
        binary: false,
        truncated: false,
        summary: 'The disk of db-2 is full',
        sizeBytes: Buffer.byteLength(body),
      })
      expect(await world.openTickets()).toMatchObject([
        {
          id: kept.ticketIds[0],
          title: 'The disk of db-2 is full',
          severity: 'critical',
          host: 'db-2',
        },
      ])
    })

    test('that is repeated is accepted, and says nothing new', async () => {
      for (let n = 0; n < 3; n++) {
        expect((await send(await alertmanager(), anAlert())).status).toBe(202)
        await world.quiet()
      }
      expect(await world.openTickets()).toMatchObject([{ occurrences: 3 }])
      expect(await world.deliveries()).toHaveLength(3)
    })

    test('with alerts left out says so on the delivery and on the timeline', async () => {
      const { body } = await send(await alertmanager(), anAlert({}, { truncatedAlerts: 7 }))
      await world.quiet()
      const { summary, ticketIds } = await readAgain(body.delivery)
      expect(summary).toContain('left out 7 more alerts')
      const page = { id: ticketIds[0]!, cursor: null, limit: 5 }
      const { items } = await world.tickets.timeline(page, ada)
      expect(items[0]!.detail).toContain('left out 7 more alerts')
    })

    test('is done once when its sender numbers it', async () => {
      const url = await addSource('generic')
      const headers = { 'idempotency-key': 'k-1' }
      const first = await send(url, { title: 'Queue grows' }, { headers })
      const [again, other] = await Promise.all([
        send(url, { title: 'Queue grows' }, { headers }),
        send(url, { title: 'Queue grows' }, { headers: { 'idempotency-key': 'k-2' } }),
      ])
      expect([first, again, other].map(({ body }) => body.status)).toEqual([
        'stored',
        'duplicate',
        'stored',
      ])
      await world.quiet()
      expect(await world.openTickets()).toMatchObject([{ occurrences: 2 }])
      expect(await readAgain(again.body.delivery)).toMatchObject({
        status: 'duplicate',
        summary: `the same as ${first.body.delivery}`,
      })
    })

    test('is done once, too, when both come in the same moment', async () => {
      const url = await addSource('cloudevents')
      const event = {
        specversion: '1.0',
        id: '1',
        source: '/a',
        type: 'a.alert',
        data: { title: 'A' },
      }
      const answers = await Promise.all([1, 2, 3].map(() => send(url, event)))
      expect(
        answers.map(({ body }) => String(body.status)).toSorted((a, b) => a.localeCompare(b)),
      ).toEqual(['duplicate', 'duplicate', 'stored'])
    })

    test('of a stranger shape is kept dead with what to do, and can be replayed', async () => {
      const { status, body } = await send(await alertmanager(), { text: 'disk full' })
      expect(status).toBe(202)
      await world.quiet()
      const dead = await world.deliveries('dead')
      expect(dead).toMatchObject([{ id: body.delivery, ticketIds: [] }])
      expect(dead[0]!.reason).toContain('payload')
      const replayed = await world.intake.replay({ id: dead[0]!.id }, ada)
      expect(replayed).toMatchObject({ status: 'dead' })
    })

    test('that its source cannot map is read after the mapping was set right', async () => {
      const url = await addSource('generic')
      const { body } = await send(url, { alarm: { text: 'Fan 3 stands still', level: 'SEV1' } })
      await world.quiet()
      expect(await readAgain(body.delivery)).toMatchObject({ status: 'dead' })
      const mapping = GenericMapping.parse({
        title: '/alarm/text',
        severity: '/alarm/level',
        severityMap: { sev1: 'critical' },
      })
      await world.intake.updateSource({ name: 'generic', mapping }, ada)
      const replayed = await world.intake.replay({ id: body.delivery! }, ada)
      expect(replayed).toMatchObject({ status: 'processed', firing: 1, reason: '' })
      expect(await world.openTickets()).toMatchObject([
        { title: 'Fan 3 stands still', severity: 'critical' },
      ])
    })

    test('replayed again and again changes nothing more', async () => {
      const { body } = await send(await alertmanager(), anAlert())
      await world.quiet()
      const before = await world.openTickets()
      for (let n = 0; n < 3; n++) {
        now += MINUTE
        const replayed = await world.intake.replay({ id: body.delivery! }, ada)
        expect(replayed).toMatchObject({ status: 'processed', ticketIds: [before[0]!.id] })
      }
      expect(await world.openTickets()).toEqual(before)
    })

    test('packed with gzip is unpacked, and kept packed', async () => {
      const packed = gzipSync(JSON.stringify(anAlert()))
      const headers = { 'content-encoding': 'gzip' }
      const { status, body } = await send(await alertmanager(), packed, { headers })
      expect(status).toBe(202)
      await world.quiet()
      expect(await readAgain(body.delivery)).toMatchObject({
        status: 'processed',
        binary: true,
        sizeBytes: packed.length,
      })
    })

    test.each([
      ['malformed', '{"alerts": [', {}, 400, 'JSON'],
      ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400, 'UTF-8'],
      ['empty', '', {}, 400, 'empty'],
      ['nested too deep', '['.repeat(300) + ']'.repeat(300), {}, 400, 'nested'],
      ['XML', '<a/>', { 'content-type': 'text/xml' }, 415, 'text/xml'],
      [
        'in an unknown character set',
        '{}',
        { 'content-type': 'application/json; charset=klingon' },
        415,
        'klingon',
      ],
      ['packed in an unknown way', '{}', { 'content-encoding': 'br' }, 415, 'br'],
      [
        'cut off gzip',
        gzipSync('{"alerts": []}').subarray(0, 12),
        { 'content-encoding': 'gzip' },
        400,
        'unpacked',
      ],
      [
        'a gzip bomb',
        gzipSync(Buffer.alloc(6_000_000, 32)),
        { 'content-encoding': 'gzip' },
        413,
        '5 MB',
      ],
    ])(
      'that is %s is refused and kept dead with the reason',
      async (_, bytes, headers, code, word) => {
        const { status, body } = await send(await alertmanager(), bytes, {
          headers: { ...headers },
        })
        expect(status).toBe(code)
        expect(body.message).toContain(word)
        expect(await readAgain(body.delivery)).toMatchObject({
          status: 'dead',
          reason: body.message,
        })
      },
    )

    test('that says nothing for us is ignored with the reason', async () => {
      const { body } = await send(await alertmanager(), anAlert({}, { alerts: [] }))
      await world.quiet()
      expect(await readAgain(body.delivery)).toMatchObject({
        status: 'ignored',
        reason: 'the group holds no alert',
      })
    })
  })

  describe('the door', () => {
    test('lets nobody in without the token of that source', async () => {
      const url = await alertmanager()
      const other = await addSource('generic')
      const wrong = [
        url.slice(0, -1),
        `${url}x`,
        url.replace(/[^/]+$/, ''),
        url.replace(/\/[^/]+$/, ''),
        url.replace(/[^/]+$/, other.split('/').at(-1)!),
      ]
      const answers = await Promise.all(wrong.map((each) => send(each, anAlert())))
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
      expect((await send(url.replace('alertmanager', 'nobody'), anAlert())).status).toBe(404)
      expect(await world.openTickets()).toEqual([])
    })

    test('takes the token in a header as well', async () => {
      const [, base, token] = /^(.*)\/([^/]+)$/.exec(await alertmanager())!
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { 'x-quarterdeck-token': token! },
      ]) {
        const { status, body } = await send(base!, anAlert(), { headers })
        expect(status).toBe(202)
        const kept = await readAgain(body.delivery)
        expect(JSON.stringify(kept)).not.toContain(token)
      }
    })

    test('writes refusals down without their bodies, and not so many that they fill the list', async () => {
      const wrong = (await alertmanager()).slice(0, -1)
      await Promise.all(Array.from({ length: 30 }, () => send(wrong, 'a secret body')))
      await Promise.all(
        Array.from({ length: 30 }, (_, n) => send(wrong.replace('alertmanager', `a${n}`), '{}')),
      )
      const sources = async () => (await world.deliveries('dead')).map(({ source }) => source)
      await expect
        .poll(async () => (await sources()).toSorted())
        .toEqual(['alertmanager', 'unknown'])
      const dead = await world.deliveries('dead')
      const one = dead.find(({ source }) => source !== 'unknown')
      expect(await readAgain(one!.id)).toMatchObject({ body: '', sizeBytes: 0 })
      now += MINUTE
      await send(wrong, '{}')
      await expect.poll(sources).toHaveLength(3)
      const [newest] = await world.deliveries('dead')
      expect(newest!.reason).toContain('29 more like it')
      await expect(world.intake.replay({ id: newest!.id }, ada)).rejects.toMatchObject({
        code: 'unsupported',
      })
    })

    test('is closed to web pages and to false names', async () => {
      const url = await alertmanager()
      const { port } = new URL(url)
      const no = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { host: 'evil.example' },
        { host: `evil.example:${port}` },
        { host: '127.0.0.1:1' },
      ]
      for (const headers of no)
        expect((await send(url, anAlert(), { headers: { ...headers } })).status).toBe(403)
      expect((await send(url, anAlert(), { headers: { host: `localhost:${port}` } })).status).toBe(
        202,
      )
    })

    test('knows POST and PUT, and nothing beside its sources', async () => {
      const url = await alertmanager()
      expect((await send(url, anAlert(), { method: 'PUT' })).status).toBe(202)
      for (const method of ['GET', 'DELETE', 'PATCH', 'OPTIONS']) {
        const { status, headers } = await send(url, '', { method })
        expect([method, status, headers['allow']]).toEqual([method, 405, 'POST, PUT'])
      }
      expect((await send(new URL('/', url).href, '')).status).toBe(404)
      expect((await send(new URL('/hooks', url).href, '')).status).toBe(404)
    })

    test('answers the handshake of CloudEvents for such sources only', async () => {
      const url = await addSource('cloudevents')
      const headers = { 'webhook-request-origin': 'events.example' }
      const yes = await send(url, '', { method: 'OPTIONS', headers })
      expect([yes.status, yes.headers['webhook-allowed-origin']]).toEqual([200, 'events.example'])
      expect((await send(await alertmanager(), '', { method: 'OPTIONS', headers })).status).toBe(
        405,
      )
      expect((await send(`${url}x`, '', { method: 'OPTIONS', headers })).status).toBe(401)
    })

    test('refuses what is larger than 5 MB unread, and notes it', async () => {
      const { status } = await send(await alertmanager(), Buffer.alloc(5 * 1024 * 1024 + 1, 32))
      expect(status).toBe(413)
      await expect.poll(() => world.deliveries('dead')).toMatchObject([{ sizeBytes: 0 }])
    })
  })

  describe('a source', () => {
    test('is made, changed, given a new address and removed, each on record and without its token', async () => {
      const url = await addSource('generic')
      await expect(addSource('generic')).rejects.toMatchObject({ code: 'conflict' })
      expect((await send(url, { title: 'A' })).status).toBe(202)
      const { url: next } = await world.intake.rotateToken({ name: 'generic' }, ada)
      expect((await send(url, { title: 'A' })).status).toBe(401)
      expect((await send(next, { title: 'A' })).status).toBe(202)
      await world.intake.updateSource({ name: 'generic', enabled: false }, ada)
      expect((await send(next, { title: 'A' })).status).toBe(403)
      await world.intake.removeSource({ name: 'generic' }, ada)
      expect((await send(next, { title: 'A' })).status).toBe(404)
      await expect(world.intake.removeSource({ name: 'generic' }, ada)).rejects.toMatchObject({
        code: 'not_found',
      })
      const entries = await world.audit.list({ cursor: null, limit: 50, text: 'generic' }, ada)
      const orders = entries.items.map(({ action }) => action)
      expect(orders.filter((action) => action.startsWith('source'))).toEqual([
        'source.removed',
        'source.changed',
        'source.token_rotated',
        'source.added',
      ])
      const tokens = [url, next].map((each) => each.split('/').at(-1)!)
      for (const token of tokens) expect(JSON.stringify(entries)).not.toContain(token)
    })

    test('that is not generic takes no mapping', async () => {
      const mapping = GenericMapping.parse({})
      await expect(
        world.intake.updateSource({ name: 'alertmanager', mapping }, ada),
      ).rejects.toMatchObject({ code: 'invalid_input' })
    })

    test('shows its address to operators only', async () => {
      const [source] = await world.intake.sources({}, viewer)
      expect(source!.url).toMatch(/\/hooks\/alertmanager\/…$/)
    })

    test('shows how much came in, minute by minute, also after a restart', async () => {
      for (let n = 0; n < 3; n++) await send(await alertmanager(), anAlert())
      now += 2 * MINUTE
      await send(await alertmanager(), 'not JSON')
      const shown = async () => (await world.intake.sources({}, ada))[0]!
      const before = await shown()
      expect(before.perMinute.slice(-3)).toEqual([3, 0, 1])
      expect(before).toMatchObject({ deliveriesTotal: 4, deadTotal: 1, lastDeliveryAt: now })
      await world.quiet()
      await world.close()
      world = await openWorld(database, { clock })
      await world.intake.start()
      expect((await shown()).perMinute).toEqual(before.perMinute)
    })

    test.each(['alertmanager', 'cloudevents', 'generic'] as const)(
      'of kind %s is tested through its real address, firing and resolved',
      async (kind) => {
        if (kind !== 'alertmanager')
          await addSource(kind, kind === 'generic' ? { items: '/a~1b/0', title: '/t/x' } : null)
        const firing = await world.intake.sendTest({ name: kind, status: 'firing' }, ada)
        expect(firing).toMatchObject({ status: 'processed', firing: 1, source: kind })
        now += 5 * MINUTE
        const resolved = await world.intake.sendTest({ name: kind, status: 'resolved' }, ada)
        expect(resolved).toMatchObject({ resolved: 1, ticketIds: firing.ticketIds })
        expect(await world.openTickets()).toMatchObject([{ status: 'resolved', severity: 'info' }])
      },
    )
  })

  describe('the dead-letter list', () => {
    test('lets a delivery go with a reason; the delivery stays', async () => {
      const { body } = await send(await alertmanager(), 'no')
      const id = body.delivery!
      const gone = await world.intake.dismiss({ id, reason: 'a typing error' }, ada)
      expect(gone).toMatchObject({ status: 'ignored' })
      expect(gone.reason).toContain('Dismissed by Ada: a typing error')
      expect(await world.deliveries('dead')).toEqual([])
      await expect(world.intake.dismiss({ id, reason: 'x' }, ada)).rejects.toMatchObject({
        code: 'conflict',
      })
      const nowhere = newId<DeliveryId>('dlv')
      await expect(world.intake.dismiss({ id: nowhere, reason: 'x' }, ada)).rejects.toMatchObject({
        code: 'not_found',
      })
    })

    test('is paged and counted like every list of deliveries', async () => {
      for (let n = 0; n < 7; n++) await send(await alertmanager(), `no ${n}`)
      await send(await alertmanager(), anAlert())
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<World['intake']['deliveries']>> =
          await world.intake.deliveries(
            { cursor, limit: 3, source: 'alertmanager', status: 'dead' },
            ada,
          )
        expect(page.total).toBe(7)
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== null)
      expect(seen).toEqual([...new Set(seen)].toSorted().toReversed())
      expect(seen).toHaveLength(7)
    })
  })

  describe('reading', () => {
    test('goes on past one poisonous delivery, which is dead with the reason until it is replayed', async () => {
      await reopen((tickets) => (tx, signals) => {
        if (signals.some(({ title }) => title === 'poison')) throw new Error('it burns')
        return tickets.takeSignals(tx, signals)
      })
      const url = await alertmanager()
      const titles = ['one', 'poison', 'two', 'three']
      const answers = await Promise.all(
        titles.map((title) =>
          send(url, anAlert({ fingerprint: title, annotations: { summary: title } })),
        ),
      )
      await world.quiet()
      const tickets = await world.openTickets()
      expect(tickets.map(({ title }) => title).toSorted()).toEqual(['one', 'three', 'two'])
      const [dead] = await world.deliveries('dead')
      expect(dead).toMatchObject({ id: answers[1]!.body.delivery })
      expect(dead!.reason).toContain('it burns')
      await reopen()
      await world.intake.replay({ id: dead!.id }, ada)
      expect(await world.openTickets()).toHaveLength(4)
    })

    test('waits when the store is in trouble, and finishes at the next start', async () => {
      await reopen(
        () => () => Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' })),
      )
      const { status, body } = await send(await alertmanager(), anAlert())
      expect(status).toBe(202)
      await world.close()
      expect(await readAgain(body.delivery)).toMatchObject({ status: 'stored' })
      await reopen()
      await world.quiet()
      expect(await readAgain(body.delivery)).toMatchObject({ status: 'processed', firing: 1 })
      expect(await world.openTickets()).toHaveLength(1)
    })

    test('keeps the order of a storm that comes all at once', async () => {
      const url = await alertmanager()
      for (let n = 0; n < 20; n++) {
        const status = n % 2 === 0 ? 'firing' : 'resolved'
        const time = (minutes: number) => new Date(NOON - MINUTE * minutes).toISOString()
        const endsAt = n % 2 === 0 ? '0001-01-01T00:00:00Z' : time(39 - n)
        await send(url, anAlert({ status, startsAt: time(40 - n + (n % 2)), endsAt }))
      }
      await world.quiet()
      expect(await world.openTickets()).toMatchObject([{ status: 'resolved', occurrences: 10 }])
    })

    test('is told about, in few pieces of news', async () => {
      const told: number[] = []
      const began = performance.now()
      world.events.subscribe('intake.received', ({ items }) => told.push(items.length))
      const url = await alertmanager()
      await Promise.all(Array.from({ length: 40 }, () => send(url, anAlert())))
      await world.quiet()
      await world.intake.stop()
      expect(told.reduce((all, n) => all + n, 0)).toBe(40)
      // Ten a second at most, however long this machine takes for it.
      expect(told.length).toBeLessThanOrEqual((performance.now() - began) / 100 + 1)
    })
  })

  describe('the listener', () => {
    test('says where it is, and is off when it is stopped', async () => {
      const { state, address } = await world.intake.listener({}, ada)
      expect([state, new URL(await alertmanager()).origin]).toEqual(['listening', address])
      await world.intake.stop()
      expect(await world.intake.listener({}, ada)).toMatchObject({ state: 'off' })
    })

    test('whose port is taken says so, sends no test, and opens when another port is set', async () => {
      const squatter = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => void squatter.once('listening', resolve))
      const address = squatter.address()
      const taken = typeof address === 'object' && address ? address.port : 0
      await world.close()
      const settings = { intakePort: taken, keepDeliveriesDays: 30, keepDeliveries: 1_000_000 }
      world = await openWorld(database, { clock, settings })
      await world.intake.start()
      const failed = await world.intake.listener({}, ada)
      expect(failed).toMatchObject({ state: 'failed', address: `http://127.0.0.1:${taken}` })
      expect(failed.problem).toContain(`Port ${taken} is taken`)
      let visits = 0
      squatter.on('connection', (socket) => {
        visits++
        socket.destroy()
      })
      const wish = { name: 'alertmanager', status: 'firing' } as const
      await expect(world.intake.sendTest(wish, ada)).rejects.toMatchObject({ code: 'unreachable' })
      expect(visits).toBe(0)
      const changed = new Promise(
        (resolve) => void world.events.subscribe('intake.changed', resolve),
      )
      settings.intakePort = 0
      world.events.publish('settings.changed', {} as never)
      await changed
      expect(await world.intake.listener({}, ada)).toMatchObject({
        state: 'listening',
        problem: '',
      })
      await new Promise((resolve) => void squatter.close(resolve))
    })
  })
})
