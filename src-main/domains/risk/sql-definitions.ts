import { assess, brief, worst, type Assessment } from './assessment'
import { assessFunctions } from './sql-functions'
import { shown, spelled } from './sql-shapes'
import type { Token } from './sql-tokens'

/** What ALTER TABLE may drop without losing rows or columns. */
const KEEPS_DATA =
  /^(constraint|index|key|primary|foreign|default|not|identity|expression|check|unique|security|if|statistics|period|versioning)$/

/** ALTER: a change, unless it drops a column, a partition or an attribute. */
export function alter(tokens: readonly Token[]): Assessment {
  const all = spelled(tokens)
  if (
    /\b(drop|truncate|discard|detach) (partition|tablespace)\b|^alter type\b.* drop attribute/.test(
      all,
    )
  )
    return assess('destroy', `${shown(tokens)} drops data`)
  const table = /^alter (foreign |external )?table\b/.test(all)
  if (table && tokens.some((_, at) => dropsColumn(tokens, at)))
    return assess('destroy', `${shown(tokens)} drops a column`)
  const calls = /^alter system\b/.test(all) ? [] : assessFunctions(tokens)
  return worst([assess('change', `${shown(tokens)} changes a definition`), ...calls])
}

function dropsColumn(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  const after = tokens[at + 1]
  if (token.kind !== 'word' || token.text !== 'drop' || !after) return false
  if (after.kind === 'name' || after.text === 'column') return true
  // ALTER COLUMN a DROP NOT NULL: what stands before is the column.
  return !KEEPS_DATA.test(after.text) && !/^(column|alter)$/.test(tokens[at - 2]?.text ?? '')
}

/** CREATE: a change, unless it replaces data or loads code. */
export function create(tokens: readonly Token[]): Assessment {
  const head = spelled(tokens.slice(0, 6))
  const replaces =
    /^create or replace (transient |temporary |external )?(table|database|schema)\b/.test(head)
  if (replaces) return assess('destroy', `${shown(tokens)} replaces what is there`)
  if (/\bsoname\b|\blanguage '?(c|plpython\w*|plperlu|plsh|pltclu)\b/.test(spelled(tokens)))
    return assess('destroy', `${shown(tokens)} loads code that can start programs`)
  return assess('change', `${shown(tokens)} creates something`)
}

const PRAGMA_LOOKS =
  /^(table_(x)?info|table_list|index_(x)?info|index_list|foreign_key_(list|check)|database_list|collation_list|function_list|module_list|pragma_list|compile_options|integrity_check|quick_check|freelist_count|page_count|data_version|stats)$/

/** PRAGMA of SQLite: with a value it sets, without one it shows. */
export function pragma(tokens: readonly Token[]): Assessment {
  const [, name = '', given = ''] =
    /^pragma (?:\S+ \. )?(\w+)(?: ([=(]))?/.exec(spelled(tokens)) ?? []
  if (PRAGMA_LOOKS.test(name)) return assess('read', `PRAGMA ${name} only reads`)
  if (given && name === 'writable_schema')
    return assess('destroy', 'PRAGMA writable_schema can damage the database')
  const acts = given || /^(wal_checkpoint|optimize|incremental_vacuum|shrink_memory)$/.test(name)
  return assess(
    acts ? 'change' : 'read',
    `PRAGMA ${brief(name)} ${acts ? 'changes the database' : 'only reads'}`,
  )
}

const OUTSIDE =
  /(^|\.)(xp_cmdshell|sp_oacreate|sp_oamethod|xp_reg\w*|xp_dirtree|sp_execute_external_script|sp_add_job\w*|sp_start_job|xp_delete_file)\b/
const SHOWS =
  /(^|\.)(sp_help\w*|sp_who2?|sp_spaceused|sp_columns|sp_tables|sp_lock|sp_databases|sp_stored_procedures|sp_statistics|sp_pkeys|sp_fkeys|sp_depends|sp_helptext|sp_monitor|xp_msver|xp_readerrorlog|sp_readerrorlog|sp_whoisactive|sp_blitz\w*)\b/

/** A procedure of SQL Server by its name, or null for one that is not known here. */
export function knownProcedure(name: string): Assessment | null {
  if (OUTSIDE.test(name)) return assess('destroy', `${brief(name)} reaches outside the database`)
  if (/(^|\.)sp_(drop|delete|remove|purge|detach)/.test(name))
    return assess('destroy', `${brief(name)} drops something`)
  return SHOWS.test(name) ? assess('read', `${brief(name)} only reads`) : null
}
