import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { NOW, payloadsOf, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('datadog')

const AT = 1_795_168_800_000
const ours = (parts: object = {}) => ({
  quarterdeck: 'datadog/1',
  id: '8544055141553603107',
  alert_id: '266154777',
  alert_cycle_key: '1753528177000266154777',
  aggreg_key: '3f63d7b1a675db4d',
  transition: 'Triggered',
  type: 'error',
  priority: 'P2',
  title: '[P2] [Triggered on {service:checkout}] Error rate',
  text: '%%%\nIt is **5 &lt; 12**\n\n- - -\n\n[[Monitor Status](https://app.datadoghq.com/monitors/266154777?group=service%3Acheckout)]\n%%%',
  host: 'null',
  scope: 'service:checkout,host:web-1',
  tags: 'env:prod,service:checkout,team:shop,team:web,urgent',
  metric: '$ALERT_METRIC',
  link: 'https://app.datadoghq.com/event/event?id=8544055141553603107',
  date: String(AT),
  last_updated: String(AT),
  ...parts,
})
const read = (parts: object = {}) => sender.read(ours(parts)).signals[0]!

/** As Datadog sends it when nobody writes a template. */
const plain = (title: string, parts: object = {}) => ({
  id: '1',
  last_updated: String(AT),
  event_type: 'query_alert_monitor',
  title,
  date: String(AT),
  org: { id: '1', name: 'Acme' },
  body: '%%%\nHot\n\n[[Monitor Status](https://us5.datadoghq.com/monitors/42?group=host%3Aa)]\n%%%',
  ...parts,
})

const quiet = (quietMinutes: number | null) =>
  sender.read(ours(), { settings: { quietMinutes } }).signals[0]!.quietMs
const key = (parts: object = {}) => sender.keyOf(ours(parts))
const of = (scope: string) => read({ alert_cycle_key: '', scope }).fingerprint
const accepts = (type: string) => sender.reader.accepts(type, {})
const said = (type: string) => sender.read(ours({ transition: '', title: 'Error rate', type }))

describe('Datadog', () => {
  readsItsPayloads('datadog', ['datadog'], {
    error_tracking_recovered_default_template: [
      '8249055/issue.id:655bd304-5322-11f0-80d4-da7ad0900000 | resolved | high | New issue to review | - | - | 2025-06-29T05:24:15Z | 2025-06-29T05:24:15Z',
    ],
    error_tracking_triggered_default_template: [
      '8249055/issue.id:2df20914-58c8-11f0-b092-da7ad0900000 | firing | high | [New issue] New issue to review | - | - | 2025-07-06T11:54:15Z',
    ],
    query_alert_triggered_default_template: [
      '8248529/host:k3s-example-node-pool-a6e3h | firing | critical | CPU usage is high for host k3s-example-node-pool-a6e3h | - | k3s-example-node-pool-a6e3h | 2025-06-27T06:50:29Z',
    ],
    query_alert_warn_custom_template: [
      '266155000 | firing | medium | XYZ Dev - RDS High Write Latency | - | - | 2026-03-16T13:09:06Z',
    ],
    synthetics_triggered_custom_template: [
      '166187407 | firing | medium | [Synthetics] XYZ - A monitor that always fails | - | - | 2026-03-14T11:57:50Z',
    ],
    recommended_template_rendered: [
      '1753528177000266154777 | firing | high | Error rate | checkout | - | 2026-03-14T22:42:57Z',
    ],
  })

  test('every one of them has a key', () => {
    for (const { body } of payloadsOf('datadog').values()) expect(sender.keyOf(body)).toBeDefined()
  })

  test('our template is read with all it says', () => {
    expect(read()).toEqual({
      fingerprint: '1753528177000266154777',
      state: 'firing',
      title: 'Error rate',
      description: 'It is **5 < 12**',
      severity: 'high',
      service: 'checkout',
      host: 'web-1',
      labels: {
        service: 'checkout',
        host: 'web-1',
        env: 'prod',
        team: 'shop, web',
        urgent: 'urgent',
        monitor: '266154777',
      },
      annotations: {},
      links: [
        { title: 'Datadog', url: 'https://app.datadoghq.com/event/event?id=8544055141553603107' },
        {
          title: 'Monitor',
          url: 'https://app.datadoghq.com/monitors/266154777?group=service%3Acheckout',
        },
      ],
      startsAt: AT,
      endsAt: undefined,
    })
  })

  test.each([
    ['Triggered', 'firing'],
    ['Re-Triggered', 'firing'],
    ['Warn', 'firing'],
    ['Re-Warn', 'firing'],
    ['No Data', 'firing'],
    ['Re-No Data', 'firing'],
    ['Renotify', 'firing'],
    ['Recovered', 'resolved'],
  ])('%s is %s, and about the same thing', (transition, state) => {
    const signal = read({ transition })
    expect([signal.state, signal.fingerprint]).toEqual([state, read().fingerprint])
    expect(signal.endsAt).toBe(state === 'resolved' ? AT : undefined)
    const [inTitle] = sender.read(plain(`[P3] [${transition} on {host:a}] Hot`)).signals
    expect(inTitle).toMatchObject({
      state,
      fingerprint: '42/host:a',
      title: 'Hot',
      severity: 'medium',
      host: 'a',
    })
  })

  test('without a word about the transition the type counts, and information is ignored', () => {
    expect(said('warning').signals).toMatchObject([{ state: 'firing' }])
    expect(said('success').signals).toMatchObject([{ state: 'resolved' }])
    expect(said('info')).toMatchObject({
      signals: [],
      ignored: expect.stringContaining('Error rate') as string,
    })
  })

  test.each([
    [{ priority: 'P1' }, 'critical'],
    [{ priority: 'null', title: '[P4] [Triggered] x' }, 'low'],
    [{ priority: '', title: '[Triggered] x' }, 'high'],
    [{ priority: '', title: '[Warn] x', type: 'warning', transition: 'Warn' }, 'medium'],
    [{ priority: '', title: '[Warn] x', type: '', transition: 'Warn' }, 'medium'],
    [{ priority: '', title: '[Triggered] x', type: 'null' }, undefined],
    [{ priority: '', title: '[Recovered] x', type: 'success', transition: 'Recovered' }, undefined],
  ])('%j is %j', (parts, severity) => {
    expect(read(parts).severity).toBe(severity)
  })

  test('variables without a value are nothing: null, their names, and empty text', () => {
    for (const nothing of ['null', '', '$ALERT_CYCLE_KEY', 'ALERT_CYCLE_KEY', null])
      expect(read({ alert_cycle_key: nothing }).fingerprint).toBe(
        '266154777/host:web-1,service:checkout',
      )
    const fewer = { alert_cycle_key: null, alert_id: 'null', text: '' }
    expect(read(fewer).fingerprint).toBe('3f63d7b1a675db4d')
    const least = (title: string) => read({ ...fewer, aggreg_key: '', title }).fingerprint
    expect(least('[P1] [Triggered] A')).toBe(least('[P2] [Recovered] A'))
    expect(least('A')).not.toBe(least('B'))
  })

  test('the order of a group does not count', () => {
    expect(of('a:1, b:2')).toBe(of('b:2,a:1'))
  })

  test('templates of others, and forms, are read alike', () => {
    const { transition, alert_id, alert_cycle_key, scope, ...rest } = ours()
    const nested = { ...rest, alert: { id: alert_id, transition, cycleId: alert_cycle_key, scope } }
    expect(sender.read(nested).signals).toMatchObject([
      { state: 'firing', fingerprint: alert_cycle_key },
    ])
    expect(
      ['application/json', 'application/x-www-form-urlencoded', 'text/xml'].map(accepts),
    ).toEqual(['json', 'form', undefined])
  })

  test('a retry has the same key, and what is said later another', () => {
    expect(key()).toBe(key())
    for (const parts of [{ id: '2' }, { date: '1' }, { transition: 'Recovered' }])
      expect(key(parts)).not.toBe(key())
    expect(key({ date: '', last_updated: '' })).toBeUndefined()
  })

  test('seconds are times, too, and one that is missing is when we heard of it', () => {
    expect(read({ date: AT / 1000 }).startsAt).toBe(AT)
    expect(read({ date: 'null', last_updated: '' }).startsAt).toBe(NOW)
  })

  test('it goes quiet only where an operator says when', () => {
    expect([quiet(null), quiet(0), quiet(60)]).toEqual([undefined, undefined, 3_600_000])
  })

  test.each([[{}], [null], [[]], [7], [{ title: '$EVENT_TITLE' }]])('%j is refused', (body) => {
    expect(() => sender.read(body)).toThrow(Unreadable)
  })

  firesAndIsResolved('datadog', TEST_ALERT)

  keepsItsPromises('datadog', [
    ours(),
    plain('[P3] [Triggered on {host:a}] Hot'),
    ours({ alert_cycle_key: null, transition: 'Recovered' }),
  ])
})
