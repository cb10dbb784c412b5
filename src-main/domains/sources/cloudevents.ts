import type { Timestamp } from '#contract/primitives'
import { isJsonType } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { toTime } from './times'
import {
  fingerprintOf,
  firstLine,
  isObject,
  lineAt,
  toHost,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTextMap,
  valueAt,
  wordOf,
} from './values'

/**
 * CloudEvents 1.0 in structured, batched and binary mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 * An event is a signal when its data or its type says that something is wrong or right again; others are ignored.
 */
export const cloudevents: SourceReader = {
  kind: 'cloudevents',
  handshake: true,
  accepts(contentType, headers) {
    if (isBinary(headers))
      return isJsonType(contentType) && contentType !== 'text/plain' ? 'json' : 'text'
    return isJsonType(contentType) ? 'json' : undefined
  },
  deliveryKey(request) {
    const keys = toEvents(request).map((event) => [valueAt(event, 'source'), valueAt(event, 'id')])
    const known = keys.filter(
      ([source, id]) => typeof source === 'string' && typeof id === 'string',
    )
    return known.length === 0 || known.length < keys.length ? undefined : fingerprintOf(known)
  },
  read,
  example,
}

const isBinary = (headers: SourceRequest['headers']) => headers['ce-specversion'] !== undefined

/** The events of a request as objects with attributes and `data`, whatever mode they came in. Some senders name no type. */
function toEvents({ headers, body }: SourceRequest): readonly unknown[] {
  if (Array.isArray(body)) return body
  if (!isBinary(headers)) return [body]
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]): [string, unknown] => [name.slice(3), unescaped(value)])
  return [{ ...Object.fromEntries(attributes), data: body }]
}

/** Attribute values in headers are percent-encoded; one that is not is taken as it is. */
function unescaped(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function read(request: SourceRequest): Reading {
  const events = toEvents(request)
  if (events.length === 0) return ignored('the batch is empty')
  const problems = events.flatMap((event) => problemOf(event) ?? [])
  const sound = events.filter((event) => problemOf(event) === undefined)
  if (sound.length === 0) throw new Unreadable(problems[0])
  const signals = sound.flatMap((event) => readEvent(event, request.receivedAt) ?? [])
  const note =
    problems.length === 0 ? {} : { note: `${problems.length} could not be read: ${problems[0]!}` }
  if (signals.length > 0) return { signals, ...note }
  const types = [...new Set(sound.map((event) => toLine(valueAt(event, 'type'), 80)))]
  return {
    signals,
    ignored: `${types.slice(0, 3).join(', ')} says neither that something is wrong nor that it is right again`,
    ...note,
  }
}

function problemOf(event: unknown): string | undefined {
  if (!isObject(event)) return 'This is not a CloudEvent: it is not a JSON object.'
  const version = valueAt(event, 'specversion')
  if (typeof version !== 'string')
    return 'This is not a CloudEvent: it has no `specversion`, in the body or as header `ce-specversion`.'
  if (!version.startsWith('1.'))
    return `CloudEvents ${toLine(version, 20)} cannot be read, only 1.0: set the sender to that version.`
  const missing = ['id', 'source', 'type'].filter((name) => lineAt(event, name) === '')
  return missing.length === 0 ? undefined : `This CloudEvent has no ${missing.join(', no ')}.`
}

const WRONG = new Set(
  (
    'alert alarm alarming incident firing fired triggered trigger open opened problem fail failed failing failure error ' +
    'errors down critical crit warning warn degraded unhealthy outage unavailable crash crashed timeout breached'
  ).split(' '),
)
const RIGHT = new Set(
  'resolved resolve ok okay recovered recovery cleared clear closed close up healthy normal fixed restored success'.split(
    ' ',
  ),
)

function readEvent(event: unknown, receivedAt: Timestamp): SourceSignal | undefined {
  const data = dataOf(event)
  const state = stateOf(event, data)
  if (!state) return undefined
  const type = lineAt(event, 'type')
  const subject = lineAt(event, 'subject')
  const at = toTime(valueAt(event, 'time'), receivedAt) ?? receivedAt
  return toSignal({
    fingerprint: fingerprintFor(event, data),
    state,
    title:
      firstLine(...pick(data, 'title', 'summary', 'name', 'message')) ||
      [type, subject].filter(Boolean).join(': '),
    description: toText(
      pick(data, 'description', 'message', 'text', 'detail').find((each) => each !== undefined) ??
        data,
    ),
    severity: severityOf(event, data),
    service: wordOf(...pick(data, 'service', 'app', 'component')),
    host: toHost(
      pick(data, 'host', 'hostname', 'instance', 'node').find((each) => each !== undefined),
    ),
    labels: labelsOf(event, data),
    annotations: toTextMap(valueAt(data, 'annotations')),
    links: toLinks(
      ['Source', valueAt(data, 'url')],
      ['Source', valueAt(data, 'link')],
      ['Event source', valueAt(event, 'source')],
    ),
    startsAt: at,
    endsAt: at,
  })
}

const pick = (data: unknown, ...names: string[]) => names.map((name) => valueAt(data, name))

/** Data as JSON; what came as base64 is decoded when it is JSON, and left when it is not. */
function dataOf(event: unknown): unknown {
  const encoded = valueAt(event, 'data_base64')
  if (typeof encoded !== 'string') return valueAt(event, 'data')
  const text = Buffer.from(encoded, 'base64').toString()
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : text
  } catch {
    return text
  }
}

