import { parseXml } from '@rgrove/parse-xml'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request } = senderOf('salesforce')

const field = ([name, value]: [string, string]) => `<sf:${name}>${value}</sf:${name}>`
const notification = (fields: Record<string, string>, id: string, type = 'Case') =>
  `<Notification><Id>${id}</Id><sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${Object.entries(fields).map(field).join('')}</sObject></Notification>`
const message = (...notifications: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D000000000001EAA</OrganizationId><SessionId xsi:nil="true"/><EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/64.0/00D</EnterpriseUrl>${notifications.join('')}</notifications></e:Body></e:Envelope>`
const CASE = { Id: '500000000000001AAA', Subject: 'Checkout &amp; cart fail', Priority: 'Critical' }
const OTHER = { Id: '500000000000002AAA', Status: 'Working' }

const key = (body: unknown) => reader.deliveryKey(request(body))

describe('Salesforce', () => {
  const told = [
    {
      fingerprint: '500000000000001AAA',
      state: 'firing',
      title: 'Checkout fails with 502',
      severity: 'high',
      startsAt: timeOf('2026-11-20T10:00:00Z'),
      labels: { case: '00001026', status: 'New' },
      links: [{ url: 'https://acme.my.salesforce.com/500000000000001AAA' }],
    },
  ]
  readsItsPayloads('salesforce', ['salesforce'], {
    outbound_message_case: { signals: told },
    flow_http_callout_case: { signals: told },
  })

  test('each record of a message is a signal of its own', () => {
    const { signals } = read(message(notification(CASE, '04l1'), notification(OTHER, '04l2')))
    expect(signals).toMatchObject([
      { title: 'Checkout & cart fail', severity: 'critical', startsAt: NOW },
      { title: 'Salesforce case 500000000000002AAA', severity: undefined },
    ])
  })

  test('closed is what the organisation calls closed, else what the word says', () => {
    const stateOf = (fields: Record<string, string>) =>
      read(message(notification({ ...CASE, ...fields }, '04l1'))).signals[0]
    expect(
      stateOf({ IsClosed: 'true', Status: 'Done', ClosedDate: '2026-11-20T11:00:00.000Z' }),
    ).toMatchObject({
      fingerprint: CASE.Id,
      state: 'resolved',
      endsAt: timeOf('2026-11-20T11:00:00Z'),
    })
    expect(stateOf({ IsClosed: 'false', Status: 'Closed for lunch' })?.state).toBe('firing')
    expect(stateOf({ Status: 'Closed' })?.state).toBe('resolved')
    expect(read({ id: CASE.Id, isClosed: true }).signals[0]?.state).toBe('resolved')
  })

  test('only the organisation of the settings may send, by the 15 characters that count', () => {
    const body = message(notification(CASE, '04l1'))
    for (const account of ['', '00D000000000001EAA', '00D000000000001'])
      expect(read(body, { settings: { account } }).signals).toHaveLength(1)
    const settings = { account: '00D000000000002' }
    expect(() => read(body, { settings })).toThrow(/is from organisation 00D000000000001EAA/)
    expect(() => read({ id: CASE.Id }, { settings })).toThrow(/names no organisation/)
  })

  test('what is no case is ignored in words', () => {
    const account = notification({ Id: '001', Name: 'Acme' }, '04l1', 'Account')
    expect(read(message(account))).toEqual({
      signals: [],
      ignored: 'Account is no case and no incident',
    })
    expect(read(message()).ignored).toMatch(/no case/)
  })

  test('a repeat is known by the ids of its notifications', () => {
    expect(key(message(notification(CASE, '04l1')))).toBe('04l1')
    const both = key(message(notification(CASE, '04l1'), notification(OTHER, '04l2')))
    expect(both).toMatch(/^[0-9a-f]{64}$/)
    expect(both).not.toBe(key(message(notification(CASE, '04l1'), notification(OTHER, '04l3'))))
    expect([key('<no'), key(message()), key({ id: '500' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('a message is answered with the acknowledgement that it wants, a flow with JSON', () => {
    const { contentType, body } = reader.reply!(request(message()))
    expect(contentType).toBe('text/xml; charset=utf-8')
    expect(parseXml(body).root?.text.trim()).toBe('true')
    expect(body).toContain(
      '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">',
    )
    expect(JSON.parse(reader.reply!(request({ id: '500' })).body)).toEqual({ status: 'accepted' })
  })

  test('XML and JSON are taken, and nothing else', () => {
    const accepted = [
      'text/xml',
      'application/xml',
      'application/soap+xml',
      'application/json',
      'text/html',
    ]
    expect(accepted.map((type) => reader.accepts(type, {}))).toEqual([
      'text',
      'text',
      'text',
      'json',
      undefined,
    ])
  })

  test('hostile XML is refused in words: no entity is opened, and depth is no danger', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY f SYSTEM "file:///etc/passwd">]>`
    const opened = message(notification({ ...CASE, Subject: '&f;' }, '04l1'))
    for (const body of [
      '',
      'text',
      '<a/>',
      `${bomb}<a>&b;</a>`,
      opened.replace(/^<\?xml.*\?>/, bomb),
      '<a>'.repeat(100) + '</a>'.repeat(100),
      '<a>'.repeat(200_000),
      message('<Notification/>'),
      message(notification({ Subject: 'without an id' }, '04l1')),
    ])
      expect(() => read(body)).toThrow(Unreadable)
  })

  keepsItsPromises('salesforce', [
    { id: '500', caseNumber: '1', subject: 'x', priority: 'High', createdDate: 'y', url: 'z' },
  ])
  firesAndIsResolved('salesforce')
})
