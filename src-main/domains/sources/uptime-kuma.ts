import type { Severity, Timestamp } from '#contract/primitives'
import { isJsonType, parseJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import { toUtcTime } from './times'
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
  toText,
  valueAt,
} from './values'

/** What is told 21, 14 and 7 days before the end of a certificate is over when the next of these is not told. */
const EXPIRY_QUIET_MS = 8 * 24 * 3_600_000

/**
 * Uptime Kuma's webhook, as JSON or as the field `data` of a form.
 * https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
 */
export const uptimeKuma: SourceReader = {
  kind: 'uptime-kuma',
  accepts: (contentType) => {
    if (contentType === 'multipart/form-data') return 'form'
    return isJsonType(contentType) ? 'json' : undefined
  },
  deliveryKey: (request) => {
    const heartbeat = valueAt(messageIn(request), 'heartbeat')
    const parts = ['monitorID', 'time', 'status'].map((key) => lineAt(heartbeat, key))
    return parts.includes('') ? undefined : toKey(parts.join('/'))
  },
  read,
  example,
}

function messageIn({ body, contentType }: SourceRequest): unknown {
  if (contentType !== 'multipart/form-data') return body
  const data = valueAt(body, 'data')
  const parsed = typeof data === 'string' ? parseJson(data) : { problem: '' }
  return 'value' in parsed ? parsed.value : undefined
}

function read(request: SourceRequest): Reading {
  const message = messageIn(request)
  if (!isObject(message) || !('heartbeat' in message) || !('monitor' in message)) {
    throw new Unreadable(
      'This is not a notification of Uptime Kuma: it has no `heartbeat` and `monitor`. Set the request body of the webhook' +
        ' to “Preset - application/json”, without a template of your own.',
    )
  }
  const heartbeat = valueAt(message, 'heartbeat')
  const monitor = valueAt(message, 'monitor')
  if (!isObject(heartbeat)) return readWords(message, request)
  const key = toKey(valueAt(monitor, 'id') ?? valueAt(heartbeat, 'monitorID'))
  if (key === undefined)
    throw new Unreadable('Its heartbeat names no monitor, so there is nothing to know it by.')
  const status = Number(lineAt(heartbeat, 'status') || Number.NaN)
  const kind = STATUSES.get(status)
  if (!kind) return ignored(`status ${lineAt(heartbeat, 'status') || '(none)'} is not known`)
  return { signals: [signalOf(message, key, kind, request.receivedAt)] }
}

interface Kind {
  readonly state: SourceSignal['state']
  readonly severity: Severity
  readonly note?: string
}

const STATUSES: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0, { state: 'firing', severity: 'critical' }],
  [1, { state: 'resolved', severity: 'info' }],
  [2, { state: 'noted', severity: 'medium', note: 'A check failed and is tried again' }],
  [3, { state: 'noted', severity: 'info', note: 'Uptime Kuma has it under maintenance' }],
])

function signalOf(message: object, key: string, kind: Kind, receivedAt: Timestamp): SourceSignal {
  const [heartbeat, monitor] = [valueAt(message, 'heartbeat'), valueAt(message, 'monitor')]
  const at = toUtcTime(valueAt(heartbeat, 'time'), receivedAt) ?? receivedAt
  const tags = tagsOf(monitor)
  const name = firstLine(valueAt(monitor, 'name'), `Monitor ${key}`)
  const said = toText(valueAt(heartbeat, 'msg')) || toText(valueAt(message, 'msg'))
  const url = valueAt(monitor, 'url')
  return toSignal({
    fingerprint: `monitor/${key}`,
    state: kind.state,
    title: name,
    description: said,
    severity: kind.severity,
    service: firstLine(tags['service'], tags['app'], name),
    host: toHost(valueAt(monitor, 'hostname')) ?? (hasHost(url) ? toHost(url) : undefined),
    labels: { ...labelsOf(monitor), ...tags },
    links: hasHost(url) ? toLinks(['Monitored address', url]) : [],
    startsAt: at,
    endsAt: at,
    note: kind.note && [kind.note, said].filter(Boolean).join(': ').slice(0, 500),
  })
}

/** `https://` alone stands in a monitor that has no address. */
const hasHost = (url: unknown) => typeof url === 'string' && /^https?:\/\/[^/]/i.test(url)

function labelsOf(monitor: unknown): Record<string, string> {
  const at = (key: string) => lineAt(monitor, key)
  return toLabels({
    monitor: at('id'),
    type: at('type'),
    path: at('pathName'),
    hostname: at('hostname'),
    port: at('port'),
  })
}

function tagsOf(monitor: unknown): Record<string, string> {
  const tags = objectsIn(valueAt(monitor, 'tags')).map((tag): [string, string] => [
    toLine(valueAt(tag, 'name'), 100),
    lineAt(tag, 'value') || 'yes',
  ])
  return Object.fromEntries(tags.filter(([name]) => name !== '' && name !== '__proto__'))
}

/** Without a heartbeat it is a test, or the end of a certificate or domain, which only its words tell. */
function readWords(message: object, { receivedAt, settings }: SourceRequest): Reading {
  const text = firstLine(valueAt(message, 'msg'))
  const [, what, days = ''] =
    /^(.+) (?:will expire|will be expired|expires) in (-?\d+) days?/i.exec(text) ?? []
  if (what === undefined)
    return ignored(`a test or an announcement of Uptime Kuma: ${text || 'without words'}`)
  const [, name, url] = /^\[([^\]]*)\]\[([^\]]*)\]/.exec(what) ?? []
  const signal = toSignal({
    fingerprint: fingerprintOf(['expiry', what]),
    state: 'firing',
    title: text,
    description: text,
    severity: Number(days) <= 7 ? 'high' : 'medium',
    service: name || undefined,
    host: hasHost(url) ? toHost(url) : undefined,
    labels: { days },
    links: toLinks(['Monitored address', url]),
    startsAt: receivedAt,
    quietMs: quietMsOf(settings, EXPIRY_QUIET_MS),
  })
  return { signals: [signal] }
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const msg = TEST.text
  const time = new Date(now).toISOString().replace('T', ' ').replace('Z', '')
  return {
    heartbeat: { monitorID: 0, status: status === 'firing' ? 0 : 1, time, msg, important: true },
    monitor: {
      id: 0,
      name: 'Test monitor from Quarterdeck',
      url: 'https://',
      type: 'http',
      tags: [],
    },
    msg: `[Test monitor from Quarterdeck] ${msg}`,
  }
}
