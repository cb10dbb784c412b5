import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request, check } = senderOf('intercom')

const AT = NOW - 3_600_000
const notification = (topic: string, item: object, more: object = {}) => ({
  type: 'notification_event',
  app_id: 'i6wc9ipe',
  id: 'notif_4e3504a3',
  topic,
  created_at: AT / 1000,
  data: { type: 'notification_event_data', item },
  ...more,
})
const CONVERSATION = {
  type: 'conversation',
  id: '123456789',
  created_at: AT / 1000 - 600,
  state: 'open',
  priority: 'priority',
  source: {
    type: 'email',
    subject: '<p>Checkout fails</p>',
    body: '<p>It says &quot;502&quot;</p><p>since noon &amp; before</p>',
    author: { type: 'user', name: 'Kim', email: 'kim@example.com' },
  },
  tags: { tags: [{ name: 'vip' }] },
}
const TICKET = {
  type: 'ticket',
  id: '215468',
  ticket_id: '42',
  created_at: String(AT / 1000 - 600),
  ticket_attributes: { _default_title_: 'Printer', _default_description_: 'It burns' },
  ticket_state: { category: 'submitted', internal_label: 'New' },
  contacts: { contacts: [{ id: '1', name: 'Lee' }] },
}
const part = (body: string) => ({
  conversation_parts: {
    conversation_parts: [{ body: 'older' }, { body, author: { type: 'admin', name: 'Ann' } }],
  },
})

const keyOf = (more: object) => reader.deliveryKey(request(notification('ping', {}, more)))

describe('Intercom', () => {
  readsItsPayloads('intercom', ['intercom'], {
    zulip_ping: { signals: [], ignored: 'Intercom tries the address: it works' },
  })

  test('a conversation is read with all it says, and its HTML is words', () => {
    expect(read(notification('conversation.user.created', CONVERSATION)).signals).toEqual([
      {
        fingerprint: '123456789',
        state: 'firing',
        title: 'Checkout fails',
        description: 'It says "502"\nsince noon & before',
        severity: 'high',
        service: undefined,
        host: undefined,
        labels: { state: 'open', requester: 'Kim', channel: 'email', tags: 'vip' },
        annotations: {},
        links: [
          {
            title: 'Conversation',
            url: 'https://app.intercom.com/a/apps/i6wc9ipe/conversations/123456789',
          },
        ],
        startsAt: AT - 600_000,
        endsAt: undefined,
        actor: 'Kim',
      },
    ])
  })

  test('closed is resolved, and open again is a new episode of the same', () => {
    const closed = { ...CONVERSATION, state: 'closed' }
    expect(read(notification('conversation.admin.closed', closed)).signals).toMatchObject([
      { fingerprint: '123456789', state: 'resolved', endsAt: AT },
    ])
    const again = { ...CONVERSATION, statistics: { last_close_at: AT / 1000 - 60 } }
    expect(read(notification('conversation.admin.opened', again)).signals).toMatchObject([
      { fingerprint: '123456789', state: 'firing', startsAt: AT },
    ])
  })

  test('a ticket goes by its state, as an object or as a word', () => {
    const stateOf = (ticket_state: unknown) =>
      read(notification('ticket.state.updated', { ...TICKET, ticket_state })).signals[0]
    expect(stateOf({ category: 'in_progress' })).toMatchObject({
      fingerprint: '215468',
      state: 'firing',
      title: 'Printer',
      description: 'It burns',
      labels: { ticket: '42', requester: 'Lee' },
      startsAt: AT - 600_000,
    })
    expect(stateOf({ category: 'resolved' })?.state).toBe('resolved')
    expect(stateOf('resolved')?.state).toBe('resolved')
    expect(read(notification('ticket.closed', TICKET)).signals[0]?.state).toBe('resolved')
  })

  test('what is said is a note of who said it', () => {
    const item = { ...CONVERSATION, ...part('<p>We are <b>on it</b></p>') }
    for (const topic of ['conversation.admin.replied', 'conversation.admin.noted'])
      expect(read(notification(topic, item)).signals).toMatchObject([
        { state: 'noted', note: 'We are on it', actor: 'Ann', startsAt: AT },
      ])
    const inside = { type: 'ticket_part', body: 'seen', author: { name: 'Bo' }, ticket: TICKET }
    expect(read(notification('ticket.note.created', inside)).signals).toMatchObject([
      { fingerprint: '215468', state: 'noted', note: 'seen', actor: 'Bo' },
    ])
    const [still, reply] = read(notification('conversation.user.replied', item)).signals
    expect([still?.state, reply?.state]).toEqual(['firing', 'noted'])
  })

  test('what was deleted did not recover, and other topics are ignored in words', () => {
    expect(
      read(notification('conversation.deleted', { type: 'conversation', id: '1' })).signals,
    ).toMatchObject([{ state: 'resolved', withdrawn: 'it was deleted at Intercom' }])
    expect(read(notification('contact.created', {})).ignored).toMatch(/^contact.created changes/)
    expect(() => read(notification('ticket.created', {}))).toThrow(Unreadable)
    expect(() => read({ hello: 1 })).toThrow(Unreadable)
  })

  test('a retry is known by its id, which a ping has not', () => {
    expect([keyOf({}), keyOf({ id: null })]).toEqual(['notif_4e3504a3', undefined])
  })

  test('it is signed with SHA-1, and with nothing else', () => {
    const body = Buffer.from(JSON.stringify(notification('ping', {})))
    const sign = (algorithm: string, key = 'a-secret-of-tests') => ({
      'x-hub-signature': `${algorithm}=${createHmac(algorithm, key).update(body).digest('hex')}`,
    })
    expect(check({ headers: sign('sha1'), body })).toEqual({ ok: true })
    for (const given of [
      { headers: sign('sha1'), body: Buffer.concat([body, Buffer.from(' ')]) },
      { headers: sign('sha1', 'another-secret'), body },
      { headers: sign('sha256'), body },
      { headers: {}, body },
    ])
      expect(check(given).ok).toBe(false)
  })

  keepsItsPromises('intercom', [
    notification('conversation.user.replied', { ...CONVERSATION, ...part('x') }),
    notification('ticket.state.updated', TICKET),
    notification('ticket.note.created', { type: 'ticket_part', body: 'x', ticket: TICKET }),
  ])
  firesAndIsResolved('intercom')
})
