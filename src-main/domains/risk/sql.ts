import type { Dialect } from '#contract/actions'
import { assess, brief, reaches, worst, type Assessment } from './assessment'
import { assessStatement } from './sql-statement'
import { tokenize, type Reading, type Token } from './sql-tokens'
import { classifyMongo } from './mongo'
import { redisCommand } from './redis'

const LONGEST = 60_000

/** The tier of SQL of any dialect, statement by statement; what has no end or is not understood is `destroy`. */
export function classifySql(
  code: string,
  runScript: (text: string) => Assessment,
  dialect?: Dialect,
): Assessment {
  if (code.length > LONGEST) return assess('destroy', 'the statement is too long to be read')
  const { sql, found } = clientCommands(code, runScript)
  const readings = readingsOf(sql, dialect)
  const assessed = readings.map((reading) => classifyText(sql, reading))
  // A text that only one reading can close is that reading; where both can, the worse one counts.
  const closed = assessed.filter((one) => one.closed)
  const counted = (closed.length > 0 ? closed : assessed).map((one) => one.assessment)
  return worst([...found, ...counted])
}

/** How a text may be read: by one database as it does, by any of them in each way there is. */
function readingsOf(sql: string, dialect?: Dialect): Reading[] {
  if (dialect === 'mysql')
    return [{ backslash: true, hashComments: true, tightDashes: false, dollarQuotes: false }]
  if (dialect === 'sqlite')
    return [{ backslash: false, hashComments: false, tightDashes: true, dollarQuotes: false }]
  const any: Reading = {
    backslash: false,
    hashComments: dialect === undefined,
    tightDashes: true,
    dollarQuotes: true,
  }
  // A PostgreSQL server may be set to read backslashes as escapes.
  return /\\['"]/.test(sql) ? [any, { ...any, backslash: true }] : [any]
}

function classifyText(sql: string, dialect: Reading): { assessment: Assessment; closed: boolean } {
  const { tokens, closed, doubtful } = tokenize(sql, dialect)
  if (!closed) return { assessment: assess('destroy', 'a quote or comment has no end'), closed }
  const found = statements(tokens).map((statement) => assessOne(statement))
  for (const text of doubtful) {
    const hidden = statements(tokenize(text, dialect).tokens).map((statement) =>
      assessOne(statement),
    )
    found.push(
      ...hidden.filter(
        (one) =>
          reaches(one.tier, 'change') &&
          !one.reasons.some((reason) => reason.includes('not understood')),
      ),
    )
  }
  return { assessment: worst(found), closed }
}

function assessOne(statement: readonly Token[]): Assessment {
  const known = assessStatement(statement)
  if (known) return known
  if (/^(db|rs|sh)$/.test(statement[0]?.text ?? '') && statement[1]?.text === '.')
    return classifyMongo(
      statement
        .map((token) => (token.kind === 'string' ? JSON.stringify(token.text) : token.text))
        .join(''),
    )
  const words = statement.filter((token) => token.kind !== 'mark').map((token) => token.text)
  return (
    redisCommand(words) ??
    assess('destroy', `the statement is not understood: ${brief(words.join(' '), 40)}`)
  )
}

/** Splits at `;` and `GO`, but keeps the body of a procedure with its CREATE. */
function statements(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]]
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    const current = result.at(-1)!
    depth = isRoutine(current) ? depth + opens(tokens, at) : 0
    if ((isMark(token) && depth <= 0) || isLoneGo(tokens, at)) result.push([])
    else current.push(token)
  }
  return result.filter((statement) => statement.length > 0)
}

function isMark(token: Token): boolean {
  return token.kind === 'mark' && token.text === ';'
}

function isRoutine(statement: readonly Token[]): boolean {
  const first = statement[0]?.text
  return (
    (first === 'create' || first === 'alter') &&
    statement
      .slice(1, 8)
      .some(
        (token) =>
          /^(function|procedure|proc|trigger|event|package)$/.test(token.text) &&
          token.kind === 'word',
      )
  )
}

/** How BEGIN, CASE and END of a routine's body nest. */
function opens(tokens: readonly Token[], at: number): number {
  const around = [at - 1, at, at + 1].map((index) =>
    tokens[index]?.kind === 'word' ? tokens[index].text : '.',
  )
  const line = around.join(' ')
  if (/^\S+ begin (?!tran|work)/.test(line) || /^(?!end)\S+ case /.test(line)) return 1
  return /^\S+ end (?!if$|loop$|while$|repeat$|for$)/.test(line) ? -1 : 0
}

