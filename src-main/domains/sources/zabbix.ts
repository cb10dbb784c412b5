import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson, parseJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { toEpoch, toUtcTime } from './times'
import {
  fingerprintOf,
  firstLine,
  isObject,
  lineAt,
  objectsIn,
  toHost,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toSeverity,
  toText,
  valueAt,
  wordOf,
} from './values'

/**
 * Zabbix posts what the script of a media type makes of its macros: ours, from the set-up page, or a flat form with
 * `trigger` and `status` that other receivers ask for. https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook
 * Recovery and updates keep the id of the problem. Escalations repeat it on purpose, so only updates have a delivery key.
 */
export const zabbix: SourceReader = {
  kind: 'zabbix',
  accepts: acceptsJson,
  deliveryKey: ({ body }) => {
    const at = macroAt(body, 'event_update_timestamp')
    if (macroAt(body, 'event_update_status') !== '1' || at === '') return undefined
    const parts = ['event_id', 'event_update_action', 'event_update_message', 'event_update_user']
    return fingerprintOf([at, ...parts.map((key) => macroAt(body, key))])
  },
  read,
  example,
}

/** A macro without a value arrives by its own name: `{EVENT.RECOVERY.ID}`. Some resolve to `*UNKNOWN*`. */
function macroAt(body: unknown, key: string, most = 500): string {
  const text = toText(valueAt(body, key), most)
  return /^\{[A-Z$#][A-Z0-9._$#]*(?::[^}]*)?\}\d?$/.test(text) || text === '*UNKNOWN*' ? '' : text
}

function read(request: SourceRequest): Reading {
  const { body } = request
  if (!isObject(body)) throw unreadable()
  const source = macroAt(body, 'event_source')
  if (source === '1' || source === '2')
    return ignored('a discovery or an autoregistration is no problem')
  if (macroAt(body, 'event_value') !== '') return readEvent(request)
  if (macroAt(body, 'trigger') !== '' && macroAt(body, 'status') !== '') return readFlat(request)
  throw unreadable()
}

const unreadable = () =>
  new Unreadable(
    'This is not from the media type of Quarterdeck: it has no `event_value`. Import the media type of the set-up page of' +
      ' this source.',
  )

function readEvent({ body, receivedAt }: SourceRequest): Reading {
  const value = macroAt(body, 'event_value')
  if (value !== '1' && value !== '0')
    return ignored(`the event value ${toLine(value, 40)} is neither a problem nor a recovery`)
  const name = firstLine(macroAt(body, 'event_name'), macroAt(body, 'trigger_name'))
  const host = firstLine(macroAt(body, 'host_name'), macroAt(body, 'host_host'))
  const fingerprint =
    toKey(macroAt(body, 'event_id')) ?? fingerprintOf([macroAt(body, 'trigger_id'), host, name])
  const tags = tagsOf(body)
  const said = ['trigger_description', 'event_opdata', 'alert_message'].map((key) =>
    macroAt(body, key, 4000),
  )
  const signal = toSignal({
    fingerprint,
    title: name || 'A problem without a name',
    description: said.filter(Boolean).join('\n\n'),
    severity: severityOf(body),
    service: wordOf(tags['service'], tags['application'], tags['app'], tags['component']),
    host: toHost(host),
    labels: { ...labelsOf(body), ...tags },
    links: linksOf(body),
    ...timesOf(body, value === '0', receivedAt),
    ...meaningOf(body, value),
  })
  return { signals: [signal] }
}

/** Each act of an update counts: an acknowledgement before a comment, a new severity before both. */
function meaningOf(body: unknown, value: string): Pick<SourceSignal, 'state' | 'note' | 'actor'> {
  if (macroAt(body, 'event_update_status') !== '1')
    return { state: value === '1' ? 'firing' : 'resolved' }
  const action = macroAt(body, 'event_update_action')
  const actor = firstLine(macroAt(body, 'event_update_user'))
  const note = firstLine([action, macroAt(body, 'event_update_message')].filter(Boolean).join(': '))
  const isOpen = value === '1'
  const acknowledged = /(?:^|[^n])acknowledged/i.test(action)
  const regraded = /changed severity/i.test(action)
  return {
    state: isOpen && acknowledged ? 'acknowledged' : isOpen && regraded ? 'firing' : 'noted',
    note,
    actor,
  }
}

const SEVERITIES: readonly Severity[] = ['low', 'info', 'medium', 'medium', 'high', 'critical']

/** By number: the names can be changed by the administrator. */
function severityOf(body: unknown): Severity | undefined {
  const update =
    macroAt(body, 'event_update_status') === '1' ? macroAt(body, 'event_update_nseverity') : ''
  const number = update || macroAt(body, 'event_nseverity')
  if (/^[0-5]$/.test(number)) return SEVERITIES[Number(number)]
  return toSeverity(macroAt(body, 'event_severity'))
}

/** Notifications come within minutes, so a newest time that old or in the future is not in UTC. */
const LATEST_MS = 900_000

function timesOf(body: unknown, isOver: boolean, receivedAt: Timestamp) {
  const newest = localTime(body, isOver ? 'event_recovery_' : 'event_')
  const isUtc = newest !== undefined && newest <= receivedAt && receivedAt - newest <= LATEST_MS
  const at = (prefix: string) =>
    toEpoch(macroAt(body, `${prefix}timestamp`), receivedAt) ??
    (isUtc ? localTime(body, prefix) : undefined)
  const endsAt = isOver ? (at('event_recovery_') ?? receivedAt) : undefined
  return { startsAt: Math.min(at('event_') ?? receivedAt, endsAt ?? receivedAt), endsAt }
}

/** Dates of Zabbix are local to its server and do not say where that is; read as if it were UTC. */
function localTime(body: unknown, prefix: string): Timestamp | undefined {
  const [date, time] = [macroAt(body, `${prefix}date`), macroAt(body, `${prefix}time`)]
  if (!/^\d{4}\.\d\d\.\d\d$/.test(date) || !/^\d\d:\d\d:\d\d$/.test(time)) return undefined
  return toUtcTime(`${date.replaceAll('.', '-')} ${time}`, Number.MAX_SAFE_INTEGER)
}

/** A list of `{tag, value}` as JSON; a tag that comes twice keeps both values. */
function tagsOf(body: unknown): Record<string, string> {
  const text = macroAt(body, 'event_tags', 20_000)
  const parsed = text === '' ? undefined : parseJson(text)
  const tags =
    parsed && 'value' in parsed ? objectsIn(parsed.value) : objectsIn(valueAt(body, 'event_tags'))
  const kept = new Map<string, string>()
  for (const each of tags.slice(0, 100)) {
    const [name, value] = [toLine(valueAt(each, 'tag'), 100), lineAt(each, 'value') || 'yes']
    const before = kept.get(name)
    if (name !== '' && name !== '__proto__')
      kept.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(kept)
}

const LABELS = [
  'trigger_id',
  'host_name',
  'host_host',
  'host_ip',
  'host_groups',
  'event_id',
  'event_severity',
]

const labelsOf = (body: unknown) =>
  toLabels(Object.fromEntries(LABELS.map((key) => [key, macroAt(body, key)])))

/** The page of the problem needs both numbers. */
function linksOf(body: unknown) {
  const base = macroAt(body, 'zabbix_url').replace(/\/+$/, '')
  const [trigger, event] = [macroAt(body, 'trigger_id'), macroAt(body, 'event_id')]
  const whole = /^\d+$/.test(trigger) && /^\d+$/.test(event)
  return toLinks(
    [
      'Zabbix',
      whole && base !== '' ? `${base}/tr_events.php?triggerid=${trigger}&eventid=${event}` : base,
    ],
    ['Trigger', macroAt(body, 'trigger_url')],
  )
}

/** `{hostname, severity, status, item, trigger, link}`: without ids, so the trigger on the host is what can be wrong. */
function readFlat({ body, receivedAt }: SourceRequest): Reading {
  const [host, trigger] = [
    firstLine(macroAt(body, 'hostname')),
    firstLine(macroAt(body, 'trigger')),
  ]
  const status = macroAt(body, 'status').toUpperCase()
  const state = /^(?:OK|RESOLVED|0)$/.test(status) ? 'resolved' : 'firing'
  if (state === 'firing' && !/^(?:PROBLEM|1)$/.test(status))
    return ignored(`the status ${toLine(status, 40)} is neither PROBLEM nor OK`)
  const signal = toSignal({
    fingerprint: fingerprintOf([host, trigger]),
    state,
    title: trigger,
    description: macroAt(body, 'item', 4000),
    severity: flatSeverity(macroAt(body, 'severity')),
    host: toHost(host),
    labels: host === '' ? {} : { host_name: host },
    links: toLinks(['Zabbix', valueAt(body, 'link')]),
    startsAt: receivedAt,
    endsAt: receivedAt,
  })
  return { signals: [signal] }
}

const flatSeverity = (name: string) => (/^not classified$/i.test(name) ? 'low' : toSeverity(name))

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    event_source: '0',
    event_value: status === 'firing' ? '1' : '0',
    event_update_status: '0',
    event_id: '0',
    event_nseverity: '1',
    event_name: 'Test problem from Quarterdeck',
    event_timestamp: String(Math.floor((status === 'firing' ? now : now - 60_000) / 1000)),
    event_recovery_timestamp: status === 'firing' ? '' : String(Math.floor(now / 1000)),
    trigger_description: TEST.text,
    host_name: 'quarterdeck',
  }
}
