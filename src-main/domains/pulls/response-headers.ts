import type { Timestamp } from '#contract/primitives'

type Headers = Readonly<Record<string, string>>

/** The address of a relation in a `Link` header (RFC 8288). Sentry names a next page always, and says if it holds any. */
export function linkOf(header: string | undefined, relation: string): string | undefined {
  for (const link of (header ?? '').split(/,\s*(?=<)/)) {
    const [, address, rest = ''] = /^\s*<([^>]*)>(.*)$/.exec(link) ?? []
    const isIt = new RegExp(`;\\s*rel="?${relation}"?(?:;|\\s|$)`).test(rest)
    if (isIt && address !== undefined && !/;\s*results="false"/.test(rest)) return address
  }
  return undefined
}

/** Never longer: a clock that is wrong must not silence a source for days. */
const LONGEST_WAIT_MS = 3_600_000

/** How long the source wants to be left alone because it was asked too often, in ms; undefined when it was not. */
export function waitOf(headers: Headers, now: Timestamp): number | undefined {
  const waits = [retryAfter(headers, now), exhausted(headers, now)].filter((ms) => ms !== undefined)
  return waits.length === 0 ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(...waits))
}

/** Not more often than this, in ms; GitHub says so with its events. 0: as often as one likes. */
export function pollOf(headers: Headers): number {
  const seconds = Number(headers['x-poll-interval'])
  return seconds > 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1000) : 0
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(headers: Headers, now: Timestamp): number | undefined {
  const text = headers['retry-after']
  if (text === undefined) return undefined
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isFinite(at) ? Math.max(0, at - clockOf(headers, now)) : undefined
}

/** GitHub, GitLab and PagerDuty, and Sentry. */
const LIMITS = ['x-ratelimit', 'ratelimit', 'x-sentry-rate-limit']

/** When nothing is left: the time until there is something again. */
function exhausted(headers: Headers, now: Timestamp): number | undefined {
  for (const name of LIMITS) {
    const reset = Number(headers[`${name}-reset`])
    if (headers[`${name}-remaining`]?.trim() !== '0' || !(reset > 0)) continue
    // A time in seconds since 1970, or seconds from now, as the sender likes.
    return reset < 1e9 ? reset * 1000 : Math.max(0, reset * 1000 - clockOf(headers, now))
  }
  return undefined
}

/** The sender's own clock, so that a wrong one here does not matter. */
function clockOf(headers: Headers, now: Timestamp): Timestamp {
  const at = Date.parse(headers['date'] ?? '')
  return Number.isFinite(at) ? at : now
}
