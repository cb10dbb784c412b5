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
  const [only, more] = findTemplates(text)
  const isOne =
    only !== undefined && more === undefined && text.trim().length === only.to - only.from
  if (!isOne) return unreadable(text)
  let on: Edge['on'] | undefined
  const parts: string[] = []
  for (const atom of only.expression.split(/\s+and\s+/).map((part) => part.trim())) {
    const read = readAtom(stripped(atom), known)
    if (read === undefined || / or /.test(atom)) return unreadable(text, on)
    if ('on' in read) on = read.on
    else parts.push(read.condition)
  }
  return {
    on: on ?? 'any',
    condition: parts.length === 0 ? null : parts.join(' and '),
    unreadable: undefined,
  }
}

function unreadable(text: string, on: Edge['on'] = 'any'): Condition {
  return { on, condition: null, unreadable: oneLine(text, 300) }
}

function stripped(atom: string): string {
  return /^\((.*)\)$/.exec(atom)?.[1]?.trim() ?? atom
}

function readAtom(
  atom: string,
  known: Known,
): { on: Edge['on'] } | { condition: string } | undefined {
  if (atom === 'succeeded()') return { on: 'success' }
  if (atom === 'failed()') return { on: 'failure' }
  if (atom === 'completed()' || atom === 'true') return { on: 'any' }
  const [, left, operator, single, double, plain] = COMPARISON.exec(atom) ?? []
  if (left === undefined) return readFlag(atom, known)
  const value = single ?? double ?? plain!.toLowerCase()
  const answer = readOrquesta(left.trim())
  if (answer.kind === 'answer' && /^(true|false)$/.test(value))
    return { on: (value === 'true') === (operator !== '!=') ? 'success' : 'failure' }
  const path = pathIn(left.trim(), known)
  if (path === undefined || value.includes('"')) return undefined
  return { condition: `${path} ${operator === '=' ? '==' : operator} "${value}"` }
}

/** An input alone, or with `not`: a boolean. */
function readFlag(atom: string, known: Known): { condition: string } | undefined {
  const [, not, rest] = /^(not\s+)?(.+)$/.exec(atom) ?? []
  const path = rest === undefined ? undefined : pathIn(rest, known)
  return path === undefined
    ? undefined
    : { condition: `${path} == "${not === undefined ? 'true' : 'false'}"` }
}

function pathIn(expression: string, { fill, pathOf }: Known): string | undefined {
  if (readOrquesta(expression).kind !== 'variable') return undefined
  const filled = fill(expression)
  const variable = 'problem' in filled ? undefined : variableIn(filled)
  return variable === undefined ? undefined : pathOf(variable)
}
