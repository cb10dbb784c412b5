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
}

export function createMasking(): Masking {
  const known = new Set<string>()
  let pattern: RegExp | undefined
  let longest = 0
  return {
    add(secret) {
      for (const form of formsOf(secret)) {
        if (form.length < SHORTEST_SECRET || known.has(form)) continue
        known.add(form)
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
  }
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
