import { z } from 'zod'
import { RunbookInput, type RunbookOutput } from '#contract/runbooks'
import { checkInputValue, patternProblem } from './runbook-values'
import { check, Plain, type Report, type Source, Text, Texts } from './runbook-yaml'

const SOURCES = /^(label:.+|annotation:.+|host|service|title)$/
/** The name `QD_TICKET_ID` is taken. */
const RESERVED_INPUTS = new Set(['ticket_id', 'run_id'])

const Output = z.strictObject({
  name: RunbookInput.shape.name.regex(/^/, ''),
  label: Text.optional(),
  type: RunbookInput.shape.type.default('text'),
  required: z.boolean().optional(),
  default: Plain.nullable().default(null),
  pattern: Text.nullable().default(null),
  values: z.array(Plain).max(200).default([]),
})
const Input = Output.extend({ from: Texts.default([]) })
type Declared = z.output<typeof Output>

/** The inputs a runbook asks for. */
export function readInputs(
  list: readonly unknown[],
  source: Source,
  report: Report,
): RunbookInput[] {
  return readDeclared(Input, 'inputs', list, source, report, checkSources)
}

/** What is known of the values that steps give. */
export function readOutputs(
  list: readonly unknown[],
  source: Source,
  report: Report,
): RunbookOutput[] {
  return readDeclared(Output, 'outputs', list, source, report, () => {})
}

function readDeclared<D extends Declared>(
  schema: z.ZodType<D>,
  key: 'inputs' | 'outputs',
  list: readonly unknown[],
  source: Source,
  report: Report,
  checkMore: (entry: D, complain: Complain) => void,
): (D & { label: string; required: boolean })[] {
  const entries: (D & { label: string; required: boolean })[] = []
  for (const [at, given] of list.entries()) {
    const read = check(schema, given, [key, at], source, report) as D | undefined
    if (!read) continue
    const entry = {
      ...read,
      label: read.label ?? read.name.replaceAll('_', ' '),
      required: read.required ?? read.default === null,
    }
    const what = key === 'inputs' ? 'Input' : 'Output'
    const complain: Complain = (part, message, level = 'error') =>
      report(source.lineOf([key, at, part]), level, `${what} \`${read.name}\`: ${message}`)
    if (entries.some(({ name }) => name === read.name))
      complain('name', 'there are two of this name.')
    else entries.push(entry)
    checkDeclared(entry, complain)
    checkMore(entry, complain)
  }
  return entries
}

type Complain = (key: string, message: string, level?: 'error' | 'warning') => void

function checkDeclared(input: RunbookOutput, complain: Complain): void {
  if (RESERVED_INPUTS.has(input.name))
    complain('name', 'this name is taken by Quarterdeck; choose another.')
  if ((input.type === 'choice') !== input.values.length > 0)
    complain('type', 'a `choice` has `values`, and nothing else has.')
  const broken = input.pattern === null ? undefined : patternProblem(input.pattern)
  if (broken) return complain('pattern', `${broken}.`)
  const checked = input.default ? checkInputValue({ ...input, from: [] }, input.default) : undefined
  if (checked && 'problem' in checked) complain('default', `its default ${checked.problem}.`)
}

function checkSources({ from, type, pattern }: z.output<typeof Input>, complain: Complain): void {
  for (const place of from)
    if (!SOURCES.test(place))
      complain(
        'from',
        `\`${place}\` is no place in a ticket: label:…, annotation:…, host, service or title.`,
      )
  if (type === 'text' && pattern === null && from.length > 0)
    complain(
      'from',
      'an alert may put anything here; say with `pattern` what it looks like.',
      'warning',
    )
}
