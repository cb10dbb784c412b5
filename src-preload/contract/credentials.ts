import { z } from 'zod'
import { command, event, query } from './define'
import {
  ConnectionId,
  CredentialId,
  Empty,
  idOf,
  PageInput,
  pageOf,
  RunbookId,
  RunId,
  Timestamp,
} from './primitives'

export const CredentialKind = z.enum([
  'password',
  'private_key', // with its passphrase and, if there is one, its OpenSSH certificate
  'token',
  'webhook_secret',
  'client_certificate', // for TLS: a private key in PEM, with its certificate
])

const CredentialName = z.string().trim().min(1).max(80)

/** Runbooks that alone may use it, for nothing else; null = anything may. */
const AllowList = z.array(RunbookId).min(1).max(200).nullable()

/** A secret's label. The secret itself never crosses back. */
export const Credential = z.strictObject({
  id: CredentialId,
  name: z.string(),
  kind: CredentialKind,
  /** Of the public half or the certificate, `SHA256:…`. */
  fingerprint: z.string().nullable(),
  /** For a private key: its public half as it stands in `authorized_keys`. */
  publicKey: z.string().nullable(),
  certificate: z
    .strictObject({ subject: z.string(), expiresAt: Timestamp.nullable() }) // null: never
    .nullable(),
  runbooks: AllowList,
  /** Sealed with the key of this console's vault. Otherwise it has to be entered again, or was entered elsewhere. */
  readable: z.boolean(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
})
export type Credential = z.infer<typeof Credential>

export const VaultTier = z.enum([
  'os-keychain',
  'passphrase',
  'memory', // forgets every secret when Quarterdeck stops
  'insecure-file', // whoever can read the data folder can read the secrets
])
export type VaultTier = z.infer<typeof VaultTier>

export const VaultStatus = z.strictObject({
  tier: VaultTier,
  /** `mismatch`: what is stored was sealed with another key, or in another tier. */
  state: z.enum(['unlocked', 'locked', 'unavailable', 'mismatch']),
  detail: z.string(), // what is wrong and what to do, or what the tier means; else empty
  /** What `unlock` has to be given. */
  asks: z.enum(['nothing', 'passphrase', 'new_passphrase']),
  lockedBy: z.enum(['operator', 'idle', 'screen']).nullable(),
  /** Where the key of what is stored is kept; null before the first vault. */
  sealedIn: VaultTier.nullable(),
  /** How many secrets are sealed with that key. */
  sealed: z.int().nonnegative(),
  /** Tiers that `rekey` may go to. `memory` and `insecure-file` only when Quarterdeck was started with them. */
  movesTo: z.array(VaultTier),
  /** After wrong passphrases: not before. */
  retryAt: Timestamp.nullable(),
  keyMadeAt: Timestamp.nullable(),
})
export type VaultStatus = z.infer<typeof VaultStatus>

export const LeasePurpose = z.enum(['run', 'test', 'source', 'pull', 'export'])
export const LeaseId = idOf('lse').brand<'LeaseId'>()
export type LeaseId = z.infer<typeof LeaseId>

/** One use of a secret: who used it, for what. Kept when the credential is gone. */
export const Lease = z.strictObject({
  id: LeaseId,
  at: Timestamp,
  purpose: LeasePurpose,
  subject: z.string(), // name of the connection or source, or what was written
  connectionId: ConnectionId.nullable(),
  runId: RunId.nullable(),
  runbookId: RunbookId.nullable(),
  step: z.string().nullable(),
  operator: z.string().nullable(), // null: Quarterdeck by itself
  refused: z.string().nullable(), // why it was not given out; null when it was
})
export type Lease = z.infer<typeof Lease>

const SecretText = z.string().min(1).max(64_000)
const Passphrase = z.string().max(1000)
/** OpenSSH's line beside a private key, or PEM with the key's own certificate first. */
const Certificate = z.string().max(64_000).optional()
/** What an export may weigh: it crosses in one frame. */
const ExportFile = z.string().max(900_000)

/** What becomes of a credential in an export whose name is taken. */
export const ImportChoice = z.enum(['skip', 'replace', 'keep_both'])
export const ImportItem = z.strictObject({
  name: z.string(),
  kind: CredentialKind,
  fingerprint: z.string().nullable(),
  /** `same`: the very same secret is here under that name. `other_kind`: cannot be replaced. */
  conflict: z.enum(['none', 'same', 'name', 'other_kind']),
})

const One = z.strictObject({ id: CredentialId })
const ADMIN = { role: 'admin' } as const

export const credentials = {
  vault: query(Empty, VaultStatus),
  list: query(Empty, z.array(Credential)),
  create: command(
    z.strictObject({
      name: CredentialName,
      kind: CredentialKind,
      secret: SecretText,
      passphrase: Passphrase.default(''), // for an encrypted private key
      certificate: Certificate,
    }),
    Credential,
  ),
  /** Makes a key pair. The private half is sealed at once and seen by nobody. */
  generate: command(
    z.strictObject({ name: CredentialName, type: z.enum(['ed25519', 'ecdsa', 'rsa']) }),
    Credential,
  ),
  /** Replaces the secret; connections that use it keep using it. */
  rotate: command(
    One.extend({
      secret: SecretText,
      passphrase: Passphrase.default(''),
      certificate: Certificate,
    }),
    Credential,
  ),
  rename: command(One.extend({ name: CredentialName }), Credential),
  /** Only these runbooks may use it from now on, for nothing else; null lifts it. */
  limit: command(One.extend({ runbooks: AllowList }), Credential, ADMIN),
  /** Refused with `conflict` while a connection refers to it. */
  remove: command(One, Empty),
  /** Newest first. */
  leases: query(One.extend(PageInput.shape), pageOf(Lease)),

  /** Opens the vault: asks the keychain again, or takes the passphrase. Refused with `too_much` after wrong ones. */
  unlock: command(z.strictObject({ passphrase: Passphrase.optional() }), VaultStatus),
  lock: command(Empty, VaultStatus),
  /** The operator pressed a key or moved the mouse: the vault is not idle. Not in the audit log. */
  present: command(Empty, Empty, { role: 'viewer' }),
  /**
   * A new master key: every secret is resealed in one transaction, or none. To the same tier it is a rotation, to
   * another one a move. `passphrase` is the present one, wherever one seals the vault now.
   */
  rekey: command(
    z.strictObject({
      to: VaultTier,
      passphrase: Passphrase.default(''),
      newPassphrase: Passphrase.default(''), // empty keeps the present one
    }),
    VaultStatus,
    ADMIN,
  ),
  /** Gives up what cannot be opened and makes a new key. Labels stay, so that secrets can be entered again. */
  startOver: command(z.strictObject({ newPassphrase: Passphrase.default('') }), VaultStatus, ADMIN),

  /** Everything that opens, sealed with this passphrase in a file of a documented format. */
  exportAll: command(
    z.strictObject({ ids: z.array(CredentialId).min(1).max(1000), passphrase: Passphrase }),
    z.strictObject({ file: ExportFile, name: z.string(), count: z.int() }),
    ADMIN,
  ),
  /** Opens an export and says what it would meet. Changes nothing. */
  readExport: command(
    z.strictObject({ file: ExportFile, passphrase: Passphrase }),
    z.strictObject({ madeAt: Timestamp, items: z.array(ImportItem) }),
  ),
  /** All of it or nothing. A taken name without a choice is refused with `conflict`. */
  importAll: command(
    z.strictObject({
      file: ExportFile,
      passphrase: Passphrase,
      choices: z.record(z.string(), ImportChoice), // by name
    }),
    z.strictObject({ added: z.int(), replaced: z.int(), skipped: z.int() }),
    ADMIN,
  ),
  changed: event(Empty),
}
