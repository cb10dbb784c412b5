import type { VaultStatus, VaultTier } from '#contract/credentials'
import type { StoredVault } from './credential-repository'
import { KeychainError } from './keychain'
import { refuseWeakPassphrase } from './passphrase'
import type { MasterKey } from './sealing'
import type { Secret } from './secret'
import { installKey, type VaultNeeds } from './vault-keys'
import {
  ASK_NEW_PASSPHRASE,
  ASK_PASSPHRASE,
  explainTrouble,
  lostKey,
  otherTier,
} from './vault-words'

/** What came of trying: the key, or the reason why there is none. */
export type Opening =
  | { readonly key: MasterKey }
  | {
      readonly key?: never
      readonly state: Exclude<VaultStatus['state'], 'unlocked'>
      readonly why: string
      readonly asks?: VaultStatus['asks']
    }

/** Follows the store in silence only where that hides nothing: `memory` and `insecure-file` are asked for each time. */
export function tierFor(asked: VaultTier | undefined, stored: StoredVault | undefined): VaultTier {
  return asked ?? (stored?.tier === 'passphrase' ? 'passphrase' : 'os-keychain')
}

/** Tries to open, as far as it goes without a person. Throws refusals for a passphrase that is wrong or too weak. */
export async function tryOpening(
  needs: VaultNeeds,
  tier: VaultTier,
  passphrase: Secret | undefined,
): Promise<Opening> {
  try {
    return await openOrThrow(needs, tier, passphrase)
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    const state = error.trouble === 'unavailable' ? 'unavailable' : 'locked'
    return { state, why: explainTrouble(tier, error) }
  }
}

async function openOrThrow(
  needs: VaultNeeds,
  tier: VaultTier,
  passphrase: Secret | undefined,
): Promise<Opening> {
  const { repository } = needs
  const stored = await repository.findVault(needs.console)
  if (!stored) return begin(needs, tier, undefined, passphrase)
  const isOurs = stored.tier === tier && tier !== 'memory' // memory of an earlier session is gone
  if (tier === 'passphrase' && isOurs) return openWithPassphrase(needs, stored, passphrase)
  const key = isOurs ? await needs.places.load(stored, undefined) : undefined
  return key ? { key } : withoutKey(needs, tier, stored, passphrase)
}

async function withoutKey(
  needs: VaultNeeds,
  tier: VaultTier,
  stored: StoredVault,
  passphrase: Secret | undefined,
): Promise<Opening> {
  const sealed = await needs.repository.countSealedWith(stored.keyId)
  // A vault that seals nothing has nothing to lose: it is made anew, whatever it was before.
  if (sealed === 0 || (tier === 'memory' && stored.tier === 'memory'))
    return begin(needs, tier, stored, passphrase)
  const asked = needs.tier === tier
  const why =
    stored.tier === tier ? lostKey(tier, sealed) : otherTier(stored.tier, { tier, asked }, sealed)
  return { state: 'mismatch', why }
}

async function openWithPassphrase(
  { places, tries }: VaultNeeds,
  stored: StoredVault,
  passphrase: Secret | undefined,
): Promise<Opening> {
  if (!passphrase) return { state: 'locked', why: ASK_PASSPHRASE, asks: 'passphrase' }
  tries.refuseTooSoon()
  const key = await places.load(stored, passphrase)
  if (!key) throw tries.failed()
  tries.worked()
  return { key }
}

async function begin(
  needs: VaultNeeds,
  tier: VaultTier,
  before: StoredVault | undefined,
  passphrase: Secret | undefined,
): Promise<Opening> {
  if (tier === 'passphrase') {
    if (!passphrase) return { state: 'locked', why: ASK_NEW_PASSPHRASE, asks: 'new_passphrase' }
    refuseWeakPassphrase(passphrase.reveal())
  }
  const detail = { tier, before: before?.tier ?? null }
  const key = await installKey(needs, {
    before,
    tier,
    passphrase,
    within: (tx, { id }) =>
      needs.audit.record(tx, {
        actor: 'quarterdeck',
        action: 'vault.created',
        subject: needs.console,
        detail: { ...detail, keyId: id },
      }),
  })
  return { key }
}
