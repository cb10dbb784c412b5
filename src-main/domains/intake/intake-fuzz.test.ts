import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SourceKind } from '#contract/intake'
import { anAlert } from '#platform/an-alert.suite'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, openWorld, send, type World } from './intake-world.suite'

const KINDS = SourceKind.options
let database: Database
let world: World
const urls = new Map<SourceKind, string>()
const errors: string[] = []

beforeAll(async () => {
  database = await stores.at(-1)!.open() // PostgreSQL where there is one: it is the stricter about text
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
  world = await openWorld(database, { log })
  await world.intake.start()
  urls.set('alertmanager', await world.urlOf('alertmanager'))
  for (const name of KINDS.slice(1)) {
    const wish = { name, kind: name, title: name, mapping: null }
    urls.set(name, (await world.intake.addSource(wish, ada)).url)
  }
}, 30_000)
afterAll(async () => {
  await world.close()
  await database.close()
})

const EVENT = { specversion: '1.0', id: '1', source: '/a', type: 'a.alert', data: { title: 'A' } }
const ITEM = {
  title: 'A',
  status: 'firing',
  severity: 'low',
  service: 's',
  host: 'h',
  url: 'http://a',
}

/** Values that look right until one looks twice. */
const strange = fc.oneof(
  fc
    .anything({ withNullPrototype: false, maxDepth: 3 })
    .map((value) => JSON.stringify(value) ?? 'null'),
  fc.constantFrom(
    '1e999',
    '-0',
    '123456789012345678901234567890',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e\\u001b[31m"',
    '{"__proto__":{"a":1},"constructor":{"prototype":{}}}',
    '[[[[[[]]]]]]',
    '""',
  ),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
)

/** A right body of some kind with one of its parts replaced by something else. */
const warped = fc
  .record({
    body: fc.constantFrom<object>(anAlert(), EVENT, [EVENT], ITEM, {
      alerts: [anAlert().alerts[0], null],
    }),
    at: fc.nat(),
    value: strange,
  })
  .map(({ body, at, value }) => {
    const text = JSON.stringify(body)
    const places = [...text.matchAll(/:("[^"]*"|\d+|\{|\[)/g)]
    const place = places[at % places.length]!
    const start = place.index + 1
    const end = /[{[]/.test(place[1]!) ? start + 1 : start + place[1]!.length
    return text.slice(0, start) + value + (/[{[]/.test(place[1]!) ? ',' : '') + text.slice(end)
  })

const deep = fc
  .integer({ min: 1, max: 50_000 })
  .map((depth) => '[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth))
const noise = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const whole = fc.oneof(
  warped.map((text) => Buffer.from(text)),
  strange.map((text) => Buffer.from(text)),
  noise,
  deep.map((text) => Buffer.from(text)),
)
const body = fc.record({
  bytes: fc.oneof(
    whole,
    whole.map((plain) => gzipSync(plain)),
    fc.tuple(whole, fc.nat()).map(([plain, cut]) => plain.subarray(0, cut % (plain.length + 1))),
    fc.tuple(whole, fc.nat()).map(([plain, cut]) => {
      const packed = gzipSync(plain)
      return packed.subarray(0, cut % packed.length)
    }),
    fc.tuple(whole, fc.nat(), fc.nat(255)).map(([plain, at, value]) => {
      const copy = Buffer.from(plain)
      if (copy.length > 0) copy[at % copy.length] = value
      return copy
    }),
  ),
  encoding: fc.constantFrom('', '', 'gzip', 'deflate'),
  type: fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16le',
    'application/json; charset="',
    'text/plain',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/octet-stream',
    '',
    ';;;',
  ),
  binary: fc.option(
    fc.record({
      id: fc.string({ unit: fc.constantFrom('a', '%', 'f', '0', ' ') }),
      version: fc.constantFrom('1.0', '0.3', '1'),
    }),
  ),
})

test(
  'no body, however bent, does more than get an answer and stay on record',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        body,
        async (kind, { bytes, encoding, type, binary }) => {
          const headers: Record<string, string> = { 'content-type': type }
          if (encoding !== '') headers['content-encoding'] = encoding
          if (binary) {
            Object.assign(headers, {
              'ce-specversion': binary.version,
              'ce-id': binary.id,
              'ce-source': '/a',
              'ce-type': 'a.alert',
            })
          }
          const answer = await send(urls.get(kind)!, bytes, { headers })
          expect([200, 202, 400, 401, 413, 415]).toContain(answer.status)
          // Of unsigned ones a few are kept; all the others have an id, in the body or beside the sender's own words.
          const id = answer.body.delivery ?? answer.headers['x-quarterdeck-delivery']
          const words = kind === 'cloudwatch-sns' ? '' : '.*Set the same secret' // it has none to set
          expect(id ?? `${answer.status} ${answer.body.message}`).toMatch(
            new RegExp(`^dlv_|^401 ${words}`),
          )
        },
      ),
      { numRuns: 1000 },
    )
    await world.quiet()
    const dead = (await world.deliveries('dead')).filter(({ reason }) =>
      /bug|could not be taken/.test(reason),
    )
    expect({ dead, errors }).toEqual({ dead: [], errors: [] })
    // The door is still open, and the tickets are whole.
    const title = 'After the storm'
    await send(
      urls.get('alertmanager')!,
      anAlert({ fingerprint: 'after', annotations: { summary: title } }),
    )
    await world.quiet()
    const tickets = await world.openTickets()
    expect(tickets.map((ticket) => ticket.title)).toContain(title)
    for (const { id } of tickets)
      expect(await world.tickets.get({ id }, ada)).toHaveProperty('id', id)
  },
)
