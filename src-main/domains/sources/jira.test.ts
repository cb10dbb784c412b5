import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request, check } = senderOf('jira')

const AT = NOW - 60_000
const body = (fields: object = {}, more: object = {}) => ({
  timestamp: AT,
  webhookEvent: 'jira:issue_updated',
  issue: {
    id: '10040',
    self: 'https://jira.example/context/rest/api/2/issue/10040',
    key: 'TES-41',
    fields: {
      summary: 'Checkout fails',
      created: '2026-11-20T02:00:00.000-0500',
      status: { name: 'To Do', statusCategory: { key: 'new' } },
      ...fields,
    },
  },
  ...more,
})
const DONE = { status: { name: 'Erledigt', statusCategory: { key: 'done' } } }
const one = (fields: object, more?: object) => read(body(fields, more)).signals[0]!
const changedBy = (...items: object[]) => ({ changelog: { id: '1', items } })

const told = (signal: object) => ({ signals: [signal] })
const TES_41 = {
  fingerprint: '10040',
  severity: 'high',
  labels: { issue: 'TES-41', project: 'test1', type: 'Story' },
  links: [{ title: 'Issue', url: 'https://some-instance-test.atlassian.net/browse/TES-41' }],
}
const CREATED = timeOf('2019-02-15T19:01:52.971-08:00')

const EXPECTED = {
  issue_created: told({
    ...TES_41,
    state: 'firing',
    title: 'Unit test summary',
    service: 'COMP-1',
    startsAt: CREATED,
    actor: 'Test User',
  }),
  issue_updated_raised_priority: told({ ...TES_41, state: 'firing', startsAt: CREATED }),
  issue_updated_reopened: told({ ...TES_41, state: 'firing', startsAt: 1550287026531 }),
  issue_updated_sprint: { ignored: 'Sprint changed, which is not followed here' },
  cloud_comment_created: told({
    ...TES_41,
    state: 'noted',
    note: 'Added a comment',
    actor: 'Test User',
    startsAt: 1550286678321,
  }),
  issue_deleted: told({
    fingerprint: '10303',
    state: 'resolved',
    severity: 'medium',
    endsAt: 1562177136176,
    withdrawn: 'it was deleted at Jira',
  }),
}
const keyOf = (more: object, headers = {}) =>
  reader.deliveryKey(request(body({}, more), { headers }))

describe('Jira', () => {
  readsItsPayloads('jira', ['jira'], EXPECTED)

  test('done is what the category says, whatever the status and the event are called', () => {
    expect(one({ ...DONE, resolutiondate: '2026-11-20T11:00:00.000+0000' })).toMatchObject({
      fingerprint: '10040',
      state: 'resolved',
      endsAt: timeOf('2026-11-20T11:00:00Z'),
    })
    expect(one(DONE, { issue_event_type_name: 'issue_generic' }).endsAt).toBe(AT)
    expect(one({ status: { name: 'Done', statusCategory: { key: 'new' } } }).state).toBe('firing')
    // Old Data Center has no categories.
    expect(one({ status: { name: 'Closed' } }).state).toBe('resolved')
    expect(one({ status: { name: 'X' }, resolution: { name: 'Fixed' } }).state).toBe('resolved')
    expect(one({ status: { name: 'X' }, resolution: null }).state).toBe('firing')
  })

  test("what won't be fixed did not recover", () => {
    expect(one({ ...DONE, resolution: { name: "Won't Do" } }).withdrawn).toBe("Jira says: Won't Do")
    expect(one({ ...DONE, resolution: { name: 'Done' } }).withdrawn).toBeUndefined()
  })

  test('open again is a new episode of the same', () => {
    const created = timeOf('2026-11-20T07:00:00Z')
    const status = { field: 'status', fromString: 'Closed', toString: 'To Do' }
    const resolution = { field: 'resolution', from: '1', fromString: 'Fertig', to: null }
    expect(one({}, changedBy(status)).startsAt).toBe(AT)
    expect(one({}, changedBy(resolution)).startsAt).toBe(AT)
    expect(one({}, changedBy({ ...status, fromString: 'Backlog' })).startsAt).toBe(created)
  })

  test.each([
    ['Highest', 'critical'],
    ['Blocker', 'critical'],
    ['Major', 'high'],
    ['Medium', 'medium'],
    ['Minor', 'low'],
    ['Trivial', 'info'],
    ['Wichtig', undefined],
  ])('priority %s is %s', (name, severity) => {
    expect(one({ priority: { name } }).severity).toBe(severity)
  })

  test('a comment that comes with a change is a note beside it', () => {
    const comment = { id: '1', body: 'on it', author: { displayName: 'Ann' } }
    const { signals } = read(body({}, { comment, ...changedBy({ field: 'status' }) }))
    expect(signals.map(({ state, note }) => [state, note])).toEqual([
      ['firing', undefined],
      ['noted', 'on it'],
    ])
    expect(read(body({}, { comment, ...changedBy({ field: 'Rank' }) })).signals).toHaveLength(1)
  })

  test('links keep the path of Data Center, and the settings know better', () => {
    const settings = { baseUrl: 'https://support.example/' }
    expect(one({}).links[0]?.url).toBe('https://jira.example/context/browse/TES-41')
    expect(read(body(), { settings }).signals[0]?.links[0]?.url).toBe(
      'https://support.example/browse/TES-41',
    )
  })

  test('other events are ignored in words, and what is no webhook is refused', () => {
    expect(read({ webhookEvent: 'sprint_started' }).ignored).toMatch(/^sprint_started changes/)
    expect(() => read({ webhookEvent: 'jira:issue_created' })).toThrow(Unreadable)
    expect(() => read({})).toThrow(Unreadable)
  })

  test('a retry is known by its identifier, or by its moment and what changed', () => {
    expect(keyOf({}, { 'x-atlassian-webhook-identifier': 'abc' })).toBe('abc')
    const first = keyOf(changedBy())
    expect(first).toBe(keyOf(changedBy()))
    expect(first).not.toBe(keyOf({ changelog: { id: '2' } }))
    expect(keyOf({})).toBeUndefined()
  })

  test('it is signed with SHA-256, and with nothing else', () => {
    const bytes = Buffer.from(JSON.stringify(body()))
    const sign = (algorithm: string, secret = 'a-secret-of-tests') => ({
      'x-hub-signature': `${algorithm}=${createHmac(algorithm, secret).update(bytes).digest('hex')}`,
    })
    expect(check({ headers: sign('sha256'), body: bytes })).toEqual({ ok: true })
    for (const given of [
      { headers: sign('sha256'), body: Buffer.concat([bytes, Buffer.from(' ')]) },
      { headers: sign('sha256', 'another-secret'), body: bytes },
      { headers: sign('sha1'), body: bytes },
      { headers: {}, body: bytes },
    ])
      expect(check(given).ok).toBe(false)
  })

  keepsItsPromises('jira', [
    body({ ...DONE, priority: { name: 'High' }, components: [{ name: 'x' }], labels: ['y'] }),
    body({}, { ...changedBy({ field: 'status', fromString: 'x' }), comment: { body: 'x' } }),
  ])
  firesAndIsResolved('jira')
})
