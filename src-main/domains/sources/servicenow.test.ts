import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request } = senderOf('servicenow')

const INCIDENT = {
  table: 'incident',
  operation: 'update',
  sys_id: '1c741bd70b2322007518478d83673af3',
  number: 'INC0010023',
  short_description: 'Checkout fails with 502',
  priority: '1',
  state: '2',
  cmdb_ci: { display_value: 'checkout', link: 'https://x.example/1' },
  caller_id: { link: 'https://x.example/2', value: '681ccaf9c0a8016400b98a06818d57c7' },
  opened_at: '2026-11-20 10:00:00',
  sys_updated_on: '2026-11-20 11:00:00',
}
const one = (more: object) => read({ ...INCIDENT, ...more }).signals[0]!

const told = (signal: object) => ({ signals: [{ fingerprint: INCIDENT.sys_id, ...signal }] })
const EXPECTED = {
  port_docs_incident_table_record: told({
    state: 'resolved',
    title: 'Unable to connect to email',
    severity: 'medium',
    service: undefined, // only references, and an id is no name
    startsAt: timeOf('2016-12-12T15:19:57Z'), // UTC, though nothing says so
    endsAt: timeOf('2016-12-13T21:43:14Z'),
    labels: { number: 'INC0000060', state: '7', category: 'inquiry', table: 'incident' },
  }),
  business_rule_incident: told({
    state: 'firing',
    title: 'Checkout fails with 502',
    severity: 'critical',
    service: 'checkout',
    startsAt: timeOf('2026-11-20T10:00:00Z'),
    links: [{ url: expect.stringContaining('acme.service-now.com') as string }],
  }),
}

describe('ServiceNow', () => {
  readsItsPayloads('servicenow', ['servicenow'], EXPECTED)

  test('a reference shows its name, or nothing', () => {
    const { service, labels, actor } = one({})
    expect({ service, labels, actor }).toEqual({
      service: 'checkout',
      labels: { number: 'INC0010023', state: '2', cmdb_ci: 'checkout', table: 'incident' },
      actor: undefined,
    })
    expect(one({ caller_id: 'Kim' })).toMatchObject({ actor: 'Kim', labels: { requester: 'Kim' } })
  })

  test.each([
    [{ state: '1' }, 'firing', undefined],
    [{ state: 'On Hold' }, 'firing', undefined],
    [{ state: 6, resolved_at: '2026-11-20 10:30:00' }, 'resolved', undefined],
    [{ state: { display_value: 'Closed', value: '7' } }, 'resolved', undefined],
    [{ state: '8' }, 'resolved', 'it was canceled at ServiceNow'],
    [{ state: 'Canceled' }, 'resolved', 'it was canceled at ServiceNow'],
    [{ operation: 'delete' }, 'resolved', 'it was deleted at ServiceNow'],
    [{ table: 'sc_task', state: '3', active: 'false' }, 'resolved', undefined],
    [{ table: 'problem', state: '7', active: 'true' }, 'firing', undefined],
  ])('%j is %s', (more, state, withdrawn) => {
    expect(one(more)).toMatchObject({ fingerprint: INCIDENT.sys_id, state })
    expect(one(more).withdrawn).toBe(withdrawn)
  })

  test.each([
    ['1', 'critical'],
    [2, 'high'],
    ['3 - Moderate', 'medium'],
    [{ value: '4', display_value: '4 - Low' }, 'low'],
    ['5 - Planning', 'info'],
    ['High', 'high'],
    ['', undefined],
  ])('priority %j is %s', (priority, severity) => {
    expect(one({ priority }).severity).toBe(severity)
  })

  test('opened again is a new episode', () => {
    expect(one({ reopened_time: '2026-11-20 10:45:00' }).startsAt).toBe(
      timeOf('2026-11-20T10:45:00Z'),
    )
  })

  test('comments and work notes are notes beside the state', () => {
    const { signals } = read({
      ...INCIDENT,
      comments: 'any news?',
      work_notes: 'disk',
      comment_by: 'Kim',
    })
    expect(signals.map(({ state, note, actor }) => [state, note, actor])).toEqual([
      ['firing', undefined, undefined],
      ['noted', 'any news?', 'Kim'],
      ['noted', 'disk', 'Kim'],
    ])
  })

  test('records of the Table API may come in a list, and link by the address of the settings', () => {
    const settings = { baseUrl: 'https://acme.service-now.com/' }
    const { signals } = read({ result: [INCIDENT, { number: 'INC1' }] }, { settings })
    expect(signals.map(({ fingerprint, links }) => [fingerprint, links[0]?.url])).toEqual([
      [
        INCIDENT.sys_id,
        `https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D${INCIDENT.sys_id}`,
      ],
      ['INC1', undefined],
    ])
    expect(read({ result: [] }).ignored).toBe('the list of records is empty')
    expect(() => read({ short_description: 'x' })).toThrow(Unreadable)
    expect(reader.deliveryKey(request(INCIDENT))).toBeUndefined()
    expect(one({ opened_at: 'soon', sys_updated_on: '' }).startsAt).toBe(NOW)
  })

  keepsItsPromises('servicenow', [{ ...INCIDENT, comments: 'x' }, { result: [INCIDENT] }])
  firesAndIsResolved('servicenow')
})
