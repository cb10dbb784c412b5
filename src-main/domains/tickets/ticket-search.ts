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
/** A word that this many of them have tells nothing apart. */
const COMMON = 1000

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
  /** How many tickets `finds` is true for. */
  count(text: string): Promise<number>
  /** For each word the newest tickets (by sequence number) that have it, at most `COMMON` of the `SIMILAR_WINDOW`. */
  newestWith(words: readonly string[]): Promise<number[][]>
}

/**
 * Tickets by the rarity of the words they share, best first, then newest: the sum of ln(1 + N / n) over shared words,
 * the inverse document frequency of Spärck Jones (1972). Common words count only if there is no other.
 */
export function rankByWords(postings: readonly (readonly number[])[]): number[] {
  const rare = postings.filter((found) => found.length < COMMON)
  const scores = new Map<number, number>()
  for (const found of rare.some((each) => each.length > 0) ? rare : postings) {
    const weight = Math.log1p(SIMILAR_WINDOW / found.length)
    for (const seq of found) scores.set(seq, (scores.get(seq) ?? 0) + weight)
  }
  return [...scores].toSorted(([a, x], [b, y]) => y - x || b - a).map(([seq]) => seq)
}

export function createTicketSearch(db: Db, kind: StoreKind): TicketSearch {
  const dialect = kind === 'sqlite' ? fts5 : tsvector
  const queryFor = (text: string) => {
    const words = toWords(text)
    return words.length === 0 ? undefined : dialect.allOf(words)
  }
  return {
    finds(text) {
      const query = queryFor(text)
      return query === undefined ? undefined : dialect.finds(query)
    },
    async count(text) {
      const { rows } = await dialect.count(queryFor(text)!).execute(db)
      return rows[0]!.n
    },
    async newestWith(words) {
      const found: number[][] = []
      for (const word of words) {
        const { rows } = await dialect.newest(word).execute(db)
        found.push(rows.map(({ seq }) => seq))
      }
      return found
    },
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
        const rows = some.map(({ id, words }) => ({ seq: seqOf.get(id)!, words: words.join(' ') }))
        await dialect.write(rows).execute(tx)
      }
    },
  }
}

/** How one store keeps words and is asked for them. */
interface Dialect {
  write(rows: readonly { seq: number; words: string }[]): RawBuilder<unknown>
  /** A query for all the words, the last of which may be a beginning. */
  allOf(words: readonly string[]): string
  finds(query: string): RawBuilder<SqlBool>
  count(query: string): RawBuilder<{ n: number }>
  newest(word: string): RawBuilder<{ seq: number }>
}

const inWindow = sql`(select coalesce(max(seq), 0) - ${sql.lit(SIMILAR_WINDOW)} from tickets)`

/** https://www.sqlite.org/fts5.html */
const fts5: Dialect = {
  write: (rows) => {
    const values = rows.map(({ seq, words }) => sql`(${seq}, ${words})`)
    return sql`insert or replace into ticket_search (rowid, words) values ${sql.join(values)}`
  },
  allOf: (words) => `${words.map((word) => `"${word}"`).join(' AND ')} *`,
  // The plus keeps the planner on the list's own order: a word that every ticket has would be sorted as a whole.
  finds: (query) =>
    sql`+tickets.seq in (select rowid from ticket_search where ticket_search match ${query})`,
  count: (query) => sql`select count(*) as n from ticket_search where ticket_search match ${query}`,
  newest: (word) => sql`select rowid as seq from ticket_search
    where ticket_search match ${`"${word}"`} and rowid > ${inWindow}
    order by rowid desc limit ${sql.lit(COMMON)}`,
}

/** https://www.postgresql.org/docs/current/textsearch-controls.html */
const tsvector: Dialect = {
  write: (rows) => {
    const values = rows.map(
      ({ seq, words }) => sql`(${seq}::bigint, array_to_tsvector(string_to_array(${words}, ' ')))`,
    )
    return sql`insert into ticket_search (seq, words) values ${sql.join(values)}
      on conflict (seq) do update set words = excluded.words`
  },
  allOf: (words) => `${words.map((word) => `'${word}'`).join(' & ')}:*`,
  finds: (query) =>
    sql`tickets.seq in (select seq from ticket_search where words @@ ${query}::tsquery)`,
  count: (query) => sql`select count(*) as n from ticket_search where words @@ ${query}::tsquery`,
  newest: (word) => sql`select seq from ticket_search
    where words @@ ${`'${word}'`}::tsquery and seq > ${inWindow}
    order by seq desc limit ${sql.lit(COMMON)}`,
}
