import type { Dialect } from '#contract/actions'

/** A piece of a step's text: as it is written, or an input. */
export type TextPiece =
  | { readonly text: string }
  | { readonly input: string; readonly offset: number }

/** What is wrong with a text, and where in it. */
export interface TextProblem {
  readonly offset: number
  readonly message: string
}

export interface StatementText {
  readonly pieces: readonly TextPiece[]
  readonly problems: readonly TextProblem[]
}

interface Token {
  readonly text: string
  readonly offset: number
  readonly kind: 'space' | 'quoted' | 'word' | 'mark' | 'input'
}

const INPUT = /\{\{\s*(?:inputs?\.)?([A-Za-z_]\w*)\s*\}\}/y
/** After one of these a name follows, which no value can stand for. */
const BEFORE_NAME =
  /^(from|join|into|table|update|database|schema|index|view|role|user|column|as|by|using|constraint|trigger|function|procedure|sequence|type|extension|tablespace|publication|subscription|partition|collate|cascade|to|add|alter|create|drop|truncate|grant|revoke|with|set|lateral|only|exists|asc|desc|nulls|over|window|returning|explain|analyze|vacuum|cluster|reindex|comment|pragma|attach|kill)$/

/**
 * Cuts SQL into text and inputs. An input is bound as a value, so it has to stand where a value may: not in quotes, not
 * as a name. Everything that is wrong is a problem with its place.
 */
export function readStatement(code: string, dialect?: Dialect): StatementText {
  const tokens = tokenize(code, dialect)
  const problems: TextProblem[] = []
  const telling = tokens.filter(({ kind }) => kind !== 'space')
  for (const [at, token] of telling.entries())
    problems.push(...judge(token, telling[at - 1], telling[at + 1]))
  problems.push(...secondStatements(telling))
  return { pieces: tokens.map(toPiece), problems }
}

function toPiece({ kind, text, offset }: Token): TextPiece {
  return kind === 'input' ? { input: nameIn(text), offset } : { text }
}

function nameIn(text: string): string {
  INPUT.lastIndex = 0
  return INPUT.exec(text)![1]!
}

function tokenize(code: string, dialect?: Dialect): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < code.length;) {
    const token = tokenAt(code, at, dialect)
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function tokenAt(code: string, offset: number, dialect?: Dialect): Token {
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset
    return pattern.exec(code)?.[0] || undefined
  }
  const space = read(/\s+/y) ?? read(dialect === 'mysql' ? MYSQL_COMMENT : COMMENT)
  if (space !== undefined) return { text: space, offset, kind: 'space' }
  const quoted = read(dialect === 'mysql' ? MYSQL_QUOTED : QUOTED) ?? dollarQuoted(read, dialect)
  if (quoted !== undefined) return { text: quoted, offset, kind: 'quoted' }
  const input = read(INPUT)
  if (input !== undefined) return { text: input, offset, kind: 'input' }
  const word = read(/[\p{L}\p{N}_$.]+/uy)
  return word === undefined
    ? { text: code[offset]!, offset, kind: 'mark' }
    : { text: word, offset, kind: 'word' }
}

const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//y
const MYSQL_COMMENT = /--(?=\s|$)[^\n]*|#[^\n]*|\/\*(?!M?!)[\s\S]*?\*\//y
const QUOTED = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`/y
const MYSQL_QUOTED = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`/y

function dollarQuoted(
  read: (pattern: RegExp) => string | undefined,
  dialect?: Dialect,
): string | undefined {
  if (dialect === 'mysql' || dialect === 'sqlite') return undefined
  return read(/\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y)
}

function judge(token: Token, before?: Token, after?: Token): TextProblem[] {
  const { kind, text, offset } = token
  if (kind === 'quoted') return inQuotes(token)
  if (isPlaceholder(token, before, after)) return [{ offset, message: NO_PLACEHOLDER }]
  if (kind !== 'input') return []
  const message = whyNoValue(text, before, after)
  return message === undefined ? [] : [{ offset, message }]
}

const NO_PLACEHOLDER =
  'Values are written as {{input}}; placeholders of the database are put in for them.'

function isPlaceholder({ kind, text }: Token, before?: Token, after?: Token): boolean {
  if (kind === 'word') return /^\$\d+$/.test(text)
  if (kind !== 'mark' || text !== '?') return false
  return before?.text !== '?' && after?.text !== '?' && !isOperator(before, after)
}

/** `data ? 'key'` of PostgreSQL asks whether a key is there. */
function isOperator(before?: Token, after?: Token): boolean {
  return (
    before?.kind === 'word' &&
    (after?.kind === 'quoted' || after?.text === '|' || after?.text === '&')
  )
}

function inQuotes({ text, offset }: Token): TextProblem[] {
  return [...text.matchAll(/\{\{\s*(?:inputs?\.)?([A-Za-z_]\w*)\s*\}\}/g)].map((match) => ({
    offset: offset + match.index,
    message: `Write {{${match[1]}}} without quotes around it: it is bound as a value, and joined with || or concat() to other text.`,
  }))
}

function whyNoValue(text: string, before?: Token, after?: Token): string | undefined {
  const input = `{{${nameIn(text)}}}`
  if (!before) return `A statement cannot begin with ${input}: only a value can be an input.`
  const word = wordOf(before)
  if (BEFORE_NAME.test(word) && !isSetTo(word, after))
    return `After \`${before.text}\` a name follows, and ${input} can only be a value.`
  if (word.endsWith('.') || (after !== undefined && /^[.(]/.test(after.text)))
    return `${input} is used as a name here, and an input can only be a value.`
  if ([before, after].some((beside) => beside?.kind === 'quoted') || before.kind === 'input')
    return `Between ${input} and what stands beside it an operator is missing, such as ||.`
  return undefined
}

const wordOf = ({ kind, text }: Token): string => (kind === 'word' ? text.toLowerCase() : '')

/** `SET x TO {{value}}`: a value after all. */
function isSetTo(word: string, after?: Token): boolean {
  return word === 'to' && after === undefined
}

function secondStatements(tokens: readonly Token[]): TextProblem[] {
  const end = tokens.findIndex(({ kind, text }) => kind === 'mark' && text === ';')
  const next = end < 0 ? undefined : tokens[end + 1]
  if (!next || /\bbegin\b/i.test(tokens.map(({ text }) => text).join(' '))) return []
  return [{ offset: next.offset, message: 'One step is one statement. Make another step of this.' }]
}
