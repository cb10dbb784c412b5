import { describe, expect, test } from 'vitest'
import { anAlert } from '#platform/an-alert.suite'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('alertmanager')
const one = (parts: object, group: object = {}) => sender.one(anAlert(parts, group))

const quiet = (quietMinutes: number | null, parts: object = {}) =>
  sender.one(anAlert(parts), { settings: { quietMinutes } }).quietMs

describe('Alertmanager', () => {
  test('an alert is read with all it says', () => {
    const labels = {
      alertname: 'HighErrorRate',
      severity: 'page',
      service: 'checkout',
      job: 'node',
      instance: '10.0.0.5:8080',
    }
    const annotations = {
      summary: 'Five per cent of answers are errors',
      description: 'since ten minutes',
      runbook_url: 'https://runbooks.example/high-error-rate',
    }
    expect(one({ labels, annotations, startsAt: '2026-01-01T13:30:00+02:00' })).toEqual({
      fingerprint: 'a1b2c3d4e5f60718',
      state: 'firing',
      title: 'Five per cent of answers are errors',
      description: 'since ten minutes',
      severity: 'critical',
      service: 'checkout',
      host: '10.0.0.5',
      labels,
      annotations,
      links: [
        { title: 'Runbook', url: 'https://runbooks.example/high-error-rate' },
        { title: 'Query', url: 'http://prometheus.example/graph' },
        { title: 'Alertmanager', url: 'http://alertmanager.example:9093/' },
      ],
      startsAt: timeOf('2026-01-01T11:30:00Z'),
      endsAt: undefined,
      quietMs: 8 * 3_600_000,
    })
  })

  test('an alert is over when it is silent for twice the usual interval, or as the operator says', () => {
    expect([quiet(null), quiet(0), quiet(90)]).toEqual([28_800_000, undefined, 5_400_000])
    expect(quiet(null, { status: 'resolved' })).toBeUndefined()
  })

  test('each alert of a group has its own state, whatever the group says', () => {
    const alerts = ['firing', 'resolved'].map((status) => ({
      ...anAlert().alerts[0],
      status,
      endsAt: '2026-01-01T11:30:00Z',
    }))
    const { signals } = sender.read(anAlert({}, { status: 'firing', alerts }))
    expect(signals.map(({ state, endsAt }) => [state, endsAt])).toEqual([
      ['firing', undefined],
      ['resolved', timeOf('2026-01-01T11:30:00Z')],
    ])
  })

  test('without a fingerprint the labels are one, in whatever order they come', () => {
    const a = one({ fingerprint: undefined, labels: { a: '1', b: '2' } })
    const b = one({ fingerprint: '', labels: { b: '2', a: '1' } })
    const c = one({ fingerprint: undefined, labels: { a: '1', b: '3' } })
    expect(a.fingerprint).toBe(b.fingerprint)
    expect(a.fingerprint).not.toBe(c.fingerprint)
  })

  test.each([
    [{ summary: ' Two\n lines ' }, { alertname: 'A' }, 'Two lines'],
    [{}, { alertname: 'NodeDown' }, 'NodeDown'],
    [{ message: 'It says so' }, {}, 'It says so'],
    [{}, {}, 'An alert without a name'],
    [{ summary: '\u001B[31mred\u0007' }, {}, '[31mred'],
    [{ summary: 'x'.repeat(500) }, {}, `${'x'.repeat(199)}…`],
  ])('annotations %j and labels %j make the title', (annotations, labels, title) => {
    expect(one({ annotations, labels }).title).toBe(title)
  })

  test.each([
    [{ service: 'a', job: 'b', app: 'c' }, 'a'],
    [{ job: 'b', app: 'c' }, 'b'],
    [{ app: 'c', namespace: 'n' }, 'c'],
    [{ namespace: 'n', deployment: 'd' }, 'n/d'],
    [{ namespace: 'n' }, 'n'],
    [{}, undefined],
  ])('labels %j name the service', (labels, service) => {
    expect(one({ labels }).service).toBe(service)
  })

  test('a time that is missing, unreadable or in the future is when we heard of it', () => {
    for (const startsAt of [undefined, 'yesterday', 17, '2027-01-01T00:00:00Z'])
      expect(one({ startsAt }).startsAt).toBe(NOW)
    const resolved = one({ status: 'resolved', endsAt: '0001-01-01T00:00:00Z' })
    expect(resolved).toMatchObject({ state: 'resolved', endsAt: NOW })
  })

  test('only addresses that a browser may open are links', () => {
    const generatorURL = 'javascript:alert(1)'
    const annotations = { runbook_url: '?orgId=1', dashboard_url: 'file:///etc/passwd' }
    expect(one({ generatorURL, annotations }, { externalURL: 'alertmanager:9093' }).links).toEqual(
      [],
    )
  })

  test('labels that are no text are left out, and none becomes a prototype', () => {
    const labels: unknown = JSON.parse('{"a":1,"b":{"c":2},"__proto__":{"x":1},"constructor":"y"}')
    expect(one({ labels }).labels).toEqual({ a: '1', constructor: 'y' })
  })

  test('what is left out is said, by Alertmanager or by us', () => {
    const strange = [...anAlert().alerts, { status: 'firing' }, null, 7]
    const { signals, note } = sender.read(anAlert({}, { alerts: strange, truncatedAlerts: 2 }))
    expect(signals).toHaveLength(1)
    expect(note).toBe(
      'Alertmanager left out 2 more alerts of this group (max_alerts); 3 without labels could not be read',
    )
  })

  test.each([[null], [[]], ['text'], [{}], [{ alerts: {} }], [{ alerts: [{}] }]])(
    '%j is not one of its notifications',
    (body) => {
      expect(() => sender.read(body)).toThrow(Unreadable)
    },
  )

  readsItsPayloads('alertmanager', ['alertmanager'], {
    kubernaut_multiple: [
      'mem123abc | firing | medium | High memory usage in frontend pod | production/frontend | frontend-5d6b7c8d9f-123abc | 2024-08-25T13:00:00Z',
      'cpu456def | firing | info | Moderate CPU throttling in backend | production/backend-api | backend-api-7f8d9c6b5a-456def | 2024-08-25T13:05:00Z',
      'ready789ghi | firing | critical | Database backup pod not ready | database-backup-cronjob | database-backup-cronjob-789ghi | 2024-08-25T13:10:00Z',
    ],
    kubernaut_resolved: [
      '6f3d2e1a9b8c7d5e | resolved | medium | Memory usage normalized | kubernetes-pods | 10.129.2.45 | 2024-08-25T10:30:00Z | 2024-08-25T14:00:00Z',
    ],
    resolved_multiple: [
      'dd19ae3d4e06ac55 | resolved | high | Disk usage alert on CS30.evilcorp | - | cs30.evilcorp | 2017-05-09T07:01:37.803Z | 2017-05-09T07:08:37.818Z',
      'dd19ae3d4e06ac55 | resolved | critical | Disk usage alert on CS31.evilcorp | - | cs31.evilcorp | 2017-05-09T07:01:37.803Z | 2017-05-09T07:08:37.818Z',
    ],
    resolved_with_common_labels: [
      'dd19ae3d4e06ac55 | resolved | medium | CPU throttling | monitoring | - | 2019-01-28T20:26:23.868Z | 2019-01-28T20:27:23.868Z',
    ],
    resolved_without_fingerprint: [
      'bcae5a3f… | resolved | high | Disk usage alert on CS30.evilcorp | - | cs30.evilcorp | 2017-05-09T07:01:37.803Z | 2017-05-09T07:08:37.818Z',
    ],
    v3_firing_and_resolved: [
      '22e1ed18… | firing | critical | Connect fail | System | host2 | 2016-08-01T10:27:08.008Z',
    ],
    vmalert_cpu_throttling_firing: [
      '1e6df20d7ad22b17 | firing | info | Processes experience elevated CPU throttling. | victoria | vmalertmanager-victoria-victoria-metrics-k8s-stack-0 | 2025-04-14T15:24:15Z',
    ],
    v0_34_mixed_with_notification_reason: [
      '8a1f0c2b3d4e5f60 | firing | critical | 5xx above 5% | checkout | 10.0.0.5 | 2026-11-20T10:00:00Z',
      '8a1f0c2b3d4e5f61 | resolved | critical | 5xx above 5% | checkout | 10.0.0.6 | 2026-11-20T09:50:00Z | 2026-11-20T10:01:00Z',
    ],
  })
  keepsItsPromises('alertmanager', [
    anAlert(),
    anAlert({ status: 'resolved' }, { truncatedAlerts: 2 }),
  ])
  firesAndIsResolved('alertmanager', TEST_ALERT)
})
