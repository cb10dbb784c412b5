import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, soundness, TEST_ALERT } from './promises.suite'
import { ONLY_THE_RIGHT_ONE, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('sentry')

const SENT = Date.parse('2026-11-20T12:00:00Z')
const headersOf = (resource: string) => ({
  'sentry-hook-resource': resource,
  'sentry-hook-timestamp': String(SENT / 1000),
  'request-id': 'a1b2',
})
const read = (resource: string, body: unknown, settings: object = {}) =>
  sender.read(body, { headers: headersOf(resource), settings })

const anIssue = (parts: object = {}) => ({
  id: '1234567890',
  shortId: 'SHOP-7',
  title: 'TypeError: x is undefined',
  culprit: 'cart in pay',
  level: 'fatal',
  priority: 'high',
  status: 'unresolved',
  substatus: 'new',
  web_url: 'https://acme.sentry.io/issues/1234567890/',
  permalink: null,
  project: { slug: 'shop', name: 'Shop' },
  platform: 'javascript',
  firstSeen: '2026-11-20T10:00:00.679000+00:00',
  lastSeen: '2026-11-20T11:00:00.738000+00:00',
  count: '3',
  ...parts,
})
const issue = (action: string, parts: object = {}) => ({
  action,
  data: { issue: anIssue(parts) },
  installation: { uuid: 'a' },
  actor: { type: 'user', id: 1, name: 'Ada' },
})
const one = (...args: Parameters<typeof issue>) => read('issue', issue(...args)).signals[0]!

const SEEN = Date.parse('2026-11-20T10:00:00.679Z')

const event = (parts: object = {}) => ({
  action: 'triggered',
  actor: { type: 'application', name: 'Sentry' },
  data: {
    event: {
      event_id: 'e4874d664c3540c1',
      issue_id: '1234567890',
      issue_url: 'https://sentry.io/api/0/issues/1234567890/',
      title: 'ReferenceError: heck',
      culprit: '?(<anonymous>)',
      level: 'error',
      platform: 'javascript',
      environment: 'prod',
      datetime: '2026-11-20T09:59:00.677000Z',
      tags: [['server_name', 'web-1'], ['level', 'error'], ['release', '1.2'], 'odd', [null]],
      url: 'https://sentry.io/api/0/projects/acme/front-end/events/e4874d664c3540c1/',
      web_url: 'https://sentry.io/organizations/acme/issues/1234567890/events/e4874d664c3540c1/',
      ...parts,
    },
    triggered_rule: 'Very important',
  },
})
const metric = (action: string, parts: object = {}) => ({
  action,
  data: {
    description_title: `${action}: Too many errors`,
    description_text: '1000 events in the last 10 minutes',
    web_url: 'https://sentry.io/organizations/acme/alerts/1/',
    metric_alert: {
      id: '4',
      date_started: '2026-11-20T10:00:00.000000Z',
      date_closed: null,
      projects: ['shop'],
      alert_rule: {
        name: 'Too many errors',
        projects: ['shop'],
        query: 'level:error',
        environment: null,
      },
      ...parts,
    },
  },
})
const comment = (action: string) => ({
  action,
  data: {
    comment: 'It is DNS',
    comment_id: 1,
    issue_id: 1234567890,
    project_slug: 'shop',
    timestamp: '2026-11-20T11:00:00Z',
  },
  actor: { name: 'Ada' },
})
const seerBody = (action: string, parts: object = {}) => ({
  action,
  data: { run_id: 1, group_id: 1234567890, ...parts },
})
const seer = (action: string, parts: object = {}) => read('seer', seerBody(action, parts))
const CAUSE = { root_cause: { one_line_description: 'getUser may be null' } }
const PULL_REQUESTS = {
  pull_requests: [{ pull_request: { pr_url: 'https://github.com/a/b/pull/1' } }],
}
const ACTIVITY = { type: 'seer_solution_completed', details: { summary: 'Check for null' } }

const legacy = {
  project: 'shop',
  project_slug: 'shop',
  id: '7',
  url: 'https://sentry.io/acme/shop/issues/7/',
  level: 'error',
  message: 'Oh no',
  culprit: 'main',
  triggering_rules: ['Every error'],
  event: { title: 'Oh no', tags: [['server_name', 'web-1']], timestamp: 1_766_248_777.677 },
}

describe('Sentry', () => {
  readsItsPayloads('sentry', ['sentry'], {
    comment_created: ['100 | noted | - | - | sentry | - | 2022-03-02T21:51:44.118Z'],
    legacy_plugin_event_alerta: [
      '541485531 | firing | high | This is an example Python exception | alerta5 | - | 2018-05-02T08:07:10Z',
    ],
    legacy_plugin_event_triggering_rules: [
      '5 | firing | high | This is an example Python exception | internal | - | 2019-12-17T10:26:44.933Z',
    ],
    zulip_issue_resolved: [
      '1638821441 | resolved | high | Exception: program has entered an invalid state. | zulip-integration-testing | - | 2020-04-30T05:54:15.092Z | NOW',
    ],
  })

  test('a new issue is read with all it says', () => {
    expect(one('created')).toEqual({
      fingerprint: '1234567890',
      state: 'firing',
      title: 'TypeError: x is undefined',
      description: 'cart in pay',
      severity: 'high',
      service: 'shop',
      host: undefined,
      labels: {
        issue: 'SHOP-7',
        level: 'fatal',
        priority: 'high',
        substatus: 'new',
        platform: 'javascript',
      },
      annotations: {},
      links: [{ title: 'Sentry', url: 'https://acme.sentry.io/issues/1234567890/' }],
      startsAt: SEEN,
      endsAt: undefined,
    })
  })

  test.each([
    [{ priority: null, level: 'fatal' }, 'critical'],
    [{ priority: 'medium', level: 'fatal' }, 'medium'],
    [{ priority: undefined, level: 'error' }, 'high'],
    [{ priority: undefined, level: 'warning' }, 'medium'],
    [{ priority: undefined, level: 'debug' }, 'info'],
    [{ priority: undefined, level: 'sample' }, undefined],
  ])('%j is %j', (parts, severity) => {
    expect(one('created', parts).severity).toBe(severity)
  })

  test('it is resolved when somebody says so, not when it was last seen', () => {
    const resolved = one('resolved', { status: 'resolved' })
    expect(resolved).toMatchObject({
      fingerprint: '1234567890',
      state: 'resolved',
      endsAt: SENT,
      actor: 'Ada',
    })
    expect(resolved).not.toHaveProperty('withdrawn')
  })

  test('an archived issue is over without a recovery, by its new name and its old one', () => {
    for (const action of ['archived', 'ignored'])
      expect(one(action)).toMatchObject({
        state: 'resolved',
        withdrawn: 'it was archived in Sentry',
      })
  })

  test('an issue that comes back begins when Sentry says so', () => {
    const again = one('unresolved', { substatus: 'regressed' })
    expect(again).toMatchObject({
      state: 'firing',
      startsAt: SENT,
      note: 'It was resolved and has come back',
    })
  })

  test('an assignment is a note', () => {
    const assignedTo = { type: 'team', name: 'shop-team' }
    expect(one('assigned', { assignedTo })).toMatchObject({
      state: 'noted',
      note: 'Assigned to shop-team in Sentry',
      actor: 'Ada',
    })
  })

  test('an alert rule tells of the same issue, and is over when it is silent for two days', () => {
    expect(read('event_alert', event()).signals).toEqual([
      {
        fingerprint: one('resolved').fingerprint,
        state: 'firing',
        title: 'ReferenceError: heck',
        description: '?(<anonymous>)',
        severity: 'high',
        service: 'front-end',
        host: 'web-1',
        labels: {
          server_name: 'web-1',
          level: 'error',
          release: '1.2',
          environment: 'prod',
          platform: 'javascript',
          rule: 'Very important',
        },
        annotations: {},
        links: [
          {
            title: 'Sentry',
            url: 'https://sentry.io/organizations/acme/issues/1234567890/events/e4874d664c3540c1/',
          },
        ],
        startsAt: Date.parse('2026-11-20T09:59:00.677Z'),
        endsAt: undefined,
        quietMs: 172_800_000,
      },
    ])
    const quiet = (quietMinutes: number) =>
      read('event_alert', event(), { quietMinutes }).signals[0]!.quietMs
    expect([quiet(0), quiet(10)]).toEqual([undefined, 600_000])
    const older = event({ issue_id: undefined })
    expect(read('event_alert', older).signals[0]!.fingerprint).toBe('1234567890')
    expect(one('created')).not.toHaveProperty('quietMs')
  })

  test.each([
    ['critical', 'firing', 'critical'],
    ['warning', 'firing', 'medium'],
    ['resolved', 'resolved', undefined],
  ])('a metric alert that is %s is %s', (action, state, severity) => {
    expect(read('metric_alert', metric(action)).signals).toMatchObject([
      {
        fingerprint: 'metric-4',
        state,
        severity,
        title: `${action}: Too many errors`,
        service: 'shop',
        startsAt: Date.parse('2026-11-20T10:00:00Z'),
        endsAt: state === 'resolved' ? SENT : undefined,
      },
    ])
  })

  test('a comment is a note, in the words of who wrote it', () => {
    expect(read('comment', comment('created')).signals).toMatchObject([
      { fingerprint: one('created').fingerprint, state: 'noted', note: 'It is DNS', actor: 'Ada' },
    ])
    expect(read('comment', comment('updated')).signals).toMatchObject([
      { note: 'Edited: It is DNS' },
    ])
    expect(read('comment', comment('deleted'))).toMatchObject({
      signals: [],
      ignored: 'a comment was deleted in Sentry',
    })
  })

  test('what its agent found out is a note', () => {
    expect(seer('root_cause_started').ignored).toBe("Sentry's Seer has begun with root cause")
    expect(seer('root_cause_completed', CAUSE).signals).toMatchObject([
      {
        fingerprint: '1234567890',
        state: 'noted',
        note: 'Seer: root cause completed\ngetUser may be null',
      },
    ])
    expect(seer('pr_created', PULL_REQUESTS).signals[0]!.links).toEqual([
      { title: 'Pull request', url: 'https://github.com/a/b/pull/1' },
    ])
    const alerted = read('activity_alert', {
      action: 'triggered',
      data: { issue: anIssue(), activity: ACTIVITY },
    })
    expect(alerted.signals).toMatchObject([
      {
        fingerprint: '1234567890',
        title: 'TypeError: x is undefined',
        note: 'Seer: solution completed\nCheck for null',
      },
    ])
  })

  test.each([
    ['error', 'created', /untick “error”/],
    ['installation', 'created', /installed/],
    ['preprod_artifact', 'size_analysis_completed', /not about an issue/],
    ['issue', 'merged', /changes nothing/],
    ['metric_alert', 'open', /no state/],
  ])('%s.%s is ignored with words', (resource, action, words) => {
    const { signals, ignored } = read(resource, { action, data: {} })
    expect(signals).toEqual([])
    expect(ignored).toMatch(words)
  })

  test('without its header the body tells what it is', () => {
    const states = [
      issue('created'),
      event(),
      metric('warning'),
      { action: 'created', data: { error: {} } },
    ].map((body) => sender.read(body).signals[0]?.fingerprint)
    expect(states).toEqual(['1234567890', '1234567890', 'metric-4', undefined])
  })

  test('a delivery is known by the id of its request', () => {
    expect(sender.keyOf({}, { headers: headersOf('issue') })).toBe('a1b2')
    expect(sender.keyOf({})).toBeUndefined()
  })

  test.each([
    [{}],
    [null],
    [[]],
    [{ data: {} }],
    [{ action: 'created', data: { issue: {} } }],
    [{ event: {} }],
  ])('%j is refused', (body) => {
    expect(() => sender.read(body)).toThrow(Unreadable)
  })

  firesAndIsResolved('sentry', TEST_ALERT)

  test.each([
    [
      'issue',
      [issue('created'), issue('resolved'), issue('assigned', { assignedTo: { name: 'a' } })],
    ],
    ['event_alert', [event()]],
    ['metric_alert', [metric('critical'), metric('resolved')]],
    ['comment', [comment('created')]],
    ['seer', [seerBody('pr_created', PULL_REQUESTS), seerBody('root_cause_completed', CAUSE)]],
    ['activity_alert', [{ action: 'triggered', data: { issue: anIssue(), activity: ACTIVITY } }]],
    ['', [legacy]],
  ])('whatever stands at the places of %s, it is read or refused in words', (resource, seeds) => {
    expect(soundness('sentry', seeds, { headers: [{}, headersOf(resource)] })).toBe('sound')
  })
})

describe('the signature of Sentry', () => {
  const signature = '08ab51d1bd6994df2129a207e7c0b8b049f844e194c8d651637d273064ec0a1f'
  test.each(['sentry-hook-signature', 'sentry-app-signature'])('fits in %s', async (header) => {
    expect(
      await sender.proofs({
        headers: { [header]: signature },
        body: Buffer.from('{"hello":"wörld"}'),
        secrets: ['opdesk-test-secret'],
      }),
    ).toEqual(ONLY_THE_RIGHT_ONE)
  })
})
