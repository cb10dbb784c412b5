import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request, check } = senderOf('zendesk')

const event = (name: string, more: { detail?: object; event?: object } = {}) => ({
  type: `zen:event-type:ticket.${name}`,
  account_id: 22129848,
  id: 'd4f5c389-8f4a-4c2e-a1b9-8e4f39c71d52',
  time: '2026-11-20T10:25:30.123456789Z',
  zendesk_event_version: '2022-11-06',
  subject: 'zen:ticket:5158',
  detail: {
    id: '5158',
    subject: 'Cannot log in',
    status: 'OPEN',
    priority: 'HIGH',
    description: 'It says 502',
    requester_id: '8447388090494',
    organization_id: '0',
    tags: ['vip', 'mobile'],
    via: { channel: 'web' },
    created_at: '2026-11-20T10:12:07Z',
    updated_at: '2026-11-20T10:25:30Z',
    ...more.detail,
  },
  event: more.event ?? {},
})
const AT = timeOf('2026-11-20T10:25:30.123Z')

const statusOf = (previous: unknown, current: unknown) =>
  read(event('status_changed', { event: { previous, current } })).signals[0]

describe('Zendesk', () => {
  readsItsPayloads('zendesk', ['zendesk'], {
    prismatic_ticket_created: {
      signals: [
        { fingerprint: '35436', state: 'firing', startsAt: timeOf('2024-04-17T17:18:10Z') },
      ],
    },
  })

  test('a ticket is read with all it says, and links to the account of the settings', () => {
    const { signals } = read(event('created'), {
      settings: { baseUrl: 'https://acme.zendesk.com/' },
    })
    expect(signals).toEqual([
      {
        fingerprint: '5158',
        state: 'firing',
        title: 'Cannot log in',
        description: 'It says 502',
        severity: 'high',
        service: undefined,
        host: undefined,
        labels: {
          ticket: '5158',
          status: 'open',
          requester: '8447388090494',
          channel: 'web',
          tags: 'vip, mobile',
        },
        annotations: {},
        links: [{ title: 'Ticket', url: 'https://acme.zendesk.com/agent/tickets/5158' }],
        startsAt: timeOf('2026-11-20T10:12:07Z'),
        endsAt: undefined,
      },
    ])
  })

  test('solved is resolved, and open again is a new episode of the same', () => {
    expect(statusOf('OPEN', 'SOLVED')).toMatchObject({
      fingerprint: '5158',
      state: 'resolved',
      endsAt: AT,
    })
    expect(statusOf({ status: 'Open' }, { status: 'Closed' })).toMatchObject({ state: 'resolved' })
    expect(statusOf('SOLVED', 'open')).toMatchObject({ state: 'firing', startsAt: AT })
    expect(statusOf('new', 'pending')).toMatchObject({
      state: 'firing',
      startsAt: timeOf('2026-11-20T10:12:07Z'),
    })
  })

  test('a comment is a note with its author, and says when it is internal', () => {
    const comment = { body: 'We look at it.', is_public: false, author: { id: 1, name: 'Ann' } }
    const [said] = read(event('comment_added', { event: { comment } })).signals
    expect(said).toMatchObject({ state: 'noted', note: 'Internal: We look at it.', actor: 'Ann' })
  })

  test('a ticket that was merged, deleted or spam did not recover', () => {
    for (const name of ['merged', 'soft_deleted', 'permanently_deleted', 'marked_as_spam'])
      expect(read(event(name)).signals[0]).toMatchObject({
        state: 'resolved',
        withdrawn: expect.stringContaining('Zendesk') as string,
      })
  })

  test('what changes nothing here is ignored in words', () => {
    expect(read(event('followers_changed'))).toEqual({
      signals: [],
      ignored: 'ticket.followers_changed changes nothing that is followed here',
    })
    expect(read({ type: 'zen:event-type:user.created' }).ignored).toMatch(
      /something else than tickets/,
    )
  })

  test('what an administrator wrote is read, flat or below `ticket`, with its comment', () => {
    const ticket = {
      id: 7,
      title: 'VPN is down',
      status: 'Open',
      priority: 'Urgent',
      requester: 'Bo',
      url: 'acme.zendesk.com/agent/tickets/7',
      comment: 'still down',
      actor: 'Bo',
      created_at: '2026-11-20T09:00Z',
      updated_at: '2026-11-20T09:30Z',
    }
    for (const body of [ticket, { ticket }])
      expect(read(body).signals).toMatchObject([
        {
          fingerprint: '7',
          state: 'firing',
          severity: 'critical',
          actor: 'Bo',
          labels: { requester: 'Bo' },
          links: [{ url: 'https://acme.zendesk.com/agent/tickets/7' }],
          startsAt: timeOf('2026-11-20T09:00Z'),
        },
        { state: 'noted', note: 'still down', startsAt: timeOf('2026-11-20T09:30Z') },
      ])
    expect(read({ ticket_id: '7', status: 'Solved' }).signals[0]).toMatchObject({
      fingerprint: '7',
      state: 'resolved',
    })
    expect(() => read({ status: 'open' })).toThrow(Unreadable)
  })

  test('a retry is known by the id of the event, or of the invocation', () => {
    expect(reader.deliveryKey(request(event('created')))).toBe(event('').id)
    const headers = { 'x-zendesk-webhook-invocation-id': '01GK8E' }
    expect(reader.deliveryKey(request({ id: 7 }, { headers }))).toBe('01GK8E')
    expect(reader.deliveryKey(request({ id: 7 }))).toBeUndefined()
  })

  test('it is signed over the timestamp and the body, with nothing between', () => {
    const time = new Date(NOW).toISOString()
    const body = Buffer.from(JSON.stringify(event('created')))
    const sign = (at: string, key = 'a-secret-of-tests') => ({
      'x-zendesk-webhook-signature': createHmac('sha256', key)
        .update(at + body.toString())
        .digest('base64'),
      'x-zendesk-webhook-signature-timestamp': at,
    })
    expect(check({ headers: sign(time), body })).toEqual({ ok: true })
    const old = new Date(NOW - 301_000).toISOString()
    const { 'x-zendesk-webhook-signature': signature } = sign(time)
    for (const given of [
      { headers: sign(time), body: Buffer.concat([body, Buffer.from(' ')]) },
      { headers: sign(time, 'another-secret'), body },
      { headers: sign(old), body },
      { headers: { 'x-zendesk-webhook-signature': signature }, body },
      { headers: {}, body },
    ])
      expect(check(given).ok).toBe(false)
  })

  keepsItsPromises('zendesk', [
    event('status_changed', { event: { previous: 'OPEN', current: 'SOLVED' } }),
    event('comment_added', { event: { comment: { body: 'x', author: { name: 'y' } } } }),
    { ticket: { id: 7, status: 'open', comment: 'x', tags: ['a'] } },
  ])
  firesAndIsResolved('zendesk')
})
