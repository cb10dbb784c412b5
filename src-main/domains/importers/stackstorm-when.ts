import { oneLine } from './names'
import { type Fill, findTemplates, readOrquesta, variableIn } from './stackstorm-templates'
import type { Edge } from './task-graph'

export type Condition = Pick<Edge, 'on' | 'condition' | 'unreadable'>

const ALWAYS: Condition = { on: 'any', condition: null, unreadable: undefined }
const COMPARISON =
  /^(.+?)\s*(==|=|!=|<=|>=|<|>)\s*(?:'([^']*)'|"([^"]*)"|(-?\d+(?:\.\d+)?|true|false|True|False))$/

interface Known {
  readonly fill: Fill
  /** Is this variable one that conditions can look at, and where? */
  readonly pathOf: (variable: string) => string | undefined
}

/** Reads a transition's `when`: how the task has to end, and what inputs have to be. Without one it is followed anyhow. */
export function readWhen(text: string | undefined, known: Known): Condition {
  if (text === undefined || text.trim() === '') return ALWAYS
  const expression = onlyExpression(text)
  if (expression === undefined) return unreadable(text)
  let on: Edge['on'] | undefined
  const parts: string[] = []
  for (const atom of expression.split(/\s+and\s+/).map((part) => part.trim())) {
    const read = / or /.test(atom) ? undefined : readAtom(stripped(atom), known)
    if (read === undefined) return unreadable(text, on)
    if ('on' in read) on = read.on
    else parts.push(read.condition)
  }
  const condition = parts.length === 0 ? null : parts.join(' and ')
  return { on: on ?? 'any', condition, unreadable: undefined }
}

/** What stands in the brackets, when the text is that alone. */
function onlyExpression(text: string): string | undefined {
  const [only, more] = findTemplates(text)
  const isOne = only && !more && text.trim().length === only.to - only.from
  return isOne ? only.expression : undefined
}

function unreadable(text: string, on: Edge['on'] = 'any'): Condition {
  return { on, condition: null, unreadable: oneLine(text, 300) }
}

function stripped(atom: string): string {
  return /^\((.*)\)$/.exec(atom)?.[1]?.trim() ?? atom
}

const ENDINGS = new Map<string, Edge['on']>([
  ['succeeded()', 'success'],
  ['failed()', 'failure'],
  ['completed()', 'any'],
  ['true', 'any'],
])

type Atom = { on: Edge['on'] } | { condition: string } | undefined

function readAtom(atom: string, known: Known): Atom {
  const on = ENDINGS.get(atom)
  if (on) return { on }
  const [, left, operator, single, double, plain] = COMPARISON.exec(atom) ?? []
  if (left === undefined) return readFlag(atom, known)
  const value = single ?? double ?? plain!.toLowerCase()
  return readComparison(left.trim(), operator === '=' ? '==' : operator!, value, known)
}

/** A comparison with an input; one with the answer of an inquiry is how the inquiry ended. */
function readComparison(left: string, operator: string, value: string, known: Known): Atom {
  if (readOrquesta(left).kind === 'answer' && /^(true|false)$/.test(value))
    return { on: (value === 'true') === (operator === '==') ? 'success' : 'failure' }
  const path = pathIn(left, known)
  return path === undefined || value.includes('"')
    ? undefined
    : { condition: `${path} ${operator} "${value}"` }
}

/** An input alone, or with `not`: a boolean. */
function readFlag(atom: string, known: Known): { condition: string } | undefined {
  const [, not, rest] = /^(not\s+)?(.+)$/.exec(atom) ?? []
  const path = rest === undefined ? undefined : pathIn(rest, known)
  return path === undefined
    ? undefined
    : { condition: `${path} ${not === undefined ? '==' : '!='} "true"` }
}

function pathIn(expression: string, { fill, pathOf }: Known): string | undefined {
  if (readOrquesta(expression).kind !== 'variable') return undefined
  const filled = fill(expression)
  const variable = 'problem' in filled ? undefined : variableIn(filled)
  return variable === undefined ? undefined : pathOf(variable)
}
