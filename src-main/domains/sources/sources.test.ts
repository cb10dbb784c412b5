import { describe, expect, test } from 'vitest'
import { GenericMapping, type SourceKind, SourceSettings } from '#contract/intake'
import { anAlert } from '#platform/an-alert.suite'
import { KINDS } from './kinds'
import { type Reading, Unreadable } from './source'
import { toHost, toLine, toSeverity } from './values'

const NOW = Date.UTC(2026, 0, 1, 12)

function read(
  kind: SourceKind,
  body: unknown,
  more: { mapping?: object; headers?: Record<string, string> } = {},
): Reading {
  const mapping = kind === 'generic' ? GenericMapping.parse(more.mapping ?? {}) : null
  const headers = more.headers ?? {}
  return KINDS[kind].read({
    headers,
    contentType: '',
    body,
    receivedAt: NOW,
    mapping,
    settings: SourceSettings.parse({}),
  })
}

const one = (parts: object, group: object = {}) =>
  read('alertmanager', anAlert(parts, group)).signals[0]!

const quiet = (quietMinutes: number | null, parts: object = {}) => {
  const settings = SourceSettings.parse({ quietMinutes })
  const request = { headers: {}, contentType: '', receivedAt: NOW, mapping: null, settings }
  return KINDS.alertmanager.read({ ...request, body: anAlert(parts) }).signals[0]!.quietMs
}

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
      startsAt: NOW - 30 * 60_000,
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
    const { signals } = read('alertmanager', anAlert({}, { status: 'firing', alerts }))
    expect(signals.map(({ state, endsAt }) => [state, endsAt])).toEqual([
      ['firing', undefined],
      ['resolved', NOW - 30 * 60_000],
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
    const { signals, note } = read(
      'alertmanager',
      anAlert({}, { alerts: strange, truncatedAlerts: 2 }),
    )
    expect(signals).toHaveLength(1)
    expect(note).toBe(
      'Alertmanager left out 2 more alerts of this group (max_alerts); 3 without labels could not be read',
    )
  })

  test.each([[null], [[]], ['text'], [{}], [{ alerts: {} }], [{ alerts: [{}] }]])(
    '%j is not one of its notifications',
    (body) => {
      expect(() => read('alertmanager', body)).toThrow(Unreadable)
    },
  )
})

const event = (parts: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: 'https://ci.example/pipeline',
  type: 'example.pipeline.failed',
  subject: 'shop',
  time: '2026-01-01T11:00:00Z',
  ...parts,
})
const key = (body: unknown, headers = {}) =>
  KINDS.cloudevents.deliveryKey({
    headers,
    contentType: '',
    body,
    receivedAt: NOW,
    mapping: null,
    settings: SourceSettings.parse({}),
  })

const encoded = (value: string) => Buffer.from(value).toString('base64')

describe('CloudEvents', () => {
  test('an event is read with its data and attributes', () => {
    const data = {
      title: 'Deployment failed',
      severity: 'error',
      host: 'ci-1',
      url: 'https://ci.example/7',
    }
    const { signals } = read('cloudevents', event({ data, cluster: 'prod' }))
    expect(signals).toMatchObject([
      {
        state: 'firing',
        title: 'Deployment failed',
        severity: 'high',
        host: 'ci-1',
        startsAt: NOW - 60 * 60_000,
        labels: { type: 'example.pipeline.failed', subject: 'shop', cluster: 'prod' },
        links: [
          { title: 'Source', url: 'https://ci.example/7' },
          { title: 'Event source', url: 'https://ci.example/pipeline' },
        ],
      },
    ])
  })

  test('that it is right again has the fingerprint of what was wrong', () => {
    const wrong = read('cloudevents', event({ data: { status: 'firing' }, type: 'a.b' }))
      .signals[0]!
    const right = read('cloudevents', event({ id: '2', data: { status: 'OK' }, type: 'a.b' }))
      .signals[0]!
    expect([right.state, right.fingerprint]).toEqual(['resolved', wrong.fingerprint])
    const failed = read('cloudevents', event()).signals[0]!
    const recovered = read('cloudevents', event({ type: 'example.pipeline.recovered' })).signals[0]!
    expect([recovered.state, recovered.fingerprint]).toEqual(['resolved', failed.fingerprint])
    const other = read('cloudevents', event({ subject: 'blog' })).signals[0]!
    expect(other.fingerprint).not.toBe(failed.fingerprint)
  })

  test('a fingerprint of the sender counts most', () => {
    const data = { dedup_key: 'k-1', severity: 'low' }
    expect(read('cloudevents', event({ data })).signals).toMatchObject([{ fingerprint: 'k-1' }])
  })

  test('in binary mode its attributes are headers, percent-encoded', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/gauge',
      'ce-type': 'tank.alert',
      'ce-subject': 'H%C3%B6he',
    }
    expect(read('cloudevents', 'the tank runs over', { headers }).signals).toMatchObject([
      { state: 'firing', title: 'tank.alert: Höhe', description: 'the tank runs over' },
    ])
    expect(key('x', headers)).toBe(key('y', headers))
    expect(KINDS.cloudevents.accepts('application/xml', headers)).toBe('text')
    expect(KINDS.cloudevents.accepts('application/xml', {})).toBeUndefined()
  })

  test('a batch is read event by event', () => {
    const batch = [event(), event({ id: '2', subject: 'blog' }), event({ specversion: '0.3' })]
    const { signals, note } = read('cloudevents', batch)
    expect(signals).toHaveLength(2)
    expect(note).toContain('1 could not be read: CloudEvents 0.3')
    expect(read('cloudevents', [])).toMatchObject({ ignored: 'the batch is empty' })
  })

  test('data as base64 is decoded when it is JSON', () => {
    const said = event({ type: 'a.b', data_base64: encoded('{"severity":"critical"}') })
    expect(read('cloudevents', said).signals).toMatchObject([{ severity: 'critical' }])
    const binary = event({ data_base64: encoded('\0\u0001 not JSON') })
    expect(read('cloudevents', binary).signals).toHaveLength(1)
  })

  test('an event that says nothing about right or wrong is ignored', () => {
    expect(read('cloudevents', event({ type: 'com.example.order.shipped' }))).toMatchObject({
      signals: [],
      ignored: expect.stringContaining('com.example.order.shipped') as string,
    })
  })

  test('source and id together number a delivery', () => {
    expect(key(event())).toBe(key(event({ data: { other: 1 } })))
    expect(key(event())).not.toBe(key(event({ id: '2' })))
    expect(key(event())).not.toBe(key(event({ source: '/b' })))
    expect(key({})).toBeUndefined()
    expect(key([event(), {}])).toBeUndefined()
  })

  test.each([
    [{}],
    [7],
    [null],
    [event({ specversion: '0.3' })],
    [event({ id: '' })],
    [event({ type: {} })],
  ])('%j is refused with what is wrong', (body) => {
    expect(() => read('cloudevents', body)).toThrow(Unreadable)
  })
})

