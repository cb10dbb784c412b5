import { GenericMapping, type SourceKind } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** A source as it is kept. The token is part of its address: shown to operators, never logged and never audited. */
export interface KeptSource {
  readonly name: string
  readonly kind: SourceKind
  readonly title: string
  readonly enabled: boolean
  readonly token: string
  readonly mapping: GenericMapping | null
  readonly createdAt: Timestamp
}
type Row = {
  name: string
  kind: SourceKind
  title: string
  enabled: number
  token: string
  mapping: string | null
  created_at: number
}
const tables = (db: Db) => db.withTables<{ sources: Row }>()

/** The one place that knows the `sources` table. */
export function createSourceRepository(db: Db) {
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
    async find(name: string, on: Db): Promise<KeptSource | undefined> {
      const row = await tables(on)
        .selectFrom('sources')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst()
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

function toRow({ enabled, mapping, createdAt, ...same }: KeptSource): Row {
  return {
    ...same,
    enabled: Number(enabled),
    mapping: mapping && JSON.stringify(mapping),
    created_at: createdAt,
  }
}

function toKept({ enabled, mapping, created_at, ...same }: Row): KeptSource {
  return {
    ...same,
    enabled: enabled === 1,
    mapping: mapping === null ? null : GenericMapping.parse(JSON.parse(mapping)),
    createdAt: created_at,
  }
}
