import { createHash } from 'node:crypto'
import type { Severity } from '#contract/primitives'

// What senders write, made safe: text, lists and maps of whatever JSON may hold. Nothing in here throws.

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

/** A rank as people name them: `SEV-1` and `Sev 1` are `sev1`. */
export function toRank(word: unknown): Severity | undefined {
  return toSeverity(toLine(word, 40).replaceAll(/[\s_-]/g, ''))
}

/** What a table says about a sender's word. Words are theirs, so `constructor` has to be one that is not listed. */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** What stands at the end of a path of own keys, never of a prototype's; undefined where it breaks off. */
export function valueAt(holder: unknown, ...path: readonly string[]): unknown {
  let here = holder
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string, unknown>)[key]
  }
  return here
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

/** One line at the end of a path; empty when there is none. */
export function lineAt(holder: unknown, ...path: readonly string[]): string {
  return toLine(valueAt(holder, ...path))
}

/** The first that says something; empty where none does. */
export function firstLine(...values: readonly unknown[]): string {
  return values.map((value) => toLine(value)).find((line) => line !== '') ?? ''
}

/** The first that says something; undefined where none does. */
export function wordOf(...values: readonly unknown[]): string | undefined {
  return firstLine(...values) || undefined
}

/** A whole number, as such or in digits; undefined for anything else. */
export function toCount(value: unknown): number | undefined {
  const text = toText(value, 20)
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** No sender puts more into one delivery: GitHub caps a push at 2,048 commits, Salesforce a message at 100 records. */
const MOST_ITEMS = 2500

/** The items of a list, as far as any sender goes; nothing for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS) : []
}

/** The objects of a list; anything else in it is left out. */
export function objectsIn(value: unknown): readonly Record<string, unknown>[] {
  return listOf(value).filter((each) => isObject(each))
}

/** Lines of a list, or of what stands where a list could: each once, without the empty ones, at most 20. */
export function toLines(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value]
  return [...new Set(all.map((each) => toLine(each)).filter((line) => line !== ''))]
}

/** Texts as one line, with commas. */
export function joined(values: readonly unknown[]): string {
  const lines = values.map((value) => toLine(value, 100)).filter(Boolean)
  return toLine(lines.join(', '), 500)
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

/** Labels by our names: what says nothing is left out, and lists are joined. */
export function toLabels(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  const lines = Object.entries(parts).map(([name, value]) => [
    name,
    Array.isArray(value) ? toLines(value).join(', ') : toLine(value, 1000),
  ])
  return Object.fromEntries(lines.filter(([, line]) => line !== '')) as Record<string, string>
}

/** Labels of people's tickets, in one line each: help desks write `0` and `null`, too, for nothing. */
export function toTicketLabels(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  const lines = Object.entries(parts)
    .map(([name, value]): [string, string] => [name, toLine(value, 500)])
    .filter(([, line]) => line !== '' && line !== '0' && line !== 'null')
  return Object.fromEntries(lines)
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

/** The first address that a browser may open. */
export function toUrl(...values: readonly unknown[]): string | undefined {
  return toLinks(...values.map((value): [string, unknown] => ['', value]))[0]?.url
}

/** One key for several ids, in their order; undefined where there are none, or one is missing. */
export function keyOfAll(ids: readonly (string | undefined)[]): string | undefined {
  if (ids.length === 0 || ids.includes(undefined)) return undefined
  return ids.length === 1 ? ids[0] : fingerprintOf(ids)
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
