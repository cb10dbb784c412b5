import type { CredentialId } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import type { Secret } from './secret'

// Secrets, sealed in the store with a key from the vault. Write-only over the bridge; leased at the moment of use.
export { Secret } from './secret'

export interface LeasedCredential {
  readonly name: string
  readonly kind: 'password' | 'private_key' | 'token'
  readonly secret: Secret
  readonly passphrase: Secret | undefined
}

export interface Credentials extends Serves<'credentials'> {
  /** Opens one secret for one use, and masks it everywhere from now on. Throws Refusal `vault_locked` or `not_found`. */
  lease(id: CredentialId, purpose: string): Promise<LeasedCredential>
  nameOf(id: CredentialId): Promise<string | undefined>
  /** The connections domain tells which credentials are in use, so that removing one can be refused. */
  onRemove(check: (id: CredentialId) => Promise<string | undefined>): void
}
