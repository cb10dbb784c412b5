import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type Arbitrary,
  assert,
  constant,
  constantFrom,
  jsonValue,
  oneof,
  property,
  tuple,
} from 'fast-check'
import { expect } from 'vitest'
import { SourceSettings } from '#contract/intake'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'

// Real payloads of other people's senders, beside the repository, and what every reader has to hold to.

export const NOW = Date.UTC(2026, 10, 20, 10, 30)

const ROOT = resolve('../shared/fixtures/webhooks')

/** Bodies of a folder by name; none, with a printed reason, where the payloads are not there. In CI they have to be. */
export function payloads(folder: string): readonly (readonly [name: string, body: unknown])[] {
  const path = join(ROOT, folder)
  if (!existsSync(path)) {
    if (process.env['CI'] === 'true') throw new Error(`There are no payloads in ${path}`)
    console.log(`skipped: there are no payloads in ${path}`)
    return []
  }
  return readdirSync(path)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.headers.json'))
    .map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(join(path, name), 'utf8'))])
}

export function payloadText(file: string): string | undefined {
  const path = join(ROOT, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

export interface Asked {
  readonly settings?: Partial<SourceSettings>
  readonly headers?: Record<string, string>
  readonly contentType?: string
  readonly receivedAt?: number
}

export function asked(body: unknown, more: Asked = {}): SourceRequest {
  const { settings = {}, headers = {}, contentType = 'application/json', receivedAt = NOW } = more
  return {
    headers,
    contentType,
    body,
    receivedAt,
    mapping: null,
    settings: SourceSettings.parse(settings),
  }
}

const time = (at: number | undefined) =>
  at === undefined ? '' : new Date(at).toISOString().slice(0, 19)

/** What counts of each signal and change, so that a test says one line a payload. */
export function gist({ signals, changes = [] }: Reading): readonly string[] {
  return [
    ...signals.map((s) =>
      [
        s.state,
        s.severity ?? '-',
        s.title,
        s.service ?? '-',
        s.host ?? '-',
        time(s.startsAt),
        time(s.endsAt),
      ].join(' | '),
    ),
    ...changes.map((c) =>
      [
        c.kind,
        'state' in c ? (c.state ?? '-') : '-',
        c.externalId,
        c.title,
        time(c.occurredAt),
      ].join(' | '),
    ),
  ]
}

/** Some part of a sample is replaced by anything that JSON can say, keys of prototypes among it. */
function spoiled(sample: unknown): Arbitrary<unknown> {
  const strange = oneof(
    jsonValue(),
    constantFrom<unknown>(null, [], {}, '', 0, -1, 1e300, '__proto__', 'constructor', ['x'], {
      toString: 1,
    }),
    constant(JSON.parse('{"__proto__":{"x":1},"constructor":{"name":2},"hasOwnProperty":3}')),
  )
  const places = placesIn(sample)
  return tuple(constantFrom(...places), strange).map(([place, value]) =>
    replaced(sample, place, value),
  )
}

function placesIn(value: unknown, here: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [here]
  return [here, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...here, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

/** Whatever comes: it is read, or refused with words, and what is read can be kept. How many of 300 said something. */
export function readAnything(
  reader: SourceReader,
  samples: readonly unknown[],
  more: Asked = {},
): number {
  let said = 0
  const body = oneof(jsonValue(), ...samples.map((sample) => spoiled(sample)))
  assert(
    property(body, (value) => {
      const request = asked(value, more)
      const key = reader.deliveryKey(request)
      expect(key === undefined || (key !== '' && key.length <= 200)).toBe(true)
      let reading: Reading
      try {
        reading = reader.read(request)
      } catch (error) {
        expect(error).toBeInstanceOf(Unreadable)
        return
      }
      if (reading.signals.length + (reading.changes ?? []).length > 0) said++
      for (const signal of reading.signals) expectKeepable(signal, request.receivedAt)
      for (const change of reading.changes ?? []) {
        expect(change.externalId).not.toBe('')
        expect(change.occurredAt).toBeLessThanOrEqual(request.receivedAt)
        expect(change.url ?? 'https://').toMatch(/^https?:/)
      }
    }),
    { numRuns: 300 },
  )
  return said
}

function expectKeepable(signal: SourceSignal, receivedAt: number): void {
  expect(signal.fingerprint).not.toBe('')
  expect(signal.fingerprint.length).toBeLessThanOrEqual(200)
  expect(signal.title.length).toBeLessThanOrEqual(200)
  expect(signal.title).not.toMatch(/\n/)
  expect(signal.startsAt).toBeLessThanOrEqual(receivedAt)
  expect(signal.endsAt ?? 0).toBeLessThanOrEqual(receivedAt)
  expect(signal.links.every(({ url }) => /^https?:/.test(url))).toBe(true)
  expect(Object.values(signal.labels).every((each) => typeof each === 'string')).toBe(true)
}

/** What the test button's two bodies say, and of how many things. */
export function examplesOf(reader: SourceReader) {
  const signals = (['firing', 'resolved'] as const).flatMap((status) => {
    const headers = reader.exampleHeaders?.(status) ?? {}
    return reader.read(asked(reader.example(status, NOW, null), { headers })).signals
  })
  const fingerprints = new Set(signals.map(({ fingerprint }) => fingerprint))
  return { states: signals.map(({ state }) => state), things: fingerprints.size }
}
