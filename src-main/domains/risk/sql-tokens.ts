/** One word, mark or text of SQL; `text` is lower case for words only. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark' | 'variable' | 'meta'
  readonly text: string
}

/** The tokens, or null where a quote or comment has no end. */
export interface Tokens {
  readonly tokens: readonly Token[]
  readonly closed: boolean
  /** Text behind `#` or `--x`, which only some databases take for a comment. */
  readonly doubtful: readonly string[]
}

/** What databases do not agree on. */
export interface Reading {
  readonly backslash: boolean // escapes the end of a text in quotes
  readonly hashComments: boolean // `#` begins a comment
  readonly tightDashes: boolean // `--` begins a comment without a space behind it too
  readonly dollarQuotes: boolean // `$$ … $$` is a text
}
/** Of SQL inside a text, whose database is not known any more. */
export const ANY_READING: Reading = {
  backslash: false,
  hashComments: true,
  tightDashes: true,
  dollarQuotes: true,
}

interface Cursor {
  readonly text: string
  at: number
  closed: boolean
  readonly tokens: Token[]
  readonly doubtful: string[]
  readonly dialect: Reading
}

/** Cuts SQL of any dialect into tokens: quotes, dollar quotes, comments and MySQL's executable comments. */
export function tokenize(text: string, dialect: Reading): Tokens {
  const cursor: Cursor = {
    text: opened(text),
    at: 0,
    closed: true,
    tokens: [],
    doubtful: [],
    dialect,
  }
  while (cursor.at < cursor.text.length) step(cursor)
  return { tokens: cursor.tokens, closed: cursor.closed, doubtful: cursor.doubtful }
}

/** MySQL and MariaDB run the text of `/*! … *\/`, so its marks are taken off. */
function opened(text: string): string {
  let result = ''
  let at = 0
  for (;;) {
    const start = text.indexOf('/*', at)
    const mark = start < 0 ? null : /^\/\*M?!\d{0,6}/.exec(text.slice(start, start + 12))
    if (start < 0) return result + text.slice(at)
    const end = text.indexOf('*/', start + 2)
    if (mark && end >= 0)
      result += `${text.slice(at, start)} ${text.slice(start + mark[0].length, end)} `
    else result += text.slice(at, end < 0 ? text.length : end + 2)
    if (end < 0) return result
    at = end + 2
  }
}

function step(cursor: Cursor): void {
  const rest = cursor.text.slice(cursor.at, cursor.at + 2)
  const char = rest[0]!
  if (/\s/.test(char)) cursor.at++
  else if (rest === '/*') comment(cursor)
  else if (isLineComment(cursor, rest)) lineComment(cursor, char)
  else if (/['"`]/.test(char)) quoted(cursor, char, cursor.dialect.backslash && char !== '`')
  else if (char === '$') dollar(cursor)
  else if (/[\p{L}_]/u.test(char)) word(cursor)
  else sign(cursor, char)
}

function isLineComment({ text, at, dialect }: Cursor, rest: string): boolean {
  if (rest.startsWith('#')) return dialect.hashComments
  return rest === '--' && (dialect.tightDashes || !/\S/.test(text[at + 2] ?? ' '))
}

function sign(cursor: Cursor, char: string): void {
  const read =
    (char === '[' && bracketed(cursor)) ||
    regular(cursor, 'meta', /\\[!\w.?;+]*/y) ||
    regular(cursor, 'number', /0x[\da-f]+|\d+(\.\d*)?(e[+-]?\d+)?[\w]*/iy) ||
    regular(cursor, 'variable', /@{1,2}[\w$.]+|:[a-z_]\w*|\?/iy)
  if (!read) regular(cursor, 'mark', /::|:=|<=>|<>|[<>=!|&-]{1,2}|[\s\S]/y)
}

function regular(cursor: Cursor, kind: Token['kind'], pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (!match || match[0] === '') return false
  cursor.tokens.push({
    kind,
    text: kind === 'word' || kind === 'meta' ? match[0].toLowerCase() : match[0],
  })
  cursor.at += match[0].length
  return true
}

function comment(cursor: Cursor): void {
  const end = cursor.text.indexOf('*/', cursor.at + 2)
  if (end < 0) cursor.closed = false
  cursor.at = end < 0 ? cursor.text.length : end + 2
}

function lineComment(cursor: Cursor, char: string): void {
  const end = cursor.text.indexOf('\n', cursor.at)
  const stop = end < 0 ? cursor.text.length : end
  const body = cursor.text.slice(cursor.at + (char === '#' ? 1 : 2), stop)
  if ((char === '#' || !/^(\s|$)/.test(body)) && /;/.test(body))
    cursor.doubtful.push(body.slice(body.indexOf(';') + 1))
  cursor.at = stop
}

function word(cursor: Cursor): void {
  regular(cursor, 'word', /[\p{L}_][\p{L}\p{N}_$]*/uy)
  const next = cursor.text[cursor.at]
  const last = cursor.tokens.at(-1)!.text
  if (next === "'" && /^(e|b|x|n|q|u|_[a-z0-9]+|r)$/.test(last)) {
    cursor.tokens.pop()
    quoted(cursor, "'", last === 'e')
  }
}

function quoted(cursor: Cursor, mark: string, escapes: boolean): void {
  const body = new RegExp(
    escapes ? `(?:[^${mark}\\\\]|\\\\[\\s\\S]|${mark}${mark})*` : `(?:[^${mark}]|${mark}${mark})*`,
    'y',
  )
  body.lastIndex = cursor.at + 1
  const text = body.exec(cursor.text)?.[0] ?? ''
  cursor.at += text.length + 2
  if (cursor.at > cursor.text.length) cursor.closed = false
  const plain = text.replaceAll(mark + mark, mark)
  cursor.tokens.push({
    kind: mark === "'" ? 'string' : 'name',
    text: escapes ? plain.replaceAll(/\\([\s\S])/g, '$1') : plain,
  })
}

function dollar(cursor: Cursor): void {
  const tag = /^\$([\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(
    cursor.text.slice(cursor.at, cursor.at + 70),
  )?.[0]
  if (!tag || !cursor.dialect.dollarQuotes) {
    if (!regular(cursor, 'variable', /\$\w+|\$\{\w+\}/y)) regular(cursor, 'mark', /\$/y)
    return
  }
  const end = cursor.text.indexOf(tag, cursor.at + tag.length)
  if (end < 0) cursor.closed = false
  const stop = end < 0 ? cursor.text.length : end
  cursor.tokens.push({ kind: 'string', text: cursor.text.slice(cursor.at + tag.length, stop) })
  cursor.at = stop + tag.length
}

function bracketed(cursor: Cursor): boolean {
  const before = cursor.tokens.at(-1)
  if (
    before &&
    (before.kind === 'name' ||
      before.kind === 'variable' ||
      before.text === ']' ||
      before.text === 'array')
  )
    return false
  return regular(cursor, 'name', /\[[\p{L}_][\p{L}\p{N}_ .$-]*\]/uy)
}
