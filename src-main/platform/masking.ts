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
  const forms = createForms()
  return {
    add(secret) {
      if (secret.trim().length < SHORTEST_SECRET) return
      for (const form of formsOf(secret)) forms.keep(form)
    },
    mask(text) {
      let masked = ''
      let from = 0
      for (let at = 0; at <= text.length - START && forms.longest() > 0;) {
        const found = forms.findAt(text, at)
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
    holdBack: () => Math.max(0, forms.longest() - 1),
    settled(text) {
      for (let at = Math.max(0, text.length - forms.longest() + 1); at < text.length; at++)
        if (forms.mayStartAt(text, at)) return startOfSecretAcross(text, at, forms)
      return text.length
    },
  }
}

/** All forms of all secrets, to be found by their first characters. */
function createForms() {
  const known = new Set<string>()
  const byStart = new Map<string, string[]>()
  const starts = new Set<string>() // shorter than START, for the end of a stream's text
  let table = new Uint8Array(0)
  let longest = 0

  /** Those that may begin there, longest first: one that begins with another must not leave its tail. */
  function formsAt(text: string, at: number): readonly string[] {
    const start = startOf(text, at)
    if (((table[start >> 3] ?? 0) & (1 << (start & 7))) === 0) return NONE
    return byStart.get(text.slice(at, at + START)) ?? NONE
  }
  return {
    longest: () => longest,
    keep(form: string): void {
      if (form.length < START || known.has(form)) return
      if (table.length === 0) table = new Uint8Array(TABLE_BITS / 8)
      known.add(form)
      const key = form.slice(0, START)
      const same = [...(byStart.get(key) ?? []), form]
      byStart.set(
        key,
        same.toSorted((a, b) => b.length - a.length),
      )
      for (let length = 1; length < START; length++) starts.add(form.slice(0, length))
      const start = startOf(form, 0)
      table[start >> 3]! |= 1 << (start & 7)
      longest = Math.max(longest, form.length)
    },
    findAt: (text: string, at: number) =>
      formsAt(text, at).find((form) => text.startsWith(form, at)),
    /** Could the rest of the text be the start of a secret whose end is still to come? */
    mayStartAt(text: string, at: number): boolean {
      if (text.length - at < START) return starts.has(text.slice(at))
      return formsAt(text, at).some(
        (form) => form.length > text.length - at && form.startsWith(text.slice(at)),
      )
    },
  }
}

/** So many characters say no to nearly every place in a text at once. No form is shorter. */
const START = SHORTEST_SECRET
const TABLE_BITS = 2 ** 19
const NONE: readonly string[] = []

/** The first characters from there as one number below `TABLE_BITS`. */
function startOf(text: string, at: number): number {
  const front = (text.charCodeAt(at) << 10) ^ (text.charCodeAt(at + 1) << 5)
  const back = (text.charCodeAt(at + 2) << 13) ^ (text.charCodeAt(at + 3) * 167)
  return (front ^ back) & (TABLE_BITS - 1)
}

/** Where the whole secret begins that reaches over `cut`, or `cut` itself: no border may fall inside a secret. */
function startOfSecretAcross(
  text: string,
  cut: number,
  { longest, findAt }: ReturnType<typeof createForms>,
): number {
  for (let at = Math.max(0, cut - longest() + 1); at < cut;) {
    const length = findAt(text, at)?.length ?? 0
    if (at + length > cut) return at
    at += Math.max(1, length)
  }
  return cut
}
