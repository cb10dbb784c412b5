import { formsOf } from './masked-forms'

const MASK = '•••••'
/** Shorter secrets would mask half of every text; they are refused where credentials are made. */
export const SHORTEST_SECRET = 4

/**
 * Secrets in use, so that they can be masked wherever text is written. The vault adds its secrets when it opens, and
 * never takes one out: output may arrive late.
 */
export interface Masking {
  add(secret: string): void
  /** The text with every known secret replaced, in each of the forms of `masked-forms.ts`. */
  mask(text: string): string
  /** How many characters at the end of a stream must be held back so that no secret is cut in two. */
  holdBack(): number
  /** How many characters of a stream's text can be masked and shown now: what may be the start of a secret waits. */
  settled(text: string): number
}

export function createMasking(): Masking {
  const known = new Set<string>()
  const byStart = new Map<string, string[]>()
  let starts = new Uint8Array(0)
  let longest = 0

  /** The longest known form that begins there: a secret that begins with another must not leave its tail. */
  function findAt(text: string, at: number): string | undefined {
    if (starts[startOf(text.charCodeAt(at), text.charCodeAt(at + 1))] !== 1) return undefined
    return byStart.get(text.slice(at, at + 2))?.find((form) => text.startsWith(form, at))
  }

  return {
    add(secret) {
      if (secret.trim().length < SHORTEST_SECRET) return
      if (starts.length === 0) starts = new Uint8Array(65_536)
      for (const form of formsOf(secret)) {
        if (form.length < SHORTEST_SECRET || known.has(form)) continue
        known.add(form)
        const key = form.slice(0, 2)
        const same = [...(byStart.get(key) ?? []), form]
        byStart.set(
          key,
          same.toSorted((a, b) => b.length - a.length),
        )
        starts[startOf(form.charCodeAt(0), form.charCodeAt(1))] = 1
        longest = Math.max(longest, form.length)
      }
    },
    mask(text) {
      if (known.size === 0) return text
      let masked = ''
      let from = 0
      for (let at = 0; at < text.length - 1;) {
        const found = findAt(text, at)
        if (found === undefined) {
          at += 1
          continue
        }
        masked += text.slice(from, at) + MASK
        at += found.length
        from = at
      }
      return from === 0 ? text : masked + text.slice(from)
    },
    holdBack: () => Math.max(0, longest - 1),
    settled(text) {
      for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
        if (!mayStartAt(text, at)) continue
        return startOfSecretAcross(text, at, longest, findAt)
      }
      return text.length
    },
  }

  /** Could the rest of the text be the start of a secret whose end is still to come? */
  function mayStartAt(text: string, at: number): boolean {
    const tail = text.slice(at)
    if (tail.length === 1) return [...byStart.keys()].some((key) => key.startsWith(tail))
    if (starts[startOf(tail.charCodeAt(0), tail.charCodeAt(1))] !== 1) return false
    const candidates = byStart.get(tail.slice(0, 2)) ?? []
    return candidates.some((form) => form.length > tail.length && form.startsWith(tail))
  }
}

/** Two characters as one number: a table of these says no to nearly every place in a text at once. */
const startOf = (first: number, second: number) => ((first & 255) << 8) | (second & 255)

/** Where the whole secret begins that reaches over `cut`, or `cut` itself: no border may fall inside a secret. */
function startOfSecretAcross(
  text: string,
  cut: number,
  longest: number,
  findAt: (text: string, at: number) => string | undefined,
): number {
  for (let at = Math.max(0, cut - longest + 1); at < cut;) {
    const length = findAt(text, at)?.length ?? 0
    if (at + length > cut) return at
    at += Math.max(1, length)
  }
  return cut
}
