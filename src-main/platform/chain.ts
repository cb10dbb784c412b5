import { sql } from 'kysely'
import { hashOf } from './canonical-json'
import type { Db, StoreKind } from './database'

/** One entry of a hash chain: everything in it, and the hash before it, is under its hash. */
export interface Link {
  readonly seq: number
  readonly hash: string
}
/** The newest entry of a chain. */
type Head = Link

/** What the check of a whole chain came to. */
export interface ChainCheck {
  ok: boolean
  /** How many entries are whole, from the first one on. */
  entries: number
  /** Hash of the newest entry. */
  head: string
  brokenAt: number | null
  problem: string
}

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64)
/** Before the first entry. */
export const START: Link = { seq: 0, hash: GENESIS }
const CHECK_BATCH = 2000

/** An entry's hash covers everything in it and the hash before it: a change, a gap or a swap breaks all that follow. */
export function hashLink(previous: string, entry: Omit<Link, 'hash'>): string {
  return hashOf({ ...entry, hash: undefined, previous })
}

/** The first place where the chain is broken, with what is wrong there; undefined when the entry fits. */
export function findBreak(last: Head, entry: Link): string | undefined {
  if (entry.seq !== last.seq + 1)
    return `Entry ${last.seq + 1} is missing: entry ${last.seq} is followed by entry ${entry.seq}.`
  if (hashLink(last.hash, entry) === entry.hash) return undefined
  return `Entry ${entry.seq} does not fit the one before it: it, or an entry before it, was changed after it was written.`
}

/** A chain's two tables: `entries`, whose columns are what is hashed, and `head`, one row that says where it ends. */
interface ChainTables {
  readonly entries: string
  readonly head: string
}

/**
 * A hash chain. Its head is a row of its own, so that two consoles on one PostgreSQL take turns by locking it. Nothing
 * here changes or deletes an entry.
 */
export function createChain<Entry extends Link>(db: Db, kind: StoreKind, tables: ChainTables) {
  const heads = createHeads(kind, tables.head)
  return {
    /** Adds entries at the end, in the transaction of what they record. */
    async append(tx: Db, facts: readonly Omit<Entry, 'seq' | 'hash'>[]): Promise<void> {
      if (facts.length === 0) return
      if (!tx.isTransaction) throw new TypeError('An entry of a chain needs a transaction')
      let last = await heads.lock(tx)
      const links = facts.map((fact) => {
        const entry = { ...fact, seq: last.seq + 1 }
        last = { seq: entry.seq, hash: hashLink(last.hash, entry) }
        return { ...entry, hash: last.hash }
      })
      for (let start = 0; start < links.length; start += 500) {
        await tx
          .withTables<Record<string, Record<string, unknown>>>()
          .insertInto(tables.entries)
          .values(links.slice(start, start + 500))
          .execute()
      }
      await heads.move(tx, last)
    },
    /** Reads the whole chain, oldest first. */
    async check(): Promise<ChainCheck> {
      const end = (await heads.read(db)) ?? { seq: 0, hash: GENESIS }
      const { last, problem } = await walk(db, tables.entries)
      // Entries written since the head was read are fine; entries that it knows and we did not find are not.
      const cut = last.seq < end.seq || (last.seq === end.seq && last.hash !== end.hash)
      if (problem === undefined && !cut)
        return { ok: true, entries: last.seq, head: last.hash, brokenAt: null, problem: '' }
      return {
        ok: false,
        entries: last.seq,
        head: end.hash,
        brokenAt: last.seq + 1,
        problem:
          problem ??
          `The end is missing: the log holds ${last.seq} entries, its head says ${end.seq}.`,
      }
    },
  }
}

function createHeads(kind: StoreKind, name: string) {
  const table = sql.table(name)
  async function read(on: Db, lock = sql``): Promise<Head | undefined> {
    const found = await sql<Head>`select seq, hash from ${table} where id = 1 ${lock}`.execute(on)
    return found.rows[0]
  }
  return {
    read: (on: Db) => read(on),
    /** Until the transaction ends, so that entries are written one after the other. */
    async lock(tx: Db): Promise<Head> {
      const lock = kind === 'postgres' ? sql`for update` : sql`` // SQLite's transaction is the lock
      const found = await read(tx, lock)
      if (found) return found
      const start = sql`insert into ${table} (id, seq, hash) values (1, 0, ${GENESIS})`
      await sql`${start} on conflict do nothing`.execute(tx)
      return (await read(tx, lock))!
    },
    async move(tx: Db, { seq, hash }: Head): Promise<void> {
      await sql`update ${table} set seq = ${seq}, hash = ${hash} where id = 1`.execute(tx)
    },
  }
}

/** Oldest first, to the end or to the first entry that does not fit. */
async function walk(db: Db, name: string): Promise<{ last: Head; problem?: string }> {
  let last: Head = { seq: 0, hash: GENESIS }
  for (;;) {
    const page = sql<Link>`select * from ${sql.table(name)} where seq > ${last.seq} order by seq`
    const { rows } = await sql<Link>`${page} limit ${CHECK_BATCH}`.execute(db)
    for (const entry of rows) {
      const problem = findBreak(last, entry)
      if (problem !== undefined) return { last, problem }
      last = entry
    }
    if (rows.length < CHECK_BATCH) return { last }
  }
}
