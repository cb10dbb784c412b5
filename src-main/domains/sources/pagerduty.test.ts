import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import {
  hmac,
  NOW,
  ONLY_THE_RIGHT_ONE,
  payloadsOf,
  readsItsPayloads,
  senderOf,
} from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('pagerduty')

const reference = (summary: string) => ({ id: 'P1', summary, type: 'some_reference' })
const incident = (parts: object = {}) => ({
  id: 'Q2CKYRLH85UNN4',
  type: 'incident',
  html_url: 'https://acme.pagerduty.com/incidents/Q2CKYRLH85UNN4',
  number: 37,
  status: 'triggered',
  incident_key: null,
  created_at: '2026-11-20T10:00:00Z',
  title: 'Checkout is slow',
  service: reference('Checkout'),
  assignees: [reference('Ben'), reference('Ada')],
  escalation_policy: reference('Default'),
  teams: [],
  priority: null,
  urgency: 'high',
  resolve_reason: null,
  ...parts,
})
const event = (type: string, data: unknown = incident(), parts: object = {}) => ({
  event: {
    id: '01FKZSRAPTMF55RE69G8BQHGC6',
    event_type: type,
    resource_type: 'incident',
    occurred_at: '2026-11-20T10:05:00.500Z',
    agent: reference('Ben'),
    client: null,
    data,
    ...parts,
  },
})
const nested = (parts: object) => ({
  incident: { ...reference('Checkout is slow'), id: 'Q2CKYRLH85UNN4' },
  ...parts,
})
const read = (...args: Parameters<typeof event>) => sender.read(event(...args)).signals[0]!

const CREATED = Date.parse('2026-11-20T10:00:00Z')
const OCCURRED = Date.parse('2026-11-20T10:05:00.500Z')

const message = (name: string, parts: object = {}) => ({
  id: 'bb8b8fe0',
  event: name,
  created_on: '2026-11-20T10:05:00Z',
  log_entries: [{ agent: reference('Ben'), channel: { summary: 'It is DNS' } }],
  incident: { ...incident(), incident_number: 33 },
  ...parts,
})
const key = (id: string, parts: object = {}) =>
  sender.keyOf(event('incident.triggered', incident(), parts), {
    headers: { 'x-webhook-id': id },
  })

