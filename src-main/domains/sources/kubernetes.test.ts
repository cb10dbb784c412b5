import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read, keyOf, reader } = senderOf('kubernetes')

readsItsPayloads('kubernetes', ['kubernetes'], {
  event_exporter_failed_scheduling: [
    'adffc31e… | firing | medium | FailedScheduling: Pod shop/checkout-7c9f8d6b5-x2x9z | checkout | - | 2026-11-20T10:00:00Z',
  ],
  kubewatch_cloudevent_updated: {
    ignored: 'deployment shop/checkout: it says neither images nor a revision',
  },
  kubewatch_deployment_updated: {
    ignored:
      'deployment shop/checkout was updated: it does not say which images: use the handler cloudevent of kubewatch for rollouts',
  },
  kubewatch_node_not_ready: [
    '82c33d2e… | firing | high | NodeNotReady: Node ip-10-0-1-23 | - | ip-10-0-1-23 | 2026-11-20T10:00:00.123Z',
  ],
  kubewatch_pod_backoff: [
    'dc7e4851… | firing | high | BackOff: Pod shop/checkout-7c9f8d6b5-x2x9z | checkout | - | 2026-11-20T10:00:00.123Z',
  ],
})

const at = Date.UTC(2026, 10, 20, 10)
const event = (reason: string, parts: object = {}) => ({
  metadata: {
    name: 'e.17a1b2c3d4e5f678',
    namespace: 'shop',
    uid: 'ev-1',
    creationTimestamp: '2026-11-20T10:00:00Z',
  },
  reason,
  message: 'It says so',
  source: { component: 'kubelet', host: 'node-7' },
  firstTimestamp: '2026-11-20T10:00:00Z',
  lastTimestamp: '2026-11-20T10:20:00Z',
  count: 3,
  type: 'Warning',
  clusterName: 'prod-eu',
  involvedObject: {
    kind: 'Pod',
    namespace: 'shop',
    name: 'checkout-7c9f8d6b5-x2x9z',
    uid: 'pod-1',
    labels: { app: 'checkout' },
  },
  ...parts,
})
const node = (name: string, uid: string) => ({ involvedObject: { kind: 'Node', name, uid } })
const one = (reason: string, parts: object = {}) => read(event(reason, parts)).signals[0]

const key = (parts: object) => keyOf(event('BackOff', parts))

describe('events', () => {
  test('one is read with all it says', () => {
    expect(one('Unhealthy')).toMatchObject({
      severity: 'medium',
      title: 'Unhealthy: Pod shop/checkout-7c9f8d6b5-x2x9z',
      description: 'It says so',
      host: 'node-7',
      startsAt: at,
      quietMs: 3_600_000,
      labels: {
        cluster: 'prod-eu',
        namespace: 'shop',
        app: 'checkout',
        node: 'node-7',
        count: '3',
        component: 'kubelet',
      },
    })
    const { signals } = read(event('Unhealthy'), { settings: { quietMinutes: 0 } })
    expect(signals[0]).not.toHaveProperty('quietMs')
  })

  test.each([
    ['BackOff', 'Warning', 'high'],
    ['BackOff', 'Normal', 'high'],
    ['OOMKilling', 'Warning', 'high'],
    ['NodeNotReady', 'Normal', 'high'],
    ['NodeHasDiskPressure', 'Normal', 'medium'],
    ['Evicted', 'Warning', 'medium'],
    ['SomethingNew', 'Warning', 'medium'],
  ])('%s of the type %s is %s', (reason, type, severity) => {
    expect(one(reason, { type })).toMatchObject({ state: 'firing', severity })
  })

  test.each(['Pulled', 'Started', 'ScalingReplicaSet', ''])(
    'a normal "%s" is ignored',
    (reason) => {
      expect(read(event(reason, { type: 'Normal' }))).toMatchObject({
        signals: [],
        ignored: expect.stringContaining('normal work') as string,
      })
    },
  )

  test.each([
    ['NodeNotReady', 'NodeReady'],
    ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
    ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  ])(
    '%s ends with %s, though a node names itself otherwise than its controller',
    (wrong, right) => {
      const fires = one(wrong, node('node-7', '6f1c'))
      const ends = one(right, { ...node('node-7', 'node-7'), type: 'Normal' })
      expect(fires).toMatchObject({ state: 'firing', host: 'node-7', service: undefined })
      expect(ends).toMatchObject({
        state: 'resolved',
        fingerprint: fires!.fingerprint,
        endsAt: at + 20 * 60_000,
      })
      expect(one(wrong, { ...node('node-7', 'x'), clusterName: 'b' })!.fingerprint).not.toBe(
        fires!.fingerprint,
      )
    },
  )

  test('object and reason are what is wrong', () => {
    const fingerprints = [
      one('BackOff'),
      one('BackOff', { count: 4, message: 'again' }),
      one('Unhealthy'),
      one('BackOff', { involvedObject: { kind: 'Pod', name: 'other', uid: 'pod-2' } }),
    ].map((signal) => signal!.fingerprint)
    expect(fingerprints[1]).toBe(fingerprints[0])
    expect(new Set(fingerprints).size).toBe(3)
  })

  test('the newer kind of event has other names and no first time', () => {
    const { involvedObject: regarding, message: note, ...rest } = event('FailedMount')
    const newer = {
      ...rest,
      regarding,
      note,
      firstTimestamp: null,
      lastTimestamp: null,
      count: null,
      eventTime: '2026-11-20T10:05:00.123456Z',
      series: { count: 9, lastObservedTime: '2026-11-20T10:06:00.000000Z' },
    }
    expect(read(newer).signals).toMatchObject([
      { description: 'It says so', startsAt: at + 300_123, labels: { count: '9' } },
    ])
  })

  test.each([
    ['checkout-7c9f8d6b5-x2x9z', 'checkout'],
    ['my-app-web-5d4f8c7b9d-x8kq2', 'my-app-web'],
    ['fluentd-x2x9z', 'fluentd'],
    ['db-0', 'db'],
    ['plain', 'plain'],
  ])('a pod %s without labels belongs to %s', (name, service) => {
    expect(one('BackOff', { involvedObject: { kind: 'Pod', name, uid: 'u' } })).toMatchObject({
      service,
    })
  })

  test('a higher count is a delivery of its own', () => {
    expect(key({})).toBe(key({}))
    expect(key({ count: 4 })).not.toBe(key({}))
    expect(key({ metadata: {} })).toBeUndefined()
  })
})

