import { Severity } from '#contract/primitives'
import type { Condition, MatchField } from '#contract/screening'
import type { Signal } from '#domains/tickets'

/** Whether a rule is about a signal; `kind` is that of its source, or empty. */
export type Matches = (signal: Signal, kind: string) => boolean

/** All conditions together, made ready once: each is asked for every signal that comes in. */
export function compile(conditions: readonly Condition[]): Matches {
  const all = conditions.map(compileOne)
  return (signal, kind) => all.every((holds) => holds(signal, kind))
}

function compileOne({ field, is, value }: Condition): Matches {
  const read = readerOf(field)
  if (is === 'at_least') {
    const least = rankOf(value)
    return ({ severity }) => severity !== undefined && rankOf(severity) <= least
  }
  if (is === 'equal') {
    const wanted = value.toLowerCase()
    return (signal, kind) => read(signal, kind).toLowerCase() === wanted
  }
  const fits = compileGlob(value.toLowerCase())
  if (is === 'not') return (signal, kind) => !fits(read(signal, kind).toLowerCase())
  return (signal, kind) => fits(read(signal, kind).toLowerCase())
}

const WORST_FIRST: readonly string[] = Severity.options
const rankOf = (severity: string) => WORST_FIRST.indexOf(severity)

/** What a signal says there, as it says it; empty when it says nothing. */
export function readerOf(field: MatchField): (signal: Signal, kind: string) => string {
  if (field.startsWith('label.')) {
    const name = field.slice('label.'.length)
    return ({ labels }) => (Object.hasOwn(labels, name) ? labels[name]! : '')
  }
  if (field === 'kind') return (_, kind) => kind
  const named = field as 'source' | 'severity' | 'title' | 'service' | 'host'
  return (signal) => signal[named] ?? ''
}

/** `*` stands for anything. Each piece between stars is looked for once, from left to right, in linear time. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return (text) => text === first
  const middle = rest.filter((piece) => piece !== '').map(createFinder)
  return (text) => {
    const end = text.length - last.length
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const find of middle) {
      at = find(text, at, end)
      if (at < 0) return false
    }
    return true
  }
}

/**
 * Finds a piece between `from` and `end`, by Knuth, Morris and Pratt (1977): no text makes it go back. Answers where
 * the piece ends, or -1.
 */
function createFinder(piece: string) {
  const fallback = fallbacksOf(piece)
  return (text: string, from: number, end: number): number => {
    let matched = 0
    for (let at = from; at < end; at++) {
      while (matched > 0 && text[at] !== piece[matched]) matched = fallback[matched - 1]!
      if (text[at] === piece[matched]) matched++
      if (matched === piece.length) return at + 1
    }
    return -1
  }
}

/** For each beginning of the piece, how long its longest end is that is a beginning, too. */
function fallbacksOf(piece: string): number[] {
  const fallback = [0]
  let length = 0
  for (let at = 1; at < piece.length; at++) {
    while (length > 0 && piece[at] !== piece[length]) length = fallback[length - 1]!
    if (piece[at] === piece[length]) length++
    fallback.push(length)
  }
  return fallback
}
