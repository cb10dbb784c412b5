import { forEachChild, type HereDoc, parse, type SyntaxNode } from 'unbash'

/** Author's text, or a variable of the environment. */
export type Part = { readonly text: string } | { readonly variable: string }

/** A place in foreign code where that program would put a value, and what the value is made of here. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly parts: readonly Part[]
  /** Was meant to become several words. */
  readonly several?: boolean | undefined
}

export type Spliced = { readonly code: string } | { readonly problem: string }

type Place = 'bare' | 'double' | 'single' | 'ansi' | 'text' | 'sum' | 'loop' | Refused
interface Refused {
  readonly refused: string
}

/** More than anybody writes; each is looked for in the whole parse. */
const MOST = 500

/**
 * Replaces what would be put into shell code by variables of the environment, quoted as the place needs it: the value
 * stays one word and is never read as code. Refuses where no variable can stand.
 */
export function spliceShell(code: string, splices: readonly Splice[]): Spliced {
  if (splices.length === 0) return { code }
  if (splices.length > MOST) return { problem: `more than ${MOST} values are put into it` }
  const sorted = splices.toSorted((one, other) => one.from - other.from)
  const { text, marks } = withMarks(code, sorted)
  const script = parse(text)
  if (script.errors?.length)
    return { problem: `the shell cannot read it (${script.errors[0]!.message})` }
  const places = placesOf(script, text, marks)
  let result = ''
  let from = 0
  for (const [at, splice] of sorted.entries()) {
    const place = places.get(at) ?? commentAt(text, marks[at]!)
    const written = variableAt(place, splice)
    if (typeof written !== 'string') return { problem: written.refused }
    const joined = joinQuotes(code.slice(from, splice.from), written, code[splice.to], place)
    result += joined.text
    from = splice.to + joined.eaten
  }
  return { code: result + code.slice(from) }
}

/** At the ends of single quotes there is nothing to close and open again. */
function joinQuotes(before: string, written: string, next: string | undefined, place: Place) {
  const isSingle = place === 'single'
  const opens = isSingle && before.endsWith("'") && written.startsWith("'")
  const closes = isSingle && next === "'" && written.endsWith("'")
  const text =
    (opens ? before.slice(0, -1) : before) + written.slice(opens ? 1 : 0, closes ? -1 : undefined)
  return { text, eaten: closes ? 1 : 0 }
}

interface Mark {
  readonly word: string
  readonly at: number
}

/** The code with a plain word at each place, so that it can be parsed. */
function withMarks(code: string, splices: readonly Splice[]) {
  let stem = 'QDHERE'
  while (code.includes(stem)) stem += 'X'
  let text = ''
  let from = 0
  const marks: Mark[] = []
  for (const [at, splice] of splices.entries()) {
    text += code.slice(from, splice.from)
    const word = `${stem}${at}Z`
    marks.push({ word, at: text.length })
    text += word
    from = splice.to
  }
  return { text: text + code.slice(from), marks }
}

/** What each mark stands in: the innermost node around it decides. */
function placesOf(script: SyntaxNode, text: string, marks: readonly Mark[]): Map<number, Place> {
  const places = new Map<number, Place>()
  // Iterative: hostile code nests deeper than the stack is.
  const waiting: [SyntaxNode, Place][] = [[script, 'bare']]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, around] = next
    const place = placeIn(node, around)
    if (LEAVES.has(node.type))
      for (const [at, mark] of marks.entries())
        if (node.pos <= mark.at && mark.at < node.end)
          places.set(at, isName(node, mark) ? PART_OF_NAME : place)
    forEachChild(node, (child) => {
      waiting.push([child, childPlace(node, child, place, text)])
    })
  }
  return places
}

const LEAVES = new Set([
  'Word',
  'Literal',
  'Glob',
  'SingleQuoted',
  'DoubleQuoted',
  'AnsiCQuoted',
  'HereDocBody',
  'ArithmeticWord',
  'ParameterExpansion',
  'SimpleExpansion',
  'BraceExpansion',
  'ExtendedGlob',
  'Assignment',
  'ArithmeticExpansion',
  'ArithmeticCommand',
])

const PART_OF_NAME = { refused: 'it would be part of the name of a variable' }

