import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { type SourceKind, SourceSettings } from '#contract/intake'
import { KINDS } from './kinds'
import type { Given } from './proof'
import { type Reading, type SourceRequest, Unreadable } from './source'

/** Later than every kept payload. */
export const NOW = Date.UTC(2027, 0, 1, 12)

const ROOT = new URL('../../../../shared/fixtures/webhooks/', import.meta.url)

interface More {
  readonly headers?: Readonly<Record<string, string>>
  readonly settings?: Partial<SourceSettings>
  readonly receivedAt?: number
}

export function aRequest(body: unknown, more: More = {}): SourceRequest {
  return {
    headers: more.headers ?? {},
    contentType: 'application/json',
    body,
    receivedAt: more.receivedAt ?? NOW,
    mapping: null,
    settings: SourceSettings.parse(more.settings ?? {}),
  }
}

export const readAs = (kind: SourceKind, body: unknown, more?: More): Reading =>
  KINDS[kind].read(aRequest(body, more))

export const keyAs = (kind: SourceKind, body: unknown, more?: More) =>
  KINDS[kind].deliveryKey(aRequest(body, more))

export interface Payload {
  readonly name: string
  readonly text: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** The kept payloads in a folder: real ones of other people, which are not part of this repository. */
export function payloadsOf(folder: string): Payload[] {
  const place = new URL(`${folder}/`, ROOT)
  if (!existsSync(place)) return []
  return readdirSync(place)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.headers.json'))
    .map((file) => {
      const text = readFileSync(new URL(file, place), 'utf8')
      const beside = new URL(file.replace(/json$/, 'headers.json'), place)
      const headers = existsSync(beside) ? JSON.parse(readFileSync(beside, 'utf8')) : {}
      const lower = Object.entries(headers as Record<string, string>).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ])
      const body: unknown = JSON.parse(text)
      return { name: file.replace(/\.json$/, ''), text, body, headers: Object.fromEntries(lower) }
    })
}

export function payload(folder: string, name: string): Payload {
  return payloadsOf(folder).find((each) => each.name === name)!
}

/** For `skip`: the payloads are not part of this repository. In CI they have to be there. */
export const arePayloadsAway = !existsSync(ROOT)
export const AWAY = 'the real payloads of ../shared are not here'
if (arePayloadsAway && process.env['CI'] === 'true') throw new Error(AWAY)

/** A summary of each kept payload, to be compared with what it should say. */
export function summaries(kind: SourceKind, folder: string = kind) {
  return Object.fromEntries(
    payloadsOf(folder).map(({ name, body, headers }) => [name, summaryOf(kind, body, headers)]),
  )
}

function summaryOf(kind: SourceKind, body: unknown, headers: Payload['headers']) {
  try {
    const { signals, ignored } = readAs(kind, body, { headers })
    if (ignored !== undefined) return `ignored: ${ignored}`
    const told = signals.map(
      ({ fingerprint, state, title, severity, service, startsAt, endsAt }) => [
        fingerprint,
        state,
        title,
        severity,
        service,
        isoOf(startsAt),
        ...(endsAt === undefined ? [] : [isoOf(endsAt)]),
      ],
    )
    return told.length === 1 ? told[0] : told
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return `unreadable: ${error.message}`
  }
}

export const isoOf = (at: number) => (at === NOW ? 'NOW' : new Date(at).toISOString())

export function aDelivery(
  body: string,
  headers: Readonly<Record<string, string>>,
  secret: string,
  settings: Partial<SourceSettings> = {},
  now: number = NOW,
): Given {
  return {
    headers,
    body: Buffer.from(body),
    secrets: ['an older secret', secret],
    now,
    settings: SourceSettings.parse(settings),
    fetchText: () => Promise.reject(new Error('nothing is fetched')),
  }
}

export const hmac = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex')

/** What becomes of a right delivery, and of it changed, with other secrets, and without its headers. */
export async function proofs(kind: SourceKind, right: Given): Promise<boolean[]> {
  const proof = KINDS[kind].proof!
  const changed = Buffer.from(right.body)
  changed[changed.length - 2]! ^= 1
  const all = [
    right,
    { ...right, body: changed },
    { ...right, secrets: ['wrong', 'secrets'] },
    { ...right, headers: {} },
  ]
  const proven: boolean[] = []
  for (const each of all) proven.push((await proof.check(each)).ok)
  return [
    ...proven,
    proof.isSigned(right),
    proof.isSigned({ headers: {}, body: right.body, settings: right.settings }),
  ]
}
export const ONLY_THE_RIGHT_ONE = [true, false, false, false, true, false]

