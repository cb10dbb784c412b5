import { z } from 'zod'
import type { VaultTier } from '#contract/credentials'
import type { StoredVault } from './credential-repository'
import { type Keychain, KeychainError } from './keychain'
import { deriveKey, KdfParams, newKdfParams } from './passphrase'
import { isKeyOf, type MasterKey, parseKeyText, seal, toKeyText, unseal } from './sealing'
import { Secret } from './secret'

/** A master key as it lies in the store: sealed with a key that comes from the passphrase. */
const WrappedKey = z.strictObject({ kdf: KdfParams, sealed: z.string() })

/** Where the master key of each tier is kept. */
export interface KeyPlaces {
  /**
   * The key that the store was sealed with; undefined when the place has another one or none, and for a wrong
   * passphrase. Throws `KeychainError` when the place cannot be asked.
   */
  load(stored: StoredVault, passphrase: Secret | undefined): Promise<MasterKey | undefined>
  /** Keeps a new key, and reads it back. Answers what has to lie in the store beside it. Throws `KeychainError`. */
  keep(tier: VaultTier, key: MasterKey, passphrase: Secret | undefined): Promise<string | null>
  remove(tier: VaultTier, keyId: string): Promise<void>
}

export function createKeyPlaces(keychain: Keychain, keyFiles: Keychain): KeyPlaces {
  const shelves: Partial<Record<VaultTier, Keychain>> = {
    'os-keychain': keychain,
    'insecure-file': keyFiles,
  }
  return {
    async load(stored, passphrase) {
      const shelf = shelves[stored.tier]
      const key = shelf
        ? parseKey(stored.keyId, await readIfThere(shelf, stored.keyId))
        : await unwrap(stored, passphrase)
      return key && isKeyOf(stored.keyCheck, key) ? key : undefined
    },
    async keep(tier, key, passphrase) {
      const shelf = shelves[tier]
      if (shelf) await keepOn(shelf, key)
      return tier === 'passphrase' && passphrase ? wrap(key, passphrase) : null
    },
    async remove(tier, keyId) {
      try {
        await shelves[tier]?.remove(keyId)
      } catch (error) {
        if (!(error instanceof KeychainError && error.trouble === 'missing')) throw error
      }
    },
  }
}

/** Written, then read back: a keychain that forgets is found out before anything is sealed with the key. */
async function keepOn(shelf: Keychain, key: MasterKey): Promise<void> {
  const text = toKeyText(key)
  await shelf.write(key.id, text)
  if ((await readIfThere(shelf, key.id)) === text) return
  throw new KeychainError('unavailable', 'The keychain did not give back what was written to it.')
}

async function readIfThere(shelf: Keychain, account: string): Promise<string | undefined> {
  try {
    return await shelf.read(account)
  } catch (error) {
    if (error instanceof KeychainError && error.trouble === 'missing') return undefined
    throw error
  }
}

function parseKey(id: string, text: string | undefined): MasterKey | undefined {
  return text === undefined ? undefined : parseKeyText(id, text)
}

async function wrap(key: MasterKey, passphrase: Secret): Promise<string> {
  const kdf = newKdfParams()
  const outer = { id: key.id, bytes: await deriveKey(passphrase, kdf) }
  const sealed = seal(outer, { id: key.id, purpose: 'master key' }, new Secret(toKeyText(key)))
  return JSON.stringify({ kdf, sealed })
}

async function unwrap(
  { keyId, wrappedKey }: StoredVault,
  passphrase: Secret | undefined,
): Promise<MasterKey | undefined> {
  if (wrappedKey === null || !passphrase) return undefined
  const { kdf, sealed } = WrappedKey.parse(JSON.parse(wrappedKey))
  const outer = { id: keyId, bytes: await deriveKey(passphrase, kdf) }
  const text = unseal(outer, { id: keyId, purpose: 'master key' }, sealed)?.reveal()
  return parseKey(keyId, text)
}
