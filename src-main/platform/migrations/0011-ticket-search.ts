import { type Kysely, sql } from 'kysely'
import type { StoreKind } from '#platform/database'

/**
 * An index of words beside the tickets, keyed by their `seq`. The words are cut by us, in the same way on both stores,
 * so neither database's own idea of a word matters.
 */
export async function up(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  if (kind === 'sqlite') {
    await sql`create virtual table ticket_search using fts5(
      words, content='', contentless_delete=1, detail='none', tokenize="unicode61 remove_diacritics 0"
    )`.execute(db)
    return
  }
  await db.schema
    .createTable('ticket_search')
    .addColumn('seq', 'bigint', (c) => c.primaryKey())
    .addColumn('words', sql`tsvector`, (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('ticket_search_words')
    .on('ticket_search')
    .using('gin')
    .column('words')
    .execute()
}
