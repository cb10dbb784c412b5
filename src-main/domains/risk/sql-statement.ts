import { assess, brief, entry, worst, type Assessment } from './assessment'
import { assessFunctions } from './sql-functions'
import { alter, create, knownProcedure, pragma } from './sql-definitions'
import { closing, has, pieces, shown, spelled, startsStatement, topLevel } from './sql-shapes'
import { ANY_READING, tokenize, type Token } from './sql-tokens'
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
    /then delete\b/.test(spelled(tokens))
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
    /^call (sys|system|dbms_\w+|rdsadmin)/.test(spelled(tokens))
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
  const starting = [...tokens.keys()].filter((at) => startsStatement(tokens, at))
  // Each reaches to the next one only: a long row of statements must not be read over and over.
  return starting.map((at, index) => {
    const statement = tokens.slice(at, closing(tokens, at, starting[index + 1] ?? tokens.length))
    return assessStatement(statement) ?? assess('destroy', `${shown(statement)} is not understood`)
  })
}

function dml(tokens: readonly Token[], name: string): Assessment {
  const rest = [...inner(tokens.slice(1)), ...assessFunctions(tokens)]
  const where = topLevel(tokens, 'where')
  if (where < 0) {
    if (/^update statistics\b/.test(spelled(tokens)))
      return assess('change', 'UPDATE STATISTICS rewrites statistics')
    return worst([assess('destroy', `${name} without WHERE hits every row`), ...rest])
  }
  if (!isSelective(tokens.slice(where + 1)))
    return worst([assess('destroy', `the WHERE of this ${name} is true for every row`), ...rest])
  return worst([assess('change', `${name} changes the rows that match`), ...rest])
}

function explain(tokens: readonly Token[]): Assessment {
  const at = tokens.findIndex((_, index) => index > 0 && explained(tokens, index))
  const options = spelled(tokens.slice(1, at < 0 ? tokens.length : at))
  const runs = /\banaly[sz]e\b(?! *(=|to)? *(false|off|0|'')\b)/.test(options)
  if (at < 0)
    return worst([assess('read', `${shown(tokens)} only describes`), ...inner(tokens.slice(1))])
  const statement = tokens.slice(at)
  if (runs || tokens[0]!.text === 'profile') {
    const found =
      assessStatement(statement) ?? assess('destroy', 'EXPLAIN ANALYZE runs what is not understood')
    return worst([assess('read', 'EXPLAIN ANALYZE runs the statement'), found])
  }
  // A write behind a planned query is another statement, one inside a planned write is only planned.
  const asks = /^(select|values|table)$/.test(statement[0]!.text)
  return worst([assess('read', 'EXPLAIN only plans'), ...(asks ? inner(statement.slice(1)) : [])])
}

function explained(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  if (token.kind !== 'word' || token.text === 'analyze' || !Object.hasOwn(RULES, token.text))
    return false
  return token.text !== 'table' || at === 1 || tokens[at - 1]!.text === ')'
}

function set(tokens: readonly Token[]): Assessment {
  const all = spelled(tokens)
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

function block(tokens: readonly Token[], reason: string): Assessment {
  const bodies = tokens.filter((token) => token.kind === 'string').map((token) => token.text)
  if (bodies.length === 0) return worst([assess('change', reason), ...assessFunctions(tokens)])
  return worst([assess('change', reason), ...bodies.map((body) => dynamic(body, true))])
}

/** SQL inside a text: judged by itself where it is all there. */
function dynamic(body: string, procedural = false): Assessment {
  const { tokens, closed } = tokenize(body, ANY_READING)
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
    return worst(pieces(tokens).flatMap((piece) => [...inner(piece), ...assessFunctions(piece)]))
  const found = pieces(tokens).map(
    (piece) => assessStatement(piece) ?? assess('destroy', 'a text with SQL is not understood'),
  )
  return worst(found)
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

function execute(tokens: readonly Token[]): Assessment {
  const rest = tokens.slice(1).filter((token) => !/^(immediate|\(|\)|:=|=|as)$/.test(token.text))
  const name = rest
    .filter((token) => /^(word|name)$/.test(token.kind))
    .map((token) => token.text.toLowerCase())
    .join('.')
  const known = knownProcedure(name)
  if (known) return known
  const immediate = /^\w+ (immediate|\()/.test(spelled(tokens))
  if (immediate || rest[0]?.kind === 'variable' || /sp_executesql|sp_msforeach/.test(name))
    return composed(tokens)
  const prepared =
    tokens[0]!.text === 'execute' &&
    /^\w+$/.test(name) &&
    !tokens.some((token) => token.kind === 'variable')
  if (prepared) return assess('destroy', 'EXECUTE runs a prepared statement that is not shown')
  return assess('change', `${brief(`EXEC ${name}`)} runs a procedure`)
}

/** `EXEC('…')`: judged by its text where it is not put together. */
function composed(tokens: readonly Token[]): Assessment {
  const literal = tokens.find((token) => token.kind === 'string')
  const together = tokens.some((token) => token.kind === 'mark' && /^(\+|\|\|?)$/.test(token.text))
  return literal && !together
    ? dynamic(literal.text)
    : assess('destroy', 'runs SQL that is not shown')
}
