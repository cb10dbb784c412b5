import { Refusal } from '#contract'
import type { CredentialId } from '#contract/primitives'
import type { Credentials } from '#domains/credentials'
import type { Clock } from '#platform/clock'
import type { KeptSource } from './source-repository'

/** A vault that is locked is not asked again for so long, unless it tells of itself: its keychain may ask a person. */
const REST_MS = 60_000

interface Needs {
  credentials: Pick<Credentials, 'lease'>
  clock: Clock
}

/**
 * The secrets of sources while the vault is open. They are leased once: a lease for each of ten thousand deliveries a
 * second would be ten thousand audit entries that say the same.
 */
export function createSecretShelf({ credentials, clock }: Needs) {
  const opened = new Map<CredentialId, string>()
  const locked = new Set<string>()
  let restUntil = 0

  async function open(id: CredentialId, source: string): Promise<string> {
    const known = opened.get(id)
    if (known !== undefined) return known
    const { secret } = await credentials.lease(id, { purpose: 'source', subject: source })
    opened.set(id, secret.reveal())
    return secret.reveal()
  }

  return {
    /** Those that are valid now, two while one is being rotated; undefined while the vault does not give them out. */
    async secretsOf(source: KeptSource): Promise<string[] | undefined> {
      const { name, secretId, previousSecretId, previousUntil } = source
      const rotating = clock.now() < (previousUntil ?? 0)
      const ids = [secretId, rotating ? previousSecretId : null].filter((id) => id !== null)
      if (clock.now() < restUntil && !ids.every((id) => opened.has(id))) {
        locked.add(name)
        return undefined
      }
      try {
        const secrets = await Promise.all(ids.map((id) => open(id, name)))
        locked.delete(name)
        return secrets
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (error.code === 'vault_locked') restUntil = clock.now() + REST_MS
        locked.add(name)
        return undefined
      }
    },
    isLocked: (source: string) => locked.has(source),
    forget(): void {
      opened.clear()
      restUntil = 0
    },
  }
}
