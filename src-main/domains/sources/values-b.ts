import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { Reading, SourceSignal } from './source'
import { isObject, toKey, toLine, valueAt } from './values'

/** What a follow-up leaves unsaid: the ticket keeps its words. */
export const UNSAID = {
  title: '',
  description: '',
  severity: undefined,
  service: undefined,
  host: undefined,
  labels: {},
  annotations: {},
  links: [],
} as const satisfies Partial<SourceSignal>

/** Does any of the operator's globs fit the whole name? `*` stands for anything; case does not count. */
export function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matches(glob.toLowerCase(), name.toLowerCase()))
}

/** Piece by piece and not by a regular expression, which could take for ever with many stars. */
function matches(glob: string, name: string): boolean {
  const pieces = glob.split('*')
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return glob === name
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}

/** Seconds below this, milliseconds from here on: the year 5138 in seconds is 1973 in milliseconds. */
const FIRST_MILLISECONDS = 100_000_000_000

/** A time as seconds or milliseconds since 1970, a number or its digits; never later than we heard of it. 0 is none. */
export function toEpoch(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const text = toLine(value, 40)
  if (!/^\d{1,16}(?:\.\d+)?$/.test(text)) return undefined
  const number = Number(text)
  if (number === 0) return undefined
  const at = Math.floor(number < FIRST_MILLISECONDS ? number * 1000 : number)
  return Math.min(at, receivedAt)
}

/** A time in UTC that does not say so: `2023-07-31 18:56:15.374`, `Sep 1, 2017 4:12:29 PM`. Never later than we heard of it. */
export function toUtcTime(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  const at = Date.parse(/^\d{4}-\d\d-\d\d/.test(value) ? zoned(value) : `${value} UTC`)
  return Number.isFinite(at) && at >= 0 ? Math.min(at, receivedAt) : undefined
}

const zoned = (text: string) =>
  /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.replace(' ', 'T')}Z`

/** After which silence a signal counts as over, by the operator's word or else the kind's own. Undefined: never. */
export function quietMsOf(
  { quietMinutes }: SourceSettings,
  ownMinutes: number,
): number | undefined {
  const minutes = quietMinutes ?? ownMinutes
  return minutes === 0 ? undefined : minutes * 60_000
}

/** `owner/name` of a repository's address, as `https://github.com/acme/shop.git` and `git@github.com:acme/shop` say it. */
export function repositoryIn(address: unknown): string | undefined {
  const text = toLine(address, 400).replace(/\.git$/, '')
  const path = /^(?:https?:\/\/|ssh:\/\/|git@)[^/:]+[/:](.+)$/.exec(text)?.[1] ?? ''
  const codeCommit = /^v1\/repos\/([^/]+)$/.exec(path)?.[1]
  if (codeCommit !== undefined) return codeCommit
  return /^[\w.-]+(?:\/[\w.-]+)+$/.test(path) ? path : undefined
}

/** The commit that an image's tag names, such as `shop:1.4-3f2a9bc`. A tag of digits only may be a date. */
export function revisionIn(image: string): string | undefined {
  const tag = /:([\w.-]+)$/.exec(image.replace(/@sha256:.*$/, ''))?.[1] ?? ''
  const hash = /(?:^|[-_.]|sha)([0-9a-f]{7,40})$/.exec(tag)?.[1]
  return hash !== undefined && /[a-f]/.test(hash) && /\d/.test(hash) ? hash : undefined
}

/** A key of several parts, short enough to keep: as it is, else its hash. */
export const keyOf = (text: string): string => toKey(text) ?? text

/** One line at a key; empty when there is none. */
export const lineAt = (holder: unknown, key: string, most = 200): string =>
  toLine(valueAt(holder, key), most)

/** Objects of a list; anything else in it, and anything but a list, is left out. At most 1,000. */
export function objectsIn(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.slice(0, 1000).filter((each) => isObject(each)) : []
}

/** A commit's hash, whole or at least its first 7 characters. */
export function shaIn(value: unknown): string | undefined {
  const text = toLine(value)
  return /^[0-9a-f]{7,40}$/.test(text) ? text : undefined
}

/** What several records of one delivery say. It is ignored only when all of them are. */
export function together(readings: readonly Reading[]): Reading {
  if (readings.length === 1) return readings[0]!
  const signals = readings.flatMap((each) => each.signals)
  const changes = readings.flatMap((each) => each.changes ?? [])
  const ignored = signals.length + changes.length === 0 ? readings[0]?.ignored : undefined
  return { signals, changes, ...(ignored !== undefined && { ignored }) }
}
