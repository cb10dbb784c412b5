import { assess, brief, entry, worst, type Assessment } from './assessment'
import { assessFunctions } from './sql-functions'
import { tokenize, type Token } from './sql-tokens'
import { isSelective } from './sql-where'

type Rule = (tokens: readonly Token[]) => Assessment

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))
const CHANGES = list(
  `insert replace merge upsert grant revoke comment vacuum analyze reindex cluster checkpoint lock unlock call exec_ load import optimize repair flush reset kill start_ stop change install
  rename security refresh notify unload export put backup dbcc update_ attach detach import refresh discard handler cache clear invalidate msck optimize_ compact reorg rebuild
  deny add reassign reconfigure bulk enable disable exchange undrop use_ signal resignal raiserror throw waitfor resume suspend subscribe unsubscribe`,
)
const READS = list(
  `show describe desc values table use set_ begin commit rollback savepoint release end abort declare_ fetch move close listen unlisten deallocate check print help list start xa_ checksum
  go if_ return leave iterate raise null get cache_`,
)
const DESTROYS = list(
  'drop truncate purge restore shutdown uninstall undeploy destroy remove expunge',
)
const STATEMENT_STARTS = list(
  'insert update delete merge drop truncate alter create grant revoke exec execute call replace copy load vacuum shutdown backup restore deny kill reconfigure dbcc bulk set',
)

/** The tier of one statement, or null where its first word is none of SQL's. */
export function assessStatement(tokens: readonly Token[]): Assessment | null {
  const head = tokens.findIndex((token) => token.text !== '(' || token.kind !== 'mark')
  const statement = head > 0 ? tokens.slice(head) : tokens
  const first = statement[0]
  if (!first) return assess('read', 'an empty statement')
  if (first.kind === 'meta')
    return assess(
      'destroy',
      `${brief(first.text)} is a command of the client in the middle of a line`,
    )
  if (first.kind !== 'word') return null
  const rule = entry(RULES, first.text)
  if (rule) return rule(statement)
  const tier = simpleTier(first.text)
  if (!tier) return null
  const words = {
    read: 'only reads',
    change: 'changes something',
    destroy: 'deletes beyond simple recovery',
  }
  return worst([
    assess(tier, `${shown(statement)} ${words[tier]}`),
    ...inner(statement.slice(1)),
    ...assessFunctions(statement),
  ])
}

function simpleTier(word: string): 'read' | 'change' | 'destroy' | null {
  if (DESTROYS.has(word)) return 'destroy'
  if (CHANGES.has(word)) return 'change'
  return READS.has(word) ? 'read' : null
}

function shown(tokens: readonly Token[]): string {
  return brief(
    tokens
      .slice(0, 3)
      .map((token) => (token.kind === 'word' ? token.text.toUpperCase() : token.text))
      .join(' '),
    50,
  )
}

