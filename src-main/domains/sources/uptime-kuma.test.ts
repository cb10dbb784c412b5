import { expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf } from './sender.suite'
import { openBody } from './body'
import { Unreadable } from './source'

const { read, keyOf, reader } = senderOf('uptime-kuma')
const message = (status: unknown, parts: object = {}) => ({
  heartbeat: { monitorID: 89, status, time: '2026-11-20 10:00:00.500', msg: 'timeout' },
  monitor: {
    id: 89,
    name: 'shop',
    url: 'https://shop.example/health',
    type: 'http',
    tags: [],
    ...parts,
  },
  msg: '[shop] [Down] timeout',
})

readsItsPayloads('uptime-kuma', ['uptime-kuma'], {
  down_dns: [
    'monitor/89 | firing | critical | test | test | exampleasdsda.com | 2023-07-31T18:57:44.037Z',
  ],
  up_200: [
    'monitor/89 | resolved | info | test | test | example.com | 2023-07-31T18:56:57.151Z | 2023-07-31T18:56:57.151Z',
  ],
})

test('a form with the field data is read like JSON', async () => {
  const form = new FormData()
  form.set('data', JSON.stringify(message(0)))
  const sent = new Response(form)
  const headers = { 'content-type': sent.headers.get('content-type')! }
  const opened = await openBody(Buffer.from(await sent.arrayBuffer()), headers, reader)
  expect(opened).toMatchObject({ ok: true, contentType: 'multipart/form-data' })
  const { value, contentType } = opened as { value: unknown; contentType: string }
  expect(read(value, { contentType })).toEqual(read(message(0)))
  expect(keyOf(value, { contentType })).toBe('89/2026-11-20 10:00:00.500/0')
  expect(() => read({ data: '{' }, { contentType })).toThrow(Unreadable)
})

test('down and up are about one monitor; its tags are labels and may name the service', () => {
  const tags = [{ name: 'service', value: 'checkout' }, { name: 'prod', value: '' }, {}]
  const [down] = read(message(0, { tags })).signals
  expect(down).toMatchObject({
    service: 'checkout',
    labels: { service: 'checkout', prod: 'yes', monitor: '89', type: 'http' },
    description: 'timeout',
  })
  expect(read(message(1)).signals).toMatchObject([
    { state: 'resolved', fingerprint: down!.fingerprint },
  ])
})

test('pending and maintenance open nothing, but are said', () => {
  expect(read(message(2)).signals).toMatchObject([
    { state: 'noted', severity: 'medium', note: 'A check failed and is tried again: timeout' },
  ])
  expect(read(message(3)).signals).toMatchObject([{ state: 'noted', severity: 'info' }])
  expect(read(message(4))).toMatchObject({ signals: [], ignored: 'status 4 is not known' })
})

test('a monitor without an address has a host or none', () => {
  expect(read(message(0, { url: 'https://', hostname: 'db-1', port: 5432 })).signals).toMatchObject(
    [{ host: 'db-1', links: [] }],
  )
  expect(read(message(0, { url: 'https://' })).signals[0]!.host).toBeUndefined()
})

test('without a heartbeat it is a test', () => {
  const reading = read({ heartbeat: null, monitor: null, msg: 'Home Testing' })
  expect(reading).toEqual({
    signals: [],
    ignored: 'a test or an announcement of Uptime Kuma: Home Testing',
  })
})

test('the coming end of a certificate is a signal, the same at 14 and at 7 days', () => {
  const expiry = (days: number) =>
    read({
      heartbeat: null,
      monitor: null,
      msg: `[shop][https://shop.example] server certificate shop.example will expire in ${days} days`,
    }).signals[0]!
  expect(expiry(14)).toMatchObject({
    state: 'firing',
    severity: 'medium',
    service: 'shop',
    host: 'shop.example',
    startsAt: NOW,
  })
  expect(expiry(7)).toMatchObject({ severity: 'high', fingerprint: expiry(14).fingerprint })
  const domain = read({
    heartbeat: null,
    monitor: null,
    msg: 'Domain name shop.example will expire in 7 days',
  })
  expect(domain.signals).toMatchObject([
    { title: 'Domain name shop.example will expire in 7 days' },
  ])
})

test.each([[{}], [null], [[]], ['x'], [{ heartbeat: {}, monitor: null }]])(
  '%j is no notification',
  (body) => {
    expect(() => read(body)).toThrow(Unreadable)
  },
)

firesAndIsResolved('uptime-kuma')

keepsItsPromises('uptime-kuma', [
  message(0, { tags: [{ name: 'a', value: 'b' }] }),
  message(2),
  { heartbeat: null, monitor: null, msg: '[a][https://b] x will expire in 7 days' },
])
