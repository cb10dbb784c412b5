import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { NOW, payloadsOf, senderOf } from './sender.suite'
import { prometheusFingerprint } from './prometheus'
import { Unreadable } from './source'

const sender = senderOf('prometheus')

const record = (parts: object = {}) => ({
  labels: { alertname: 'DiskFull', severity: 'warning', instance: 'db-2:9100', job: 'node' },
  annotations: { summary: 'The disk is nearly full', runbook_url: 'https://runbooks.example/disk' },
  state: 'firing',
  activeAt: '2026-11-20T10:00:00.123456789Z',
  value: '9.1e+01',
  ...parts,
})

const quiet = (quietMinutes: number | null) =>
  sender.read(record(), { settings: { quietMinutes } }).signals[0]!.quietMs

describe('Prometheus', () => {
  test('a record of its list of alerts is read with all it says', () => {
    expect(sender.read(record()).signals).toEqual([
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        state: 'firing',
        title: 'The disk is nearly full',
        description: '',
        severity: 'medium',
        service: 'node',
        host: 'db-2',
        labels: record().labels,
        annotations: { value: '9.1e+01', ...record().annotations },
        links: [{ title: 'Runbook', url: 'https://runbooks.example/disk' }],
        startsAt: Date.parse('2026-11-20T10:00:00.123Z'),
        endsAt: undefined,
      },
    ])
    expect(sender.keyOf(record())).toBeUndefined()
  })

  const told = payloadsOf('alertmanager').get('vmalert_cpu_throttling_firing')
  test.skipIf(told === undefined)('its fingerprint is the one Alertmanager gives', () => {
    const [alert] = (told!.body as { alerts: { labels: object; fingerprint: string }[] }).alerts
    expect(prometheusFingerprint(alert!.labels)).toBe(alert!.fingerprint)
  })

  test('no labels have the offset of FNV-1a as their fingerprint, and their order does not count', () => {
    expect(prometheusFingerprint({})).toBe('cbf29ce484222325')
    expect(prometheusFingerprint({ a: '1', b: 'ä' })).toBe(
      prometheusFingerprint({ b: 'ä', a: '1' }),
    )
    expect(prometheusFingerprint({ ab: 'c' })).not.toBe(prometheusFingerprint({ a: 'bc' }))
  })

  test('it is over when whoever asks says so', () => {
    const [firing] = sender.read(record()).signals
    const gone = record({ state: 'inactive', resolvedAt: '2026-11-20T10:30:00Z' })
    expect(sender.read(gone).signals).toMatchObject([
      {
        fingerprint: firing!.fingerprint,
        state: 'resolved',
        endsAt: Date.parse('2026-11-20T10:30:00Z'),
      },
    ])
    expect(sender.read(record({ state: 'inactive' })).signals[0]!.endsAt).toBe(NOW)
  })

  test('what is pending is not wrong yet, and a whole answer is read record by record', () => {
    const pending = record({ state: 'pending' })
    expect(sender.read(pending)).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/pending/) as string,
    })
    const answer = { status: 'success', data: { alerts: [pending, record(), { state: 'firing' }] } }
    expect(sender.read(answer).signals).toHaveLength(1)
    const none = { status: 'success', data: { alerts: [] } }
    expect(sender.read(none)).toMatchObject({ ignored: 'no alert is active' })
  })

  test('it goes quiet only where an operator says when', () => {
    expect([quiet(null), quiet(0), quiet(30)]).toEqual([undefined, undefined, 1_800_000])
  })

  test('a body without labels is refused', () => {
    for (const body of [{}, null, [], 'x', { labels: [] }])
      expect(() => sender.read(body)).toThrow(Unreadable)
  })

  firesAndIsResolved('prometheus', TEST_ALERT)

  keepsItsPromises('prometheus', [
    record(),
    {
      status: 'success',
      data: {
        alerts: [record(), record({ state: 'inactive', resolvedAt: '2026-11-20T10:30:00Z' })],
      },
    },
  ])
})
