import type { Dialect } from '#contract/actions'

/** What a transaction around a statement can do for it. */
export interface StatementKind {
  /** It commits by itself, or runs only outside of a transaction. */
  readonly standsAlone: boolean
  /** Without a commit nothing of it is kept, and it reaches nothing outside of the database. */
  readonly canBeTakenBack: boolean
  /** It opens or ends a transaction, which is ours to do. */
  readonly isControl: boolean
}

const CONTROL =
  /^(begin|start transaction|commit|rollback|end|abort|savepoint|release|prepare transaction|set transaction|set autocommit|xa)\b/
const CHANGES_ROWS = /^(insert|update|delete|merge|replace|with)\b/
/** A call of one of these has an effect that no rollback takes back. */
const REACHES_OUT =
  /\b(pg_\w+|lo_\w+|dblink\w*|setval|nextval|set_config|load_file|sleep|sys_\w+|http_\w+|load_extension|writefile|edit)\s*\(/

/** Tables of MySQL's own have no transactions. */
const SYSTEM = /\bmysql`?\s*\./

const POSTGRES_ALONE =
  /^(vacuum|checkpoint|(create|drop) (database|tablespace|subscription)|alter (system|database|subscription)|reindex (\([^)]*\) )?(database|system)|cluster$|discard all|load\b)|^(create (unique )?index|drop index|reindex( \([^)]*\))?( \w+)?|refresh materialized view|alter table .* detach partition .*) concurrently\b|^reindex \([^)]*concurrently/
const POSTGRES_DEFINES =
  /^(create|alter|drop|truncate|comment|grant|revoke|analyze|reassign|security label)\b/
/** MySQL commits before and after everything that is none of these. */
const MYSQL_IN_TRANSACTION =
  /^(select|insert|update|delete|replace|with|table|values|call|do|show|describe|desc|explain|set)\b/
const SQLITE_ALONE = /^(vacuum|attach|detach|pragma)\b/

/** Tells from its first words what kind of statement it is; what is not known cannot be taken back. */
export function kindOf(text: string, dialect: Dialect): StatementKind {
  const words = bare(text)
  const isControl = CONTROL.test(words)
  const standsAlone = ALONE[dialect](words)
  const definesToo =
    dialect === 'sqlite' || (dialect === 'postgres' && POSTGRES_DEFINES.test(words))
  const known = CHANGES_ROWS.test(words) || definesToo
  const canBeTakenBack = !standsAlone && known && !REACHES_OUT.test(words) && !SYSTEM.test(words)
  return { standsAlone, canBeTakenBack, isControl }
}

/** Is it something that a database plans? Nothing else is given to EXPLAIN: `analyze` would run it. */
export function isPlanned(text: string): boolean {
  return /^(select|insert|update|delete|replace|merge|with|values|table)\b/.test(bare(text))
}

const ALONE: Readonly<Record<Dialect, (words: string) => boolean>> = {
  postgres: (words) => POSTGRES_ALONE.test(words),
  mysql: (words) => !MYSQL_IN_TRANSACTION.test(words),
  sqlite: (words) => SQLITE_ALONE.test(words),
}

/** In lower case, one space between words, without comments and opening brackets; executable comments count. */
function bare(text: string): string {
  return text
    .replaceAll(/\/\*M?!\d*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/(--|#)[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s(]+/, '')
    .replace(/[\s;]+$/, '')
    .toLowerCase()
}