const RULES: Record<string, Rule | undefined> = {
  select: query,
  with: query,
  from: query,
  values: query,
  table: query,
  delete: (tokens) => dml(tokens, 'DELETE'),
  update: (tokens) => dml(tokens, 'UPDATE'),
  insert: (tokens) =>
    has(tokens, 'overwrite')
      ? assess('destroy', 'INSERT OVERWRITE replaces what is there')
      : written(tokens, 'INSERT adds rows'),
  replace: (tokens) => written(tokens, 'REPLACE writes rows'),
  merge: (tokens) =>
    /then delete\b/.test(text(tokens))
      ? assess('destroy', 'MERGE deletes rows')
      : written(tokens, 'MERGE writes rows'),
  explain,
  describe: explain,
  desc: explain,
  profile: explain,
  alter,
  create,
  set,
  copy,
  pragma,
  do: (tokens) => block(tokens, 'DO runs a block of code'),
  begin: (tokens) =>
    worst([assess('read', 'BEGIN starts a transaction'), ...inner(tokens.slice(1))]),
  if: (tokens) =>
    worst([assess('read', 'IF chooses'), ...inner(tokens.slice(1)), ...assessFunctions(tokens)]),
  while: (tokens) =>
    worst([assess('read', 'WHILE repeats'), ...inner(tokens.slice(1)), ...assessFunctions(tokens)]),
  else: (tokens) => worst([assess('read', 'ELSE chooses'), ...inner(tokens.slice(1))]),
  declare: (tokens) =>
    worst([
      assess('read', 'DECLARE names a value or cursor'),
      ...inner(tokens.slice(1)),
      ...assessFunctions(tokens),
    ]),
  exec: execute,
  execute,
  prepare,
  call: (tokens) =>
    /^call (sys|system|dbms_\w+|rdsadmin)/.test(text(tokens))
      ? assess('change', 'CALL runs a procedure of the server')
      : written(tokens, 'CALL runs a procedure'),
  reset: (tokens) =>
    assess(
      /^(master|slave|replica|binary)$/.test(tokens[1]?.text ?? '') ? 'destroy' : 'change',
      `${shown(tokens)} resets it`,
    ),
  flush: (tokens) => assess('change', `${shown(tokens)} flushes it`),
  truncate: (tokens) => assess('destroy', `${shown(tokens)} deletes all rows`),
  lock: (tokens) => assess('change', `${shown(tokens)} locks it for others`),
  analyze: (tokens) =>
    entry(RULES, tokens[1]?.text ?? '') && tokens[1]?.kind === 'word'
      ? (assessStatement(tokens.slice(1)) ?? assess('change', 'ANALYZE'))
      : assess('change', `${shown(tokens)} rewrites statistics`),
  rename: (tokens) => assess('change', `${shown(tokens)} renames it`),
  kill: (tokens) => assess('change', `${shown(tokens)} ends a session`),
  start: (tokens) =>
    assess(tokens[1]?.text === 'transaction' ? 'read' : 'change', `${shown(tokens)} starts it`),
  stop: (tokens) => assess('change', `${shown(tokens)} stops it`),
  get: (tokens) =>
    tokens.length <= 2 ? assess('read', 'GET only reads') : assess('change', 'GET fetches a file'),
}

function text(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'string' ? "''" : token.text)).join(' ')
}

function has(tokens: readonly Token[], word: string): boolean {
  return tokens.some((token) => token.kind === 'word' && token.text === word)
}

function written(tokens: readonly Token[], reason: string): Assessment {
  return worst([assess('change', reason), ...inner(tokens.slice(1)), ...assessFunctions(tokens)])
}

/** SELECT, VALUES, TABLE and WITH: a read, unless a statement, a file or a function with an effect is inside. */
function query(tokens: readonly Token[]): Assessment {
  return worst([
    assess('read', `${shown(tokens.slice(0, 1))} only reads`),
    ...inner(tokens),
    ...into(tokens),
    ...assessFunctions(tokens),
    ...clientMarks(tokens),
  ])
}

function clientMarks(tokens: readonly Token[]): Assessment[] {
  const mark = tokens.find((token) => token.kind === 'meta' && !/^\\[gG]?$/.test(token.text))
  return mark
    ? [assess('destroy', `${brief(mark.text)} is a command of the client in the middle of a line`)]
    : []
}

function into(tokens: readonly Token[]): Assessment[] {
  const at = tokens.findIndex((token) => token.kind === 'word' && token.text === 'into')
  const target = tokens[at + 1]
  if (at < 0 || !target || tokens[at - 1]?.text === 'insert' || target.kind === 'variable')
    return []
  if (/^(outfile|dumpfile)$/.test(target.text))
    return [assess('change', `INTO ${target.text.toUpperCase()} writes a file`)]
  return tokens.slice(0, at).some((token) => /^(insert|merge|replace|copy|load)$/.test(token.text))
    ? []
    : [assess('change', `SELECT INTO creates ${brief(target.text)}`)]
}

/** Statements inside a statement: writes hidden in a CTE, T-SQL without semicolons, bodies of blocks. */
function inner(tokens: readonly Token[]): Assessment[] {
  const found: Assessment[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word' || !STATEMENT_STARTS.has(token.text) || !starts(tokens, at)) continue
    const statement = tokens.slice(at, closing(tokens, at))
    found.push(
      assessStatement(statement) ?? assess('destroy', `${shown(statement)} is not understood`),
    )
  }
  return found
}