interface Condition {
  readonly reason: string
  readonly status?: string
}
const workload = (
  image: string,
  revision: string,
  progress?: Condition,
  generations: readonly [number, number] = [2, 2],
) => ({
  metadata: {
    name: 'checkout',
    namespace: 'production',
    generation: generations[0],
    annotations: { 'deployment.kubernetes.io/revision': revision },
  },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image }] } } },
  status: {
    observedGeneration: generations[1],
    conditions: progress
      ? [
          {
            type: 'Progressing',
            status: 'True',
            lastUpdateTime: '2026-11-20T09:59:00Z',
            ...progress,
          },
        ]
      : [],
  },
})
const topology = (obj: unknown, oldObj: unknown = null, parts: object = {}) => ({
  specversion: '1.0',
  type: 'KUBERNETES_TOPOLOGY_CHANGE',
  source: 'https://github.com/robusta-dev/kubewatch',
  id: '1763632800-7',
  time: '2026-11-20T10:00:00Z',
  data: {
    operation: 'update',
    kind: 'Deployment',
    description: 'x',
    apiVersion: 'apps/v1',
    obj,
    oldObj,
    ...parts,
  },
})
const OLD = 'registry.example/acme/shop:1.3-aaa1111'
const NEW = 'registry.example/acme/shop:1.4-3f2a9bc'
const rolling = { reason: 'ReplicaSetUpdated' }
const done = { reason: 'NewReplicaSetAvailable' }

const timedKey = (time: string) => keyOf({ ...topology({}), time })

