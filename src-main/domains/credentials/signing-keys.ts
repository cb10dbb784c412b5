import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { Refusal } from '#contract'
import type { VaultTier } from '#contract/credentials'
import { type Keychain, KeychainError } from './keychain'
import { seal, unseal } from './sealing'
import { Secret } from './secret'
import type { Vault } from './vault'

/** A key pair's public half, and where the private one is. `sealed` is null when the system's keychain holds it. */
export interface SigningKey {
  /** `SHA256:` and base64 of the SHA-256 of the public key as SPKI DER. */
  readonly fingerprint: string
  /** Base64 of the SPKI DER. */
  readonly publicKey: string
  readonly keptIn: VaultTier
  readonly sealed: string | null
}

/** Ed25519 (RFC 8032) over the text's UTF-8; base64. The key itself is never given out. */
export type Sign = (text: string) => string

/** Keys that operators sign with. All throw Refusal `vault_locked` while the vault is shut. */
export interface SigningKeys {
  make(): Promise<SigningKey>
  /** Undefined when this vault does not hold it: made on another machine, or in a session that is over. */
  open(key: SigningKey): Promise<Sign | undefined>
  /** After it was replaced. What it signed stays signed. */
  forget(key: SigningKey): Promise<void>
}

/** In tier `os-keychain` each private key is an entry of the keychain; in the others it is sealed as every secret is. */
export function createSigningKeys({
  vault,
  keychain,
}: {
  vault: Vault
  keychain: Keychain
}): SigningKeys {
  return {
    async make() {
      const master = await openMaster(vault)
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const spki = publicKey.export({ format: 'der', type: 'spki' })
      const fingerprint = `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`
      const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
      const keptIn = (await vault.status()).tier
      const made = { fingerprint, publicKey: spki.toString('base64'), keptIn }
      if (keptIn !== 'os-keychain')
        return { ...made, sealed: seal(master, placeOf(fingerprint), new Secret(text)) }
      await orLocked(() => keychain.write(accountOf(fingerprint), text))
      return { ...made, sealed: null }
    },
    async open(key) {
      const master = await openMaster(vault)
      if (key.keptIn !== (await vault.status()).tier) return undefined
      const text =
        key.sealed === null
          ? await orLocked(() => readIfThere(keychain, key.fingerprint))
          : unseal(master, placeOf(key.fingerprint), key.sealed)?.reveal()
      return text === undefined ? undefined : toSign(text)
    },
    async forget({ fingerprint, sealed }) {
      if (sealed === null) await orLocked(() => keychain.remove(accountOf(fingerprint)))
    },
  }
}

const accountOf = (fingerprint: string) => `signing-${fingerprint}`
const placeOf = (fingerprint: string) => ({ id: fingerprint, purpose: 'signing' }) as const

function toSign(text: string): Sign {
  const key = createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' })
  return (words) => sign(null, Buffer.from(words, 'utf8'), key).toString('base64')
}

async function openMaster(vault: Vault) {
  await vault.open()
  const key = vault.key()
  if (key) return key
  throw new Refusal('vault_locked', `Nothing was signed. ${(await vault.status()).detail}`)
}

async function readIfThere(keychain: Keychain, fingerprint: string): Promise<string | undefined> {
  try {
    return await keychain.read(accountOf(fingerprint))
  } catch (error) {
    if (error instanceof KeychainError && error.trouble === 'missing') return undefined
    throw error
  }
}

async function orLocked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    throw new Refusal(
      'vault_locked',
      `Your signing key cannot be used: the system's keychain is ${error.trouble} (${error.message}). Nothing was signed. Unlock it and answer again.`,
      { cause: error },
    )
  }
}
