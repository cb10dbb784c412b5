import { createHash } from 'node:crypto'
import type { Severity, Timestamp } from '#contract/primitives'

/** Free-text severities as Alertmanager and its kin send them; what is not listed is not known. */
const SEVERITIES: Record<Severity, string> = {
  critical: 'critical crit page fatal emergency p0 p1 sev1 disaster urgent blocker',
  high: 'high error err major severe p2 sev2',
  medium: 'warning warn medium p3 sev3 moderate average normal',
  low: 'low minor p4 sev4',
  info: 'info informational information none debug p5 ok success notice',
}
const SEVERITY_OF = new Map(
  Object.entries(SEVERITIES).flatMap(([severity, words]) =>
    words.split(' ').map((word): [string, Severity] => [word, severity as Severity]),
  ),
)

/** What a sender's word for a severity means; undefined when it says none, or none we know. */
export function toSeverity(word: unknown): Severity | undefined {
  return typeof word === 'string' ? SEVERITY_OF.get(word.trim().toLowerCase()) : undefined
}

/** An object's own value; never one of its prototype. */
export function valueAt(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined
  return (holder as Record<string, unknown>)[key]
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text as both stores can keep it: well-formed, without NUL, cut at `most` characters. Empty for anything but a scalar. */
export function toText(value: unknown, most = 20_000): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return ''
  const cut = value.length > most ? `${value.slice(0, most - 1)}…` : value
  return cut.toWellFormed().replaceAll('\0', '\uFFFD').trim()
}

// oxlint-disable-next-line no-control-regex -- to take them out is the point
const BREAKS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]|\s\s/u
// oxlint-disable-next-line no-control-regex -- to take them out is the point
const BREAKS_AND_SPACES = /[\s\u0000-\u001F\u007F-\u009F]+/gu

/** One line for a list: no line breaks and no terminal control characters. */
export function toLine(value: unknown, most = 200): string {
  const text = toText(value, 4 * most)
  if (text.length <= most && !BREAKS.test(text)) return text
  return toText(text.replaceAll(BREAKS_AND_SPACES, ' '), most)
}

/** The first that says something. */
export function firstLine(...values: unknown[]): string {
  return values.map((value) => toLine(value)).find((line) => line !== '') ?? ''
}

/** At most this many labels or annotations are kept of one alert. */
const MOST_LABELS = 200

/** Labels as text; what is not a scalar is left out. */
export function toTextMap(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  const entries = Object.entries(value)
    .filter(([key, each]) => key !== '__proto__' && typeof each !== 'object')
    .map(([key, each]): [string, string] => [toLine(key, 200), toText(each)])
  return Object.fromEntries(entries.slice(0, MOST_LABELS))
}

/** Milliseconds of an RFC 3339 time, never later than we heard of it. Year 1 is Go's way to say "none". */
export function toTime(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  if (typeof value !== 'string' || value.startsWith('0001-')) return undefined
  const at = Date.parse(value)
  return Number.isFinite(at) && at >= 0 ? Math.min(at, receivedAt) : undefined
}

/** Those addresses that a browser may open: http and https only. Each once, in order. */
export function toLinks(
  ...links: [title: string, url: unknown][]
): { title: string; url: string }[] {
  const kept = new Map<string, string>()
  for (const [title, url] of links) {
    if (typeof url !== 'string' || url.length > 4000 || !/^https?:/i.test(url)) continue
    const href = URL.parse(url)?.href
    if (href !== undefined && !kept.has(href)) kept.set(href, title)
  }
  return [...kept].map(([url, title]) => ({ title, url }))
}

/** The machine in `10.0.0.5:9100`, `[::1]:9100` or `https://shop.example/health`. */
export function toHost(value: unknown): string | undefined {
  const text = toLine(value)
  if (text === '') return undefined
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).hostname
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)
  if (bracketed) return bracketed[1]
  return /^[^:]+:\d+$/.test(text) ? text.slice(0, text.lastIndexOf(':')) : text
}

/** A fingerprint of parts; the same parts always give the same one. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** A sender's own key: as it is while it is short enough to read, else its hash. */
export function toKey(value: unknown): string | undefined {
  const key = toLine(value, 1000)
  if (key === '') return undefined
  return key.length <= 200 ? key : fingerprintOf([key])
}

/** JSON by any of its names; senders that name none, or plain text, are taken at their body. */
export function isJsonType(contentType: string): boolean {
  return /^(application\/json|text\/json|text\/plain|application\/[\w.-]+\+json|)$/.test(
    contentType,
  )
}
