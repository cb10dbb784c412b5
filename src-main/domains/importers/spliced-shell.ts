import { forEachChild, parse, type SyntaxNode } from 'unbash'

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
    const before = code.slice(from, splice.from)
    const opens = place === 'single' && before.endsWith("'") && written.startsWith("'")
    const closes = place === 'single' && code[splice.to] === "'" && written.endsWith("'")
    // At the ends of single quotes there is nothing to close and open again.
    result +=
      (opens ? before.slice(0, -1) : before) + written.slice(opens ? 1 : 0, closes ? -1 : undefined)
    from = splice.to + (closes ? 1 : 0)
  }
  return { code: result + code.slice(from) }
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

function placeIn(node: SyntaxNode, around: Place): Place {
  if (typeof around !== 'string' && node.type !== 'Statement') return around
  switch (node.type) {
    case 'Statement':
      return 'bare' // a command of its own, also inside "$(…)"
    case 'DoubleQuoted':
    case 'LocaleString':
      return 'double'
    case 'SingleQuoted':
      return around === 'text' ? 'text' : 'single'
    case 'AnsiCQuoted':
      return 'ansi'
    case 'ArithmeticExpansion':
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
      return 'sum'
    default:
      return around
  }
}

function childPlace(node: SyntaxNode, child: SyntaxNode, place: Place, text: string): Place {
  if (node.type === 'Command' && child === node.name)
    return /^["']?QDHEREX*\d+Z["']?$/.test(child.text)
      ? { refused: 'the name of the program itself would come from an input' }
      : place
  if (node.type === 'HereDoc' && child === node.body)
    return node.delimiter?.quoted
      ? { refused: 'it stands in a here-document in which nothing is put in' }
      : 'text'
  if (node.type === 'For' && child.type === 'Word')
    return text.slice(child.pos, child.end).includes('"') ? place : 'loop'
  if (node.type === 'Function') return { refused: 'it stands in the name of a function' }
  return place
}

/** In no node at all: in a comment, where it does nothing. */
function commentAt(text: string, { at }: Mark): Place {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return /(^|\s)#/.test(line) ? 'text' : { refused: 'it is not clear what it would be part of' }
}

function variableAt(place: Place, { parts, several }: Splice): string | Refused {
  if (typeof place !== 'string') return place
  const [only] = parts
  const alone = parts.length === 1 && only && 'variable' in only ? only.variable : undefined
  const literal = textIn(parts)
  switch (place) {
    case 'bare':
      return several && alone !== undefined ? `$${alone}` : quoted(parts)
    case 'loop':
      return alone === undefined ? quoted(parts) : `$${alone}`
    case 'double':
    case 'text':
      return inside(parts)
    case 'single':
      return literal === undefined ? `'${quoted(parts)}'` : literal.replaceAll("'", `'\\''`)
    case 'ansi':
      return `'${quoted(parts)}$'`
    case 'sum':
      return alone === undefined
        ? { refused: 'the shell would calculate with a text' }
        : `$${alone}`
  }
}

/** The parts as one word of a shell. */
export function quoted(parts: readonly Part[]): string {
  const [only] = parts
  if (parts.length === 1 && only && 'variable' in only) return `"$${only.variable}"`
  const literal = textIn(parts)
  if (literal !== undefined) return word(literal)
  return `"${inside(parts)}"`
}

/** The parts as text, where no variable is among them. */
function textIn(parts: readonly Part[]): string | undefined {
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []))
  return texts.length === parts.length ? texts.join('') : undefined
}

function word(text: string): string {
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