describe('PagerDuty', () => {
  readsItsPayloads('pagerduty', ['pagerduty'], {
    incident_triggered_events_api: [
      'QEXAMPLE1 | firing | high | up rule triggered on nn | Test-Service | - | 2025-01-24T07:10:05Z',
    ],
    incident_triggered_no_client: [
      'Q19Z7CCJDTBD40 | firing | high | ALARM: CRITICAL | AWS APP | ELB | mm-carrier-updates-worker-stg-al2-r2... in US East (N. Virginia) | Event_Catchall_ocean | - | 2025-08-02T15:45:53Z',
    ],
    signed_incident_annotated: [
      'Q2CKYRLH85UNN4 | noted | - | Test | - | - | 2025-04-07T03:49:36.680Z',
    ],
    signed_incident_triggered: [
      'Q2CKYRLH85UNN4 | firing | low | Test | Webhook Tester | - | 2025-04-07T03:47:13Z',
    ],
    v1_legacy_acknowledge: { refused: expect.stringMatching(/V1.*Generic Webhook \(v3\)/) },
  })

  test.each(
    [...payloadsOf('pagerduty').values()].filter(
      ({ name }) => name === 'incident_triggered_events_api',
    ),
  )('the client of $name is linked', ({ body }) => {
    expect(sender.one(body).links[1]).toMatchObject({ title: 'Example Monitoring' })
  })

  const signed = [...payloadsOf('pagerduty').values()].filter(({ name }) =>
    name.startsWith('signed_'),
  )
  test.skipIf(signed.length === 0)('real deliveries are proven', async () => {
    const secrets = ['HvPtlQNKMPpHSSqJpCdndXfo7HnGXa1pnH6w5axpxLFn9aRBNBGh4e8/HlonK5mz']
    expect(signed.length).toBeGreaterThanOrEqual(2)
    for (const { bytes, headers } of signed)
      expect(await sender.proofs({ headers, body: bytes, secrets })).toEqual(ONLY_THE_RIGHT_ONE)
  })

  test('while a secret is rotated there are two signatures, and one has to fit', async () => {
    const [body, secrets] = [Buffer.from('body'), ['the secret']]
    const header = `v1=${hmac('another secret', 'body')},v1=${hmac('the secret', 'body')}`
    expect(
      await sender.proofs({ headers: { 'x-pagerduty-signature': header }, body, secrets }),
    ).toEqual(ONLY_THE_RIGHT_ONE)
    const bare = { 'x-pagerduty-signature': hmac('the secret', 'body') }
    expect(sender.check({ headers: bare, body, secrets })).toMatchObject({ ok: false })
  })

  test('an incident is read with all it says', () => {
    expect(read('incident.triggered')).toEqual({
      fingerprint: 'Q2CKYRLH85UNN4',
      state: 'firing',
      title: 'Checkout is slow',
      description: '',
      severity: 'high',
      service: 'Checkout',
      host: undefined,
      labels: { number: '37', urgency: 'high', escalation_policy: 'Default' },
      annotations: {},
      links: [{ title: 'PagerDuty', url: 'https://acme.pagerduty.com/incidents/Q2CKYRLH85UNN4' }],
      startsAt: CREATED,
      endsAt: undefined,
    })
  })

  test.each([
    ['P1', 'high', 'critical'],
    ['SEV-2', 'low', 'high'],
    ['P4', 'high', 'low'],
    ['Our own', 'low', 'low'],
    [null, 'high', 'high'],
    [null, 'low', 'low'],
    [null, undefined, undefined],
  ])('priority %j and urgency %j are %j', (name, urgency, severity) => {
    const priority = name === null ? null : reference(name)
    expect(read('incident.triggered', incident({ priority, urgency })).severity).toBe(severity)
  })

  test.each([
    ['incident.acknowledged', 'acknowledged', 'Ben', undefined, undefined],
    ['incident.unacknowledged', 'firing', undefined, undefined, 'Unacknowledged in PagerDuty'],
    ['incident.resolved', 'resolved', 'Ben', OCCURRED, undefined],
    ['incident.escalated', 'noted', 'Ben', undefined, 'Escalated in PagerDuty, now with Ben, Ada'],
    ['incident.delegated', 'noted', 'Ben', undefined, 'Delegated in PagerDuty, now with Ben, Ada'],
    [
      'incident.reassigned',
      'noted',
      'Ben',
      undefined,
      'Reassigned in PagerDuty, now with Ben, Ada',
    ],
    ['incident.priority_updated', 'firing', undefined, undefined, 'Priority in PagerDuty: none'],
    [
      'incident.custom_field_values.updated',
      'noted',
      'Ben',
      undefined,
      'Custom field values updated in PagerDuty',
    ],
  ])('%s is %s', (type, state, actor, endsAt, note) => {
    const signal = read(type)
    expect([signal.state, signal.actor, signal.endsAt, signal.note]).toEqual([
      state,
      actor,
      endsAt,
      note,
    ])
    expect([signal.fingerprint, signal.startsAt]).toEqual(['Q2CKYRLH85UNN4', CREATED])
  })

  test.each([
    ['incident.annotated', { type: 'incident_note', content: 'It is DNS' }, 'It is DNS'],
    ['incident.status_update_published', { message: 'A fix is on its way' }, 'A fix is on its way'],
    [
      'incident.responder.added',
      { user: reference('Maeve'), state: 'pending', message: 'Please help' },
      'Maeve: pending. Please help',
    ],
    [
      'incident.responder.replied',
      { user: reference('Maeve'), state: 'accepted' },
      'Maeve: accepted',
    ],
    [
      'incident.workflow.started',
      { summary: 'Call everybody', type: 'incident_workflow_instance' },
      'Workflow started in PagerDuty: Call everybody',
    ],
  ])('%s finds its incident one level deeper', (type, parts, note) => {
    expect(read(type, nested(parts))).toMatchObject({
      fingerprint: 'Q2CKYRLH85UNN4',
      state: 'noted',
      title: 'Checkout is slow',
      note,
      actor: 'Ben',
      startsAt: OCCURRED,
    })
  })

  test('what is reopened begins anew, as its first beginning is before its end', () => {
    expect(read('incident.reopened')).toMatchObject({ state: 'firing', startsAt: OCCURRED })
  })

  test('merged into another incident is no recovery, and a priority after the end is only noted', () => {
    const resolve_reason = { type: 'merge_resolve_reason', incident: reference('The big one') }
    expect(read('incident.resolved', incident({ resolve_reason })).withdrawn).toBe(
      'it was merged into The big one in PagerDuty',
    )
    expect(read('incident.resolved')).not.toHaveProperty('withdrawn')
    expect(read('incident.priority_updated', incident({ status: 'resolved' })).state).toBe('noted')
  })

  test('its test and what happens to services are ignored', () => {
    const ping = event('pagey.ping', { type: 'ping', message: 'Hello from your friend Pagey!' })
    expect(sender.read(ping)).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/webhook works/) as string,
    })
    const service = event('service.updated', { id: 'P1', type: 'service', summary: 'a' })
    expect(sender.read(service)).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/not about an incident/) as string,
    })
  })

  test('its second version is still read', () => {
    const body = {
      messages: [
        message('incident.trigger'),
        message('incident.annotate'),
        message('incident.resolve'),
      ],
    }
    expect(sender.read(body).signals).toMatchObject([
      { state: 'firing', service: 'Checkout', startsAt: CREATED },
      { state: 'noted', note: 'It is DNS', actor: 'Ben' },
      { state: 'resolved', endsAt: Date.parse('2026-11-20T10:05:00Z') },
    ])
    expect(sender.keyOf({ messages: [message('incident.trigger')] })).toBe('bb8b8fe0')
  })

  test('an event has one key, whatever header it comes with', () => {
    expect(key('a')).toBe(key('b'))
    expect(key('a')).not.toBe(key('a', { id: 'another' }))
    expect(key('a', { id: null })).toBe('a')
  })

  test.each([[{}], [null], [{ event: 'x' }], [{ messages: [] }], [{ messages: [7] }]])(
    '%j is refused',
    (body) => {
      expect(() => sender.read(body)).toThrow(Unreadable)
    },
  )

  test('times that are missing are when we heard of it', () => {
    const signal = read('incident.resolved', incident({ created_at: 7 }), { occurred_at: 'x' })
    expect([signal.startsAt <= NOW, signal.endsAt]).toEqual([true, NOW])
  })

  firesAndIsResolved('pagerduty', TEST_ALERT)

  keepsItsPromises('pagerduty', [
    event('incident.triggered', incident({ priority: reference('P1'), teams: [reference('a')] }), {
      client: { name: 'a', url: 'https://a.example' },
    }),
    event('incident.escalated'),
    event(
      'incident.resolved',
      incident({ resolve_reason: { type: 'merge_resolve_reason', incident: reference('a') } }),
    ),
    event('incident.annotated', nested({ content: 'a' })),
    event(
      'incident.responder.added',
      nested({ user: reference('a'), state: 'pending', message: 'a' }),
    ),
    { messages: [message('incident.trigger'), message('incident.annotate')] },
  ])
})
