import { GenericMapping } from '#contract/intake'
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
import {
  fingerprintOf,
  firstLine,
  isObject,
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
 * Any sender of JSON; the operator says where in the body what is found, with JSON Pointers.
 * https://datatracker.ietf.org/doc/html/rfc6901
 */
export const generic: SourceReader = {
  kind: 'generic',
  accepts: acceptsJson,
  deliveryKey: ({ headers }) =>
    // Standard Webhooks, then the two names that most other senders use.
    toKey(headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-delivery-id']),
  read,
  example,
}

const keysOf = (pointer: string) =>
  pointer
    .replace(/^\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The value at a JSON Pointer (RFC 6901); undefined when there is none, or the pointer is empty. */
export function atPointer(value: unknown, pointer: string): unknown {
  return pointer === '' ? undefined : valueAt(value, ...keysOf(pointer))
}

function read({ body, mapping, receivedAt }: SourceRequest): Reading {
  const map = mapping ?? GenericMapping.parse({})
  const items = map.items === '' ? [body] : atPointer(body, map.items)
  if (!Array.isArray(items)) {
    throw new Unreadable(
      `There is no list at ${map.items}, where the mapping looks for signals. Change the mapping of this source and replay the delivery.`,
    )
  }
  if (items.length === 0) return ignored(`the list at ${map.items} is empty`)
  const signals = items.flatMap((item) => readItem(item, map, receivedAt) ?? [])
  if (signals.length === 0) {
    throw new Unreadable(
      `Nothing has a title at ${map.title || '(no place given)'}, where the mapping looks for it. Change the mapping of this source and replay the delivery.`,
    )
  }
  const strange = items.length - signals.length
  return strange === 0
    ? { signals }
    : { signals, note: `${strange} without a title could not be read` }
}

function readItem(
  item: unknown,
  map: GenericMapping,
  receivedAt: Timestamp,
): SourceSignal | undefined {
  const at = (pointer: string) => atPointer(item, pointer)
  const title = firstLine(at(map.title))
  if (title === '') return undefined
  const service = wordOf(at(map.service))
  const host = toHost(at(map.host))
  const resolved = isOneOf(at(map.status), map.resolvedValues)
  return toSignal({
    fingerprint: toKey(at(map.fingerprint)) ?? fingerprintOf([title, service ?? '', host ?? '']),
    state: resolved ? 'resolved' : 'firing',
    title,
    description: toText(at(map.description)),
    severity: severityOf(at(map.severity), map.severityMap),
    service,
    host,
    labels: toTextMap(isObject(item) ? item : {}),
    links: toLinks(['Source', at(map.link)]),
    startsAt: receivedAt, // the mapping has no place for times
    endsAt: receivedAt,
  })
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  const said = toLine(value).toLowerCase()
  return said !== '' && words.some((word) => word.toLowerCase() === said)
}

function severityOf(value: unknown, map: Readonly<Record<string, Severity>>): Severity | undefined {
  const said = toLine(value).toLowerCase()
  const mapped = Object.entries(map).find(([word]) => word.toLowerCase() === said)
  return mapped?.[1] ?? toSeverity(value)
}

function example(
  status: 'firing' | 'resolved',
  _now: Timestamp,
  mapping: GenericMapping | null,
): unknown {
  const map = mapping ?? GenericMapping.parse({})
  const item: Record<string, unknown> = {}
  const put = (pointer: string, value: unknown) => pointer !== '' && putAt(item, pointer, value)
  put(map.title, 'Test signal from Quarterdeck')
  put(map.description, TEST.text)
  put(map.fingerprint, 'quarterdeck-test')
  put(map.status, status === 'resolved' ? (map.resolvedValues[0] ?? 'resolved') : 'firing')
  put(map.severity, Object.entries(map.severityMap).find(([, to]) => to === 'info')?.[0] ?? 'info')
  put(map.service, 'quarterdeck')
  if (map.items === '') return item
  const body: Record<string, unknown> = {}
  putAt(body, map.items, [item])
  return body
}

/** Only for our own examples: objects all the way, whatever the keys look like. */
function putAt(holder: Record<string, unknown>, pointer: string, value: unknown): void {
  const keys = keysOf(pointer)
  let here = holder
  for (const [n, key] of keys.entries()) {
    const next = n === keys.length - 1 ? value : Object.hasOwn(here, key) ? here[key] : {}
    Object.defineProperty(here, key, {
      value: next,
      enumerable: true,
      writable: true,
      configurable: true,
    })
    if (!isObject(next)) return
    here = next
  }
}
