import { randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '#contract'
import type { Clock } from '#platform/clock'
import type { Secret } from './secret'

/** What makes a key of a passphrase. Kept beside what the key sealed, so that a later version may ask for more. */
export const KdfParams = z.strictObject({
  name: z.literal('scrypt'),
  /** CPU and memory cost, a power of two: 128 · N · r bytes are needed. */
  N: z.int().min(1024),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(16),
  salt: z.base64().min(16).max(200),
})
export type KdfParams = z.infer<typeof KdfParams>

/** RFC 7914; 128 MiB and about half a second, the first choice of OWASP's password storage cheat sheet. */
const COST = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 } as const
const MOST_MEMORY = 512 * 1024 * 1024 // a strange file must not take the machine's memory
const KEY_BYTES = 32
export const SHORTEST_PASSPHRASE = 12

export function newKdfParams(): KdfParams {
  return { ...COST, salt: randomBytes(16).toString('base64') }
}

/** Runs beside the main loop. Refused with `invalid_input` when the parameters ask for more than a vault ever does. */
export async function deriveKey(passphrase: Secret, { N, r, p, salt }: KdfParams): Promise<Buffer> {
  const memory = 128 * N * r
  if ((N & (N - 1)) !== 0 || memory > MOST_MEMORY || memory * p > 2 * MOST_MEMORY)
    throw new Refusal(
      'invalid_input',
      'It asks for more work to open than Quarterdeck ever does. Nothing was opened.',
    )
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // The same letters typed on two systems may come as different bytes.
  const text = passphrase.reveal().normalize('NFKC')
  const options = { N, r, p, maxmem: memory + 1024 * 1024 * (1 + p) }
  scrypt(text, Buffer.from(salt, 'base64'), KEY_BYTES, options, (error, key) =>
    error ? reject(error) : resolve(key),
  )
  return promise
}

/** Refused with `invalid_input` when it is too short for what it protects. */
export function refuseWeakPassphrase(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE && new Set(passphrase).size > 4) return
  throw new Refusal(
    'invalid_input',
    `A passphrase needs at least ${SHORTEST_PASSPHRASE} characters, more than four of them different. ` +
      'Four or five words are easy to type and hard to guess. Nothing was changed.',
  )
}

/** Tries before one has to wait; then the wait doubles from the first to the longest. */
const FREE_TRIES = 3
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000

/** Slows down who guesses at the keyboard. Whoever has the store itself is slowed down by scrypt alone. */
export function createTries({ now }: Clock) {
  let failures = 0
  let waitUntil = 0
  return {
    /** Refused with `too_much` when it is too soon. */
    refuseTooSoon(): void {
      const seconds = Math.ceil((waitUntil - now()) / 1000)
      if (seconds <= 0) return
      throw new Refusal(
        'too_much',
        `After ${failures} wrong passphrases, the next try is possible in ${seconds} s. Nothing was opened.`,
      )
    },
    /** Counts a wrong one, and answers what to say. */
    failed(): Refusal {
      failures += 1
      const doublings = failures - FREE_TRIES
      if (doublings >= 0)
        waitUntil = now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings)
      return new Refusal('invalid_input', 'That is not the passphrase. Nothing was opened.')
    },
    worked(): void {
      failures = 0
      waitUntil = 0
    },
    retryAt: (): number | null => (waitUntil > now() ? waitUntil : null),
  }
}
export type Tries = ReturnType<typeof createTries>
