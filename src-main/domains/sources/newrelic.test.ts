import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('newrelic')

const CREATED = 1_795_168_800_000
const UPDATED = CREATED + 60_000
const issue = (parts: object = {}) => ({
  id: 'd1b1f3fd-995a-4066-88ab-8ce4f6960654',
  issueUrl:
    'https://radar-api.service.newrelic.com/accounts/4420147/issues/0ea2df1c-adab-45d2-aae0-042b609d2322?notifier=WEBHOOK',
  title: 'Memory is above 90 %',
  priority: 'CRITICAL',
  impactedEntities: ['checkout', 'checkout', 'cart'],
  totalIncidents: 1,
  state: 'ACTIVATED',
  trigger: 'STATE_CHANGE',
  isCorrelated: 'false',
  createdAt: CREATED,
  updatedAt: UPDATED,
  sources: ['newrelic'],
  alertPolicyNames: ['Golden Signals'],
  alertConditionNames: ['Memory'],
  workflowName: 'Operations',
  ...parts,
})
const read = (parts: object = {}) => sender.read(issue(parts)).signals[0]!

const incident = (parts: object = {}) => ({
  incident_id: 348945230,
  current_state: 'open',
  event_type: 'INCIDENT',
  severity: 'WARNING',
  timestamp: UPDATED,
  duration: 60_000,
  details: "Errors > 5 % on 'checkout'",
  condition_name: 'Errors',
  condition_description: 'Look at the log',
  policy_name: 'Golden Signals',
  incident_url: 'https://alerts.newrelic.com/accounts/2/incidents/348945230',
  runbook_url: null,
  owner: '',
  targets: [{ name: 'checkout', labels: {} }],
  ...parts,
})

const key = (parts: object = {}) => sender.keyOf(issue(parts))
const quiet = (quietMinutes: number | null) =>
  sender.read(issue(), { settings: { quietMinutes } }).signals[0]!.quietMs

const accumulations = {
  tag: { service: ['cart'], env: ['prod', 'eu'] },
  runbookUrl: ['https://wiki.example/r'],
  conditionDescription: ['Look at it'],
  nrqlQuery: ['SELECT 1'],
}

