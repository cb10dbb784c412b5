import type { Timestamp } from '#contract/primitives'
import { valueAt } from './values'

// Times as senders write them, in milliseconds; never later than we heard of them, since clocks differ.

/** An RFC 3339 time. Year 1 is Go's way to say "none". */
export function toTime(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  if (typeof value !== 'string' || value.startsWith('0001-')) return undefined
  const at = Date.parse(value)
  return Number.isFinite(at) && at >= 0 ? Math.min(at, receivedAt) : undefined
}

/**
 * A Unix time in s, ms, µs or ns, as a number or in digits, told apart by its size: 1e11 s is the year 5138, and 1e11 ms is
 * 1973. 0 is none. Nanoseconds are above 2^53 and lose their last digits in JSON, which milliseconds do not show.
 */
export function toEpoch(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const isDigits = typeof value === 'string' && /^\s*\d{1,19}(\.\d{1,9})?\s*$/.test(value)
  const at = isDigits ? Number(value) : value
  if (typeof at !== 'number' || !(at > 0)) return undefined
  const scale = at < 1e11 ? 1000 : at < 1e14 ? 1 : at < 1e17 ? 1e-3 : 1e-6
  return Math.min(Math.floor(at * scale), receivedAt)
}

/** The first of several times that can be read, as a Unix time or in RFC 3339. */
export function firstTime(receivedAt: Timestamp, ...values: unknown[]): Timestamp | undefined {
  for (const value of values) {
    const at = toEpoch(value, receivedAt) ?? toTime(value, receivedAt)
    if (at !== undefined) return at
  }
  return undefined
}

/** The RFC 3339 time at the first of some keys that holds one. */
export function timeAt(
  holder: unknown,
  receivedAt: Timestamp,
  ...keys: readonly string[]
): Timestamp | undefined {
  for (const key of keys) {
    const at = toTime(valueAt(holder, key), receivedAt)
    if (at !== undefined) return at
  }
  return undefined
}

/** A time that is UTC where it names no zone: `2023-07-31 18:56:15.374`, `Sep 1, 2017 4:12:29 PM`. */
export function toUtcTime(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  return typeof value === 'string' && value.length <= 40
    ? toTime(zoned(value), receivedAt)
    : undefined
}

const ZONED = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/i
const ISO = /^\d{4}-\d\d-\d\d(?<time>[ T].*)?/

function zoned(text: string): string {
  if (ZONED.test(text)) return text
  const iso = ISO.exec(text)
  if (!iso) return `${text} UTC`
  return iso.groups?.['time'] === undefined ? text : `${text.replace(' ', 'T')}Z`
}
