import type { RunbookInput } from '#contract/runbooks'
import type { Report } from './draft'
import { freeName, inputNameOf, oneLine, variableOf } from './names'
import { findTemplates } from './stackstorm-templates'
import { at, has, isYes, type Item, shown } from './yaml-tree'

/** An input from what the workflow and its action's metadata say; undefined for a secret. */
export function inputFrom(
  name: string,
  item: Item,
  parameter: Item | undefined,
  taken: Set<string>,
  report: Report,
): RunbookInput | undefined {
  const label = `input ${name}`
  if (isYes(at(parameter, 'secret'))) {
    report.needsYou(
      item.line,
      label,
      'It is a secret. A secret never becomes an input, and a default of it is not in this file.',
      'Add a credential to the vault and let a connection use it; the steps that need it are left to you.',
    )
    return undefined
  }
  const values = (at(parameter, 'enum').list ?? []).flatMap(({ text }) => text ?? [])
  const kind = at(parameter, 'type').text
  const given = defaultOf(item, at(parameter, 'default'), label, report)
  const type = typeOf(kind, values)
  const input: RunbookInput = {
    name: freeName(inputNameOf(name), taken, '_'),
    label: oneLine(at(parameter, 'description').text ?? name, 200) || name,
    type,
    required: isRequired(parameter, given),
    default: given,
    pattern: null,
    values: type === 'choice' ? values : [],
    from: [],
  }
  report.mapped(
    item.line,
    label,
    `It is the input \`${input.name}\`, in the environment as ${variableOf(input.name)}.`,
  )
  if (kind === 'array' || kind === 'object')
    report.changed(
      item.line,
      label,
      `It is a ${kind}; here it is one text.`,
      'Look at each step that uses it.',
    )
  return input
}

function isRequired(parameter: Item | undefined, given: string | null): boolean {
  if (has(parameter, 'required')) return isYes(at(parameter, 'required'))
  return parameter?.map === undefined && given === null // without metadata nobody says that it may be left out
}

function typeOf(type: string | undefined, values: readonly string[]): RunbookInput['type'] {
  if (values.length > 0) return 'choice'
  if (type === 'integer') return 'integer'
  return type === 'boolean' ? 'boolean' : 'text'
}

function defaultOf(item: Item, fallback: Item, label: string, report: Report): string | null {
  const given = item.text !== undefined || item.list || item.map ? item : fallback
  const text = given.text ?? (given.list || given.map ? shown(given) : undefined)
  if (text === undefined || text === '') return null
  if (findTemplates(text).length === 0) return text
  report.needsYou(
    item.line,
    label,
    `Its default is worked out by StackStorm: ${oneLine(text)}.`,
    'Type the value at each run.',
  )
  return null
}

/** `a=1 b="two words" c=<% x %>` as pairs. */
export function readPairs(text: string): [string, string][] {
  const pairs: [string, string][] = []
  const pair =
    /([A-Za-z_][\w-]*)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:<%[\s\S]*?%>|\{\{[\s\S]*?\}\}|[^\s<{]|[<{])+)/g
  for (const [, name, value] of text.matchAll(pair)) pairs.push([name!, unquoted(value!)])
  return pairs
}

function unquoted(value: string): string {
  const [, double, single] = /^(?:"([\s\S]*)"|'([\s\S]*)')$/.exec(value) ?? []
  return double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? value
}