const FOLLOWED: Record<string, RegExp> = {
  insert: /^(into|ignore|low_priority|delayed|high_priority|overwrite|or|all)$/,
  update: /^(?!set$|cascade$|restrict$|no$|current_timestamp$)\w/,
  delete: /^(from|top|ignore|low_priority|quick)$/,
  merge: /^(into|\w+)$/,
  drop: /^(table|database|schema|view|index|user|role|function|procedure|trigger|sequence|type|column|login|event|server|tablespace|materialized|extension|owned|publication|subscription|policy|rule|synonym|package|constraint|if|temporary|foreign|aggregate|domain|cast|collation|conversion|operator|language|external|keyspace|warehouse|stage|stream|task|pipe)$/,
  truncate: /^(table|only|\w+)$/,
  alter:
    /^(table|database|schema|view|index|user|role|function|procedure|trigger|sequence|type|login|system|server|tablespace|materialized|extension|default|session|warehouse|account|instance)$/,
  create:
    /^(table|database|schema|view|index|user|role|function|procedure|trigger|sequence|type|login|or|unique|temporary|temp|materialized|extension|external|global|event|server)$/,
  grant: /./,
  revoke: /./,
  exec: /./,
  execute: /^(immediate|as|\w+)/,
  call: /./,
  replace: /^into$/,
  copy: /./,
  load: /^(data|xml|\w+)$/,
  vacuum: /./,
  shutdown: /./,
  set: /^(global|persist|password|identity_insert|context_info)$/,
  backup: /^(database|log)$/,
  restore: /^(database|log)$/,
}

function starts(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  if (
    before &&
    before.kind === 'word' &&
    /^(for|key|as|on|after|before|of|or|by|then|select|where|and|no|distinct|case|when|with)$/.test(
      before.text,
    ) &&
    !(before.text === 'then' && after?.kind === 'word') &&
    !(
      before.text === 'as' &&
      /^(insert|update|delete|merge)$/.test(tokens[at]!.text) &&
      after?.kind === 'word'
    )
  )
    return false
  if (before && before.kind === 'mark' && /^[.,=<>+*/|-]/.test(before.text)) return false
  if (!after) return tokens[at]!.text === 'shutdown'
  if (after.kind === 'mark') return false
  if (after.kind !== 'word') return !/^(replace|set|insert)$/.test(tokens[at]!.text)
  return (entry(FOLLOWED, tokens[at]!.text) ?? /./).test(after.text)
}

function closing(tokens: readonly Token[], from: number): number {
  let depth = 0
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token.kind !== 'mark') continue
    if (token.text === '(') depth++
    else if (token.text === ')' && --depth < 0) return at
  }
  return tokens.length
}

function dml(tokens: readonly Token[], name: string): Assessment {
  const rest = [...inner(tokens.slice(1)), ...assessFunctions(tokens)]
  const where = topLevel(tokens, 'where')
  if (where < 0) {
    if (/^update statistics\b/.test(text(tokens)))
      return assess('change', 'UPDATE STATISTICS rewrites statistics')
    return worst([assess('destroy', `${name} without WHERE hits every row`), ...rest])
  }
  if (!isSelective(tokens.slice(where + 1)))
    return worst([assess('destroy', `the WHERE of this ${name} is true for every row`), ...rest])
  return worst([assess('change', `${name} changes the rows that match`), ...rest])
}

function topLevel(tokens: readonly Token[], word: string): number {
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'mark' && token.text === '(') depth++
    else if (token.kind === 'mark' && token.text === ')') depth--
    else if (depth === 0 && token.kind === 'word' && token.text === word) return at
  }
  return -1
}

function explain(tokens: readonly Token[]): Assessment {
  const at = tokens.findIndex(
    (token, index) =>
      index > 0 &&
      token.kind === 'word' &&
      entry(RULES, token.text) !== undefined &&
      token.text !== 'analyze' &&
      (token.text !== 'table' || index === 1 || tokens[index - 1]?.text === ')'),
  )
  const options = text(tokens.slice(1, at < 0 ? tokens.length : at))
  const runs =
    /\banaly[sz]e\b(?! *(=|to)? *(false|off|0|'')\b)/.test(options) || tokens[0]?.text === 'profile'
  if (at < 0)
    return worst([assess('read', `${shown(tokens)} only describes`), ...inner(tokens.slice(1))])
  const statement = tokens.slice(at)
  if (runs)
    return worst([
      assess('read', 'EXPLAIN ANALYZE runs the statement'),
      assessStatement(statement) ??
        assess('destroy', 'EXPLAIN ANALYZE runs what is not understood'),
    ])
  const stacked = inner(statement.slice(1)).filter(() =>
    /^(select|values|table)$/.test(statement[0]!.text),
  )
  return worst([assess('read', 'EXPLAIN only plans'), ...stacked])
}

