import { Refusal } from '#contract'
import { GenericMapping, type SourceKind, SourceSettings } from '#contract/intake'
import type { CredentialId, Timestamp } from '#contract/primitives'
import type { Db, StoreKind } from '#platform/database'

/** A source as it is kept. The token is part of its address: shown to operators, never logged and never audited. */
export interface KeptSource {
  readonly name: string
  readonly kind: SourceKind
  readonly title: string
  readonly enabled: boolean
  readonly token: string
  readonly mapping: GenericMapping | null
  readonly settings: SourceSettings
  /** The secret it signs with, in the vault; null: none is set. */
  readonly secretId: CredentialId | null
  /** The one before the last rotation, valid until `previousUntil`. */
  readonly previousSecretId: CredentialId | null
  readonly previousUntil: Timestamp | null
  readonly createdAt: Timestamp
}
type Row = {
  name: string
  kind: SourceKind
  title: string
  enabled: number
  token: string
  mapping: string | null
  settings: string
  secret_id: CredentialId | null
  previous_secret_id: CredentialId | null
  previous_until: number | null
  created_at: number
}
const tables = (db: Db) => db.withTables<{ sources: Row }>()

/** The one place that knows the `sources` table. */
export function createSourceRepository(db: Db, kind: StoreKind) {
  return {
    async all(on: Db = db): Promise<KeptSource[]> {
      const rows = await tables(on)
        .selectFrom('sources')
        .selectAll()
        .orderBy('created_at')
        .orderBy('name')
        .execute()
      return rows.map(toKept)
    },
    /** Nobody else changes it until the transaction ends. */
    async lock(name: string, tx: Db): Promise<KeptSource | undefined> {
      const one = tables(tx).selectFrom('sources').selectAll().where('name', '=', name)
      const row = await (kind === 'postgres' ? one.forUpdate() : one).executeTakeFirst()
      return row && toKept(row)
    },
    async save(source: KeptSource, tx: Db): Promise<void> {
      const row = toRow(source)
      await tables(tx)
        .insertInto('sources')
        .values(row)
        .onConflict((oc) => oc.column('name').doUpdateSet(row))
        .execute()
    },
    async remove(name: string, tx: Db): Promise<void> {
      await tables(tx).deleteFrom('sources').where('name', '=', name).execute()
    },
  }
}
export type SourceRepository = ReturnType<typeof createSourceRepository>

/** Refused with `not_found` when there is no such source. */
export function present(source: KeptSource | undefined, name: string): KeptSource {
  if (!source) throw new Refusal('not_found', `There is no source “${name}”.`)
  return source
}

function toRow(source: KeptSource): Row {
  const { name, kind, title, enabled, token, mapping, settings } = source
  return {
    name,
    kind,
    title,
    enabled: Number(enabled),
    token,
    mapping: mapping && JSON.stringify(mapping),
    settings: JSON.stringify(settings),
    secret_id: source.secretId,
    previous_secret_id: source.previousSecretId,
    previous_until: source.previousUntil,
    created_at: source.createdAt,
  }
}

function toKept(row: Row): KeptSource {
  const { name, kind, title, enabled, token, mapping, settings } = row
  return {
    name,
    kind,
    title,
    enabled: enabled === 1,
    token,
    mapping: mapping === null ? null : GenericMapping.parse(JSON.parse(mapping)),
    settings: SourceSettings.parse(JSON.parse(settings)),
    secretId: row.secret_id,
    previousSecretId: row.previous_secret_id,
    previousUntil: row.previous_until,
    createdAt: row.created_at,
  }
}
