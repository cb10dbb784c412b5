import type { RunbookInput } from '#contract/runbooks'
import { freeName, inputNameOf, oneLine, variableOf } from './names'

/** A variable that a cell exports for all later ones. */
interface Export {
  readonly name: string
  /** The line that sets it, for the steps after it. */
  readonly line: string
  readonly computed: boolean
}

export interface Session {
  readonly inputs: RunbookInput[]
  readonly taken: Set<string>
  readonly exports: Map<string, Export>
}

const EXPORT = /^([ \t]*)export[ \t]+([A-Za-z_]\w*)=(.*)$/gm

/**
 * Reads the `export NAME=value` lines of a cell. Where Runme would ask for the value, it becomes an input: text in
 * quotes is the default, bare words are the question. Later cells see what this one exports.
 */
export function readExports(
  code: string,
  asks: boolean,
  session: Session,
  told: (name: string, input: string) => void,
): string {
  return code.replaceAll(EXPORT, (whole, indent: string, name: string, given: string) => {
    const value = given.trim()
    const computed = /[$`]/.test(value) && !value.startsWith("'")
    if (!asks || computed || indent !== '' || !isOneValue(value)) {
      session.exports.set(name, { name, line: whole.trim(), computed })
      return whole
    }
    const input = inputFor(name, value, session)
    told(name, input)
    const line = `export ${name}="$${variableOf(input)}"`
    session.exports.set(name, { name, line, computed: false })
    return line
  })
}

/** One value to the end of the line: more commands after it are no prompt. */
function isOneValue(value: string): boolean {
  return /^("[^"]*"|'[^']*'|[^"';&|]*)$/.test(value)
}

function inputFor(name: string, value: string, { inputs, taken }: Session): string {
  const label = `Variable ${name}`
  const known = inputs.find(
    (input) => input.label === label || input.label.startsWith(`${label}: `),
  )
  if (known) return known.name
  const [, double, single] = /^(?:"([^"]*)"|'([^']*)')$/.exec(value) ?? []
  const quoted = double ?? single
  const isPlaceholder = quoted === undefined || quoted === '' || /^[<[{].*[>\]}]$/.test(quoted)
  const question = isPlaceholder
    ? oneLine((quoted ?? value).replace(/^[<[{](.*)[>\]}]$/, '$1'), 120)
    : ''
  const input: RunbookInput = {
    name: freeName(inputNameOf(name), taken, '_'),
    label: question === '' ? label : `${label}: ${question}`,
    type: 'text',
    required: true,
    default: isPlaceholder ? null : quoted,
    pattern: null,
    values: [],
    from: [],
  }
  inputs.push(input)
  return input.name
}

/** Lines that give a step what earlier cells exported and it uses: here each step is a process of its own. */
export function importedLines(
  code: string,
  { exports }: Session,
): { lines: string[]; computed: string[] } {
  const used = [...exports.values()].filter(({ name }) => uses(code, name) && !sets(code, name))
  return {
    lines: used.map(({ line }) => line),
    computed: used.filter(({ computed }) => computed).map(({ name }) => name),
  }
}

export function uses(code: string, name: string): boolean {
  return new RegExp(`\\$\\{?[#!]?${name}\\b`).test(code)
}

function sets(code: string, name: string): boolean {
  return new RegExp(`(^|[\\s;&|(])(export[ \\t]+)?${name}=`, 'm').test(code)
}
