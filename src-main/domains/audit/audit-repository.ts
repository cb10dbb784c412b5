import { sql } from 'kysely'
import type { AuditEntry } from '#contract/audit'
import { createChain, GENESIS } from '#platform/chain'
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
    /** About any of these, oldest first, each with the hash that it follows. */
    async about(subjects: readonly string[]): Promise<(AuditEntry & { previous: string })[]> {
      const entries = await tables(db)
        .selectFrom('audit_entries')
        .selectAll()
        .where('subject', 'in', subjects)
        .orderBy('seq')
        .execute()
      const hashes = new Map(entries.map(({ seq, hash }) => [seq, hash]))
      const before = entries.map(({ seq }) => seq - 1).filter((seq) => !hashes.has(seq))
      for (let start = 0; start < before.length; start += 500) {
        const some = tables(db).selectFrom('audit_entries').select(['seq', 'hash'])
        const rows = await some.where('seq', 'in', before.slice(start, start + 500)).execute()
        for (const { seq, hash } of rows) hashes.set(seq, hash)
      }
      return entries.map((entry) => ({
        ...entry,
        previous: hashes.get(entry.seq - 1) ?? GENESIS,
      }))
    },
    firstOf,
    /** Oldest first, after `seq`. */
    async after(seq: number, limit: number): Promise<AuditEntry[]> {
      return tables(db)
        .selectFrom('audit_entries')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
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

/** The first about this with one of these actions. */
async function firstOf(
  actions: readonly string[],
  subject: string,
  tx: Db,
): Promise<AuditEntry | undefined> {
  return tables(tx)
    .selectFrom('audit_entries')
    .selectAll()
    .where('subject', '=', subject)
    .where('action', 'in', actions)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
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
