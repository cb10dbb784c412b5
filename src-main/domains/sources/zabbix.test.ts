import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read, keyOf } = senderOf('zabbix')
const event = (parts: object = {}) => ({
  event_source: '0',
  event_value: '1',
  event_update_status: '0',
  event_id: '10528',
  event_recovery_id: '{EVENT.RECOVERY.ID}',
  event_nseverity: '4',
  event_name: 'Disk is nearly full',
  event_timestamp: '1795169000',
  event_tags:
    '[{"tag":"scope","value":"capacity"},{"tag":"service","value":"shop"},{"tag":"scope","value":"cost"}]',
  trigger_id: '14032',
  host_name: 'db01',
  zabbix_url: 'https://zabbix.example.com/',
  ...parts,
})

readsItsPayloads(
  'zabbix',
  ['zabbix'],
  {
    zulip_zabbix_ok: [
      'ddbe3f6b… | resolved | medium | Zabbix agent on www.example.com is reachable | - | www.example.com | 2026-11-20T10:20:05Z | 2026-11-20T10:20:05Z',
    ],
    problem_template: [
      '10528 | firing | high | Free disk space is less than 10% on /var | - | db01 | 2026-11-20T10:00:00Z',
    ],
    recovery_template: [
      '10528 | resolved | high | Free disk space is less than 10% on /var | - | db01 | 2026-11-20T10:00:00Z | 2026-11-20T10:20:00Z',
    ],
  },
  (name) => ({
    receivedAt: Date.UTC(2026, 10, 20, 10, name.startsWith('problem') ? 0 : 20, 5),
  }),
)

const update = (event_update_action: string, parts: object = {}) =>
  read(
    event({
      event_update_status: '1',
      event_update_action,
      event_update_message: 'on it',
      event_update_user: 'Ada',
      ...parts,
    }),
  ).signals[0]

const key = (parts: object) => keyOf(event(parts))

const times = (event_time: string) =>
  read(event({ event_timestamp: '{EVENT.TIMESTAMP}', event_date: '2026.11.20', event_time }))
    .signals[0]!.startsAt

describe('our media type', () => {
  test('a problem is read with all it says; its recovery has the same fingerprint', () => {
    const [wrong] = read(event()).signals
    expect(wrong).toMatchObject({
      fingerprint: '10528',
      state: 'firing',
      severity: 'high',
      service: 'shop',
      startsAt: 1_795_169_000_000,
      labels: { scope: 'capacity, cost', trigger_id: '14032' },
      links: [{ url: 'https://zabbix.example.com/tr_events.php?triggerid=14032&eventid=10528' }],
    })
    const [right] = read(
      event({
        event_value: '0',
        event_recovery_id: '10529',
        event_recovery_timestamp: '1795169060',
      }),
    ).signals
    expect(right).toMatchObject({
      fingerprint: '10528',
      state: 'resolved',
      startsAt: 1_795_169_000_000,
      endsAt: 1_795_169_060_000,
    })
  })

  test.each([
    ['5', 'critical'],
    ['4', 'high'],
    ['3', 'medium'],
    ['2', 'medium'],
    ['1', 'info'],
    ['0', 'low'],
  ])('the severity number %s is %s, whatever it was renamed to', (event_nseverity, severity) => {
    expect(read(event({ event_nseverity, event_severity: 'Quatsch' })).signals).toMatchObject([
      { severity },
    ])
  })

  test('without the number the name counts, and neither is none', () => {
    const names = { event_nseverity: '{EVENT.NSEVERITY}', event_severity: 'Disaster' }
    expect(read(event(names)).signals[0]!.severity).toBe('critical')
    expect(read(event({ ...names, event_severity: '' })).signals[0]!.severity).toBeUndefined()
  })

  test('updates say who did what', () => {
    expect(update('acknowledged and commented')).toMatchObject({
      state: 'acknowledged',
      actor: 'Ada',
      note: 'acknowledged and commented: on it',
    })
    expect(update('commented')).toMatchObject({
      state: 'noted',
      actor: 'Ada',
      note: 'commented: on it',
    })
    expect(update('unacknowledged')).toMatchObject({ state: 'noted' })
    expect(update('closed')).toMatchObject({ state: 'noted' })
    expect(
      update('changed severity from High to Disaster', { event_update_nseverity: '5' }),
    ).toMatchObject({ state: 'firing', severity: 'critical' })
    expect(update('acknowledged', { event_value: '0' })).toMatchObject({ state: 'noted' })
  })

  test('only updates have a key: escalations repeat a problem on purpose', () => {
    expect(key({})).toBeUndefined()
    const said = {
      event_update_status: '1',
      event_update_timestamp: '1',
      event_update_message: 'a',
    }
    expect(key(said)).toBe(key(said))
    expect(key({ ...said, event_update_message: 'b' })).not.toBe(key(said))
  })

  test('local times count only where they can be UTC', () => {
    expect(times('11:59:00')).toBe(NOW - 60_000)
    for (const other of ['06:59:00', '13:59:00', 'noon']) expect(times(other)).toBe(NOW)
  })

  test('without an id the trigger on the host is what can be wrong', () => {
    const id = { event_id: '{EVENT.ID}' }
    const fingerprint = (parts: object) => read(event({ ...id, ...parts })).signals[0]!.fingerprint
    expect(fingerprint({ event_value: '0' })).toBe(fingerprint({}))
    expect(fingerprint({ host_name: 'db02' })).not.toBe(fingerprint({}))
  })

  test('discoveries are ignored; events of services and items are not', () => {
    expect(read(event({ event_source: '1' })).ignored).toContain('discovery')
    expect(read(event({ event_source: '2' })).ignored).toContain('autoregistration')
    expect(read(event({ event_source: '4' })).signals).toHaveLength(1)
  })
})

const flat = (status: string) =>
  read({ hostname: 'a', severity: 'Disaster', status, item: 'down', trigger: 'Agent' })

test('a flat payload is about the trigger on the host', () => {
  const [wrong] = flat('PROBLEM').signals
  expect(wrong).toMatchObject({
    state: 'firing',
    severity: 'critical',
    title: 'Agent',
    description: 'down',
  })
  expect(flat('OK').signals).toMatchObject([{ state: 'resolved', fingerprint: wrong!.fingerprint }])
  expect(flat('MAYBE').ignored).toContain('neither PROBLEM nor OK')
})

test.each([[{}], [null], [[]], ['x'], [{ trigger: 'a' }], [{ event_value: '{EVENT.VALUE}' }]])(
  '%j is not from our media type',
  (body) => {
    expect(() => read(body)).toThrow(Unreadable)
  },
)

firesAndIsResolved('zabbix')

keepsItsPromises('zabbix', [
  event(),
  event({ event_update_status: '1', event_update_timestamp: '1' }),
  ...[...payloadsOf('zabbix').values()].map(({ body }) => body),
])
