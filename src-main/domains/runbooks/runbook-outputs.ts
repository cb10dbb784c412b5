import { Script, createContext, type Context } from 'node:vm'
import type { RunbookInput, RunbookOutput, StepOutput } from '#contract/runbooks'
import { checkInputValue, patternProblem } from './runbook-values'

/** Most of a step's standard output that values are read from, in characters. */
export const OUTPUT_READ_LENGTH = 256 * 1024
const PATTERN_BUDGET_MS = 200

export type OutputValue = { readonly value: string } | { readonly problem: string }

/** Reads `json:$.a[0].b`, `regex:pid=(\d+)`, `line:2`, `line:-1`, `of:name` or `all`. Undefined when it is none. */
export function parseOutput(name: string, text: string): StepOutput | undefined {
  const [, how = 'all', what = ''] = /^(json|regex|line|of):(.+)$/s.exec(text.trim()) ?? []
  if (how === 'all') return text.trim() === 'all' ? { name, how, what } : undefined
  const fits: Record<string, (what: string) => boolean> = {
    json: (path) => parseJsonPath(path) !== undefined,
    regex: (pattern) => patternProblem(pattern) === undefined,
    line: (number) => /^-?[1-9]\d{0,4}$/.test(number),
    of: (other) => /^[a-z][a-z0-9_]{0,40}$/.test(other),
  }
  return fits[how]!(what) ? { name, how: how as StepOutput['how'], what } : undefined
}

/** `$.items[0]["a name"].pid` as its parts; undefined when it is none. */
function parseJsonPath(text: string): (string | number)[] | undefined {
  if (!text.startsWith('$')) return undefined
  const parts: (string | number)[] = []
  const part = /\.([A-Za-z_][\w-]*)|\[(-?\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/y
  part.lastIndex = 1
  while (part.lastIndex < text.length) {
    const [, word, index, quoted] = part.exec(text) ?? []
    if (word !== undefined) parts.push(word)
    else if (index !== undefined) parts.push(Number(index))
    else if (quoted !== undefined) parts.push(JSON.parse(quoted) as string)
    else return undefined
  }
  return parts
}

/** The value an output gives, checked as an input is: what a target prints is a stranger's text. */
export function readOutput(
  output: StepOutput,
  stdout: string,
  declared: RunbookOutput | undefined,
): OutputValue {
  const found = READ[output.how](output.what, bare(stdout))
  return 'problem' in found ? found : checkOutput(found.value, declared)
}

/** Is this text a value for what is declared? An empty one is the default. */
export function checkOutput(text: string, declared: RunbookOutput | undefined): OutputValue {
  if (text === '') {
    if (declared && (declared.default !== null || !declared.required))
      return { value: declared.default ?? '' }
    return { problem: 'is empty' }
  }
  if (text.includes('\n')) return { problem: 'has more than one line: choose one with `line:1`' }
  return checkInputValue({ ...(declared ?? ANY), from: [] }, text)
}
const ANY: Omit<RunbookInput, 'from'> = {
  name: 'any',
  label: 'any',
  type: 'text',
  required: true,
  default: null,
  pattern: null,
  values: [],
}

const READ: Readonly<Record<StepOutput['how'], (what: string, text: string) => OutputValue>> = {
  all: (_, text) => ({ value: text }),
  of: (_, text) => ({ value: text }),
  line(number, text) {
    const line = text.split('\n').at(Number(number) > 0 ? Number(number) - 1 : Number(number))
    return line === undefined ? { problem: `has no line ${number}` } : { value: line.trim() }
  },
  regex(pattern, text) {
    const found = firstMatch(pattern, text)
    return found === undefined
      ? { problem: `matches nothing: ${pattern}` }
      : { value: found.trim() }
  },
  json(path, text) {
    try {
      return atPath(parseJsonPath(path)!, JSON.parse(text), path)
    } catch {
      return { problem: 'is not to be had: the standard output is no JSON' }
    }
  },
}

function atPath(parts: readonly (string | number)[], root: unknown, path: string): OutputValue {
  const value = parts.reduce(stepInto, root)
  if (typeof value === 'string') return { value: value.trim() }
  if (typeof value === 'number' || typeof value === 'boolean') return { value: String(value) }
  const what = value === undefined || value === null ? 'nothing' : 'more than one value'
  return { problem: `is not to be had: there is ${what} at ${path}` }
}

function stepInto(value: unknown, part: string | number): unknown {
  if (Array.isArray(value))
    return typeof part === 'number' ? (value.at(part) as unknown) : undefined
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, part)
  return isObject ? (value as Record<string | number, unknown>)[part] : undefined
}

// oxlint-disable no-control-regex -- escape sequences are made of them (ECMA-48)
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g
// oxlint-enable no-control-regex

/** Without what colours a terminal, and without the white space around it. */
function bare(text: string): string {
  return text.replaceAll(ESCAPES, '').replaceAll(/\r\n?/g, '\n').trim()
}

const MATCH = new Script('pattern.exec(text)')
let sandbox: Context | undefined

/** The first group, else the whole match. A pattern that takes too long on a hostile text matches nothing. */
function firstMatch(source: string, text: string): string | undefined {
  try {
    sandbox ??= createContext({})
    Object.assign(sandbox, { pattern: new RegExp(source, 'mu'), text })
    const found = MATCH.runInContext(sandbox, { timeout: PATTERN_BUDGET_MS }) as string[] | null
    return found ? (found[1] ?? found[0]) : undefined
  } catch {
    return undefined // only the time limit throws: the pattern was read before
  }
}
