import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { spanText } from '#platform/span-text'

/** What a delivery came with, for its proof. The body is the bytes as they came. */
export interface Given {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The secrets that are valid now: the current one, and while it is being rotated the one before. */
  readonly secrets: readonly string[]
  readonly now: Timestamp
  readonly settings: SourceSettings
  /** It waited on disk, so a secret in the clear was replaced by its hash. Default: false. */
  readonly wasKept?: boolean
  /** Reads a certificate from a pinned host; for schemes without a shared secret. Rejects when it cannot be had. */
  fetchText(url: string): Promise<string>
}

export type Proven = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/**
 * How a sender proves that a delivery is its own. The algorithm is fixed by the source and never taken from a header,
 * and every comparison takes the same time whatever was sent.
 */
export interface Proof {
  /** The shared secret as the sender's own screen calls it and who makes it; null where certificates are used. */
  readonly secret: { readonly name: string; readonly madeBy: 'sender' | 'us' | 'either' } | null
  /** Has this delivery anything to check? Without, it is refused as unsigned when a secret is set. */
  isSigned(given: Pick<Given, 'headers' | 'body' | 'settings'>): boolean
  check(given: Given): Proven | Promise<Proven>
}

/** Senders and we may disagree about the time by this much: Standard Webhooks, Slack and Stripe all allow 5 min. */
export const TOLERANCE_MS = 300_000

const proven: Proven = { ok: true }
const refused = (reason: string): Proven => ({ ok: false, reason })

interface HmacScheme {
  readonly secret: NonNullable<Proof['secret']>
  /** Lower case. A function where the operator chooses the name. */
  readonly header: string | ((settings: SourceSettings) => string)
  readonly algorithm: 'sha256' | 'sha1'
  readonly encoding: 'hex' | 'base64'
  /** What stands before the signature, such as `sha256=`; several signatures may be listed with commas. */
  readonly prefix?: string
  /** When it was signed. `at` undefined: the request carries no time and cannot be checked. */
  readonly timestamp?: {
    at(given: Given): { readonly text: string; readonly at: Timestamp } | undefined
    /** Does the scheme allow a request without a time? Default: no. */
    readonly optional?: (settings: SourceSettings) => boolean
    readonly toleranceMs?: number
  }
  /** The bytes that are signed. Default: the body. */
  signed?(given: Given, timestamp: string): readonly (string | Buffer)[]
}

/** HMAC over the raw bytes, RFC 2104, as nearly every sender signs. */
export function hmacProof(scheme: HmacScheme): Proof {
  const headerOf = (settings: SourceSettings) =>
    typeof scheme.header === 'string' ? scheme.header : scheme.header(settings)
  return {
    secret: scheme.secret,
    isSigned: ({ headers, settings }) => headers[headerOf(settings)] !== undefined,
    check(given) {
      const header = headerOf(given.settings)
      const signatures = signaturesIn(given.headers[header], scheme.prefix ?? '')
      if (signatures.length === 0) return refused(`It has no signature in the header ${header}.`)
      const time = scheme.timestamp?.at(given)
      const late = lateness(scheme, given, time?.at)
      if (late !== undefined) return refused(late)
      const signed = signedParts(scheme, given, time?.text ?? '')
      const right = given.secrets.some((secret) => fitsOne(scheme, secret, signed, signatures))
      return right ? proven : refused(`The signature in ${header} does not fit the body.`)
    },
  }
}

const signedParts = (scheme: HmacScheme, given: Given, timestamp: string) =>
  scheme.signed?.(given, timestamp) ?? [given.body]

function fitsOne(
  { algorithm, encoding }: HmacScheme,
  secret: string,
  signed: readonly (string | Buffer)[],
  signatures: readonly string[],
): boolean {
  const hmac = createHmac(algorithm, secret)
  for (const part of signed) hmac.update(part)
  const expected = hmac.digest(encoding)
  return signatures.map((signature) => isSame(signature, expected)).includes(true)
}

