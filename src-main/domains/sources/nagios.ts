import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { toEpoch } from './times'
import {
  entryOf,
  fingerprintOf,
  firstLine,
  isObject,
  lineAt,
  toHost,
  toLabels,
  toLine,
  toLinks,
  toText,
  valueAt,
} from './values'

/**
 * Nagios and Icinga have no webhook: the notification command of our set-up page posts their macros as JSON under their own
 * names. https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html
 * A host or service is one thing that can be wrong. Problem numbers are labels only: Icinga has none, and a recovery that
 * got lost would leave the old number's ticket open beside the next one's.
 */
export const nagios: SourceReader = {
  kind: 'nagios',
  accepts: acceptsJson,
  // One notification is sent once for each contact, under one number.
  deliveryKey: ({ body }) => {
    const number = idAt(body, 'SERVICENOTIFICATIONID') || idAt(body, 'HOSTNOTIFICATIONID')
    if (number === '') return undefined
    const keys = [
      'HOSTNAME',
      'SERVICEDESC',
      'NOTIFICATIONTYPE',
      'SERVICEPROBLEMID',
      'HOSTPROBLEMID',
    ]
    return fingerprintOf([number, ...keys.map((key) => lineAt(body, key))])
  },
  read,
  example,
}

/** A macro without a value arrives empty, as 0 or by its own name between dollar signs. */
function idAt(body: unknown, key: string): string {
  const id = textAt(body, key)
  return id === '0' ? '' : id
}

function textAt(body: unknown, key: string): string {
  const text = lineAt(body, key)
  return /^\$[A-Za-z_:.]+\$$/.test(text) ? '' : text
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  DOWN: 'critical',
  CRITICAL: 'critical',
  UNREACHABLE: 'high',
  WARNING: 'medium',
  UNKNOWN: 'medium',
  UP: 'info',
  OK: 'info',
}

function read({ body, receivedAt }: SourceRequest): Reading {
  const host = textAt(body, 'HOSTNAME')
  const type = textAt(body, 'NOTIFICATIONTYPE')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
  if (!isObject(body) || host === '' || type === '') {
    throw new Unreadable(
      'This is not from the notification command of Quarterdeck: it has no HOSTNAME and NOTIFICATIONTYPE. Install the command' +
        ' of the set-up page of this source; for Nagios also set enable_environment_macros=1 in nagios.cfg.',
    )
  }
  const told = meaningOf(type, stateIn(body), body)
  if (!told) return ignored(`the notification ${type} says nothing about a problem`)
  return { signals: [signalOf(body, host, told, receivedAt)] }
}

/** `OK`, `CRITICAL` … of the service it is about, else of the host. */
const stateIn = (body: unknown) =>
  textAt(body, textAt(body, 'SERVICEDESC') === '' ? 'HOSTSTATE' : 'SERVICESTATE').toUpperCase()

type Told = Pick<SourceSignal, 'state' | 'note' | 'actor'> & { readonly word: string }

function meaningOf(type: string, word: string, body: unknown): Told | undefined {
  if (type === 'PROBLEM') return { state: isWell(word) ? 'resolved' : 'firing', word }
  if (type === 'RECOVERY') return { state: 'resolved', word }
  const words = WORDS.find(([start]) => type.startsWith(start))?.[1]
  if (words === undefined) return undefined
  const comment = firstLine(toText(valueAt(body, 'NOTIFICATIONCOMMENT'), 500))
  const actor = textAt(body, 'NOTIFICATIONAUTHORNAME') || textAt(body, 'NOTIFICATIONAUTHOR')
  return {
    state: type.startsWith('ACK') ? 'acknowledged' : 'noted',
    word,
    note: [words, comment].filter(Boolean).join(': '),
    actor,
  }
}

const isWell = (word: string) => word === 'OK' || word === 'UP'

const WORDS: readonly (readonly [string, string])[] = [
  ['FLAPPINGSTART', 'It flaps: further notifications are held back until it is steady'],
  ['FLAPPING', 'It flaps no longer'],
  ['DOWNTIMESTART', 'A planned downtime has begun'],
  ['DOWNTIME', 'A planned downtime has ended'],
  ['ACK', 'Acknowledged'],
  ['CUSTOM', 'A notification was sent by hand'],
]

function signalOf(body: object, host: string, told: Told, receivedAt: Timestamp): SourceSignal {
  const service = textAt(body, 'SERVICEDESC')
  const subject = service === '' ? 'HOST' : 'SERVICE'
  const { word, ...meaning } = told
  const at = toEpoch(valueAt(body, 'TIMET'), receivedAt) ?? receivedAt
  const output = [`${subject}OUTPUT`, `LONG${subject}OUTPUT`].map((key) => longTextAt(body, key))
  return toSignal({
    fingerprint: fingerprintOf([host, service]),
    ...meaning,
    title: toLine(
      `${service === '' ? host : `${service} on ${host}`} is ${word || 'in no known state'}`,
    ),
    description: output.filter(Boolean).join('\n'),
    severity: entryOf(SEVERITIES, word),
    service: service || undefined,
    host: toHost(host),
    labels: labelsOf(body),
    links: toLinks(
      ['Notes', valueAt(body, `${subject}NOTESURL`)],
      ['Actions', valueAt(body, `${subject}ACTIONURL`)],
    ),
    startsAt: at,
    endsAt: at,
  })
}

/** Nagios writes line breaks of long output as the two characters `\n`. */
function longTextAt(body: unknown, key: string): string {
  return textAt(body, key) === '' ? '' : toText(valueAt(body, key)).replaceAll(String.raw`\n`, '\n')
}

const LABELS: Readonly<Record<string, string>> = {
  host: 'HOSTNAME',
  address: 'HOSTADDRESS',
  alias: 'HOSTALIAS',
  host_state: 'HOSTSTATE',
  host_groups: 'HOSTGROUPNAMES',
  service: 'SERVICEDESC',
  state_type: 'SERVICESTATETYPE',
  attempt: 'SERVICEATTEMPT',
  service_groups: 'SERVICEGROUPNAMES',
}

function labelsOf(body: unknown): Record<string, string> {
  const problem =
    ['SERVICEPROBLEMID', 'LASTSERVICEPROBLEMID', 'HOSTPROBLEMID', 'LASTHOSTPROBLEMID']
      .map((key) => idAt(body, key))
      .find((id) => id !== '') ?? ''
  const labels = Object.entries(LABELS).map(([name, key]) => [name, textAt(body, key)])
  return toLabels({ ...Object.fromEntries(labels), problem })
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    NOTIFICATIONTYPE: status === 'firing' ? 'PROBLEM' : 'RECOVERY',
    HOSTNAME: 'quarterdeck',
    HOSTSTATE: 'UP',
    SERVICEDESC: 'Test service from Quarterdeck',
    SERVICESTATE: status === 'firing' ? 'WARNING' : 'OK',
    SERVICESTATETYPE: 'HARD',
    SERVICEOUTPUT: TEST.text,
    TIMET: String(Math.floor(now / 1000)),
  }
}
