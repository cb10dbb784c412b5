/** A piece of a PowerShell command: a bare word, a text, a variable, an operator or a bracketed body. */
export interface Piece {
  readonly kind: 'word' | 'text' | 'variable' | 'group' | 'block' | 'hash' | 'operator' | 'type'
  readonly text: string
  /** The commands inside a bracket or inside `$( … )` of a text. */
  readonly body: readonly Command[]
}

/** The pieces between two of `;`, `|`, `&&`, `||` and line ends. */
export interface Command {
  readonly pieces: readonly Piece[]
  readonly piped: boolean
}

interface Cursor {
  readonly text: string
  at: number
  closed: boolean
  depth: number
}

const DEEPEST = 40

/** Reads PowerShell into commands; `closed` is false where a quote or bracket has no end. */
export function readPowershell(text: string): { commands: readonly Command[]; closed: boolean } {
  const cursor: Cursor = { text, at: 0, closed: true, depth: 0 }
  const commands = readCommands(cursor, '')
  return { commands, closed: cursor.closed }
}

function readCommands(cursor: Cursor, end: string): Command[] {
  const commands: Command[] = []
  let pieces: Piece[] = []
  let piped = false
  function finish(pipes: boolean): void {
    if (pieces.length > 0) commands.push({ pieces, piped })
    pieces = []
    piped = pipes
  }
  if (++cursor.depth > DEEPEST) cursor.closed = false
  while (cursor.at < cursor.text.length && cursor.closed) {
    const char = cursor.text[cursor.at]!
    if (char === end) {
      cursor.at++
      cursor.depth--
      finish(false)
      return commands
    }
    const separator = separatorAt(cursor)
    if (separator) {
      cursor.at += separator.length
      finish(separator === '|')
    } else if (!skipped(cursor)) pieces.push(readPiece(cursor))
  }
  if (end) cursor.closed = false
  cursor.depth--
  finish(false)
  return commands
}

function separatorAt(cursor: Cursor): string | null {
  const two = cursor.text.slice(cursor.at, cursor.at + 2)
  if (two === '&&' || two === '||') return two
  return /[;|\n]/.test(two[0]!) ? two[0]! : null
}

function skipped(cursor: Cursor): boolean {
  const rest = cursor.text.slice(cursor.at, cursor.at + 2)
  if (rest === '<#') {
    const end = cursor.text.indexOf('#>', cursor.at)
    if (end < 0) cursor.closed = false
    cursor.at = end < 0 ? cursor.text.length : end + 2
  } else if (rest[0] === '#') cursor.at = lineEnd(cursor)
  else if (/^`\r?\n?/.test(rest) && /\s/.test(rest[1] ?? ' ')) cursor.at += 2
  else if (/\s/.test(rest[0]!)) cursor.at++
  else return false
  return true
}

function lineEnd(cursor: Cursor): number {
  const end = cursor.text.indexOf('\n', cursor.at)
  return end < 0 ? cursor.text.length : end
}

const OPENERS: readonly (readonly [RegExp, (cursor: Cursor) => Piece])[] = [
  [/^@['"]/, hereText],
  [/^['‘’]/, plainText],
  [/^["“”]/, richText],
  [/^[$@]\(/, (cursor) => bracket(cursor, 2, ')', 'group')],
  [/^@\{/, (cursor) => bracket(cursor, 2, '}', 'hash')],
  [/^\(/, (cursor) => bracket(cursor, 1, ')', 'group')],
  [/^\{/, (cursor) => bracket(cursor, 1, '}', 'block')],
  [/^\[/, typeOrIndex],
  [/^\$/, (cursor) => taken(cursor, 'variable', /\$(\{[^}]*\}|[\w:?^$]+|)/y)],
  [/^[=,+*%!<>&)}\]]/, (cursor) => taken(cursor, 'operator', /[=+*%!<>&-]+|[,)}\]]/y)],
]

function readPiece(cursor: Cursor): Piece {
  const rest = cursor.text.slice(cursor.at, cursor.at + 3)
  const opener = OPENERS.find(([pattern]) => pattern.test(rest))
  return opener ? opener[1](cursor) : word(cursor)
}

function taken(cursor: Cursor, kind: Piece['kind'], pattern: RegExp): Piece {
  pattern.lastIndex = cursor.at
  const text = pattern.exec(cursor.text)?.[0] || cursor.text[cursor.at]!
  cursor.at += text.length
  return { kind, text, body: [] }
}

function bracket(cursor: Cursor, skip: number, end: string, kind: Piece['kind']): Piece {
  const start = cursor.at
  cursor.at += skip
  const body = readCommands(cursor, end)
  return { kind, text: cursor.text.slice(start, cursor.at), body }
}

function typeOrIndex(cursor: Cursor): Piece {
  const match = /\[[\w.,\s[\]`]*\]/y
  match.lastIndex = cursor.at
  const text = match.exec(cursor.text)?.[0]
  if (!text) return bracket(cursor, 1, ']', 'group')
  cursor.at += text.length
  return { kind: 'type', text, body: [] }
}

function word(cursor: Cursor): Piece {
  let text = ''
  while (cursor.at < cursor.text.length && !/[\s;|(){}"'$,]/.test(cursor.text[cursor.at]!)) {
    if (cursor.text[cursor.at] === '`') cursor.at++
    text += cursor.text[cursor.at] ?? ''
    cursor.at++
  }
  return { kind: 'word', text, body: [] }
}

function plainText(cursor: Cursor): Piece {
  const match = /['‘’]((?:[^'‘’]|''|’’)*)['‘’]/y
  match.lastIndex = cursor.at
  const found = match.exec(cursor.text)
  if (!found) cursor.closed = false
  cursor.at = found ? match.lastIndex : cursor.text.length
  return { kind: 'text', text: (found?.[1] ?? '').replaceAll("''", "'"), body: [] }
}

function richText(cursor: Cursor): Piece {
  const body: Command[] = []
  let text = ''
  for (cursor.at++; cursor.at < cursor.text.length;) {
    const char = cursor.text[cursor.at]!
    if (/["“”]/.test(char)) {
      if (cursor.text[cursor.at + 1] !== char) {
        cursor.at++
        return { kind: 'text', text, body }
      }
      text += char
      cursor.at += 2
    } else if (char === '`') {
      text += cursor.text[cursor.at + 1] ?? ''
      cursor.at += 2
    } else if (char === '$' && cursor.text[cursor.at + 1] === '(') {
      const inner = bracket(cursor, 2, ')', 'group')
      body.push(...inner.body)
      text += inner.text
    } else {
      text += char
      cursor.at++
    }
  }
  cursor.closed = false
  return { kind: 'text', text, body }
}

function hereText(cursor: Cursor): Piece {
  const mark = cursor.text[cursor.at + 1]!
  const end = cursor.text.indexOf(`\n${mark}@`, cursor.at)
  if (end < 0) cursor.closed = false
  const text = cursor.text.slice(cursor.at + 2, end < 0 ? cursor.text.length : end)
  cursor.at = end < 0 ? cursor.text.length : end + 3
  const body =
    mark === '"'
      ? [...text.matchAll(/\$\(([^()]*)\)/g)].flatMap((match) => readPowershell(match[1]!).commands)
      : []
  return { kind: 'text', text: text.trim(), body }
}
