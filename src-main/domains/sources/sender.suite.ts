import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GenericMapping, type SourceKind, SourceSettings } from '#contract/intake'
import { openBody } from './body'
import { KINDS } from './kinds'
import type { Given, Proven } from './proof'
import { type Reading, type SourceRequest, type SourceSignal, Unreadable } from './source'

// What the tests of every reader ask of it, and the real payloads of other people's senders, which are not part of this
// repository.

/** When every delivery of these tests comes in. */
export const NOW = Date.UTC(2026, 10, 20, 12)
export const timeOf = (text: string) => Date.parse(text)

/** What a delivery comes with beside its body. */
export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly settings?: Partial<SourceSettings>
  readonly contentType?: string
  readonly receivedAt?: number
  /** Of a generic source. */
  readonly mapping?: object
}

const request = (body: unknown, asked: Asked = {}): SourceRequest => ({
  headers: asked.headers ?? {},
  contentType: asked.contentType ?? 'application/json',
  body,
  receivedAt: asked.receivedAt ?? NOW,
  mapping: asked.mapping === undefined ? null : GenericMapping.parse(asked.mapping),
  settings: SourceSettings.parse(asked.settings ?? {}),
})

/** The reader of a kind, asked as a listener would ask it. */
export function senderOf(kind: SourceKind) {
  const reader = KINDS[kind]
  const read = (body: unknown, asked?: Asked): Reading => reader.read(request(body, asked))
  const check = (given: Partial<Given>) => {
    const whole = { ...GIVEN, ...given }
    return reader.proof!.isSigned(whole) ? reader.proof!.check(whole) : UNSIGNED
  }
  return {
    reader,
    request,
    read,
    one: (body: unknown, asked?: Asked): SourceSignal => read(body, asked).signals[0]!,
    keyOf: (body: unknown, asked?: Asked) => reader.deliveryKey(request(body, asked)),
    /** The bytes as a listener would open them, then read. */
    async receive(bytes: Buffer, headers: Readonly<Record<string, string>>, asked: Asked = {}) {
      const opened = await openBody(bytes, headers, reader)
      if (!opened.ok) throw new Error(opened.problem)
      return read(opened.value, { ...asked, headers, contentType: opened.contentType })
    },
    /** The outcome of a proof that needs nothing from elsewhere. */
    check: (given: Partial<Given>) => check(given) as Proven,
    /** Which of these is proven: the right delivery, it changed, with other secrets, and without its headers. */
    async proofs(right: Pick<Given, 'headers' | 'body' | 'secrets'> & Partial<Given>) {
      const changed = Buffer.from(right.body)
      changed[changed.length - 2]! ^= 1
      const bare = { ...GIVEN, ...right, headers: {} }
      return {
        right: (await check({ ...right, secrets: ['an older secret', ...right.secrets] })).ok,
        changed: (await check({ ...right, body: changed })).ok,
        otherSecrets: (await check({ ...right, secrets: ['wrong', 'secrets'] })).ok,
        bare: (await reader.proof!.check(bare)).ok || reader.proof!.isSigned(bare),
      }
    },
  }
}

const GIVEN: Given = {
  headers: {},
  body: Buffer.alloc(0),
  secrets: ['a-secret-of-tests'],
  now: NOW,
  settings: SourceSettings.parse({}),
  fetchText: () => Promise.reject(new Error('nothing is fetched')),
}
const UNSIGNED: Proven = { ok: false, reason: 'unsigned' }

export const ONLY_THE_RIGHT_ONE = {
  right: true,
  changed: false,
  otherSecrets: false,
  bare: false,
}

export const hmac = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex')

