import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { TicketId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import type { Db, StoreKind } from '#platform/database'
import { splitIdentifier } from '#platform/ops-words'
import { chunks, ticketTables } from './ticket-repository'

/** A word longer than this is a hash or an attack: its beginning is enough to find it by. */
const LONGEST_WORD = 64
/** Words kept of one ticket; a stack trace in a description goes on after this, unsearched. */
const MOST_WORDS = 1500

/** The words of a text: letters and digits of any script, without case, accents and everything between them. */
export function toWords(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, LONGEST_WORD))
}

type Searched = Pick<Ticket, 'title' | 'description' | 'labels' | 'host' | 'service'>

/** What a ticket is found by. Identifiers count whole and in parts: `KubePodCrashLooping` is found by `crash`. */
export function wordsOfTicket({ title, description, labels, host, service }: Searched): string[] {
  const named = Object.entries(labels).map(([key, value]) => `${key} ${value}`)
  const text = [title, host, service, ...named, description].join(' ').slice(0, 40_000)
  const parts = (text.match(/[A-Za-z]*[a-z][A-Z][A-Za-z]*/g) ?? []).flatMap(splitIdentifier)
  return [...new Set([...toWords(text), ...parts])].slice(0, MOST_WORDS)
}

/** The newest tickets that "seen before" looks through: more would cost more than an answer from years ago is worth. */
export const SIMILAR_WINDOW = 20_000

/** A ticket's words as they should be found from now on. */
export interface Document {
  readonly id: TicketId
  readonly words: readonly string[]
}

/** Full-text search over tickets. Words go in and out as letters and digits only: no text is ever query syntax. */
export interface TicketSearch {
  index(tx: Db, documents: readonly Document[]): Promise<void>
  /** True for tickets with all words of the text, the last of which may be a beginning; undefined without a word. */
  finds(text: string): RawBuilder<SqlBool> | undefined
  /** Sequence numbers of settled tickets with any of the words, best first. */
  similar(words: readonly string[], except: TicketId, limit: number): Promise<number[]>
}

export function createTicketSearch(db: Db, kind: StoreKind): TicketSearch {
  const dialect = kind === 'sqlite' ? createFts5(db) : createTsvector(db)
  return {
    ...dialect,
    async index(tx, documents) {
      for (const some of chunks(documents, 500)) {
        const seqs = await ticketTables(tx)
          .selectFrom('tickets')
          .select(['id', 'seq'])
          .where(
            'id',
            'in',
            some.map(({ id }) => id),
          )
          .execute()
        const seqOf = new Map(seqs.map(({ id, seq }) => [id, seq]))
        await dialect.write(
          tx,
          some.map(({ id, words }) => ({ seq: seqOf.get(id)!, words: words.join(' ') })),
        )
      }
    },
  }
}

interface Dialect extends Omit<TicketSearch, 'index'> {
  write(tx: Db, documents: readonly { seq: number; words: string }[]): Promise<void>
}

/** https://www.sqlite.org/fts5.html */
function createFts5(db: Db): Dialect {
  const quoted = (word: string) => `"${word}"`
  return {
    async write(tx, documents) {
      const rows = documents.map(({ seq, words }) => sql`(${seq}, ${words})`)
      await sql`insert or replace into ticket_search (rowid, words) values ${sql.join(rows)}`.execute(
        tx,
      )
    },
    finds(text) {
      const words = toWords(text)
      if (words.length === 0) return undefined
      const query = `${words.map(quoted).join(' AND ')} *`
      return sql<SqlBool>`tickets.seq in (select rowid from ticket_search where ticket_search match ${query})`
    },
    async similar(words, except, limit) {
      const query = words.map(quoted).join(' OR ')
      const { rows } = await sql<{ seq: number }>`
        select ticket_search.rowid as seq from ticket_search join tickets on tickets.seq = ticket_search.rowid
        where ticket_search match ${query}
          and ticket_search.rowid > (select coalesce(max(seq), 0) from tickets) - ${SIMILAR_WINDOW}
          and tickets.active = 0 and tickets.id <> ${except}
        order by bm25(ticket_search) limit ${limit}`.execute(db)
      return rows.map(({ seq }) => seq)
    },
  }
}

/** https://www.postgresql.org/docs/current/textsearch-controls.html */
function createTsvector(db: Db): Dialect {
  const quoted = (word: string) => `'${word}'`
  return {
    async write(tx, documents) {
      const rows = documents.map(
        ({ seq, words }) =>
          sql`(${seq}::bigint, array_to_tsvector(string_to_array(${words}, ' ')))`,
      )
      await sql`insert into ticket_search (seq, words) values ${sql.join(rows)}
        on conflict (seq) do update set words = excluded.words`.execute(tx)
    },
    finds(text) {
      const words = toWords(text)
      if (words.length === 0) return undefined
      const query = `${words.map(quoted).join(' & ')}:*`
      return sql<SqlBool>`tickets.seq in (select seq from ticket_search where words @@ ${query}::tsquery)`
    },
    async similar(words, except, limit) {
      const query = words.map(quoted).join(' | ')
      const { rows } = await sql<{ seq: number }>`
        select ticket_search.seq from ticket_search join tickets on tickets.seq = ticket_search.seq
        where words @@ ${query}::tsquery
          and ticket_search.seq > (select coalesce(max(seq), 0) from tickets) - ${SIMILAR_WINDOW}
          and tickets.active = 0 and tickets.id <> ${except}
        order by ts_rank(words, ${query}::tsquery) desc, ticket_search.seq desc limit ${limit}`.execute(
        db,
      )
      return rows.map(({ seq }) => seq)
    },
  }
}
