import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { RunbookInput, type Runbook, type RunbookProblem } from '#contract/runbooks'
import { checkInputValue, didYouMean, parseDuration, patternProblem } from './runbook-values'

/** Takes a complaint about a line of the file. */
export type Report = (line: number, level: RunbookProblem['level'], message: string) => void

/** What the front matter says; what it says wrongly is left at its default and reported. */
export interface FrontMatter extends Pick<
  Runbook,
  'tags' | 'match' | 'inputs' | 'target' | 'verify'
> {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly cwd: string | undefined
  readonly verifyLine: number
  readonly targetLine: number
}

const NONE: FrontMatter = {
  title: undefined,
  description: undefined,
  tags: [],
  match: { alerts: [], words: [], labels: {} },
  inputs: [],
  target: null,
  verify: null,
  cwd: undefined,
  verifyLine: 1,
  targetLine: 1,
}

const Text = z.string().trim().min(1).max(2_000)
const Texts = z.union([Text.transform((text) => [text]), z.array(Text).max(200)])
const Plain = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text)
  if (ms === undefined) context.addIssue(`\`${text}\` is not a duration: write 90s, 5m or 1h30m`)
  return ms ?? 1
})

const Input = z.strictObject({
  name: RunbookInput.shape.name.regex(/^/, ''),
  label: Text.optional(),
  type: RunbookInput.shape.type.default('text'),
  required: z.boolean().optional(),
  default: Plain.nullable().default(null),
  pattern: Text.nullable().default(null),
  values: z.array(Plain).max(200).default([]),
  from: Texts.default([]),
})

const Verify = z.strictObject({
  probe: Text.nullable().default(null),
  holds: z.int().min(1).max(20).default(1),
  every: Duration.default(10_000),
  within: Duration.default(600_000),
  alert: z.literal('resolved').optional(),
})

const KEYS = {
  quarterdeck: z.literal(1),
  title: Text.max(200),
  description: Text,
  tags: Texts,
  tag: z.string(), // Runme's, a comma list
  match: z.strictObject({
    alerts: Texts.default([]),
    words: Texts.default([]),
    labels: z.record(z.string(), Plain).default({}),
  }),
  inputs: z.array(z.unknown()).max(50),
  target: Text,
  verify: Verify,
  cwd: Text,
} as const
type Key = keyof typeof KEYS

/** Known to Runme and without a meaning here. */
const RUNME_KEYS = new Set(['runme', 'shell', 'category', 'terminalRows', 'skipPrompts', 'sidebar'])
const SOURCES = /^(label:.+|annotation:.+|host|service|title)$/
/** The name `QD_TICKET_ID` is taken. */
const RESERVED_INPUTS = new Set(['ticket_id', 'run_id'])

/** The YAML between the two `---` lines at the very start, and the text with these lines blanked so that lines stay. */
export function splitFrontMatter(text: string): { yaml: string | undefined; body: string } {
  const match = /^---[ \t]*\n([\s\S]*?)^(?:---|\.\.\.)[ \t]*(?:\n|$)/m.exec(text)
  if (match?.index !== 0) return { yaml: undefined, body: text }
  return {
    yaml: match[1]!,
    body: match[0].replaceAll(/[^\n]/g, '') + text.slice(match[0].length),
  }
}

/** Reads the front matter; undefined when the YAML itself is broken, for then nothing can be relied on. */
export function readFrontMatter(yaml: string | undefined, report: Report): FrontMatter | undefined {
  if (yaml === undefined) return NONE
  const source = parseYaml(yaml, report)
  if (!source) return undefined
  const found: Partial<Record<Key, unknown>> = {}
  for (const [key, value] of Object.entries(source.values)) {
    if (key in KEYS && Object.hasOwn(KEYS, key))
      found[key as Key] = check(KEYS[key as Key], value, [key], source, report)
    else if (!RUNME_KEYS.has(key))
      report(
        source.lineOf([key]),
        'warning',
        `\`${key}\` has no meaning here.${didYouMean(key, Object.keys(KEYS))}`,
      )
  }
  return {
    title: found.title as string | undefined,
    description: found.description as string | undefined,
    tags: [...((found.tags as string[] | undefined) ?? []), ...commaList(found.tag)],
    match: (found.match as Runbook['match'] | undefined) ?? NONE.match,
    inputs: readInputs((found.inputs as unknown[] | undefined) ?? [], source, report),
    target: (found.target as string | undefined) ?? null,
    verify: readVerify(found.verify as z.output<typeof Verify> | undefined, source, report),
    cwd: found.cwd as string | undefined,
    verifyLine: source.lineOf(['verify', 'probe']),
    targetLine: source.lineOf(['target']),
  }
}

