import { type Context, createContext, Script } from 'node:vm'
import type { RunbookInput } from '#contract/runbooks'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const LONGEST_MS = 24 * UNITS.h
const LONGEST_VALUE = 500
const PATTERN_BUDGET_MS = 100
/** Two edits away is still the same word, misspelt; more is another word. */
const CLOSE = 2

/** Milliseconds of `90s`, `5m`, `1h30m`, `500ms`; more than 0, at most 24 h. Undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    total += Number(amount) * UNITS[unit as keyof typeof UNITS]
  const ms = Math.round(total)
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined
}

/** Reads `3` or `3/10s`: how often again, and how long to wait before. Without a pause: 5 s. */
export function parseRetry(text: string): { times: number; delayMs: number } | undefined {
  const [, count = '', pause = '5s'] = /^(\d{1,2})(?:\/(\S+))?$/.exec(text) ?? []
  const delayMs = parseDuration(pause)
  const times = Number(count)
  return count !== '' && times <= 10 && delayMs !== undefined ? { times, delayMs } : undefined
}

/** The known word that was probably meant, if there is one. */
export function closest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = CLOSE + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > CLOSE) continue
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least && edits < candidate.length / 2) [best, least] = [candidate, edits]
  }
  return best
}

/** ` Did you mean …?`, or nothing when no known word is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = closest(word, known)
  return near === undefined ? '' : ` Did you mean \`${near}\`?`
}

/** Levenshtein's distance; a swap of neighbours counts as one. */
function editsBetween(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, before[j - 2]! + 1)
      next.push(least)
    }
    ;[before, row] = [row, next]
  }
  return row[other.length]!
}

type Checked = { readonly value: string } | { readonly problem: string }

/**
 * A value for an input in its canonical form, or why it will not do. The value may come from an alert, so it is taken
 * for hostile: nothing invisible, nothing that reads as an option, and the whole of it must match.
 */
export function checkInputValue(input: RunbookInput, given: string): Checked {
  const value = given.trim()
  const general = generalProblem(value)
  if (general) return { problem: general }
  const typed = READERS[input.type](value, input)
  if ('problem' in typed || input.pattern === null) return typed
  return matchesWhole(input.pattern, typed.value)
    ? typed
    : { problem: `does not look as it must: ${input.pattern}` }
}

function generalProblem(value: string): string | undefined {
  if (value.length > LONGEST_VALUE) return `is longer than ${LONGEST_VALUE} characters`
  // Format characters turn the reading direction or hide; line separators start a new line in some programs.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value) || !value.isWellFormed())
    return 'holds control or invisible characters'
  return undefined
}

const READERS: Readonly<
  Record<RunbookInput['type'], (value: string, input: RunbookInput) => Checked>
> = {
  // A pattern that allows `-` seldom means it as the first character, where it makes an option.
  text: (value) =>
    value.startsWith('-')
      ? { problem: 'starts with "-", which programs read as an option' }
      : { value },
  integer: (value) =>
    /^-?\d{1,15}$/.test(value) ? { value } : { problem: 'is not a whole number' },
  boolean: asBoolean,
  host: asHost,
  choice: (value, { values }) =>
    values.includes(value) ? { value } : { problem: `must be one of ${values.join(', ')}` },
}

function asBoolean(value: string): Checked {
  if (/^(true|yes|on|1)$/i.test(value)) return { value: 'true' }
  if (/^(false|no|off|0)$/i.test(value)) return { value: 'false' }
  return { problem: 'must be true or false' }
}

/** A host name or an IP address; a port, a scheme and a path, as alert labels have them, are taken off. */
function asHost(value: string): Checked {
  const bare = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '')
  const host =
    /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(bare)?.[1] ?? bare.replace(/^([^:]+):\d{1,5}$/, '$1')
  const isName =
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})?(\.[a-z0-9_]([a-z0-9_-]{0,62})?)*\.?$/i.test(host)
  const isIpv6 = /^(?=.*:.*:)[0-9a-f:.]{2,45}$/i.test(host)
  return isName || isIpv6 ? { value: host } : { problem: 'is not a host name or an IP address' }
}

/** Is this text a regular expression? The message of what is wrong with it, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  try {
    void new RegExp(`^(?:${pattern})$`, 'u')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** How many repetitions a pattern may have to go without a time limit: with two, a value's length is squared at most. */
const MOST_REPEATED = 2

/** Classes and plain characters in a row, hardly repeated, cannot take long. A time limit costs more than they do. */
function isTame(pattern: string): boolean {
  const bare = pattern.replaceAll(/\[(?:[^\\\]]|\\.)*\]/g, 'x')
  return !/[\\()|]/.test(bare) && (bare.match(/[{?*+]/g)?.length ?? 0) <= MOST_REPEATED
}

/** Only a script in a context of its own can be given a time limit; both are made once. */
const MATCH = new Script('whole.test(value)')
let sandbox: Context | undefined

/** Does the whole value match? A pattern that takes too long (a hostile value can make it) does not match. */
function matchesWhole(pattern: string, value: string): boolean {
  try {
    const whole = new RegExp(`^(?:${pattern})$`, 'u')
    if (isTame(pattern)) return whole.test(value)
    sandbox ??= createContext({})
    Object.assign(sandbox, { whole, value })
    return Boolean(MATCH.runInContext(sandbox, { timeout: PATTERN_BUDGET_MS }))
  } catch {
    // Only two things throw here: a pattern that is none (the parser told so) and the time limit. Both mean no.
    return false
  }
}