function alter(tokens: readonly Token[]): Assessment {
  const all = text(tokens)
  const table = /^alter (foreign |external )?table\b/.test(all)
  if (
    /\b(drop|truncate|discard|detach) (partition|tablespace)\b/.test(all) ||
    /^alter type\b.* drop attribute/.test(all)
  )
    return assess('destroy', `${shown(tokens)} drops data`)
  const kept =
    /^(constraint|index|key|primary|foreign|default|not|identity|expression|check|unique|security|if|statistics|period|versioning)$/
  const drops = [...tokens.entries()].some(
    ([at, token]) =>
      token.kind === 'word' &&
      token.text === 'drop' &&
      (tokens[at + 1]?.kind === 'name' ||
        tokens[at + 1]?.text === 'column' ||
        (!kept.test(tokens[at + 1]?.text ?? 'not') &&
          !/^(column|alter)$/.test(tokens[at - 2]?.text ?? ''))),
  )
  if (table && drops) return assess('destroy', `${shown(tokens)} drops a column`)
  return worst([
    assess('change', `${shown(tokens)} changes a definition`),
    ...(/^alter system\b/.test(all) ? [] : assessFunctions(tokens)),
  ])
}

function create(tokens: readonly Token[]): Assessment {
  const head = text(tokens.slice(0, 6))
  const replaces =
    /^create or replace (transient |temporary |external )?(table|database|schema)\b/.test(head)
  if (replaces) return assess('destroy', `${shown(tokens)} replaces what is there`)
  if (/\bsoname\b|\blanguage '?(c|plpython\w*|plperlu|plsh|pltclu)\b/.test(text(tokens)))
    return assess('destroy', `${shown(tokens)} loads code that can start programs`)
  return assess('change', `${shown(tokens)} creates something`)
}

function set(tokens: readonly Token[]): Assessment {
  const all = text(tokens)
  if (
    /^set (global|persist\w*|password|@@(global|persist)|default role|resource|identity_insert|context_info|cluster|system)|, *(global|@@global|persist)/.test(
      all,
    )
  )
    return assess('change', `${shown(tokens)} changes the server`)
  return worst([
    assess('read', `${shown(tokens)} only concerns this session`),
    ...inner(tokens.slice(1)),
    ...assessFunctions(tokens),
  ])
}

function copy(tokens: readonly Token[]): Assessment {
  if (has(tokens, 'program')) return assess('destroy', 'COPY starts a program')
  const to = topLevel(tokens, 'to')
  if (to > 0 && tokens[to + 1]?.text === 'stdout')
    return worst([
      assess('read', 'COPY prints rows'),
      ...inner(tokens.slice(1)),
      ...assessFunctions(tokens),
    ])
  return worst([
    assess('change', to > 0 ? 'COPY writes a file' : 'COPY loads rows'),
    ...inner(tokens.slice(1)),
    ...assessFunctions(tokens),
  ])
}

function pragma(tokens: readonly Token[]): Assessment {
  const name =
    tokens.findLast(
      (token, at) => token.kind === 'word' && at < 4 && (tokens[at - 1]?.text === '.' || at === 1),
    )?.text ?? ''
  const looks =
    /^(table_(x)?info|table_list|index_(x)?info|index_list|foreign_key_(list|check)|database_list|collation_list|function_list|module_list|pragma_list|compile_options|integrity_check|quick_check|freelist_count|page_count|data_version|stats|show_tables)$/
  const given = tokens.some((token) => token.text === '=' || token.text === '(')
  if (looks.test(name)) return assess('read', `PRAGMA ${name} only reads`)
  if (/^writable_schema$/.test(name) && given)
    return assess('destroy', 'PRAGMA writable_schema can damage the database')
  return given || /^(wal_checkpoint|optimize|incremental_vacuum|shrink_memory)$/.test(name)
    ? assess('change', `PRAGMA ${brief(name)} changes the database`)
    : assess('read', `PRAGMA ${brief(name)} only reads`)
}

function block(tokens: readonly Token[], reason: string): Assessment {
  const bodies = tokens.filter((token) => token.kind === 'string').map((token) => token.text)
  if (bodies.length === 0) return worst([assess('change', reason), ...assessFunctions(tokens)])
  return worst([assess('change', reason), ...bodies.map((body) => dynamic(body, true))])
}

/** SQL inside a text: judged by itself where it is all there. */
export function dynamic(body: string, procedural = false): Assessment {
  const { tokens, closed } = tokenize(body, { backslash: false })
  if (!closed) return assess('destroy', 'a text with SQL has no end')
  if (
    procedural &&
    tokens.some(
      (token, at) =>
        token.kind === 'word' && token.text === 'execute' && tokens[at - 1]?.text !== 'grant',
    )
  )
    return assess('destroy', 'the block runs SQL that is put together at run time')
  if (procedural)
    return worst([
      ...pieces(tokens).flatMap((piece) => [...inner(piece), ...assessFunctions(piece)]),
    ])
  const found = pieces(tokens).map(
    (piece) => assessStatement(piece) ?? assess('destroy', 'a text with SQL is not understood'),
  )
  return worst(found)
}

function pieces(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]]
  for (const token of tokens) {
    if (token.kind === 'mark' && token.text === ';') result.push([])
    else result.at(-1)!.push(token)
  }
  return result.filter((piece) => piece.length > 0)
}