function isLoneGo(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  if (token.kind !== 'word' || token.text !== 'go' || at === 0) return false
  const after = tokens[at + 1]?.kind ?? 'word'
  return /^(word|number)$/.test(after) && !/^(\.|as)$/.test(tokens[at - 1]!.text)
}

/** Commands of the clients psql, mysql and sqlite3, which stand on lines of their own. */
function clientCommands(
  code: string,
  runScript: (text: string) => Assessment,
): { sql: string; found: Assessment[] } {
  const found: Assessment[] = []
  const kept = code.split('\n').filter((line) => {
    const one = clientCommand(line.trim(), runScript)
    if (one) found.push(one)
    return !one
  })
  const sql = kept
    .join('\n')
    .replaceAll(/\\(gexec|gset|gdesc|gx|G|g)\b([^\n;]*)/g, (_all, name: string, rest: string) => {
      if (name === 'gexec')
        found.push(assess('destroy', '\\gexec runs statements that are not shown'))
      if (/\|/.test(rest)) found.push(assess('destroy', 'the result is given to a program'))
      else if (/\S/.test(rest) && name !== 'gset')
        found.push(assess('change', 'the result is written to a file'))
      return ';'
    })
  return { sql, found }
}

function clientCommand(line: string, runScript: (text: string) => Assessment): Assessment | null {
  const shell = /^(?:\\!|\.shell\b|\.system\b|system\s)\s*(.*)$/i.exec(line)
  if (shell) return worst([assess('destroy', 'starts a shell command'), runScript(shell[1]!)])
  if (line.startsWith('\\')) return psqlCommand(line)
  if (/^\.[a-z]+/i.test(line)) return sqliteCommand(line)
  if (/^source\s+\S+;?$/i.test(line)) return assess('change', 'runs a file that is not shown')
  if (/^tee\s+\S/i.test(line)) return assess('change', 'writes results to a file')
  return /^pager\s+\S/i.test(line) ? assess('destroy', 'gives results to a program') : null
}

function psqlCommand(line: string): Assessment {
  const name = /^\\(\w+|[.?!TP])/.exec(line)?.[1] ?? ''
  if (name === 'copy')
    return /\bprogram\b/i.test(line)
      ? assess('destroy', '\\copy starts a program')
      : /\bto\s+(stdout|pstdout)\b/i.test(line)
        ? assess('read', '\\copy prints')
        : assess('change', '\\copy writes')
  if (
    /^(d\w*|l|sf|sv|z|timing|x|conninfo|c|connect|pset|echo|qecho|warn|q|set|unset|encoding|h|help|a|t|f|C|H|errverbose|watch|if|elif|else|endif|prompt|getenv|s|u|use|r|p|bind|parse|startpipeline|endpipeline|\?)$/.test(
      name,
    )
  )
    return assess('read', `\\${name} only shows`)
  if (/\|/.test(line)) return assess('destroy', 'the result is given to a program')
  return /^(o|out|w|write|lo_\w+|password|i|ir|include|include_relative|\.|T|copy|cd|setenv|e|ef|ev|edit)$/.test(
    name,
  )
    ? assess('change', `\\${name} reaches a file`)
    : assess('destroy', `\\${brief(name)} is not understood`)
}

function sqliteCommand(line: string): Assessment {
  const name = /^\.([a-z]+)/i.exec(line)?.[1]?.toLowerCase() ?? ''
  if (
    /^(tables?|schema|ind(ex|ices|exes)|dump|mode|headers?|databases|show|help|quit|exit|width|timeout|stats|explain|eqp|fullschema|limit|dbinfo|lint|print|nullvalue|separator|sha3sum|timer|bail|echo|changes|dbconfig|version|vfsname|columns)$/.test(
      name,
    )
  )
    return assess('read', `.${name} only shows`)
  if (/^(once|output|log|trace)$/.test(name) && /\|/.test(line))
    return assess('destroy', 'the result is given to a program')
  return /^(once|output|log|trace|save|backup|import|excel|archive|ar|clone|cd|read|open|parameter|testctrl|session|auth)$/.test(
    name,
  )
    ? assess('change', `.${name} reaches a file`)
    : assess('destroy', `.${name} is not understood or can overwrite data`)
}
