import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect } from 'kysely'
import { createPostgresPool } from './postgres-pool'

/**
 * The store without tables: each repository names the ones it owns with `withTables`, so no table has two owners.
 * Inside `transact` every statement must go through the `tx` it was given: SQLite has one connection.
 */
export type Db = Kysely<{}>
export type StoreKind = 'sqlite' | 'postgres'

export interface Database {
  readonly db: Db
  readonly kind: StoreKind
  /** The SQLite file, for backups; undefined on PostgreSQL. */
  readonly file: Sqlite.Database | undefined
  close(): Promise<void>
}

/** Opens a SQLite file (or `:memory:`), or PostgreSQL when `location` is a `postgres:` URL. Runs no migration. */
export function connectDatabase(location: string): Database {
  return /^postgres(ql)?:\/\//.test(location) ? connectPostgres(location) : connectSqlite(location)
}

function connectSqlite(path: string): Database {
  const file = new Sqlite(path)
  try {
    file.pragma('busy_timeout = 5000')
    file.pragma('journal_mode = WAL')
    // NORMAL would lose the last commits on power loss; a 2xx to a sender promises more.
    file.pragma('synchronous = FULL')
    file.pragma('foreign_keys = ON')
    file.pragma('cache_size = -32000')
    // Pages are written back every 32 MB: at the default 4 MB a storm of deliveries waits for that several times a second.
    file.pragma('wal_autocheckpoint = 8000')
  } catch (error) {
    file.close()
    throw error
  }
  const db: Db = new Kysely({ dialect: new SqliteDialect({ database: keepStatements(file) }) })
  return { db, kind: 'sqlite', file, close: () => db.destroy() }
}

/** Statements kept ready; a domain's hot paths are about a hundred. */
const KEPT_STATEMENTS = 500
/** Statements for many rows at once come in too many lengths to be worth keeping. */
const LONGEST_KEPT = 4000

/** To prepare a statement costs more than to run it, and the same few hundred are all there is. */
function keepStatements(file: Sqlite.Database): SqliteDatabase {
  const kept = new Map<string, Sqlite.Statement>()
  const prepare = (text: string): Sqlite.Statement => {
    // A disk that is full has ended the transaction already (https://sqlite.org/lang_transaction.html): what is told is that.
    if (text === 'rollback' && !file.inTransaction) return file.prepare('select 1')
    const known = kept.get(text)
    if (known && !known.busy) return known
    const statement = file.prepare(text)
    if (known || text.length > LONGEST_KEPT) return statement
    if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value!)
    kept.set(text, statement)
    return statement
  }
  return {
    prepare,
    close() {
      kept.clear()
      file.close()
    },
  }
}

/** How many questions a console may ask at once. */
const MOST_LINES = 8

function connectPostgres(url: string): Database {
  const pool = createPostgresPool(url, MOST_LINES)
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  return { db, kind: 'postgres', file: undefined, close: () => db.destroy() }
}

const waiting = new WeakMap<Db, (() => void)[]>()

/**
 * Runs `work` in one transaction, or in the one that `db` already is. What it throws rolls everything back. When
 * PostgreSQL ends it because another was faster, it is done again from the start: `work` only touches the store.
 */
export async function transact<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db)
  for (let tries = 1; ; tries += 1) {
    const done = await attempt(db, work).catch((error: unknown) => {
      if (tries === MOST_TRIES || !lostTheRace(error)) throw error
    })
    if (!done) continue
    for (const tell of done.afterwards) tell()
    return done.result
  }
}

const MOST_TRIES = 5

async function attempt<T>(db: Db, work: (tx: Db) => Promise<T>) {
  const afterwards: (() => void)[] = []
  const result = await db.transaction().execute((tx) => {
    waiting.set(tx, afterwards)
    return work(tx)
  })
  return { result, afterwards }
}

/**
 * Two waited for each other, or both found nothing and wrote the same key: done again, the second one finds the first's.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html: `deadlock_detected`, `unique_violation`.
 */
function lostTheRace(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['40P01', '23505'].includes(String(error.code))
  )
}

/** Does `tell` once the transaction is on disk, never if it rolls back; at once outside of one. News go through here. */
export function afterCommit(db: Db, tell: () => void): void {
  if (db.isTransaction) waiting.get(db)!.push(tell)
  else tell()
}