function lateness(
  { timestamp }: HmacScheme,
  { now, settings }: Given,
  at: Timestamp | undefined,
): string | undefined {
  if (!timestamp) return undefined
  if (at === undefined)
    return timestamp.optional?.(settings) === true
      ? undefined
      : 'It does not say when it was signed.'
  return outsideOf(now, at, timestamp.toleranceMs ?? TOLERANCE_MS)
}

/** Why a time cannot be accepted; undefined when it can. In both directions: a time in the future could be kept for later. */
export function outsideOf(now: Timestamp, at: Timestamp, toleranceMs: number): string | undefined {
  const offMs = Math.abs(now - at)
  if (offMs <= toleranceMs) return undefined
  const off = offMs < 600_000 ? `${Math.round(offMs / 1000)} s` : spanText(offMs)
  return `It was signed ${off} ${at > now ? 'ahead of' : 'before'} this machine's clock, and ${toleranceMs / 1000} s are allowed: it is a repeat, or one of the clocks is wrong.`
}

function signaturesIn(header: string | undefined, prefix: string): string[] {
  return (header ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each.startsWith(prefix) && each.length > prefix.length)
    .slice(0, 10)
    .map((each) => each.slice(prefix.length))
}

/** The time it takes says nothing about what is expected but its length, which its format tells anyway. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const HASHED = 'sha256:'

/** How a secret in the clear is kept while it waits to be checked. Only what was never sent may be compared with it. */
export function hashedToken(text: string): string {
  return `${HASHED}${hash('sha256', text)}`
}

/**
 * A secret that comes in the clear in a header of its own. The header must be among the reader's `secretHeaders`; what
 * waited for the vault carries its hash instead, and says so with `wasKept`.
 */
export function tokenProof(header: string, secret: NonNullable<Proof['secret']>): Proof {
  return {
    secret,
    isSigned: ({ headers }) => headers[header] !== undefined,
    check({ headers, secrets, wasKept = false }) {
      const given = headers[header]
      if (given === undefined) return refused(`It has no secret in the header ${header}.`)
      const expected = wasKept ? secrets.map(hashedToken) : secrets
      const right = expected.map((text) => isSame(given, text)).includes(true)
      return right ? proven : refused(`The secret in ${header} is not the one of this source.`)
    },
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function standardWebhooksProof(secret: NonNullable<Proof['secret']>): Proof {
  return {
    secret,
    isSigned: ({ headers }) => headers['webhook-signature'] !== undefined,
    check({ headers, body, secrets, now }) {
      const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers
      const signatures = (headers['webhook-signature'] ?? '')
        .split(' ')
        .slice(0, 10)
        .filter((each) => each.startsWith('v1,'))
        .map((each) => each.slice(3))
      if (signatures.length === 0) return refused('It has no signature in webhook-signature.')
      if (!/^\d{1,12}$/.test(timestamp)) return refused('It does not say when it was signed.')
      const late = outsideOf(now, Number(timestamp) * 1000, TOLERANCE_MS)
      if (late !== undefined) return refused(late)
      const right = secrets.some((secretText) => {
        const key = Buffer.from(secretText.replace(/^whsec_/, ''), 'base64')
        const expected = createHmac('sha256', key)
          .update(`${id}.${timestamp}.`)
          .update(body)
          .digest('base64')
        return signatures.map((signature) => isSame(signature, expected)).includes(true)
      })
      return right ? proven : refused('The signature in webhook-signature does not fit the body.')
    },
  }
}

/** The first of several schemes that a delivery carries; one that carries none is told what the first would need. */
export function firstSigned(...proofs: readonly [Proof, ...Proof[]]): Proof {
  const pick = (given: Pick<Given, 'headers' | 'body' | 'settings'>) =>
    proofs.find((proof) => proof.isSigned(given)) ?? proofs[0]
  return {
    secret: proofs[0].secret,
    isSigned: (given) => proofs.some((proof) => proof.isSigned(given)),
    check: (given) => pick(given).check(given),
  }
}
