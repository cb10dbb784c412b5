import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SourceKind, SourceSettings } from '#contract/intake'
import { KINDS } from './kinds'
import { openBody } from './body'
import type { Given, Proven } from './proof'
import { type Reading, type SourceRequest, Unreadable } from './source'

/** When every delivery of these tests comes in. */
export const NOW = Date.UTC(2026, 10, 20, 12)
export const timeOf = (text: string) => Date.parse(text)

const FIXTURES = join(import.meta.dirname, '../../../../shared/fixtures/webhooks')

interface More {
  readonly headers?: Readonly<Record<string, string>>
  readonly settings?: Partial<SourceSettings>
  readonly contentType?: string
}

const request = (body: unknown, more: More = {}): SourceRequest => ({
  headers: more.headers ?? {},
  contentType: more.contentType ?? 'application/json',
  body,
  receivedAt: NOW,
  mapping: null,
  settings: SourceSettings.parse(more.settings ?? {}),
})

/** What the tests of one kind ask of it. */
export function senderOf(kind: SourceKind) {
  const reader = KINDS[kind]
  const read = (body: unknown, more?: More): Reading => reader.read(request(body, more))
  return {
    reader,
    request,
    read,
    /** The bytes as a listener would open them, then read. */
    async receive(bytes: Buffer, headers: Readonly<Record<string, string>>, more: More = {}) {
      const opened = await openBody(bytes, headers, reader)
      if (!opened.ok) throw new Error(opened.problem)
      return read(opened.value, { ...more, headers, contentType: opened.contentType })
    },
    check(given: Partial<Given>): Proven {
      const whole = {
        headers: {},
        body: Buffer.alloc(0),
        secrets: ['a-secret-of-tests'],
        now: NOW,
        settings: SourceSettings.parse({}),
        fetchText: () => Promise.reject(new Error('nothing is fetched')),
        ...given,
      }
      if (!reader.proof!.isSigned(whole)) return { ok: false, reason: 'unsigned' }
      return reader.proof!.check(whole) as Proven
    },
  }
}

/** One file of ../shared as it came: its bytes, and its headers in lower case. */
interface Payload {
  readonly name: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** The real payloads of some folders by file name; without them the test is skipped, and fails where CI has to have them. */
export function payloadsOf(...folders: string[]): ReadonlyMap<string, Payload> {
  if (!existsSync(FIXTURES)) {
    if (process.env['CI'] === 'true') throw new Error(`There are no payloads at ${FIXTURES}.`)
    console.log(`skipped: no payloads at ${FIXTURES}`)
    return new Map()
  }
  const files = folders.flatMap((folder) =>
    readdirSync(join(FIXTURES, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(json|xml)$/.test(file) && !file.endsWith('.headers.json'))
      .map((file) => join(FIXTURES, folder, file)),
  )
  return new Map(files.map((file) => [nameOf(file), toPayload(file)]))
}

const nameOf = (file: string) => file.replace(/^.*\//, '').replace(/\.(json|xml)$/, '')

function toPayload(file: string): Payload {
  const beside = file.replace(/\.(json|xml)$/, '.headers.json')
  const given = existsSync(beside) ? (JSON.parse(readFileSync(beside, 'utf8')) as object) : {}
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
  const contentType = file.endsWith('.xml') ? 'text/xml; charset=UTF-8' : 'application/json'
  return {
    name: nameOf(file),
    bytes: readFileSync(file),
    headers: { 'content-type': contentType, ...headers },
  }
}

/** What became of any body at all: a problem only where it is neither read nor refused in words. */
function problemWith(kind: SourceKind, body: unknown, headers: SourceRequest['headers']) {
  const { reader, read } = senderOf(kind)
  const given = request(body, { headers })
  reader.deliveryKey(given)
  reader.reply?.(given)
  try {
    const { signals, changes = [] } = read(body, { headers })
    const times = [
      ...signals.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt ?? 0]),
      ...changes.map(({ occurredAt }) => occurredAt),
    ]
    return times.every((time) => time >= 0 && time <= NOW) ? undefined : `times: ${times.join()}`
  } catch (error) {
    return error instanceof Unreadable ? undefined : error
  }
}

/**
 * Every real payload of some folders of ../shared is opened as a listener would and read. What it has to say is given by
 * file name, as parts of the reading; a file that is new there only has to be understood.
 */
export function readsItsPayloads(
  kind: SourceKind,
  folders: readonly string[],
  expected: Readonly<Record<string, object>>,
  more: More = {},
): void {
  const { receive } = senderOf(kind)
  const payloads = payloadsOf(...folders)
  describe.runIf(payloads.size > 0)('the real payloads', () => {
    for (const { name, bytes, headers } of payloads.values())
      test(`${name} is read`, async () => {
        const reading = await receive(bytes, headers, more)
        const said = reading.signals.length + (reading.changes ?? []).length
        expect(reading).toMatchObject(expected[name] ?? {})
        expect(said > 0).toBe(reading.ignored === undefined)
      })
    test('all that are expected are there', () => {
      expect([...payloads.keys()]).toEqual(expect.arrayContaining(Object.keys(expected)))
    })
  })
}

/** What every reader promises, whatever is sent. */
export function keepsItsPromises(
  kind: SourceKind,
  shapes: readonly unknown[],
  headers: readonly Readonly<Record<string, string>>[] = [{}],
): void {
  test('whatever JSON comes, it is read or refused in words', () => {
    const problems = fc.check(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...headers),
        (body, given) => problemWith(kind, body, given) === undefined,
      ),
      { numRuns: 200 },
    )
    expect(problems.counterexample).toBeNull()
  })

  test('a body with any of its values changed is read or refused in words', () => {
    const bodies = shapes.flatMap((shape) => [
      shape,
      ...ODD.flatMap((odd) => [...changed(shape, odd)]),
    ])
    const problems = headers.flatMap((given) =>
      bodies.flatMap((body) => problemWith(kind, body, given) ?? []),
    )
    expect(problems).toEqual([])
  })

  test('its test says that something is wrong and then that the same is right again', () => {
    const [wrong, right] = (['firing', 'resolved'] as const).map((status) => {
      const { reader, read } = senderOf(kind)
      const given = reader.exampleHeaders?.(status) ?? {}
      return read(reader.example(status, NOW, null), { headers: given }).signals[0]
    })
    expect([wrong?.state, right?.state]).toEqual(['firing', 'resolved'])
    expect(wrong?.title).not.toBe('')
    expect(right?.fingerprint).toBe(wrong?.fingerprint)
    expect(right?.endsAt).toBe(NOW)
  })
}

const ODD: readonly unknown[] = [
  null,
  [],
  {},
  '',
  '\0\uD800',
  -1,
  1e300,
  true,
  [null, 7, [], {}],
  JSON.parse('{"__proto__":{"x":1},"constructor":7,"toString":null}'),
]

/** A value with each of its parts replaced in turn, a few levels down. */
function* changed(value: unknown, odd: unknown, depth = 0): Generator {
  if (typeof value !== 'object' || value === null || depth > 6) return
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key]
    const put = (next: unknown) =>
      Array.isArray(value)
        ? value.map((each: unknown, n) => (String(n) === key ? next : each))
        : { ...value, [key]: next }
    yield put(odd)
    for (const next of changed(part, odd, depth + 1)) yield put(next)
  }
}