interface Source {
  readonly values: Record<string, unknown>
  lineOf(path: readonly PropertyKey[]): number
}

function parseYaml(yaml: string, report: Report): Source | undefined {
  const counter = new LineCounter()
  const lineAt = (offset: number) => counter.linePos(offset).line + 1 // the `---` line comes before
  try {
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false })
    for (const { pos, message } of document.errors)
      report(lineAt(pos[0]), 'error', `Front matter: ${message}`)
    if (document.errors.length > 0) return undefined
    for (const { pos, message } of document.warnings)
      report(lineAt(pos[0]), 'warning', `Front matter: ${message}`)
    const values: unknown = document.toJS() ?? {}
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      report(1, 'error', 'Front matter must be `key: value` lines, starting with `title:`.')
      return undefined
    }
    return {
      values: values as Record<string, unknown>,
      lineOf: (path) => lineAt(offsetOf(document, path)),
    }
  } catch (error) {
    // yaml throws where a document is an attack (alias bombs) or nested beyond the stack.
    report(1, 'error', `Front matter: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
      if (!isScalar(pair?.key)) break
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part]
      if (isMap(node) || isScalar(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}

/** The value as its schema reads it; every complaint at its own line, and undefined when there is one. */
function check(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
  { lineOf }: Source,
  report: Report,
): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const at = [...path, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
      for (const key of issue.keys)
        report(
          lineOf([...at, key]),
          'error',
          `\`${[...at, key].join('.')}\` is not known.${didYouMean(key, known)}`,
        )
    } else report(lineOf(at), 'error', `\`${at.join('.')}\`: ${issue.message}.`)
  }
  return undefined
}

function commaList(tags: unknown): string[] {
  if (typeof tags !== 'string') return []
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

function readVerify(
  verify: z.output<typeof Verify> | undefined,
  source: Source,
  report: Report,
): Runbook['verify'] {
  if (!verify) return null
  if (verify.probe === null && verify.alert === undefined)
    report(
      source.lineOf(['verify']),
      'error',
      '`verify` needs a `probe`, or `alert: resolved`, or both.',
    )
  return {
    probe: verify.probe,
    probeHolds: verify.holds,
    probeEveryMs: verify.every,
    withinMs: verify.within,
    alertResolved: verify.alert !== undefined,
  }
}

function readInputs(list: readonly unknown[], source: Source, report: Report): RunbookInput[] {
  const inputs: RunbookInput[] = []
  for (const [at, entry] of list.entries()) {
    const read = check(Input, entry, ['inputs', at], source, report) as
      | z.output<typeof Input>
      | undefined
    if (!read) continue
    const input: RunbookInput = {
      ...read,
      label: read.label ?? read.name.replaceAll('_', ' '),
      required: read.required ?? read.default === null,
    }
    const complain = (key: string, message: string, level: 'error' | 'warning' = 'error') =>
      report(source.lineOf(['inputs', at, key]), level, `Input \`${read.name}\`: ${message}`)
    if (inputs.some(({ name }) => name === read.name))
      complain('name', 'there are two of this name.')
    else inputs.push(input)
    checkInput(input, complain)
  }
  return inputs
}

function checkInput(
  input: RunbookInput,
  complain: (key: string, message: string, level?: 'error' | 'warning') => void,
): void {
  if (RESERVED_INPUTS.has(input.name))
    complain('name', 'this name is taken by Quarterdeck; choose another.')
  const broken = input.pattern === null ? undefined : patternProblem(input.pattern)
  if (broken) complain('pattern', `${broken}.`)
  if (input.type === 'choice' && input.values.length === 0)
    complain('type', 'a choice needs `values`.')
  if (input.type !== 'choice' && input.values.length > 0)
    complain('values', 'only a `choice` has values.')
  for (const from of input.from)
    if (!SOURCES.test(from))
      complain(
        'from',
        `\`${from}\` is no place in a ticket: label:…, annotation:…, host, service or title.`,
      )
  if (input.type === 'text' && input.pattern === null && input.from.length > 0)
    complain(
      'from',
      'an alert may put anything here; say with `pattern` what it looks like.',
      'warning',
    )
  if (input.default === null || broken) return
  const checked = checkInputValue(input, input.default)
  if ('problem' in checked && input.default !== '')
    complain('default', `its default ${checked.problem}.`)
}
