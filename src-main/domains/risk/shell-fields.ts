import {
  parse,
  type DoubleQuotedChild,
  type ParameterExpansionPart,
  type Word,
  type WordPart,
} from 'unbash'
import { field, hiddenField, type Field, type Scope } from './shell-scope'

const DEEPEST_VALUE = 8
const MOST_BRACES = 64

interface Piece {
  readonly text: string
  readonly known: boolean
  readonly glob?: boolean
  /** From an unquoted expansion: the shell splits it at blanks. */
  readonly splits?: boolean
  /** Quotes make a field even when it is empty. */
  readonly quoted?: boolean
}

/** The fields a word becomes: quotes taken off, escapes decoded, braces opened, known variables filled in, `$IFS` split. */
export function fieldsOf(word: Word, scope: Scope, depth = 0): Field[] {
  if (!word.parts) return [{ text: word.value, known: true, glob: false }]
  if (word.parts.some((part) => part.type === 'BraceExpansion'))
    return openBraces(word, scope, depth)
  const all = allPositional(word.parts, scope)
  if (all) return [...all]
  return assemble(word.parts.flatMap((part) => pieces(part, scope, depth)))
}

/** The word as one field, as assignments and redirections take it. */
export function fieldOf(word: Word, scope: Scope, depth = 0): Field {
  if (!word.parts) return { text: word.value, known: true, glob: false }
  const found = word.parts.flatMap((part) => pieces(part, scope, depth))
  return {
    text: found.map((piece) => piece.text).join(''),
    known: found.every((piece) => piece.known),
    glob: found.some((piece) => piece.glob),
  }
}

function allPositional(parts: readonly WordPart[], scope: Scope): readonly Field[] | null {
  const only = parts.length === 1 ? parts[0] : undefined
  if (!only || !scope.positional) return null
  const inner = only.type === 'DoubleQuoted' && only.parts.length === 1 ? only.parts[0] : only
  return inner && /^\$(\{[@*]\}|[@*])$/.test(inner.text) ? scope.positional : null
}

function assemble(found: readonly Piece[]): Field[] {
  const fields: Field[] = []
  let current: { text: string; known: boolean; glob: boolean } | null = null
  for (const piece of found) {
    const texts = piece.splits && piece.known ? piece.text.split(/\s+/) : [piece.text]
    for (const [index, text] of texts.entries()) {
      if (index > 0 && current) {
        fields.push(current)
        current = null
      }
      if (text === '' && !piece.quoted && piece.known) continue
      current ??= { text: '', known: true, glob: false }
      current.text += text
      current.known &&= piece.known
      current.glob ||= piece.glob ?? false
    }
  }
  if (current) fields.push(current)
  return fields
}

function pieces(part: WordPart | DoubleQuotedChild, scope: Scope, depth: number): Piece[] {
  switch (part.type) {
    case 'Literal':
      return [{ text: part.value, known: true }]
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, known: true, quoted: true }]
    case 'DoubleQuoted':
    case 'LocaleString':
      return quoted(part.parts, scope, depth)
    case 'SimpleExpansion':
      return [variable(part.text.slice(1), part.text, scope, depth)]
    case 'ParameterExpansion':
      return [parameter(part, scope, depth)]
    case 'Glob':
    case 'ExtendedGlob':
      return [{ text: part.text, known: true, glob: true }]
    case 'ProcessSubstitution':
      return [{ text: `/dev/fd/${part.operator}`, known: false }]
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'BraceExpansion':
      return [{ text: part.text, known: false }]
  }
}

function quoted(parts: readonly DoubleQuotedChild[], scope: Scope, depth: number): Piece[] {
  const inner = parts.flatMap((part) => pieces(part, scope, depth))
  return [
    { text: '', known: true, quoted: true },
    ...inner.map((piece) => ({ ...piece, splits: false, quoted: true })),
  ]
}

function variable(name: string, source: string, scope: Scope, depth: number): Piece {
  if (name === 'IFS' && !scope.variables.has('IFS')) return { text: ' ', known: true, splits: true }
  const index = /^\d$/.test(name) ? Number(name) - 1 : -1
  const argument = index >= 0 ? scope.positional?.[index] : undefined
  if (argument) return { ...argument, splits: true }
  const value = scope.variables.get(name)
  if (!value || depth > DEEPEST_VALUE || scope.variables.has('IFS'))
    return { text: source, known: false, splits: true }
  const resolved = fieldOf(value, scope, depth + 1)
  return {
    text: resolved.known ? resolved.text : source,
    known: resolved.known,
    glob: resolved.glob,
    splits: true,
  }
}

function parameter(part: ParameterExpansionPart, scope: Scope, depth: number): Piece {
  const unknown: Piece = { text: part.text, known: false, splits: true }
  if (part.prefix || part.index) return unknown
  const operation = part.operation
  if (!operation) return variable(part.parameter, part.text, scope, depth)
  if (operation.type === 'Slice' && operation.length?.value === '0')
    return { text: '', known: true, splits: true }
  if (operation.type === 'Default' && /[-=?]/.test(operation.operator)) {
    const value = variable(part.parameter, part.text, scope, depth)
    return value.known ? value : unknown
  }
  if (part.parameter === 'IFS') return { text: ' ', known: true, splits: true }
  return unknown
}

/** `{rm,-rf,/}` is three words: each choice is parsed again as its own word. */
function openBraces(word: Word, scope: Scope, depth: number): Field[] {
  if (depth > DEEPEST_VALUE) return [hiddenField(word.text)]
  let texts = ['']
  for (const part of word.parts ?? []) {
    const choices = part.type === 'BraceExpansion' ? alternatives(part.text) : [part.text]
    texts = texts
      .flatMap((text) => choices.map((choice) => text + choice))
      .slice(0, MOST_BRACES + 1)
  }
  if (texts.length > MOST_BRACES) return [hiddenField(word.text)]
  return texts.flatMap((text) => {
    if (text === word.text) return [{ ...field(text), known: false }]
    const statement = parse(`: ${text}`).commands[0]
    const suffix = statement?.command.type === 'Command' ? statement.command.suffix : []
    return suffix.flatMap((part) =>
      part.type === 'Word' ? fieldsOf(part, scope, depth + 1) : [hiddenField(text)],
    )
  })
}

function alternatives(brace: string): string[] {
  const choices = ['']
  let nesting = 0
  let quote = ''
  for (const char of brace.slice(1, -1)) {
    if (quote) quote = char === quote ? '' : quote
    else if (char === "'" || char === '"') quote = char
    else if (char === '{') nesting++
    else if (char === '}') nesting--
    if (char === ',' && nesting === 0 && !quote) choices.push('')
    else choices[choices.length - 1] += char
  }
  return choices.length > 1 ? choices : [brace]
}
