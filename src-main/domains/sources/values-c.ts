import type { Timestamp } from '#contract/primitives'
import { firstLine, toLine, toLinks, toText, toTime, valueAt } from './values'

/** No sender puts more into one delivery: GitHub caps a push at 2,048 commits, Salesforce a message at 100 records. */
const MOST_ITEMS = 2500

/** What stands at the end of a path of own keys; undefined where it breaks off. */
export function at(holder: unknown, ...path: readonly string[]): unknown {
  return path.reduce(valueAt, holder)
}

/** The items of a list, as far as any sender goes; nothing for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS) : []
}

/** The address if a browser may open it. */
export function toUrl(...values: readonly unknown[]): string | undefined {
  return toLinks(...values.map((value): [string, unknown] => ['', value]))[0]?.url
}

/** The first text that says something; undefined where none does. */
export function wordOf(...values: readonly unknown[]): string | undefined {
  return firstLine(...values) || undefined
}

/** Whole numbers as text or number; undefined for anything else. */
export function toCount(value: unknown): number | undefined {
  const text = toText(value, 20)
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** Epoch seconds or milliseconds, as number or digits; 0 is how Intercom says "never". Never later than we heard of it. */
export function toEpoch(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const number = typeof value === 'number' ? Math.floor(value) : toCount(value)
  if (number === undefined || !Number.isSafeInteger(number) || number <= 0) return undefined
  // 1e11 s is the year 5138, 1e11 ms is 1973.
  return Math.min(number < 1e11 ? number * 1000 : number, receivedAt)
}

const ZONELESS = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/

/** `2016-12-14 02:46:44` is UTC where a sender names no zone; a time with a zone is read as it says. */
export function toUtcTime(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const text = typeof value === 'string' ? value : ''
  if (ZONELESS.test(text)) return toTime(`${text.replace(' ', 'T')}Z`, receivedAt)
  return toTime(value, receivedAt)
}

/** Does a name fit one of the patterns? `*` stands for anything, upper and lower case are the same. */
export function fitsOne(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => fits(name.toLowerCase(), pattern.toLowerCase().split('*')))
}

/** By hand and not by a regular expression: many stars cannot make it slow. */
function fits(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let from = first.length
  for (const part of rest) {
    const found = name.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return from <= name.length - last.length
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
}

/** The words of HTML: blocks become lines, tags go, the common entities are read. What is drawn from it is text. */
export function toPlain(value: unknown): string {
  return toText(value)
    .replaceAll(/<(?:br|\/p|\/div|\/li|\/h[1-6])\b[^<>]{0,500}>/gi, '\n')
    .replaceAll(/<[a-z/!][^<>]{0,2000}>/gi, '')
    .replaceAll(/&(#39|[a-z]{2,4});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** Labels that say something: senders write `0`, `null` and empty text for nothing. */
export function toLabels(entries: Readonly<Record<string, unknown>>): Record<string, string> {
  const said = Object.entries(entries)
    .map(([key, value]): [string, string] => [key, toLine(value, 500)])
    .filter(([, value]) => value !== '' && value !== '0' && value !== 'null')
  return Object.fromEntries(said)
}

/** Texts as one label. */
export function joined(values: readonly unknown[]): string {
  return toLine(
    values
      .map((value) => toLine(value, 100))
      .filter(Boolean)
      .join(', '),
    500,
  )
}

/** `owner/name` → `name`, which is what a service is called where a sender knows repositories only. */
export function lastPartOf(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1)
}

/** The branch of `refs/heads/…`; undefined for tags and others. */
export function branchOf(ref: unknown): string | undefined {
  const text = toLine(ref)
  return text.startsWith('refs/heads/') ? text.slice('refs/heads/'.length) : undefined
}

const ENVIRONMENT =
  /(?:^|[^a-z0-9])(prod|production|live|stage|staging|preprod|pre-prod|uat|qa|test|dev|development|preview|sandbox|canary)(?=$|[^a-z0-9])/i

/** The environment that the name of a deploying job holds; such a job deploys to production when it names none. */
export function environmentIn(name: string): string {
  return ENVIRONMENT.exec(name)?.[1]?.toLowerCase() ?? 'production'
}
