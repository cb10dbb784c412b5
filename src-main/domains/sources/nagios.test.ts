import { expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read, keyOf } = senderOf('nagios')
const told = (NOTIFICATIONTYPE: string, parts: object = {}) => ({
  NOTIFICATIONTYPE,
  HOSTNAME: 'web01',
  HOSTSTATE: 'UP',
  SERVICEDESC: 'HTTP',
  SERVICESTATE: 'CRITICAL',
  SERVICEOUTPUT: 'Socket timeout',
  SERVICEPROBLEMID: '812',
  SERVICENOTIFICATIONID: '99121',
  TIMET: '1763632800',
  ...parts,
})

readsItsPayloads('nagios', ['nagios'], {
  host_problem: [
    '5982c500… | firing | critical | web01 is DOWN | - | web01 | 2025-11-20T10:00:00Z',
  ],
  service_problem: [
    '35be936e… | firing | critical | HTTP on web01 is CRITICAL | HTTP | web01 | 2025-11-20T10:00:00Z',
  ],
  service_recovery: [
    '35be936e… | resolved | info | HTTP on web01 is OK | HTTP | web01 | 2025-11-20T10:20:00Z | 2025-11-20T10:20:00Z',
  ],
})

test('a recovery is about what was wrong, though its problem number is 0 then', () => {
  const [wrong] = read(told('PROBLEM')).signals
  const [right] = read(
    told('RECOVERY', { SERVICESTATE: 'OK', SERVICEPROBLEMID: '0', LASTSERVICEPROBLEMID: '812' }),
  ).signals
  expect([right!.state, right!.fingerprint]).toEqual(['resolved', wrong!.fingerprint])
  expect([wrong!.labels['problem'], right!.labels['problem']]).toEqual(['812', '812'])
  const [other] = read(told('PROBLEM', { HOSTNAME: 'web02' })).signals
  const [host] = read(
    told('PROBLEM', { SERVICEDESC: '', HOSTSTATE: 'UNREACHABLE', HOSTOUTPUT: 'no route' }),
  ).signals
  expect(new Set([wrong, other, host].map((each) => each!.fingerprint)).size).toBe(3)
  expect(host).toMatchObject({ severity: 'high', description: 'no route', service: undefined })
})

test.each([
  ['DOWN', 'critical'],
  ['UNREACHABLE', 'high'],
])('a host that is %s is %s', (HOSTSTATE, severity) => {
  expect(read(told('PROBLEM', { SERVICEDESC: '', HOSTSTATE })).signals).toMatchObject([
    { severity },
  ])
})

test('a person acknowledges, with words', () => {
  const ack = told('ACKNOWLEDGEMENT', { NOTIFICATIONAUTHOR: 'ada', NOTIFICATIONCOMMENT: 'on it' })
  expect(read(ack).signals).toMatchObject([
    { state: 'acknowledged', actor: 'ada', note: 'Acknowledged: on it' },
  ])
})

test.each([
  ['FLAPPINGSTART', 'It flaps'],
  ['FLAPPINGSTOP', 'It flaps no longer'],
  ['DOWNTIMESTART', 'has begun'],
  ['DOWNTIMEEND', 'has ended'],
  ['DOWNTIMECANCELLED', 'has ended'],
  ['CUSTOM', 'sent by hand'],
  ['FlappingEnd', 'It flaps no longer'],
])('%s opens nothing, but is said', (type, words) => {
  expect(read(told(type)).signals).toMatchObject([
    { state: 'noted', note: expect.stringContaining(words) as string },
  ])
})

test('macros that were not replaced, or have line breaks as Nagios writes them, are understood', () => {
  const [signal] = read(
    told('PROBLEM', {
      HOSTALIAS: '$HOSTALIAS$',
      LONGSERVICEOUTPUT: String.raw`one\ntwo`,
      SERVICEPROBLEMID: '$SERVICEPROBLEMID$',
    }),
  ).signals
  expect(signal!.labels).not.toHaveProperty('alias')
  expect(signal!.labels).not.toHaveProperty('problem')
  expect(signal!.description).toBe('Socket timeout\none\ntwo')
})

const key = (parts: object) => keyOf(told('PROBLEM', parts))

test('a notification has one key for all its contacts; Icinga numbers none', () => {
  expect(key({ TIMET: '1763632801' })).toBe(key({}))
  expect(key({ SERVICENOTIFICATIONID: '99122' })).not.toBe(key({}))
  expect(key({ SERVICENOTIFICATIONID: '0' })).toBeUndefined()
})

test.each([[{}], [null], [[]], ['x'], [{ HOSTNAME: 'a' }]])(
  '%j is not from our command',
  (body) => {
    expect(() => read(body)).toThrow(Unreadable)
  },
)

firesAndIsResolved('nagios')

keepsItsPromises('nagios', [told('PROBLEM'), told('ACKNOWLEDGEMENT', { NOTIFICATIONCOMMENT: 'x' })])
