import { brief, entry } from './assessment'
import type { Token } from './sql-tokens'

const STATEMENT_STARTS = new Set(
  'insert update delete merge drop truncate alter create grant revoke exec execute call replace copy load vacuum shutdown backup restore deny kill reconfigure dbcc bulk set'.split(
    ' ',
  ),
)

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

/** After these words a statement's first word is a name or a part of the grammar: `FOR UPDATE`, `ON DELETE`. */
const NO_START_AFTER =
  /^(for|key|as|on|after|before|of|or|by|then|select|where|and|no|distinct|case|when|with)$/

/** Whether the word at this place begins a statement inside another one. */
export function startsStatement(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  if (token.kind !== 'word' || !STATEMENT_STARTS.has(token.text)) return false
  const after = tokens[at + 1]
  if (isName(tokens[at - 1], token, after)) return false
  if (!after) return token.text === 'shutdown'
  if (after.kind === 'mark') return false
  if (after.kind !== 'word') return !/^(replace|set|insert)$/.test(token.text)
  return (entry(FOLLOWED, token.text) ?? /./).test(after.text)
}

function isName(before: Token | undefined, token: Token, after: Token | undefined): boolean {
  if (!before) return false
  if (before.kind === 'mark') return /^[.,=<>+*/|-]/.test(before.text)
  if (before.kind !== 'word' || !NO_START_AFTER.test(before.text)) return false
  if (after?.kind !== 'word' || before.text === 'then') return after?.kind !== 'word'
  return !(before.text === 'as' && /^(insert|update|delete|merge)$/.test(token.text))
}

/** Where the bracket around this place closes, or the limit. */
export function closing(tokens: readonly Token[], from: number, limit: number): number {
  let depth = 0
  for (let at = from; at < limit; at++) {
    const token = tokens[at]!
    if (token.kind !== 'mark') continue
    if (token.text === '(') depth++
    else if (token.text === ')' && --depth < 0) return at
  }
  return limit
}

/** The first place of a word outside brackets, or -1. */
export function topLevel(tokens: readonly Token[], word: string): number {
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'mark' && token.text === '(') depth++
    else if (token.kind === 'mark' && token.text === ')') depth--
    else if (depth === 0 && token.kind === 'word' && token.text === word) return at
  }
  return -1
}

/** The statement in lower case with its texts left out. */
export function spelled(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'string' ? "''" : token.text)).join(' ')
}

/** Whether the word stands anywhere. */
export function has(tokens: readonly Token[], word: string): boolean {
  return tokens.some((token) => token.kind === 'word' && token.text === word)
}

/** The first words for a reason. */
export function shown(tokens: readonly Token[]): string {
  return brief(
    tokens
      .slice(0, 3)
      .map((token) => (token.kind === 'word' ? token.text.toUpperCase() : token.text))
      .join(' '),
    50,
  )
}

/** Splits at every `;`. */
export function pieces(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]]
  for (const token of tokens) {
    if (token.kind === 'mark' && token.text === ';') result.push([])
    else result.at(-1)!.push(token)
  }
  return result.filter((piece) => piece.length > 0)
}
