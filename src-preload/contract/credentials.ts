import { z } from 'zod'
import { command, event, query } from './define'
import { CredentialId, Empty, Timestamp } from './primitives'

export const CredentialKind = z.enum(['password', 'private_key', 'token', 'webhook_secret'])

/** A secret's label. The secret itself never crosses back. */
export const Credential = z.strictObject({
  id: CredentialId,
  name: z.string(),
  kind: CredentialKind,
  /** For a private key: its public half's fingerprint, `SHA256:…`. */
  fingerprint: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
})
export type Credential = z.infer<typeof Credential>

export const VaultTier = z.enum(['os-keychain', 'memory'])
export type VaultTier = z.infer<typeof VaultTier>
export const VaultStatus = z.strictObject({
  tier: VaultTier,
  state: z.enum(['unlocked', 'locked', 'unavailable', 'mismatch']),
  detail: z.string(), // what is wrong and what to do, or what tier `memory` means; else empty
})
export type VaultStatus = z.infer<typeof VaultStatus>

const Secret = z.string().min(1).max(64_000)

export const credentials = {
  vault: query(Empty, VaultStatus),
  list: query(Empty, z.array(Credential)),
  create: command(
    z.strictObject({
      name: z.string().trim().min(1).max(80),
      kind: CredentialKind,
      secret: Secret,
      passphrase: z.string().max(1000).default(''), // for an encrypted private key
    }),
    Credential,
  ),
  /** Replaces the secret; connections that use it keep using it. */
  rotate: command(
    z.strictObject({
      id: CredentialId,
      secret: Secret,
      passphrase: z.string().max(1000).default(''),
    }),
    Credential,
  ),
  /** Refused with `conflict` while a connection refers to it. */
  remove: command(z.strictObject({ id: CredentialId }), Empty),
  /** Tries the keychain again, after the operator unlocked it. */
  unlock: command(Empty, VaultStatus),
  changed: event(Empty),
}
