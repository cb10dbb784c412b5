import type { Kysely } from 'kysely'
import type { Credential, VaultStatus } from '#contract/credentials'
import type { CredentialId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** A credential as it is stored: its secret only sealed, with the id of the key that opens it. */
export interface StoredCredential extends Credential {
  readonly console: string
  readonly keyId: string
  readonly sealedSecret: string
  readonly sealedPassphrase: string | null
}

export interface StoredVault {
  readonly console: string
  readonly tier: VaultStatus['tier']
  readonly keyId: string
  readonly keyCheck: string
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
  created_at: Timestamp
  last_used_at: Timestamp | null
}
interface VaultRow {
  console: string
  tier: VaultStatus['tier']
  key_id: string
  key_check: string
  created_at: Timestamp
}
type Tables = { credentials: CredentialRow; vaults: VaultRow }

/** The one place that knows the tables `credentials` and `vaults`. */
export function createCredentialRepository(db: Db) {
  const on: On = (tx = db) => tx.withTables<Tables>()
  return { ...credentials(on), ...vaults(on) }
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
    async isNameTaken(name: string, tx: Db): Promise<boolean> {
      const row = await on(tx)
        .selectFrom('credentials')
        .select('id')
        .where('name_key', '=', name.toLowerCase())
        .executeTakeFirst()
      return row !== undefined
    },
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

function vaults(on: On) {
  return {
    async findVault(console: string): Promise<StoredVault | undefined> {
      const row = await on()
        .selectFrom('vaults')
        .selectAll()
        .where('console', '=', console)
        .executeTakeFirst()
      if (!row) return undefined
      const { tier, key_id: keyId, key_check: keyCheck, created_at: createdAt } = row
      return { console, tier, keyId, keyCheck, createdAt }
    },
    async saveVault(vault: StoredVault, tx: Db): Promise<void> {
      const { console, tier, keyId, keyCheck, createdAt } = vault
      const row = { console, tier, key_id: keyId, key_check: keyCheck, created_at: createdAt }
      await on(tx)
        .insertInto('vaults')
        .values(row)
        .onConflict((oc) => oc.column('console').doUpdateSet(row))
        .execute()
    },
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
    created_at: credential.createdAt,
    last_used_at: credential.lastUsedAt,
  }
}