describe('generic JSON', () => {
  test('is read where the mapping says', () => {
    const mapping = {
      items: '/data/alarms',
      title: '/what/text',
      description: '/what/more~1here',
      fingerprint: '/key',
      status: '/state',
      resolvedValues: ['Gone'],
      severity: '/level',
      severityMap: { RED: 'critical' },
      service: '/who/0',
      host: '/where',
      link: '/see',
    }
    const body = {
      data: {
        alarms: [
          {
            what: { text: 'Pump stands', 'more/here': 'no flow' },
            key: 7,
            state: 'on',
            level: 'red',
            who: ['water'],
            where: 'https://pump.example/1',
            see: 'https://pump.example/1',
          },
          { what: { text: 'Pump runs' }, key: '8', state: 'GONE', level: 'warning' },
          { key: 9 },
        ],
      },
    }
    const { signals, note } = read('generic', body, { mapping })
    expect(signals).toMatchObject([
      {
        title: 'Pump stands',
        description: 'no flow',
        fingerprint: '7',
        state: 'firing',
        severity: 'critical',
        service: 'water',
        host: 'pump.example',
        links: [{ title: 'Source', url: 'https://pump.example/1' }],
        startsAt: NOW,
      },
      { title: 'Pump runs', fingerprint: '8', state: 'resolved', severity: 'medium', endsAt: NOW },
    ])
    expect(note).toBe('1 without a title could not be read')
  })

  test('needs no mapping for the usual names', () => {
    const body = {
      title: 'Disk full',
      status: 'open',
      severity: 'P2',
      service: 'db',
      host: 'db-2:5432',
    }
    const again = { ...body, status: 'Closed', description: 'other words' }
    const [first, second] = [body, again].map((each) => read('generic', each).signals[0]!)
    expect(first).toMatchObject({
      title: 'Disk full',
      state: 'firing',
      severity: 'high',
      host: 'db-2',
    })
    expect([second!.state, second!.fingerprint]).toEqual(['resolved', first!.fingerprint])
  })

  test('follows no pointer into a prototype', () => {
    const mapping = { title: '/constructor/name', description: '/__proto__/x' }
    expect(() => read('generic', { title: 'x' }, { mapping })).toThrow(Unreadable)
  })

  test.each([
    [{}, {}, 'no title'],
    [{ alarms: 7 }, { items: '/alarms' }, 'no list at /alarms'],
    [null, {}, 'no title'],
  ])('%j says where %j found nothing', (body, mapping, problem) => {
    const reading = () => read('generic', body, { mapping })
    expect(reading).toThrow(Unreadable)
    expect(reading).toThrow(problem === 'no title' ? /has a title at/ : /There is no list at/)
  })

  test('an empty list is ignored', () => {
    expect(read('generic', { a: [] }, { mapping: { items: '/a' } })).toMatchObject({ signals: [] })
  })
})

describe('words of many senders', () => {
  test.each([
    ['critical', 'CRIT Page fatal EMERGENCY p0 P1 sev1 disaster'],
    ['high', 'high Error major P2 sev2'],
    ['medium', 'warning warn Medium p3 SEV3'],
    ['low', 'low minor P4 sev4'],
    ['info', 'info none debug p5'],
  ] as const)('%s is said as %s', (severity, words) => {
    for (const word of words.split(' ')) expect([word, toSeverity(word)]).toEqual([word, severity])
  })

  test('a severity nobody knows is none', () => {
    for (const word of ['', 'purple', 'toString', 3, null, undefined, {}])
      expect(toSeverity(word)).toBeUndefined()
  })

  test.each([
    ['db-2', 'db-2'],
    ['db-2:9100', 'db-2'],
    ['10.0.0.5:80', '10.0.0.5'],
    ['[fe80::1]:9100', 'fe80::1'],
    ['fe80::1', 'fe80::1'],
    ['https://shop.example:8443/health?x', 'shop.example'],
    ['', undefined],
    [7, '7'],
    [{}, undefined],
  ])('the host in %j is %j', (value, host) => {
    expect(toHost(value)).toBe(host)
  })

  test('a line has no breaks, no control characters, and a store takes it', () => {
    expect(toLine('a\r\n\tb\u2028c  d')).toBe('a b c d')
    expect(toLine('a\0b')).toBe('a\uFFFDb')
    expect(toLine('\uD800x').isWellFormed()).toBe(true)
    expect(toLine('😀'.repeat(300)).isWellFormed()).toBe(true)
  })
})