describe('New Relic', () => {
  readsItsPayloads('newrelic', ['newrelic'], {
    workflow_issue_id_is_notification_uuid: { ignored: expect.stringMatching(/^New Relic's test/) },
    workflow_issue_with_accumulations: [
      'abc-123 | firing | high | DB latency above SLO | payments-db | - | 2024-05-03T00:00:00Z',
    ],
    zulip_incident_activated_new_default_payload: [
      "c5faa7e6-7b54-402d-af79-f99601e0278c | firing | critical | zulip_app query result is > 1.0 for 1 minutes on 'Zulip Server Low Storage' | zulip_app | - | 2024-04-22T03:05:31.352Z",
    ],
    zulip_incident_closed_default_payload: [
      "0ea2df1c-adab-45d2-aae0-042b609d2322 | resolved | critical | main_app-UBUNTU query result is > 2.0 for 1 minutes on 'High CPU' | main_app-UBUNTU | - | 2024-04-22T06:16:30.228Z | 2024-04-22T06:17:37.383Z",
    ],
  })

  test('an issue is read with all it says, and known by the id in its address', () => {
    expect(read()).toEqual({
      fingerprint: '0ea2df1c-adab-45d2-aae0-042b609d2322',
      state: 'firing',
      title: 'Memory is above 90 %',
      description: '',
      severity: 'critical',
      service: 'checkout',
      host: undefined,
      labels: {
        entities: 'checkout, cart',
        policy: 'Golden Signals',
        condition: 'Memory',
        workflow: 'Operations',
        sources: 'newrelic',
      },
      annotations: {},
      links: [{ title: 'New Relic', url: issue().issueUrl }],
      startsAt: CREATED,
      endsAt: undefined,
    })
  })

  test('only the state closes it: one of its incidents may be closed before', () => {
    expect(read({ trigger: 'INCIDENT_CLOSED' }).state).toBe('firing')
    expect(read({ state: 'CREATED' }).state).toBe('firing')
    expect(read({ state: 'CLOSED', owner: 'Ada' })).toMatchObject({
      fingerprint: read().fingerprint,
      state: 'resolved',
      endsAt: UPDATED,
    })
    expect(read({ state: 'CLOSED', closedAt: CREATED + 1 }).endsAt).toBe(CREATED + 1)
  })

  test('an acknowledged issue stays activated and has an owner', () => {
    expect(read({ owner: 'Ada' })).toMatchObject({ state: 'acknowledged', actor: 'Ada' })
    for (const nobody of ['', 'N/A', null, 'None'])
      expect(read({ owner: nobody })).not.toHaveProperty('actor')
  })

  test.each([
    ['CRITICAL', 'critical'],
    ['HIGH', 'high'],
    ['MEDIUM', 'medium'],
    ['WARNING', 'medium'],
    ['LOW', 'low'],
    ['INFO', 'info'],
    ['x', undefined],
  ])('priority %s is %s', (priority, severity) => {
    expect(read({ priority }).severity).toBe(severity)
  })

  test('the preview of a workflow opens nothing', () => {
    const issueUrl =
      'https://radar-api.service.newrelic.com/accounts/1/issues/0ea2df1c-adab-45d2-aae0-042b609d2322'
    expect(sender.read(issue({ issueUrl }))).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/works/) as string,
    })
  })

  test('without an address the ids count, and what is accumulated is read', () => {
    expect(read({ issueUrl: null, issueId: 'i-1' }).fingerprint).toBe('i-1')
    expect(read({ issueUrl: null }).fingerprint).toBe(issue().id)
    expect(read({ accumulations })).toMatchObject({
      service: 'cart',
      labels: { env: 'prod, eu' },
      description: 'Look at it\n\nSELECT 1',
      links: [{ title: 'Runbook', url: 'https://wiki.example/r' }, {}],
    })
  })

  test('a repeat has the same key, and whatever changes another', () => {
    expect(key()).toBe(key({ title: 'other words' }))
    for (const parts of [{ updatedAt: 1 }, { state: 'CLOSED' }, { trigger: 'x' }, { owner: 'Ada' }])
      expect(key(parts)).not.toBe(key())
    expect(key({ updatedAt: undefined })).toBeUndefined()
  })

  test.each([
    ['open', 'firing', undefined, undefined],
    ['acknowledged', 'acknowledged', 'Ada', undefined],
    ['closed', 'resolved', 'Ada', UPDATED],
  ])('the channels before: %s is %s', (current_state, state, actor, endsAt) => {
    expect(sender.read(incident({ current_state, owner: 'Ada' })).signals).toEqual([
      {
        fingerprint: '348945230',
        state,
        title: "Errors > 5 % on 'checkout'",
        description: 'Look at the log',
        severity: 'medium',
        service: 'checkout',
        host: undefined,
        labels: { entities: 'checkout', policy: 'Golden Signals', condition: 'Errors' },
        annotations: {},
        links: [
          { title: 'New Relic', url: 'https://alerts.newrelic.com/accounts/2/incidents/348945230' },
        ],
        startsAt: CREATED,
        endsAt,
        ...(actor !== undefined && { actor }),
      },
    ])
  })

  test('the channels before: its test is ignored, and a state has a key of its own', () => {
    expect(sender.read(incident({ current_state: 'test', incident_id: 0 }))).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/works/) as string,
    })
    expect(sender.keyOf(incident())).not.toBe(sender.keyOf(incident({ current_state: 'closed' })))
  })

  test('it goes quiet only where an operator says when', () => {
    expect([quiet(null), quiet(5)]).toEqual([undefined, 300_000])
  })

  test.each([
    [{}],
    [null],
    [[]],
    [issue({ state: 'LOST' })],
    [{ state: 'CREATED' }],
    [incident({ current_state: 'x' })],
    [incident({ incident_id: null })],
  ])('%j is refused', (body) => {
    expect(() => sender.read(body)).toThrow(Unreadable)
  })

  firesAndIsResolved('newrelic', TEST_ALERT)

  keepsItsPromises('newrelic', [
    issue(),
    issue({ state: 'CLOSED', accumulations }),
    issue({ owner: 'Ada' }),
    incident(),
    incident({ current_state: 'closed' }),
  ])
})
