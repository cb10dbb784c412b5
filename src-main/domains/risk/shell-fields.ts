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
  return together(word.parts.flatMap((part) => pieces(part, scope, depth)))
}

function allPositional(parts: readonly WordPart[], scope: Scope): readonly Field[] | null {
  const only = parts.length === 1 ? parts[0] : undefined
  if (!only || !scope.positional) return null
  const inner = only.type === 'DoubleQuoted' && only.parts.length === 1 ? only.parts[0] : only
  return inner && /^\$(\{[@*]\}|[@*])$/.test(inner.text) ? scope.positional : null
}

function assemble(found: readonly Piece[]): Field[] {
  const groups: Piece[][] = [[]]
  for (const piece of found) {
    const parts = piece.splits && piece.known ? piece.text.split(/\s+/) : [piece.text]
    for (const [index, text] of parts.entries()) {
      if (index > 0) groups.push([])
      if (text !== '' || piece.quoted || !piece.known) groups.at(-1)!.push({ ...piece, text })
    }
  }
  return groups.filter((group) => group.length > 0).map(together)
}

function together(group: readonly Piece[]): Field {
  return {
    text: group.map((piece) => piece.text).join(''),
    known: group.every((piece) => piece.known),
    glob: group.some((piece) => piece.glob),
  }
}

function pieces(part: WordPart | DoubleQuotedChild, scope: Scope, depth: number): Piece[] {
  if (part.type === 'SimpleExpansion')
    return [variable(part.text.slice(1), part.text, scope, depth)]
  if (part.type === 'ParameterExpansion') return [parameter(part, scope, depth)]
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString')
    return quoted(part.parts, scope, depth)
  return [plain(part)]
}

function plain(part: WordPart): Piece {
  if (part.type === 'Literal') return { text: part.value, known: true }
  if (part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted')
    return { text: part.value, known: true, quoted: true }
  if (part.type === 'Glob' || part.type === 'ExtendedGlob')
    return { text: part.text, known: true, glob: true }
  return {
    text: part.type === 'ProcessSubstitution' ? `/dev/fd/${part.operator}` : part.text,
    known: false,
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
  const splitting = scope.variables.has('IFS')
  if (name === 'IFS' && !splitting) return { text: ' ', known: true, splits: true }
  const argument = /^[1-9]$/.test(name) ? scope.positional?.[Number(name) - 1] : undefined
  if (argument) return { ...argument, splits: true }
  const unknown: Piece = { text: source, known: false, splits: true }
  const value = scope.variables.get(name)
  if (!value || depth > DEEPEST_VALUE || splitting) return unknown
  const resolved = fieldOf(value, scope, depth + 1)
  return resolved.known ? { ...resolved, splits: true } : unknown
}

function parameter(part: ParameterExpansionPart, scope: Scope, depth: number): Piece {
  const unknown: Piece = { text: part.text, known: false, splits: true }
  if (part.prefix || part.index) return unknown
  const value = variable(part.parameter, part.text, scope, depth)
  const { operation } = part
  if (!operation || part.parameter === 'IFS') return value
  if (operation.type === 'Slice')
    return takesNothing(operation.length) ? { ...unknown, text: '', known: true } : unknown
  return operation.type === 'Default' && !operation.operator.includes('+') ? value : unknown
}

/** `${x:0:0}` is nothing. */
function takesNothing(length: Word | undefined): boolean {
  return length?.value === '0'
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

/** The texts between the commas of a brace; commas in quotes and inner braces are no borders. */
function alternatives(brace: string): string[] {
  const choices = ['']
  let nesting = 0
  for (const [token] of brace.slice(1, -1).matchAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[\s\S]/g)) {
    if (token === '{') nesting++
    if (token === '}') nesting--
    if (token === ',' && nesting === 0) choices.push('')
    else choices[choices.length - 1] += token
  }
  return choices.length > 1 ? choices : [brace]
}