/** A state said in the data counts first, then the words of the type, then a severity alone. */
function stateOf(event: unknown, data: unknown): 'firing' | 'resolved' | undefined {
  const said = firstLine(...pick(data, 'status', 'state')).toLowerCase()
  if (RIGHT.has(said)) return 'resolved'
  if (WRONG.has(said)) return 'firing'
  const words = wordsOf(event)
  if (words.some((word) => RIGHT.has(word))) return 'resolved'
  if (words.some((word) => WRONG.has(word))) return 'firing'
  return severityOf(event, data) === undefined ? undefined : 'firing'
}

const wordsOf = (event: unknown) =>
  lineAt(event, 'type')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)

function severityOf(event: unknown, data: unknown) {
  const said = [...pick(data, 'severity', 'priority', 'level'), valueAt(event, 'severity')]
  return said.map(toSeverity).find((severity) => severity !== undefined)
}

/** What stays the same from "wrong" to "right again": a key of the sender's, else source, subject and the type without its state. */
function fingerprintFor(event: unknown, data: unknown): string {
  const own = pick(
    data,
    'fingerprint',
    'dedup_key',
    'dedupKey',
    'alert_id',
    'alertId',
    'incident_id',
    'incidentId',
  )
  const key = own.map(toKey).find((each) => each !== undefined)
  if (key !== undefined) return key
  const kind = wordsOf(event).filter((word) => !WRONG.has(word) && !RIGHT.has(word))
  const about = lineAt(event, 'subject') || firstLine(...pick(data, 'title', 'summary', 'name'))
  return fingerprintOf([lineAt(event, 'source'), about, kind])
}

const CONTEXT = new Set([
  'specversion',
  'id',
  'time',
  'data',
  'data_base64',
  'datacontenttype',
  'dataschema',
])

function labelsOf(event: unknown, data: unknown): Record<string, string> {
  const context = isObject(event)
    ? Object.entries(event).filter(([name]) => !CONTEXT.has(name))
    : []
  return { ...toTextMap(valueAt(data, 'labels')), ...toTextMap(Object.fromEntries(context)) }
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    specversion: '1.0',
    id: `test-${status}-${now}`,
    source: '/quarterdeck/test',
    type: `quarterdeck.test.${status}`,
    subject: 'quarterdeck',
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: {
      title: 'Test event from Quarterdeck',
      description: TEST.text,
      severity: 'info',
      status,
    },
  }
}
