import { Refusal } from '#contract'
import type { Credential } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db } from '#platform/database'
import type { Events } from '#platform/events'
import type { Masking } from '#platform/masking'
import type { CredentialRepository, StoredCredential } from './credential-repository'
import type { SecretParts } from './credential-sealing'
import type { LeaseRepository } from './lease-repository'
import type { MasterKey } from './sealing'
import type { Vault } from './vault'

/** What every order on credentials works with. */
export interface ServiceNeeds {
  database: Database
  repository: CredentialRepository
  leases: LeaseRepository
  clock: Clock
  events: Events
  audit: Audit
  masking: Masking
  vault: Vault
  console: string
}

/** Refused with `vault_locked`, in words that say what to do. */
export async function openKey({ vault }: ServiceNeeds): Promise<MasterKey> {
  await vault.open()
  const key = vault.key()
  if (key) return key
  throw new Refusal('vault_locked', vault.why())
}

export async function getStored(
  { repository }: ServiceNeeds,
  id: CredentialId,
  tx?: Db,
): Promise<StoredCredential> {
  const stored = await repository.find(id, tx)
  if (stored) return stored
  throw new Refusal('not_found', `There is no credential ${id}. It may have been removed.`)
}

export function maskParts(masking: Masking, { secret, passphrase }: SecretParts): void {
  masking.add(secret.reveal())
  if (passphrase) masking.add(passphrase.reveal())
}

/** Writes down what was done to a credential in the transaction that does it. */
export async function tell(
  { audit, events }: ServiceNeeds,
  tx: Db,
  fact: Parameters<Audit['record']>[1],
): Promise<void> {
  await audit.record(tx, fact)
  afterCommit(tx, () => events.publish('credentials.changed', {}))
}

export function toLabel({ vault, console }: ServiceNeeds, stored: StoredCredential): Credential {
  const { id, name, kind, fingerprint, publicKey, runbooks, createdAt, lastUsedAt } = stored
  const key = vault.key()
  // While the vault is shut, only what other consoles sealed is known not to open here.
  const readable = key ? stored.keyId === key.id : stored.console === console
  return {
    id,
    name,
    kind,
    fingerprint,
    publicKey,
    certificate: stored.certificateLabel,
    runbooks,
    readable,
    createdAt,
    lastUsedAt,
  }
}
