import { sql } from 'kysely'
import type { AuditEntry } from '#contract/audit'
import { createChain } from '#platform/chain'
import type { Db, StoreKind } from '#platform/database'

const tables = (db: Db) => db.withTables<{ audit_entries: AuditEntry }>()

/** The one place that knows the audit tables. Nothing here changes or deletes an entry. */
export function createAuditRepository(db: Db, kind: StoreKind) {
  return {
    chain: createChain<AuditEntry>(db, kind, { entries: 'audit_entries', head: 'audit_head' }),
    /** Newest first, before `seq`. */
    async before(seq: number, text: string, limit: number): Promise<AuditEntry[]> {
      return matching(db, text)
        .selectAll()
        .where('seq', '<', seq)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
    },
    async count(text: string): Promise<number> {
      const { n } = await matching(db, text)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
  }
}
export type AuditRepository = ReturnType<typeof createAuditRepository>

function matching(db: Db, text: string) {
  const rows = tables(db).selectFrom('audit_entries')
  if (text === '') return rows
  const like = `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`
  return rows.where((e) =>
    e.or(
      (['actor', 'action', 'subject'] as const).map(
        (name) => sql<boolean>`lower(${e.ref(name)}) like ${like} escape '\\'`,
      ),
    ),
  )
}
