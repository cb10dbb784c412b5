import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { NOW, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const sender = senderOf('opsgenie')

const CREATED = 1_795_168_800_000
const alert = (parts: object = {}) => ({
  alertId: '052652ac-5d1c-464a-812a-7dd18bbfba8c',
  message: 'Disk is full',
  tags: ['vip', 'db'],
  tinyId: '23',
  entity: 'database',
  alias: 'disk-db-2',
  source: 'monitoring@example.com',
  username: 'ada@example.com',
  createdAt: CREATED,
  updatedAt: (CREATED + 60_000) * 1_000_000 + 110,
  priority: 'P2',
  ...parts,
})
const event = (action: string, parts: object = {}) => ({
  action,
  alert: alert(parts),
  source: { name: 'web', type: 'API' },
  integrationName: 'Webhook',
})
const read = (action: string, parts: object = {}) => sender.read(event(action, parts)).signals[0]!

const key = (action: string, parts: object = {}) => sender.keyOf(event(action, parts))

describe('Opsgenie', () => {
  readsItsPayloads('opsgenie', ['opsgenie'], {
    zulip_close: [
      '052652ac-5d1c-464a-812a-7dd18bbfba8c | resolved | - | test alert | - | - | 2015-01-05T10:03:11.104Z | 2015-01-05T10:06:14.669Z',
    ],
    zulip_create: [
      'ec03dad6-62c8-4c94-b38b-d88f398e900f | firing | medium | another alert | Server | - | 2017-08-14T11:25:56.288Z',
    ],
  })

  test('a new alert is read with all it says', () => {
    const details = { host: 'db-2:5432', region: 'eu' }
    expect(read('Create', { details, description: '98 %' })).toEqual({
      fingerprint: '052652ac-5d1c-464a-812a-7dd18bbfba8c',
      state: 'firing',
      title: 'Disk is full',
      description: '98 %',
      severity: 'high',
      service: 'database',
      host: 'db-2',
      labels: {
        host: 'db-2:5432',
        region: 'eu',
        tags: 'vip, db',
        entity: 'database',
        alias: 'disk-db-2',
        source: 'monitoring@example.com',
        number: '23',
        integration: 'Webhook',
      },
      annotations: {},
      links: [],
      startsAt: CREATED,
      endsAt: undefined,
    })
  })

  test.each([
    ['Acknowledge', {}, 'acknowledged', undefined],
    ['UnAcknowledge', {}, 'firing', 'UnAcknowledge in Opsgenie'],
    ['Close', {}, 'resolved', undefined],
    ['Close', { note: 'Disk was grown' }, 'resolved', 'Disk was grown'],
    ['Delete', {}, 'resolved', undefined],
    ['AddNote', { note: 'Looking at it' }, 'noted', 'Looking at it'],
    ['AssignOwnership', { owner: 'ben@example.com' }, 'noted', 'Assigned to ben@example.com'],
    ['TakeOwnership', {}, 'noted', 'TakeOwnership in Opsgenie'],
    ['AddTags', { addedTags: 'a,b' }, 'noted', 'Tags added: a,b'],
    ['RemoveTags', { removedTags: ['a'] }, 'noted', 'Tags removed: a'],
    ['AddTeam', { team: 'DBA' }, 'noted', 'Team added: DBA'],
    ['UpdatePriority', { priority: 'P1' }, 'firing', 'Priority in Opsgenie: P1'],
    ['Restart the pod', {}, 'noted', 'Restart the pod in Opsgenie'],
  ])('%s %j is %s', (action, parts, state, note) => {
    const signal = read(action, parts)
    expect([signal.state, signal.note]).toEqual([state, note])
    expect(signal.fingerprint).toBe(read('Create').fingerprint)
    expect(signal.actor).toBe(state === 'firing' ? undefined : 'ada@example.com')
    expect(signal.withdrawn).toBe(action === 'Delete' ? 'it was deleted in Opsgenie' : undefined)
  })

  test('an escalation carries nothing but the id, and is a note', () => {
    const body = { action: 'Escalate', alert: { alertId: '052652ac-5d1c-464a-812a-7dd18bbfba8c' } }
    expect(sender.read(body).signals).toMatchObject([
      {
        fingerprint: read('Create').fingerprint,
        state: 'noted',
        title: '',
        note: 'Escalate in Opsgenie',
      },
    ])
    expect(sender.keyOf(body)).toBeUndefined()
  })

  test('nanoseconds above 2^53 are still the right millisecond', () => {
    const [signal] = sender.read(
      JSON.parse(
        '{"action":"Close","alert":{"alertId":"a","createdAt":1502709956288,"updatedAt":1502709956299000110}}',
      ),
    ).signals
    expect([signal!.startsAt, signal!.endsAt]).toEqual([1_502_709_956_288, 1_502_709_956_299])
    expect(read('Close', { updatedAt: null }).endsAt).toBe(NOW)
  })

  test.each([
    ['P1', 'critical'],
    [1, 'critical'],
    ['P3', 'medium'],
    [5, 'info'],
    [undefined, undefined],
    [9, undefined],
  ])('priority %j is %j', (priority, severity) => {
    expect(read('Create', { priority }).severity).toBe(severity)
  })

  test('its pages are linked once an operator says where they are', () => {
    const { signals } = sender.read(event('Create'), {
      settings: { baseUrl: 'https://acme.app.opsgenie.com/' },
    })
    expect(signals[0]!.links).toEqual([
      {
        title: 'Opsgenie',
        url: 'https://acme.app.opsgenie.com/alert/detail/052652ac-5d1c-464a-812a-7dd18bbfba8c/details',
      },
    ])
  })

  test('a retry has the same key, and the next thing that is done another', () => {
    expect(key('Close')).toBe(key('Close'))
    expect(key('Close')).not.toBe(key('Create'))
    expect(key('AddNote', { note: 'a' })).not.toBe(key('AddNote', { note: 'b' }))
  })

  test.each([
    [{}],
    [null],
    [{ action: 'Create' }],
    [{ action: {}, alert: { alertId: 'a' } }],
    [{ alert: alert() }],
  ])('%j is refused', (body) => {
    expect(() => sender.read(body)).toThrow(Unreadable)
  })

  firesAndIsResolved('opsgenie', TEST_ALERT)

  keepsItsPromises('opsgenie', [
    event('Create', { details: { host: 'a' } }),
    event('Close'),
    event('AddTags', { addedTags: 'a' }),
    event('UpdatePriority'),
  ])
})