/** One file of ../shared as it came: its bytes, and its headers in lower case. */
export interface Payload {
  readonly name: string
  readonly bytes: Buffer
  /** The JSON value of it; undefined for XML. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

const ROOT = join(import.meta.dirname, '../../../../shared/fixtures/webhooks')
const AWAY = 'the real payloads of ../shared are not here'

/** The text of one file of ../shared; undefined where the payloads are not there. In CI they have to be. */
export function textOf(file: string): string | undefined {
  return arePayloadsHere() ? readFileSync(join(ROOT, file), 'utf8') : undefined
}

function arePayloadsHere(): boolean {
  if (existsSync(ROOT)) return true
  if (process.env['CI'] === 'true') throw new Error(AWAY)
  console.log(`skipped: ${AWAY}`)
  return false
}

/** The real payloads of some folders and of those below them, by file name; none where they are not there. */
export function payloadsOf(...folders: readonly string[]): ReadonlyMap<string, Payload> {
  if (!arePayloadsHere()) return new Map()
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(json|xml)$/.test(file) && !file.endsWith('.headers.json'))
      .map((file) => join(ROOT, folder, file)),
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
  const isXml = file.endsWith('.xml')
  const contentType = isXml ? 'text/xml; charset=UTF-8' : 'application/json'
  const bytes = readFileSync(file)
  return {
    name: nameOf(file),
    bytes,
    body: isXml ? undefined : JSON.parse(bytes.toString()),
    headers: { 'content-type': contentType, ...headers },
  }
}

const wordsOf = (...parts: readonly (string | undefined)[]) =>
  parts.map((part) => part || '-').join(' | ')
const isoOf = (at: number | undefined) =>
  at === NOW ? 'NOW' : at === undefined ? '' : new Date(at).toISOString().replace('.000Z', 'Z')
/** A hash is known by its beginning. */
const shortened = (key: string) => key.replace(/^([0-9a-f]{8})[0-9a-f]{56}$/, '$1…')

/** What counts of each signal and change, in one line each, so that a test says a line a payload. */
export function gist({ signals, changes = [] }: Reading): readonly string[] {
  return [
    ...signals.map((each) => {
      const { fingerprint, state, severity, title, service, host, startsAt, endsAt } = each
      const times = [startsAt, ...(endsAt === undefined ? [] : [endsAt])].map(isoOf)
      return wordsOf(shortened(fingerprint), state, severity, title, service, host, ...times)
    }),
    ...changes.map((each) => {
      const state = 'state' in each ? each.state : undefined
      return wordsOf(each.kind, state, each.externalId, each.title, isoOf(each.occurredAt))
    }),
  ]
}

/** What a payload says: the gist of it, or parts of its reading; `refused` are the words that it is refused with. */
type Expected = readonly string[] | object

/**
 * Every real payload of some folders is opened as a listener would and read. What it has to say is given by file name; a
 * file that is new there only has to be understood.
 */
export function readsItsPayloads(
  kind: SourceKind,
  folders: readonly string[],
  expected: Readonly<Record<string, Expected>>,
  askedOf: (name: string) => Asked = () => ({}),
): void {
  const { receive } = senderOf(kind)
  const payloads = payloadsOf(...folders)
  describe.runIf(payloads.size > 0)('the real payloads', () => {
    for (const { name, bytes, headers } of payloads.values())
      test(`${name} is read, or ignored with a reason`, async () => {
        const told = await receive(bytes, headers, askedOf(name)).then(understood, refused)
        const wanted = expected[name] ?? {}
        const parts = Array.isArray(wanted) ? { gist: wanted } : wanted
        expect(told).toMatchObject({ refused: undefined, ...(parts as object) })
        expect(told.gist.length > 0).toBe(told.why === undefined)
      })
    test('all that are expected are there', () => {
      expect([...payloads.keys()]).toEqual(expect.arrayContaining(Object.keys(expected)))
    })
  })
}

const understood = (reading: Reading) => ({
  ...reading,
  gist: gist(reading),
  refused: undefined,
  why: reading.ignored,
})

function refused(error: unknown) {
  if (!(error instanceof Unreadable)) throw error
  return { gist: [], refused: error.message, why: error.message }
}
