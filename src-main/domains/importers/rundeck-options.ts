import type { RunbookInput } from '#contract/runbooks'
import type { Report } from './draft'
import { freeName, inputNameOf, oneLine, variableOf } from './names'
import type { KnownOption } from './rundeck-references'
import { at, has, isYes, type Item, listOf } from './yaml-tree'

export interface Options {
  readonly inputs: RunbookInput[]
  readonly known: Map<string, KnownOption>
}

/** Reads a job's options, a list or (as imports also take them) a map by name, as inputs. */
export function readOptions(job: Item, taken: Set<string>, report: Report): Options {
  const inputs: RunbookInput[] = []
  const known = new Map<string, KnownOption>()
  for (const [name, option] of namedOptions(at(job, 'options'))) {
    if (name === '') {
      report.leftOut(option.line, 'option', 'It has no name.', 'Add it as an input of the runbook.')
      continue
    }
    const several = isYes(at(option, 'multivalued'))
    const input = withheld(name, option, report)
      ? undefined
      : readOption(name, option, taken, report)
    if (input) inputs.push(input)
    known.set(name, { input: input?.name, several })
  }
  return { inputs, known }
}

function namedOptions(options: Item): [string, Item][] {
  if (options.map)
    return Array.from(options.map, ([name, option]) => [at(option, 'name').text ?? name, option])
  return listOf(options).map((option) => [at(option, 'name').text ?? '', option])
}

/** Secrets never become inputs: an input is shown and kept with the run. */
function withheld(name: string, option: Item, report: Report): boolean {
  const item = `option ${name}`
  if (
    isYes(at(option, 'secure')) ||
    has(option, 'storagePath') ||
    has(option, 'defaultStoragePath')
  ) {
    const path = at(option, 'storagePath').text ?? at(option, 'defaultStoragePath').text
    const from =
      path === undefined ? 'typed at each run' : `kept in Rundeck under \`${oneLine(path)}\``
    report.needsYou(
      option.line,
      item,
      `It is a secret, ${from}. A secret never becomes an input, and its value is not in this file.`,
      isNotForScripts(option)
        ? 'Only Rundeck itself signs in with it: give it to the connection as a credential.'
        : 'Add a credential to the vault and let a connection use it; the steps that need it are left to you.',
    )
    return true
  }
  if (at(option, 'type').text !== 'file') return false
  report.leftOut(
    option.line,
    item,
    'It asks for a file, which an input cannot be.',
    'Put the file on the target by hand.',
  )
  return true
}

function isNotForScripts(option: Item): boolean {
  return isYes(at(option, 'secure')) && !isYes(at(option, 'valueExposed'))
}

function readOption(name: string, option: Item, taken: Set<string>, report: Report): RunbookInput {
  const values = valuesOf(option)
  const several = isYes(at(option, 'multivalued'))
  const isChoice = isYes(at(option, 'enforced')) && values.length > 0 && !several
  const pattern = isChoice ? null : patternOf(option, several)
  const input: RunbookInput = {
    name: freeName(inputNameOf(name), taken, '_'),
    label: oneLine(at(option, 'label').text ?? at(option, 'description').text ?? name, 200) || name,
    type: isChoice ? 'choice' : 'text',
    required: isYes(at(option, 'required')),
    default: nonEmpty(at(option, 'value').text),
    pattern,
    values: isChoice ? [...new Set(values)].slice(0, 200) : [],
    from: [],
  }
  reportOption(name, input, option, values, report)
  return input
}

function valuesOf(option: Item): string[] {
  const values = at(option, 'values')
  const delimiter = at(option, 'valuesListDelimiter').text ?? ','
  const listed = values.list
    ? values.list.map(({ text }) => text ?? '')
    : (values.text ?? '').split(delimiter || ',')
  return listed.map((value) => value.trim()).filter((value) => value !== '')
}

function patternOf(option: Item, several: boolean): string | null {
  const pattern = nonEmpty(at(option, 'regex').text)
  if (pattern === null || several) return null
  try {
    void new RegExp(`^(?:${pattern})$`, 'u')
    return pattern
  } catch {
    return null // Java's dialect knows more; the report says that it is gone
  }
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

/** Keys whose meaning is carried over, or that only say how Rundeck shows the option. */
const READ = new Set(
  'name label description required enforced values value regex multivalued secure valueExposed valuesListDelimiter sortIndex sortValues multivalueAllSelected storagePath type delimiter isDate dateFormat'.split(
    ' ',
  ),
)

function reportOption(
  name: string,
  input: RunbookInput,
  option: Item,
  values: readonly string[],
  report: Report,
): void {
  const item = `option ${name}`
  const { line } = option
  report.mapped(
    line,
    item,
    `It is the input \`${input.name}\`, in the environment as ${variableOf(input.name)}.`,
  )
  if (input.type !== 'choice') {
    if (values.length > 0)
      report.changed(
        line,
        item,
        `Its suggested values are not offered: ${oneLine(values.join(', '), 200)}.`,
        'Make it a `choice` if nothing else is allowed.',
      )
    if (has(option, 'regex') && input.pattern === null)
      report.changed(
        line,
        item,
        `Its pattern is left out: \`${oneLine(at(option, 'regex').text ?? '')}\`.`,
        'Write a `pattern` for the input.',
      )
  }
  reportForm(item, option, report)
  for (const [key, value] of option.map ?? []) reportOptionKey(item, key, value, report)
}

function reportForm(item: string, option: Item, report: Report): void {
  const text = (key: string, otherwise: string) => at(option, key).text ?? otherwise
  if (isYes(at(option, 'multivalued')))
    report.changed(
      option.line,
      item,
      `It takes several values, joined by \`${text('delimiter', ',')}\`; here it is one text.`,
      'Type them joined in that way.',
    )
  if (isYes(at(option, 'isDate')))
    report.changed(
      option.line,
      item,
      `It is a date (${text('dateFormat', 'no format given')}); here it is a text.`,
      'Give the input a `pattern`.',
    )
}

function reportOptionKey(item: string, key: string, value: Item, report: Report): void {
  if (/^(valuesUrl|configRemoteUrl|optionValuesPluginType)$/.test(key))
    report.leftOut(
      value.line,
      `${item}: ${key}`,
      'Its values are looked up by Rundeck when the job is started.',
      'List the allowed values, or give the input a `pattern`.',
    )
  else if (!READ.has(key) && isSaid(value))
    report.leftOut(value.line, `${item}: ${oneLine(key, 60)}`, 'It has no counterpart here.')
}

function isSaid({ text, list, map }: Item): boolean {
  return (
    list !== undefined ||
    map !== undefined ||
    (text !== undefined && text !== '' && text !== 'false')
  )
}