function execute(tokens: readonly Token[]): Assessment {
  const rest = tokens.slice(1).filter((token) => !/^(immediate|\(|\)|:=|=|as)$/.test(token.text))
  const name = rest
    .filter((token) => token.kind === 'word' || token.kind === 'name')
    .map((token) => token.text.toLowerCase())
    .join('.')
  const literal = rest.filter((token) => token.kind === 'string')
  if (
    /(^|\.)(xp_cmdshell|sp_oacreate|sp_oamethod|xp_reg\w*|xp_dirtree|sp_execute_external_script|sp_add_job\w*|sp_start_job|xp_delete_file)\b/.test(
      name,
    )
  )
    return assess('destroy', `${brief(name)} reaches outside the database`)
  if (/(^|\.)sp_(drop|delete|remove|purge|detach)\w*/.test(name))
    return assess('destroy', `${brief(name)} drops something`)
  if (
    /(^|\.)(sp_help\w*|sp_who2?|sp_spaceused|sp_columns|sp_tables|sp_lock|sp_databases|sp_stored_procedures|sp_statistics|sp_pkeys|sp_fkeys|sp_depends|sp_helptext|sp_monitor|xp_msver|xp_readerrorlog|sp_readerrorlog|sp_whoisactive|sp_blitz\w*)\b/.test(
      name,
    )
  )
    return assess('read', `${brief(name)} only reads`)
  if (
    /sp_executesql|sp_msforeach/.test(name) ||
    tokens[1]?.text === '(' ||
    tokens[1]?.text === 'immediate' ||
    rest[0]?.kind === 'variable'
  )
    return literal.length > 0 && !text(tokens).includes('+') && !text(tokens).includes('||')
      ? dynamic(literal[0]!.text)
      : assess('destroy', 'runs SQL that is not shown')
  return tokens[0]?.text === 'execute' &&
    name &&
    !name.includes('.') &&
    !tokens.some((token) => token.kind === 'variable')
    ? assess('destroy', 'EXECUTE runs a prepared statement that is not shown')
    : assess('change', `${brief(`EXEC ${name}`)} runs a procedure`)
}

function prepare(tokens: readonly Token[]): Assessment {
  if (tokens[1]?.text === 'transaction') return assess('change', 'PREPARE TRANSACTION keeps locks')
  const literal = tokens.find((token) => token.kind === 'string')
  if (has(tokens, 'from'))
    return literal ? dynamic(literal.text) : assess('destroy', 'PREPARE of SQL that is not shown')
  const at = topLevel(tokens, 'as')
  return at < 0
    ? assess('destroy', 'PREPARE of SQL that is not shown')
    : (assessStatement(tokens.slice(at + 1)) ??
        assess('destroy', 'PREPARE of SQL that is not understood'))
}
