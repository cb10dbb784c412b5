const MASK = '•••••'
/** Shorter secrets would mask half of every text; they are refused where credentials are made. */
export const SHORTEST_SECRET = 4

/**
 * Secrets in use, so that they can be masked wherever text is written. The vault adds a secret when it leases it and
 * never takes it out: output may arrive late.
 */
export interface Masking {
  add(secret: string): void
  /** The text with every known secret, also base64 and URL-encoded, replaced. */
  mask(text: string): string
  /** How many characters at the end of a stream must be held back so that no secret is cut in two. */
  holdBack(): number
  /** How many characters of a stream's text can be masked and shown now: what may be the start of a secret waits. */
  settled(text: string): number
}

export function createMasking(): Masking {
  const known = new Set<string>()
  const byFirst = new Map<string, string[]>()
  let pattern: RegExp | undefined
  let longest = 0
  return {
    add(secret) {
      for (const form of formsOf(secret)) {
        if (form.length < SHORTEST_SECRET || known.has(form)) continue
        known.add(form)
        byFirst.set(form[0]!, [...(byFirst.get(form[0]!) ?? []), form])
        longest = Math.max(longest, form.length)
        // Longest first: a secret that begins with another must not leave its tail.
        const alternatives = [...known]
          .toSorted((a, b) => b.length - a.length)
          .map((s) => RegExp.escape(s))
        pattern = new RegExp(alternatives.join('|'), 'g')
      }
    },
    mask: (text) => (pattern ? text.replace(pattern, MASK) : text),
    holdBack: () => Math.max(0, longest - 1),
    settled(text) {
      for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
        const candidates = byFirst.get(text[at]!)
        if (!candidates) continue
        const tail = text.slice(at)
        if (candidates.some((form) => form.length > tail.length && form.startsWith(tail)))
          return startOfSecretAcross(text, at, pattern)
      }
      return text.length
    },
  }
}

/** Where the whole secret begins that reaches over `cut`, or `cut` itself: no border may fall inside a secret. */
function startOfSecretAcross(text: string, cut: number, pattern: RegExp | undefined): number {
  if (!pattern) return cut
  for (const { index, 0: found } of text.matchAll(pattern)) {
    if (index >= cut) break
    if (index + found.length > cut) return index
  }
  return cut
}

function formsOf(secret: string): string[] {
  // A key file leaks line by line as easily as whole.
  const lines = secret
    .split(/\r?\n/)
    .filter((line) => line.length >= 16 && !line.startsWith('-----'))
  return [
    secret,
    secret.trim(),
    ...lines,
    Buffer.from(secret).toString('base64'),
    encodeURIComponent(secret),
  ]
}
