import { expect, test } from 'vitest'
import { keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read, keyOf, reader } = senderOf('splunk')
const one = (result: object, parts: object = {}) =>
  read({
    sid: 's-1',
    search_name: 'Failed logins',
    app: 'search',
    owner: 'admin',
    result,
    ...parts,
  }).signals[0]!

readsItsPayloads('splunk', ['splunk'], {
  zulip_search_one_result: [
    '50fb6cac… | firing | - | sudo: myserver | - | myserver | 2017-01-04T19:14:32Z',
  ],
})

const REAL = [...payloadsOf('splunk').values()]
test.each(REAL)('the fields of $name are labels, without the parts of its date', ({ body }) => {
  const signal = read(body).signals[0]!
  expect(signal).toMatchObject({
    description:
      'Jan  4 11:14:32 myserver sudo: pam_unix(sudo:session): session closed for user root',
    labels: {
      search: 'sudo',
      sourcetype: 'syslog',
      sid: 'rt_scheduler__admin__search__sudo_at_1483557185_2.2',
    },
    links: [{ title: 'Results' }],
  })
  expect(Object.keys(signal.labels)).not.toContain('date_month')
})

test('it counts as over after four hours of silence, or as the settings say', () => {
  const body = { sid: 's', search_name: 'x', result: {} }
  expect(read(body).signals[0]!.quietMs).toBe(4 * 3_600_000)
  expect(read(body, { settings: { quietMinutes: 5 } }).signals[0]!.quietMs).toBe(300_000)
  expect(read(body, { settings: { quietMinutes: 0 } }).signals[0]).not.toHaveProperty('quietMs')
})

test('search and entity are what is wrong: another run is the same, another host is not', () => {
  expect(one({ host: 'a' }, { sid: 's-2' }).fingerprint).toBe(one({ host: 'a' }).fingerprint)
  expect(one({ host: 'b' }).fingerprint).not.toBe(one({ host: 'a' }).fingerprint)
  expect(one({ host: 'a' }, { app: 'other' }).fingerprint).not.toBe(one({ host: 'a' }).fingerprint)
})

test('the severity is what the search says, in any of its fields', () => {
  expect(one({ urgency: 'critical' }).severity).toBe('critical')
  expect(one({ severity: 'informational' }).severity).toBe('info')
  expect(one({ severity: '3' }).severity).toBeUndefined()
})

test('a notable event has its own title and target', () => {
  const notable = one({
    rule_name: 'Brute Force',
    rule_title: 'Brute force against db-1',
    dest: 'db-1',
    urgency: 'high',
    event_id: 'e@@1',
  })
  expect(notable).toMatchObject({
    title: 'Brute force against db-1',
    host: 'db-1',
    labels: { event_id: 'e@@1' },
  })
})

const key = (result: object) => keyOf({ sid: 's-1', result })

test('rows that one search posts with the same id are deliveries of their own, and a retry is none', () => {
  expect(key({ host: 'a' })).toBe(key({ host: 'a' }))
  expect(key({ host: 'a' })).not.toBe(key({ host: 'b' }))
})

test('a time that is missing or formatted is taken as well as can be', () => {
  expect(one({}).startsAt).toBe(NOW)
  expect(one({ _time: '2026-11-20T12:30:00.000+01:00' }).startsAt).toBe(NOW - 30 * 60_000)
  expect(one({ _time: '1763632800.123' }).startsAt).toBe(1_763_632_800_123)
})

test.each([[{}], [null], [[]], ['x'], [{ result: {} }]])('%j is no alert of Splunk', (body) => {
  expect(() => read(body)).toThrow(Unreadable)
})

test('the test button says firing; Splunk has no way to say resolved', () => {
  const [firing, again] = (['firing', 'resolved'] as const).map(
    (status) => read(reader.example(status, NOW, null)).signals[0]!,
  )
  expect([firing!.state, again!.state, again!.fingerprint]).toEqual([
    'firing',
    'firing',
    firing!.fingerprint,
  ])
})

keepsItsPromises('splunk', [
  ...REAL.map(({ body }) => body),
  { sid: 's', search_name: 'x', result: { urgency: 'high' } },
])
