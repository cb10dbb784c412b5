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
  const starts = new Set<string>() // shorter than START, for the end of a stream's text
  let table = new Uint8Array(0)
  let longest = 0

  /** Known forms that may begin there, longest first: one that begins with another must not leave its tail. */
  function formsAt(text: string, at: number): readonly string[] {
    if (table[startOf(text, at)] !== 1) return NONE
    return byStart.get(text.slice(at, at + START)) ?? NONE
  }
  const findAt = (text: string, at: number) =>
    formsAt(text, at).find((form) => text.startsWith(form, at))

  function keep(form: string): void {
    if (form.length < START || known.has(form)) return
    known.add(form)
    const key = form.slice(0, START)
    const same = [...(byStart.get(key) ?? []), form]
    byStart.set(
      key,
      same.toSorted((a, b) => b.length - a.length),
    )
    for (let length = 1; length < START; length++) starts.add(form.slice(0, length))
    table[startOf(form, 0)] = 1
    longest = Math.max(longest, form.length)
  }

  /** Could the rest of the text be the start of a secret whose end is still to come? */
  function mayStartAt(text: string, at: number): boolean {
    if (text.length - at < START) return starts.has(text.slice(at))
    return formsAt(text, at).some(
      (form) => form.length > text.length - at && form.startsWith(text.slice(at)),
    )
  }

  return {
    add(secret) {
      if (secret.trim().length < SHORTEST_SECRET) return
      if (table.length === 0) table = new Uint8Array(TABLE_SIZE)
      for (const form of formsOf(secret)) keep(form)
    },
    mask(text) {
      if (known.size === 0) return text
      let masked = ''
      let from = 0
      for (let at = 0; at <= text.length - START;) {
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
      for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++)
        if (mayStartAt(text, at)) return startOfSecretAcross(text, at, longest, findAt)
      return text.length
    },
  }
}

/** So many characters say no to nearly every place in a text at once. No form is shorter. */
const START = SHORTEST_SECRET
const TABLE_SIZE = 2 ** 18
const NONE: readonly string[] = []

/** The first characters from there as one number below `TABLE_SIZE`. */
function startOf(text: string, at: number): number {
  const front = (text.charCodeAt(at) << 10) ^ (text.charCodeAt(at + 1) << 5)
  const back = (text.charCodeAt(at + 2) << 13) ^ (text.charCodeAt(at + 3) * 167)
  return (front ^ back) & (TABLE_SIZE - 1)
}

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
