import { describe, expect, test } from 'vitest'
import {
  examples,
  FIRES_AND_IS_RESOLVED,
  arePayloadsAway,
  AWAY,
  soundness,
  keyAs,
  NOW,
  payload,
  readAs,
} from './payloads-a.suite'
import { prometheusFingerprint } from './prometheus'
import { Unreadable } from './source'

const record = (parts: object = {}) => ({
  labels: { alertname: 'DiskFull', severity: 'warning', instance: 'db-2:9100', job: 'node' },
  annotations: { summary: 'The disk is nearly full', runbook_url: 'https://runbooks.example/disk' },
  state: 'firing',
  activeAt: '2026-11-20T10:00:00.123456789Z',
  value: '9.1e+01',
  ...parts,
})

const quiet = (quietMinutes: number | null) =>
  readAs('prometheus', record(), { settings: { quietMinutes } }).signals[0]!.quietMs

describe('Prometheus', () => {
  test('a record of its list of alerts is read with all it says', () => {
    expect(readAs('prometheus', record()).signals).toEqual([
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
    expect(keyAs('prometheus', record())).toBeUndefined()
  })

  test('its fingerprint is the one Alertmanager gives', ({ skip }) => {
    skip(arePayloadsAway, AWAY)
    const { body } = payload('alertmanager', 'vmalert_cpu_throttling_firing')
    const [alert] = (body as { alerts: { labels: object; fingerprint: string }[] }).alerts
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
    const [firing] = readAs('prometheus', record()).signals
    const gone = record({ state: 'inactive', resolvedAt: '2026-11-20T10:30:00Z' })
    expect(readAs('prometheus', gone).signals).toMatchObject([
      {
        fingerprint: firing!.fingerprint,
        state: 'resolved',
        endsAt: Date.parse('2026-11-20T10:30:00Z'),
      },
    ])
    expect(readAs('prometheus', record({ state: 'inactive' })).signals[0]!.endsAt).toBe(NOW)
  })

  test('what is pending is not wrong yet, and a whole answer is read record by record', () => {
    const pending = record({ state: 'pending' })
    expect(readAs('prometheus', pending)).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/pending/) as string,
    })
    const answer = { status: 'success', data: { alerts: [pending, record(), { state: 'firing' }] } }
    expect(readAs('prometheus', answer).signals).toHaveLength(1)
    const none = { status: 'success', data: { alerts: [] } }
    expect(readAs('prometheus', none)).toMatchObject({ ignored: 'no alert is active' })
  })

  test('it goes quiet only where an operator says when', () => {
    expect([quiet(null), quiet(0), quiet(30)]).toEqual([undefined, undefined, 1_800_000])
  })

  test('a body without labels is refused', () => {
    for (const body of [{}, null, [], 'x', { labels: [] }])
      expect(() => readAs('prometheus', body)).toThrow(Unreadable)
  })

  test('its example fires and is resolved', () => {
    expect(examples('prometheus')).toMatchObject(FIRES_AND_IS_RESOLVED)
  })

  test('whatever stands at its places, it is read or refused in words', () => {
    const seeds = [
      record(),
      {
        status: 'success',
        data: {
          alerts: [record(), record({ state: 'inactive', resolvedAt: '2026-11-20T10:30:00Z' })],
        },
      },
    ]
    expect(soundness('prometheus', seeds)).toBe('sound')
  })
})
