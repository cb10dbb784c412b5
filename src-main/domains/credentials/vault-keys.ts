import { Refusal } from '#contract'
import type { VaultTier } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { type Database, type Db, transact } from '#platform/database'
import type { Log } from '#platform/log'
import type { CredentialRepository, StoredVault } from './credential-repository'
import type { KeyPlaces } from './key-places'
import { KeychainError } from './keychain'
import { refuseWeakPassphrase, type Tries } from './passphrase'
import { checkValueOf, makeMasterKey, type MasterKey } from './sealing'
import { Secret } from './secret'

export interface VaultNeeds {
  database: Database
  repository: CredentialRepository
  clock: Clock
  audit: Audit
  log: Log
  places: KeyPlaces
  tries: Tries
  /** What was asked for at this start; undefined follows what the store was sealed with. */
  tier: VaultTier | undefined
  console: string
}

interface Install {
  /** The vault as it is now. */
  readonly before: StoredVault | undefined
  readonly tier: VaultTier
  readonly passphrase: Secret | undefined
  /** What belongs into the same transaction: resealing, and the audit entry. */
  readonly within: (tx: Db, key: MasterKey) => Promise<void>
}

/**
 * Puts a new master key in the place of the vault's. Killed at any moment, the store and a key that opens it are there:
 * the new key is kept before anything is sealed with it, the old one is removed only after the commit, and whichever is
 * left over stands in `leftovers`. Throws `KeychainError` when the key cannot be kept; nothing was changed then.
 */
export async function installKey(
  { database: { db }, repository, places, clock, console }: VaultNeeds,
  { before, tier, passphrase, within }: Install,
): Promise<MasterKey> {
  const key = makeMasterKey()
  const leftovers = before?.leftovers ?? []
  if (before) await repository.saveLeftovers(console, [...leftovers, { tier, keyId: key.id }], db)
  const wrappedKey = await places.keep(tier, key, passphrase)
  const old = before ? [...leftovers, { tier: before.tier, keyId: before.keyId }] : []
  await transact(db, async (tx) => {
    if ((await repository.holdVault(console, tx)) !== before?.keyId) throw changedMeanwhile()
    await within(tx, key)
    const made = { console, tier, keyId: key.id, keyCheck: checkValueOf(key), wrappedKey }
    await repository.saveVault({ ...made, leftovers: old, createdAt: clock.now() }, tx)
  })
  return key
}

export function changedMeanwhile(): Refusal {
  return new Refusal(
    'conflict',
    'The key of the vault was changed at this moment. Nothing was stored. Do it again.',
  )
}

/** Removes keys that seal nothing from where they are kept. What cannot be reached now is left for the next time. */
export async function sweepLeftovers({
  database: { db },
  repository,
  places,
  console,
  log,
}: VaultNeeds): Promise<void> {
  const stored = await repository.findVault(console)
  if (!stored || stored.leftovers.length === 0) return
  const left = []
  for (const leftover of stored.leftovers) {
    if (leftover.keyId === stored.keyId) continue
    try {
      await places.remove(leftover.tier, leftover.keyId)
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error
      log.warn({ keyId: leftover.keyId, why: error.message }, 'an old key could not be removed yet')
      left.push(leftover)
    }
  }
  await repository.saveLeftovers(console, left, db)
}

/** Gives up what nothing opens any more. Labels stay, so that connections keep them and secrets can be entered again. */
export async function startOver(
  needs: VaultNeeds,
  tier: VaultTier,
  newPassphrase: string,
  operator: string,
): Promise<MasterKey> {
  const { repository, audit, console } = needs
  if (tier === 'passphrase') refuseWeakPassphrase(newPassphrase)
  const before = await repository.findVault(console)
  const givenUp = before ? await repository.countSealedWith(before.keyId) : 0
  const passphrase = tier === 'passphrase' ? new Secret(newPassphrase) : undefined
  const within = (tx: Db, { id }: MasterKey) =>
    audit.record(tx, {
      actor: operator,
      action: 'vault.started_over',
      subject: console,
      detail: { tier, keyId: id, before: before?.tier ?? null, givenUp },
    })
  try {
    return await installKey(needs, { before, tier, passphrase, within })
  } catch (error) {
    throw inWords(error)
  }
}

/** What a place for keys said, as an answer to an order. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof KeychainError)) return error
  return new Refusal(
    'unreachable',
    `The new key could not be kept: ${error.message}. Nothing was changed.`,
    { cause: error },
  )
}