/** What the test button sends, as it is read: firing, then resolved, and whether they are about one thing. */
export function examples(kind: SourceKind) {
  const reader = KINDS[kind]
  const signals = (['firing', 'resolved'] as const).flatMap((status) => {
    const body = JSON.parse(JSON.stringify(reader.example(status, NOW, null))) as unknown
    return readAs(kind, body, { headers: reader.exampleHeaders?.(status) ?? {} }).signals
  })
  return { signals, fingerprints: new Set(signals.map(({ fingerprint }) => fingerprint)).size }
}
export const FIRES_AND_IS_RESOLVED = {
  fingerprints: 1,
  signals: [
    {
      state: 'firing',
      title: 'Test alert from Quarterdeck',
      severity: 'info',
      service: 'quarterdeck',
      startsAt: NOW,
    },
    { state: 'resolved', endsAt: NOW },
  ],
}

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [
    path,
    ...keys.flatMap((key) => pathsOf((value as Record<string, unknown>)[key], [...path, key])),
  ]
}

/** The same with another value at the end of a path; its holder may have been put out of the way before. */
function withAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other
  if (typeof value !== 'object' || value === null) return value
  if (!Object.hasOwn(value, key)) return value
  const next = withAt((value as Record<string, unknown>)[key], rest, other)
  return Array.isArray(value) ? value.with(Number(key), next) : { ...value, [key]: next }
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  '',
  'null',
  ' ',
  0,
  -1,
  1.5,
  1e300,
  1.5e18,
  [],
  {},
  [[[]]],
  [null],
  ['a'],
  '0001-01-01T00:00:00Z',
  '999999999999',
  '\u0000',
  '\uD800',
  '[[',
  'x'.repeat(3000),
  'https://',
  { toString: 1, length: -1 },
  JSON.parse('{"__proto__":{"id":1},"constructor":2}'),
]

/**
 * Takes real bodies, puts anything at any places of them, and reads them: says `sound`, or with what it went wrong.
 * Readers may refuse in words, and nothing else.
 */
export function soundness(
  kind: SourceKind,
  seeds: readonly unknown[],
  headers: readonly Payload['headers'][] = [{}],
): string {
  const anything = fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue({ maxDepth: 3 }))
  const changed = fc.constantFrom(...seeds).chain((seed) =>
    fc
      .array(fc.tuple(fc.constantFrom(...pathsOf(seed)), anything), {
        minLength: 1,
        maxLength: 4,
      })
      .map((changes) =>
        changes.reduce<unknown>((body, [path, other]) => withAt(body, path, other), seed),
      ),
  )
  const result = fc.check(
    fc.property(changed, fc.constantFrom(...headers), (body, sent) => {
      const request = aRequest(body, { headers: sent, settings: { baseUrl: 'https://a.example' } })
      if ((KINDS[kind].deliveryKey(request) ?? '').length > 200)
        throw new Error('its key is too long')
      for (const signal of signalsOf(kind, request)) assertSound(signal)
    }),
    { numRuns: 2000 },
  )
  return result.failed
    ? `${String(result.errorInstance)} ${fc.defaultReportMessage(result)!}`
    : 'sound'
}

function signalsOf(kind: SourceKind, request: SourceRequest): Reading['signals'] {
  try {
    return KINDS[kind].read(request).signals
  } catch (error) {
    if (error instanceof Unreadable && error.message.length > 20) return []
    throw error
  }
}

function assertSound(signal: Reading['signals'][number]): void {
  const { state, fingerprint, title, labels, annotations, startsAt, endsAt } = signal
  const texts = [...Object.entries(labels), ...Object.entries(annotations)].flat()
  const times = [startsAt, endsAt ?? 0]
  const problems = [
    !/^[^\n]{1,200}$/u.test(fingerprint) && 'fingerprint',
    (title.length > 200 || !title.isWellFormed()) && 'title',
    texts.some((text) => typeof text !== 'string' || !text.isWellFormed()) && 'labels',
    times.some((at) => !Number.isInteger(at) || at < 0 || at > NOW) && 'times',
    (state === 'resolved') !== (endsAt !== undefined) && 'endsAt',
  ].filter(Boolean)
  if (problems.length > 0) throw new Error(`unsound: ${problems.join(', ')}`)
}
