import type { CredentialId } from '#contract/primitives'
import type { StoredCredential } from './credential-repository'
import { type MasterKey, seal, unseal } from './sealing'
import type { Secret } from './secret'

/** What of a credential is secret. */
export interface SecretParts {
  readonly secret: Secret
  readonly passphrase: Secret | undefined
}

export function sealParts(key: MasterKey, id: CredentialId, { secret, passphrase }: SecretParts) {
  return {
    sealedSecret: seal(key, { id, purpose: 'secret' }, secret),
    sealedPassphrase: passphrase ? seal(key, { id, purpose: 'passphrase' }, passphrase) : null,
  }
}

/** Undefined when it was changed, moved, or sealed with another key. */
export function unsealParts(
  key: MasterKey,
  { id, sealedSecret, sealedPassphrase }: StoredCredential,
): SecretParts | undefined {
  const secret = unseal(key, { id, purpose: 'secret' }, sealedSecret)
  if (!secret) return undefined
  if (sealedPassphrase === null) return { secret, passphrase: undefined }
  const passphrase = unseal(key, { id, purpose: 'passphrase' }, sealedPassphrase)
  return passphrase && { secret, passphrase }
}
