import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceKind, SourceSettings } from '#contract/intake'
import { NOW, senderOf } from './sender.suite'
import { type Reading, type SourceRequest, Unreadable } from './source'

interface Promises {
  /** With which of these headers a body comes. Default: none. */
  readonly headers?: readonly Readonly<Record<string, string>>[]
  readonly settings?: Partial<SourceSettings>
  /** What a changed shape is put into. Default: it is the body. */
  readonly wrap?: (body: unknown) => unknown
}

/** What every reader promises, whatever is sent; `shapes` are bodies that it reads. */
export function keepsItsPromises(
  kind: SourceKind,
  shapes: readonly unknown[],
  promises: Promises = {},
): void {
  test('whatever stands at any of its places, a body is read or refused in words', () => {
    expect(soundness(kind, shapes, promises)).toBe('sound')
  })
}

/** The bodies of the test button: something is wrong, and then the same is right again. `facts` are those of the first. */
export function firesAndIsResolved(kind: SourceKind, facts: object = {}): void {
  test('its test says that something is wrong and then that the same is right again', () => {
    const { reader, one } = senderOf(kind)
    const [wrong, right] = (['firing', 'resolved'] as const).map((status) => {
      const body = reader.example(status, NOW, null)
      const sent = typeof body === 'string' ? body : (JSON.parse(JSON.stringify(body)) as unknown)
      return one(sent, { headers: reader.exampleHeaders?.(status) ?? {} })
    })
    expect(wrong).toMatchObject({ state: 'firing', ...facts })
    expect(wrong!.title).not.toBe('')
    expect(right).toMatchObject({ state: 'resolved', endsAt: NOW })
    expect(right!.fingerprint).toBe(wrong!.fingerprint)
  })
}

/** The facts of a test alert, where a kind has a place for each of them. */
export const TEST_ALERT = {
  title: 'Test alert from Quarterdeck',
  severity: 'info',
  service: 'quarterdeck',
  startsAt: NOW,
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
  [null, 7, [], {}],
  ['a'],
  '0001-01-01T00:00:00Z',
  '999999999999',
  '\u0000',
  '\uD800',
  '[[',
  '__proto__',
  'constructor',
  'x'.repeat(3000),
  'https://',
  'https://a.example/b',
  'javascript:alert(1)',
  { toString: 1, length: -1 },
  JSON.parse('{"__proto__":{"id":1},"constructor":{"name":2},"hasOwnProperty":3}'),
]

/** Bodies with anything at any of their places, at one or a few of them; their outermost place is one, too. */
function changedBodies(shapes: readonly unknown[]): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue({ maxDepth: 3 }))
  return fc.constantFrom(...shapes).chain((shape) =>
    fc
      .array(fc.tuple(fc.constantFrom(...pathsOf(shape)), anything), {
        minLength: 1,
        maxLength: 4,
      })
      .map((changes) =>
        changes.reduce<unknown>((body, [path, other]) => withAt(body, path, other), shape),
      ),
  )
}

/**
 * Reads 2,000 changed bodies, and says `sound`, or with what it went wrong. Readers may refuse in words, and nothing else;
 * what they tell has to be such that it can be kept.
 */
export function soundness(
  kind: SourceKind,
  shapes: readonly unknown[],
  { headers = [{}], settings = {}, wrap = (body) => body }: Promises = {},
): string {
  const { reader, request } = senderOf(kind)
  let told = 0
  const result = fc.check(
    fc.property(changedBodies(shapes), fc.constantFrom(...headers), (body, sent) => {
      const asked = { headers: sent, settings: { baseUrl: 'https://a.example', ...settings } }
      const given = request(wrap(body), asked)
      const key = reader.deliveryKey(given)
      if (key !== undefined && !isKey(key)) throw new Error(`its key is unsound: ${key}`)
      reader.reply?.(given)
      const { signals, changes = [] } = readingOf(kind, given)
      told += signals.length + changes.length
      for (const signal of signals) assertSignal(signal)
      for (const change of changes) assertChange(change)
    }),
    { numRuns: 2000 },
  )
  if (result.failed) return `${String(result.errorInstance)} ${fc.defaultReportMessage(result)!}`
  return told > 0 ? 'sound' : 'none of its bodies says anything'
}

function readingOf(kind: SourceKind, request: SourceRequest): Reading {
  try {
    return senderOf(kind).reader.read(request)
  } catch (error) {
    if (error instanceof Unreadable && error.message.length > 20) return { signals: [] }
    throw error
  }
}

const isKey = (text: string) => /^[^\n]{1,200}$/u.test(text)
const isTime = (at: number | undefined) =>
  at === undefined || (Number.isInteger(at) && at >= 0 && at <= NOW)
const isText = (text: unknown) => typeof text === 'string' && text.isWellFormed()
const isAddress = (url: string | undefined) => url === undefined || /^https?:/.test(url)

function assertSignal(signal: Reading['signals'][number]): void {
  const { state, fingerprint, title, labels, annotations, links, startsAt, endsAt } = signal
  const texts = [...Object.entries(labels), ...Object.entries(annotations)].flat()
  assertNone('signal', [
    !isKey(fingerprint) && 'fingerprint',
    (title.length > 200 || /\n/.test(title) || !isText(title)) && 'title',
    !texts.every(isText) && 'labels',
    !links.every(({ url }) => isAddress(url)) && 'links',
    !(isTime(startsAt) && isTime(endsAt)) && 'times',
    (state === 'resolved') !== (endsAt !== undefined) && 'endsAt',
  ])
}

function assertChange(change: NonNullable<Reading['changes']>[number]): void {
  const times = Object.entries(change).filter(([name]) => name.endsWith('At'))
  assertNone('change', [
    change.externalId === '' && 'externalId',
    !isText(change.title) && 'title',
    !times.every(([, at]) => isTime(at as number | undefined)) && 'times',
    !isAddress(change.url) && 'url',
    'state' in change && !/^([a-z]+|undefined)$/.test(String(change.state)) && 'state',
  ])
}

function assertNone(what: string, problems: readonly (string | false)[]): void {
  const found = problems.filter((problem) => problem !== false)
  if (found.length > 0) throw new Error(`unsound ${what}: ${found.join(', ')}`)
}
