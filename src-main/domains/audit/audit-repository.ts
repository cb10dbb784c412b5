import { sql } from 'kysely'
import type { AuditEntry } from '#contract/audit'
import type { Db, StoreKind } from '#platform/database'
import { GENESIS } from './audit-chain'

type Tables = {
  audit_entries: AuditEntry
  audit_head: { id: number; seq: number; hash: string }
}
const tables = (db: Db) => db.withTables<Tables>()

export interface Head {
  seq: number
  hash: string
}

/** The one place that knows the audit tables. Nothing here changes or deletes an entry. */
export function createAuditRepository(db: Db, kind: StoreKind) {
  return {
    /** Locks the head until the transaction ends, so that entries are written one after the other. */
    async lockHead(tx: Db): Promise<Head> {
      const start = { id: 1, seq: 0, hash: GENESIS }
      const head = tables(tx).selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1)
      const locked = kind === 'postgres' ? head.forUpdate() : head // SQLite's transaction is the lock
      const row = await locked.executeTakeFirst()
      if (row) return row
      await tables(tx)
        .insertInto('audit_head')
        .values(start)
        .onConflict((oc) => oc.doNothing())
        .execute()
      return locked.executeTakeFirstOrThrow()
    },
    async append(tx: Db, entries: AuditEntry[]): Promise<void> {
      for (let start = 0; start < entries.length; start += 500) {
        await tables(tx)
          .insertInto('audit_entries')
          .values(entries.slice(start, start + 500))
          .execute()
      }
      const { seq, hash } = entries.at(-1)!
      await tables(tx).updateTable('audit_head').set({ seq, hash }).where('id', '=', 1).execute()
    },
    async head(): Promise<Head> {
      const row = await tables(db)
        .selectFrom('audit_head')
        .select(['seq', 'hash'])
        .executeTakeFirst()
      return row ?? { seq: 0, hash: GENESIS }
    },
    /** Oldest first, for checking the chain. */
    after: (seq: number, limit: number): Promise<AuditEntry[]> =>
      tables(db)
        .selectFrom('audit_entries')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute(),
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
