import type { Kysely } from 'kysely'
import type { Credential, VaultTier } from '#contract/credentials'
import type { CredentialId, RunbookId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** A credential as it is stored: its secret only sealed, with the id of the key that opens it. */
export interface StoredCredential extends Omit<Credential, 'readable' | 'certificate'> {
  readonly console: string
  readonly keyId: string
  readonly sealedSecret: string
  readonly sealedPassphrase: string | null
  /** Public, as it was given: OpenSSH's one line, or PEM. */
  readonly certificate: string | null
  readonly certificateLabel: Credential['certificate']
}

/** A key that was kept somewhere and seals nothing any more, or does not yet. */
export interface Leftover {
  readonly tier: VaultTier
  readonly keyId: string
}

export interface StoredVault {
  readonly console: string
  readonly tier: VaultTier
  readonly keyId: string
  readonly keyCheck: string
  /** Tier `passphrase`: the key itself, wrapped. */
  readonly wrappedKey: string | null
  readonly leftovers: readonly Leftover[]
  readonly createdAt: Timestamp
}

interface CredentialRow {
  id: CredentialId
  name: string
  name_key: string
  kind: Credential['kind']
  fingerprint: string | null
  console: string
  key_id: string
  sealed_secret: string
  sealed_passphrase: string | null
  public_key: string | null
  certificate: string | null
  certificate_label: string | null
  runbooks: string | null
  created_at: Timestamp
  last_used_at: Timestamp | null
}
interface VaultRow {
  console: string
  tier: VaultTier
  key_id: string
  key_check: string
  wrapped_key: string | null
  leftovers: string
  created_at: Timestamp
}
type Tables = { credentials: CredentialRow; vaults: VaultRow }

/** The one place that knows the tables `credentials` and `vaults`. */
export function createCredentialRepository(db: Db) {
  const on: On = (tx = db) => tx.withTables<Tables>()
  return { ...credentials(on), ...credentialOrders(on), ...vaults(on) }
}
export type CredentialRepository = ReturnType<typeof createCredentialRepository>

type On = (tx?: Db) => Kysely<Tables>

function credentials(on: On) {
  return {
    async all(): Promise<StoredCredential[]> {
      const rows = await on().selectFrom('credentials').selectAll().orderBy('name_key').execute()
      return rows.map(toCredential)
    },
    async find(id: CredentialId, tx?: Db): Promise<StoredCredential | undefined> {
      const row = await on(tx)
        .selectFrom('credentials')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toCredential(row)
    },
    async nameOf(id: CredentialId): Promise<string | undefined> {
      const row = await on()
        .selectFrom('credentials')
        .select('name')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.name
    },
    async findByName(name: string, tx: Db): Promise<StoredCredential | undefined> {
      const row = await on(tx)
        .selectFrom('credentials')
        .selectAll()
        .where('name_key', '=', name.toLowerCase())
        .executeTakeFirst()
      return row && toCredential(row)
    },
    async sealedWith(keyId: string, tx: Db): Promise<StoredCredential[]> {
      const rows = await on(tx)
        .selectFrom('credentials')
        .selectAll()
        .where('key_id', '=', keyId)
        .orderBy('name_key')
        .execute()
      return rows.map(toCredential)
    },
    async countSealedWith(keyId: string): Promise<number> {
      const { n } = await on()
        .selectFrom('credentials')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('key_id', '=', keyId)
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

function credentialOrders(on: On) {
  return {
    async save(credential: StoredCredential, tx: Db): Promise<void> {
      const row = toRow(credential)
      await on(tx)
        .insertInto('credentials')
        .values(row)
        .onConflict((oc) => oc.column('id').doUpdateSet(row))
        .execute()
    },
    async touch(id: CredentialId, at: Timestamp, tx: Db): Promise<void> {
      await on(tx)
        .updateTable('credentials')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .execute()
    },
    async remove(id: CredentialId, tx: Db): Promise<void> {
      await on(tx).deleteFrom('credentials').where('id', '=', id).execute()
    },
  }
}

function vaults(on: On) {
  return {
    async findVault(console: string): Promise<StoredVault | undefined> {
      const row = await on()
        .selectFrom('vaults')
        .selectAll()
        .where('console', '=', console)
        .executeTakeFirst()
      return row && toVault(row)
    },
    /** Nobody else changes the vault until the transaction ends. Answers which key seals now; undefined without a vault. */
    async holdVault(console: string, tx: Db): Promise<string | undefined> {
      const row = await on(tx)
        .updateTable('vaults')
        .set((e) => ({ key_id: e.ref('key_id') }))
        .where('console', '=', console)
        .returning('key_id')
        .executeTakeFirst()
      return row?.key_id
    },
    async saveVault(vault: StoredVault, tx: Db): Promise<void> {
      const row = toVaultRow(vault)
      await on(tx)
        .insertInto('vaults')
        .values(row)
        .onConflict((oc) => oc.column('console').doUpdateSet(row))
        .execute()
    },
    async saveLeftovers(console: string, leftovers: readonly Leftover[], tx: Db): Promise<void> {
      await on(tx)
        .updateTable('vaults')
        .set({ leftovers: JSON.stringify(leftovers) })
        .where('console', '=', console)
        .execute()
    },
  }
}

function toVault({ console, tier, leftovers, ...row }: VaultRow): StoredVault {
  return {
    console,
    tier,
    keyId: row.key_id,
    keyCheck: row.key_check,
    wrappedKey: row.wrapped_key,
    leftovers: JSON.parse(leftovers) as Leftover[],
    createdAt: row.created_at,
  }
}

function toVaultRow({ console, tier, leftovers, ...vault }: StoredVault): VaultRow {
  return {
    console,
    tier,
    key_id: vault.keyId,
    key_check: vault.keyCheck,
    wrapped_key: vault.wrappedKey,
    leftovers: JSON.stringify(leftovers),
    created_at: vault.createdAt,
  }
}

function toCredential(row: CredentialRow): StoredCredential {
  const { id, name, kind, fingerprint, console } = row
  return {
    id,
    name,
    kind,
    fingerprint,
    console,
    keyId: row.key_id,
    sealedSecret: row.sealed_secret,
    sealedPassphrase: row.sealed_passphrase,
    publicKey: row.public_key,
    certificate: row.certificate,
    certificateLabel: parseOrNull<NonNullable<Credential['certificate']>>(row.certificate_label),
    runbooks: parseOrNull<RunbookId[]>(row.runbooks),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}

function toRow(credential: StoredCredential): CredentialRow {
  const { id, name, kind, fingerprint, console } = credential
  return {
    id,
    name,
    name_key: name.toLowerCase(),
    kind,
    fingerprint,
    console,
    key_id: credential.keyId,
    sealed_secret: credential.sealedSecret,
    sealed_passphrase: credential.sealedPassphrase,
    public_key: credential.publicKey,
    certificate: credential.certificate,
    certificate_label: credential.certificateLabel && JSON.stringify(credential.certificateLabel),
    runbooks: credential.runbooks && JSON.stringify(credential.runbooks),
    created_at: credential.createdAt,
    last_used_at: credential.lastUsedAt,
  }
}

function parseOrNull<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T)
}
