import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request, check } = senderOf('linear')

const AT = timeOf('2026-11-20T11:00:00Z')
const issue = (data: object = {}, more: object = {}) => ({
  type: 'Issue',
  action: 'update',
  createdAt: '2026-11-20T11:00:00Z',
  webhookTimestamp: NOW,
  actor: { name: 'Ann' },
  url: 'https://linear.app/acme/issue/OPS-7/checkout',
  data: {
    id: '3443a709',
    identifier: 'OPS-7',
    title: 'Checkout fails',
    priority: 2,
    createdAt: '2026-11-20T10:00:00Z',
    state: { name: 'In Progress', type: 'started' },
    ...data,
  },
  ...more,
})
const one = (data: object, more?: object) => read(issue(data, more)).signals[0]!

const told = (signal: object) => ({ signals: [{ state: 'firing', ...signal }] })
const EXPECTED = {
  zulip_issue_create_simple: told({
    fingerprint: 'a4344dc7-7d8d-4b28-a93c-553ac9aba41a',
    title: 'Very small font in tooltip',
    severity: 'info',
    labels: { issue: 'WEB-43', team: 'Webhooks', status: 'Todo' },
    startsAt: timeOf('2023-04-11T09:59:47.094Z'),
  }),
  zulip_issue_update: told({
    fingerprint: '3443a709-f2b5-46f2-a136-a0445fd432be',
    severity: 'critical',
    labels: { issue: 'WEB-44', assignee: 'Satyam Bansal', status: 'In Progress' },
    startsAt: timeOf('2023-04-11T10:10:15.037Z'),
  }),
}

describe('Linear', () => {
  readsItsPayloads('linear', ['linear'], EXPECTED)

  test('completed is resolved, canceled and removed did not recover', () => {
    const completed = {
      state: { name: 'Done', type: 'completed' },
      completedAt: '2026-11-20T10:59:00Z',
    }
    expect(one(completed, { updatedFrom: { stateId: 'x' } })).toMatchObject({
      fingerprint: '3443a709',
      state: 'resolved',
      endsAt: timeOf('2026-11-20T10:59:00Z'),
    })
    expect(one(completed).withdrawn).toBeUndefined()
    expect(one({ state: { name: 'Duplicate', type: 'canceled' } })).toMatchObject({
      state: 'resolved',
      endsAt: AT,
      withdrawn: 'it was set to Duplicate at Linear',
    })
    expect(one({}, { action: 'remove' })).toMatchObject({
      state: 'resolved',
      withdrawn: 'it was deleted at Linear',
    })
  })

  test('open again is a new episode of the same', () => {
    const created = timeOf('2026-11-20T10:00:00Z')
    expect(one({}, { updatedFrom: { completedAt: '2026-11-20T10:30:00Z' } }).startsAt).toBe(AT)
    expect(one({}, { updatedFrom: { priority: 1 } }).startsAt).toBe(created)
    expect(one({}, { updatedFrom: { completedAt: null, stateId: 'x' } }).startsAt).toBe(created)
  })

  test('its place on a board and other types are ignored in words', () => {
    expect(read(issue({}, { updatedFrom: { sortOrder: 1, updatedAt: 'x' } })).ignored).toBe(
      'sortOrder, updatedAt changed, which is not followed here',
    )
    expect(read({ type: 'Cycle', action: 'create', data: {} }).ignored).toMatch(/^Cycle create/)
    expect(() => read({ type: 'Issue', action: 'create' })).toThrow(Unreadable)
    expect(() => read({})).toThrow(Unreadable)
  })

  test('a comment is a note with its author', () => {
    const data = {
      id: 'c1',
      issueId: '3443a709',
      body: 'on it',
      user: { name: 'Bo' },
      createdAt: '2026-11-20T11:00:00Z',
    }
    expect(read({ type: 'Comment', action: 'create', data }).signals).toMatchObject([
      { fingerprint: '3443a709', state: 'noted', note: 'on it', actor: 'Bo', startsAt: AT },
    ])
    const other = { id: 'c2', projectUpdateId: 'p' }
    expect(read({ type: 'Comment', action: 'create', data: other }).ignored).toMatch(/else/)
  })

  test('a retry is known by its delivery', () => {
    const headers = { 'linear-delivery': '234d1a4e' }
    expect(reader.deliveryKey(request(issue(), { headers }))).toBe('234d1a4e')
  })

  test('the vector verifies within a minute of the time in its body', () => {
    const body = Buffer.from('{"action":"create","type":"Issue","webhookTimestamp":1763632800000}')
    const headers = {
      'linear-signature': 'd002c8c830b01eaee4657841bc21a2ff5ca8c50385ab44aa5e6669b4b412b6e2',
    }
    const secrets = ['opdesk-test-secret']
    const now = 1763632800000
    expect(check({ headers, body, secrets, now })).toEqual({ ok: true })
    for (const given of [
      { headers, body, secrets, now: now + 61_000 },
      { headers, body, secrets, now: now - 61_000 },
      // An unsigned header cannot make it new again.
      { headers: { ...headers, 'linear-timestamp': String(NOW) }, body, secrets, now: NOW },
      { headers, body: Buffer.concat([body, Buffer.from(' ')]), secrets, now },
      { headers, body, secrets: ['another-secret'], now },
      { headers: {}, body, secrets, now },
    ])
      expect(check(given).ok).toBe(false)
  })

  test('without a time in the body the header counts, and without both it is refused', () => {
    const body = Buffer.from('{"type":"Issue"}')
    const signature = createHmac('sha256', 'a-secret-of-tests').update(body).digest('hex')
    const headers = { 'linear-signature': signature }
    expect(check({ headers, body }).ok).toBe(false)
    expect(check({ headers: { ...headers, 'linear-timestamp': String(NOW) }, body }).ok).toBe(true)
  })

  keepsItsPromises('linear', [
    issue({ project: { name: 'x' }, labels: [{ name: 'y' }] }, { updatedFrom: { stateId: 'z' } }),
    issue({ state: { name: 'Done', type: 'completed' } }),
    { type: 'Comment', action: 'create', data: { issueId: '1', body: 'x', user: { name: 'y' } } },
  ])
  firesAndIsResolved('linear')
})
