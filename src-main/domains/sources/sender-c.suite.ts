import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
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

/** What the tests of one kind ask of it. */
export function senderOf(kind: SourceKind) {
  const reader = KINDS[kind]
  const request = (body: unknown, more: More = {}): SourceRequest => ({
    headers: more.headers ?? {},
    contentType: more.contentType ?? 'application/json',
    body,
    receivedAt: NOW,
    mapping: null,
    settings: SourceSettings.parse(more.settings ?? {}),
  })
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
export interface Payload {
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

/** What every reader promises, whatever is sent. */
export function keepsItsPromises(
  kind: SourceKind,
  shapes: readonly unknown[],
  headers: readonly Readonly<Record<string, string>>[] = [{}],
): void {
  const { reader, request, read } = senderOf(kind)
  const only = (body: unknown, given: Readonly<Record<string, string>>) => {
    try {
      const { signals, changes = [] } = read(body, { headers: given })
      for (const { startsAt, endsAt } of signals) {
        expect(startsAt).toBeLessThanOrEqual(NOW)
        expect(endsAt ?? 0).toBeLessThanOrEqual(NOW)
      }
      for (const { occurredAt } of changes) expect(occurredAt).toBeLessThanOrEqual(NOW)
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable)
    }
    reader.deliveryKey(request(body, { headers: given }))
    reader.reply?.(request(body, { headers: given }))
  }

  test('whatever JSON comes, it is read or refused in words', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...headers), (body, given) => only(body, given)),
      { numRuns: 200 },
    )
  })

  test('a body with any of its values changed is read or refused in words', () => {
    for (const shape of shapes) {
      for (const given of headers) {
        only(shape, given)
        for (const odd of ODD) for (const body of changed(shape, odd)) only(body, given)
      }
    }
    expect(shapes.length).toBeGreaterThan(0)
  })

  test('its test says that something is wrong and then that the same is right again', () => {
    const of = (status: 'firing' | 'resolved') =>
      reader.read({
        ...request(reader.example(status, NOW, null)),
        headers: reader.exampleHeaders?.(status) ?? {},
      }).signals[0]!
    const [wrong, right] = [of('firing'), of('resolved')]
    expect([wrong.state, right.state]).toEqual(['firing', 'resolved'])
    expect(wrong.title).not.toBe('')
    expect(right.fingerprint).toBe(wrong.fingerprint)
    expect(right.endsAt).toBeGreaterThanOrEqual(wrong.startsAt - 60_000)
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