describe('rollouts', () => {
  test('a new image rolls out, and is done', () => {
    const begins = read(topology(workload(NEW, '5', rolling), workload(OLD, '5', done, [2, 1])))
    expect(begins).toEqual({
      signals: [],
      changes: [
        {
          kind: 'deployment',
          externalId: 'production/checkout@5',
          title: 'checkout shop:1.4-3f2a9bc',
          occurredAt: at,
          service: 'checkout',
          environment: 'production',
          production: true,
          state: 'running',
          revision: '3f2a9bc',
          startedAt: at,
        },
      ],
    })
    const ends = read(topology(workload(NEW, '5', done), workload(NEW, '5', rolling)))
    expect(ends.changes).toMatchObject([
      { externalId: 'production/checkout@5', state: 'succeeded', finishedAt: at - 60_000 },
    ])
  })

  test('one that does not get on has failed', () => {
    const stuck = { reason: 'ProgressDeadlineExceeded', status: 'False' }
    expect(
      read(topology(workload(NEW, '5', stuck), workload(NEW, '5', rolling))).changes,
    ).toMatchObject([{ state: 'failed' }])
  })

  test.each([
    [
      'only its status changed',
      topology(workload(NEW, '5', done), workload(NEW, '5', done)),
      'same as before',
    ],
    [
      'it was scaled',
      topology(workload(NEW, '5', done, [3, 3]), workload(NEW, '5', done, [3, 2])),
      'same as before',
    ],
    [
      'it is not taken up yet',
      topology(workload(NEW, '4', done, [3, 2]), workload(OLD, '4', done)),
      'not taken up',
    ],
    [
      'it was just created',
      topology({ ...workload(NEW, '', undefined, [1, 0]), status: {} }),
      'not taken up',
    ],
    [
      'it was deleted',
      topology(workload(NEW, '5', done), null, { operation: 'delete' }),
      'deleted',
    ],
    ['it says nothing', topology({ metadata: { name: 'a' } }), 'neither images nor a revision'],
  ])('none is told when %s', (_why, body, reason) => {
    expect(read(body)).toMatchObject({
      signals: [],
      ignored: expect.stringContaining(reason) as string,
    })
  })

  test('in binary mode the data is the body and the attributes are headers', () => {
    const { data, ...rest } = topology(workload(NEW, '5', rolling), workload(OLD, '4', done))
    const headers = Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [`ce-${name}`, value]),
    )
    const more = { headers }
    expect(read(data, more)).toEqual(read({ ...rest, data }))
    expect(keyOf(data, more)).toBe(keyOf({ ...rest, data }))
  })

  test('the same number at another time is another delivery: kubewatch counts from its start', () => {
    expect(timedKey('2026-11-20T10:00:01Z')).not.toBe(timedKey('2026-11-20T10:00:00Z'))
  })

  test('sets are told by their own counts', () => {
    const containers = {
      spec: { template: { spec: { containers: [{ image: NEW }] } } },
      metadata: { name: 'db' },
    }
    const set = (kind: string, status: object) =>
      read(topology({ ...containers, status }, null, { kind })).changes
    expect(set('StatefulSet', { currentRevision: 'db-1', updateRevision: 'db-2' })).toMatchObject([
      { externalId: 'default/db@db-2', state: 'running' },
    ])
    expect(set('StatefulSet', { currentRevision: 'db-2', updateRevision: 'db-2' })).toMatchObject([
      { state: 'succeeded' },
    ])
    expect(
      set('DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 3 }),
    ).toMatchObject([{ state: 'succeeded' }])
    expect(
      set('DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 1 }),
    ).toMatchObject([{ state: 'running' }])
  })
})

const meta = (kind: string, reason: string, name = 'ip-10-0-1-23') => ({
  eventmeta: { kind, name, namespace: '', reason },
  text: 'words',
  time: '2026-11-20T10:00:00.123456789Z',
})

describe('kubewatch', () => {
  test('a node that is ready again ends what was wrong, also under the name of its event', () => {
    const [wrong] = read(meta('NodeNotReady', 'KubeletNotReady')).signals
    const [right] = read(meta('NodeReady', 'KubeletReady', 'ip-10-0-1-23.17a1b2c3d4e5f678')).signals
    expect(right).toMatchObject({ state: 'resolved', fingerprint: wrong!.fingerprint })
    expect(read(meta('NodeRebooted', 'Rebooted')).signals).toMatchObject([
      { severity: 'medium', title: 'Rebooted: Node ip-10-0-1-23' },
    ])
  })

  test('an event that it carries is read as such, and its end is none', () => {
    const carried = topology(event('BackOff'), null, { kind: 'Event', operation: 'create' })
    expect(read(carried).signals).toMatchObject([
      { title: 'BackOff: Pod shop/checkout-7c9f8d6b5-x2x9z', severity: 'high' },
    ])
    expect(
      read(topology(event('BackOff'), null, { kind: 'Event', operation: 'delete' })).ignored,
    ).toContain('deleted')
  })

  test('what else was touched is ignored, and rollouts say which handler tells more', () => {
    expect(read(meta('deployment', 'Updated', 'shop')).ignored).toContain('handler cloudevent')
    expect(read(meta('pod', 'Created', 'shop-1')).ignored).toBe(
      'pod shop-1 was created: that says neither that something is wrong nor that something was rolled out',
    )
  })
})

test.each([[{}], [null], [[]], ['x'], [{ specversion: '1.0', data: {} }], [{ eventmeta: 7 }]])(
  '%j is from neither sender',
  (body) => {
    expect(() => read(body)).toThrow(Unreadable)
  },
)

firesAndIsResolved('kubernetes')

test('the event of the test has a key', () => {
  expect(keyOf(reader.example('firing', NOW, null))).toMatch(/^[0-9a-f]{64}$/)
})

keepsItsPromises('kubernetes', [
  event('BackOff'),
  topology(workload(NEW, '5', rolling), workload(OLD, '4', done)),
  ...[...payloadsOf('kubernetes').values()].map(({ body }) => body),
])
