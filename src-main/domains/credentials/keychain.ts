import { AsyncEntry } from '@napi-rs/keyring'

/** Why the system's keychain did not do what it was asked. */
export type KeychainTrouble = 'locked' | 'unavailable' | 'denied' | 'missing'

/** The system's own words are in `message`; they hold no secret. */
export class KeychainError extends Error {
  override readonly name = 'KeychainError'
  readonly trouble: KeychainTrouble

  constructor(trouble: KeychainTrouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
  }
}

/** The system's keychain. Everything throws `KeychainError`; a missing entry is `missing`. */
export interface Keychain {
  read(account: string): Promise<string>
  write(account: string, text: string): Promise<void>
  remove(account: string): Promise<void>
}

const TIMEOUT_MS = 3_000

/**
 * Pinned to the Secret Service on Linux: unpinned, the library falls back to the kernel's keyring, which forgets
 * everything at the next start of the machine.
 */
export function createKeychain(service = 'quarterdeck'): Keychain {
  let last: Promise<unknown> = Promise.resolve()
  const entry = (account: string) =>
    new AsyncEntry(service, account, { linux: { store: 'secret-service' } })

  /** One after the other: a keychain that hangs holds one thread, not all of Node's. */
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    const asked = last.then(question)
    last = asked.catch(() => undefined) // whoever asked hears it
    try {
      return await withinTime(asked)
    } catch (error) {
      throw error instanceof KeychainError ? error : toKeychainError(error)
    }
  }

  return {
    async read(account) {
      const text = await ask(async () => entry(account).getPassword())
      if (text !== null && text !== undefined) return text
      throw new KeychainError('missing', `The keychain has no entry ${service}/${account}.`)
    },
    write: (account, text) => ask(async () => entry(account).setPassword(text)),
    async remove(account) {
      await ask(async () => entry(account).deletePassword())
    },
  }
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new KeychainError('locked', 'The keychain gave no answer within 3 seconds.')
    timer = setTimeout(() => reject(error), TIMEOUT_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The library passes the system's text alone on: Secret Service, macOS Security and Windows credential messages. */
const SIGNS: readonly [KeychainTrouble, RegExp][] = [
  ['denied', /denied|not permitted|user canceled|user cancelled|authfailed|-128\b|-25293\b/i],
  ['locked', /\b(is)?locked\b|dismissed|interaction is not allowed|-25308\b/i],
]

function toKeychainError(cause: unknown): KeychainError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const [trouble] = SIGNS.find(([, sign]) => sign.test(message)) ?? ['unavailable' as const]
  return new KeychainError(trouble, message, { cause })
}