/** Is this the name in `${name}` or `$name`? */
function isName(node: SyntaxNode, { at }: Mark): boolean {
  if (node.type === 'SimpleExpansion') return true
  return node.type === 'ParameterExpansion' && at < node.parameterEnd
}

const PLACES = new Map<SyntaxNode['type'], Place>([
  ['Statement', 'bare'], // a command of its own, also inside "$(…)"
  ['DoubleQuoted', 'double'],
  ['LocaleString', 'double'],
  ['SingleQuoted', 'single'],
  ['AnsiCQuoted', 'ansi'],
  ['ArithmeticExpansion', 'sum'],
  ['ArithmeticCommand', 'sum'],
  ['ArithmeticFor', 'sum'],
])

function placeIn({ type }: SyntaxNode, around: Place): Place {
  if (typeof around !== 'string' && type !== 'Statement') return around
  return PLACES.get(type) ?? around
}

function childPlace(node: SyntaxNode, child: SyntaxNode, place: Place, text: string): Place {
  if (node.type === 'Command') return child === node.name && isMark(child) ? PROGRAM : place
  if (node.type === 'HereDoc') return child === node.body ? placeInDocument(node) : place
  if (node.type === 'For') return isLoopWord(child, text) ? 'loop' : place
  return node.type === 'Function' ? FUNCTION : place
}

function placeInDocument({ delimiter }: HereDoc): Place {
  return delimiter?.quoted ? QUOTED_DOCUMENT : 'text'
}

/** One of the words a loop goes through, not yet in quotes: there a value may be several words. */
function isLoopWord(child: SyntaxNode, text: string): boolean {
  return child.type === 'Word' && !text.slice(child.pos, child.end).includes('"')
}

const FUNCTION = { refused: 'it stands in the name of a function' }
const PROGRAM = { refused: 'the name of the program itself would come from an input' }
const QUOTED_DOCUMENT = { refused: 'it stands in a here-document in which nothing is put in' }

function isMark(node: SyntaxNode): boolean {
  return 'text' in node && /^["']?QDHEREX*\d+Z["']?$/.test(node.text)
}

/** In no node at all: in a comment, where it does nothing. */
function commentAt(text: string, { at }: Mark): Place {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return /(^|\s)#/.test(line) ? 'text' : { refused: 'it is not clear what it would be part of' }
}

function variableAt(place: Place, { parts, several }: Splice): string | Refused {
  if (typeof place !== 'string') return place
  const alone = variableAlone(parts)
  if (alone !== undefined && splits(place, several)) return `$${alone}`
  if (place === 'sum') return { refused: 'the shell would calculate with a text' }
  return WRITE[place](parts)
}

/** Is a value several words here, or a number? Then it stands without quotes. */
function splits(place: Place, several = false): boolean {
  return place === 'loop' || place === 'sum' || (place === 'bare' && several)
}

const WRITE: Readonly<
  Record<
    'bare' | 'loop' | 'double' | 'text' | 'single' | 'ansi',
    (parts: readonly Part[]) => string
  >
> = {
  bare: quoted,
  loop: quoted,
  double: inside,
  text: inside,
  single: inSingle,
  ansi: (parts) => `'${quoted(parts)}$'`,
}

function inSingle(parts: readonly Part[]): string {
  const literal = textIn(parts)
  return literal === undefined ? `'${quoted(parts)}'` : literal.replaceAll("'", `'\\''`)
}

/** The variable that the parts are, when they are nothing else. */
export function variableAlone(parts: readonly Part[]): string | undefined {
  const [only] = parts
  return parts.length === 1 && only && 'variable' in only ? only.variable : undefined
}

/** The parts as one word of a shell. */
export function quoted(parts: readonly Part[]): string {
  const alone = variableAlone(parts)
  if (alone !== undefined) return `"$${alone}"`
  const literal = textIn(parts)
  if (literal !== undefined) return asWord(literal)
  return `"${inside(parts)}"`
}

/** The parts as text, where no variable is among them. */
function textIn(parts: readonly Part[]): string | undefined {
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []))
  return texts.length === parts.length ? texts.join('') : undefined
}

function asWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The parts between double quotes. */
function inside(parts: readonly Part[]): string {
  return parts
    .map((part) =>
      'text' in part ? part.text.replaceAll(/["\\$`]/g, '\\$&') : `\${${part.variable}}`,
    )
    .join('')
}
