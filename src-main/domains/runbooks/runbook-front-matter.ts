import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
} from 'yaml'
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
/** One text or a list; a bare `502` in YAML is a number and meant as a word. */
const Word = z.union([Text, z.number().transform(String)])
const Texts = z.union([Word.transform((text) => [text]), z.array(Word).max(200)])
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
  reportUnknown(source, report)
  const read = <K extends Key>(key: K) =>
    Object.hasOwn(source.values, key)
      ? (check(KEYS[key], source.values[key], [key], source, report) as
          | z.output<(typeof KEYS)[K]>
          | undefined)
      : undefined
  read('quarterdeck')
  return {
    title: read('title'),
    description: read('description'),
    tags: [...(read('tags') ?? []), ...commaList(read('tag') ?? '')],
    match: read('match') ?? NONE.match,
    inputs: readInputs(read('inputs') ?? [], source, report),
    target: read('target') ?? null,
    verify: readVerify(read('verify'), source, report),
    cwd: read('cwd'),
    verifyLine: source.lineOf(['verify', 'probe']),
    targetLine: source.lineOf(['target']),
  }
}

function reportUnknown({ values, lineOf }: Source, report: Report): void {
  for (const key of Object.keys(values)) {
    if (Object.hasOwn(KEYS, key) || RUNME_KEYS.has(key)) continue
    const near = didYouMean(key, Object.keys(KEYS))
    report(
      lineOf([key]),
      near === '' ? 'warning' : 'error',
      `\`${key}\` has no meaning here.${near}`,
    )
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

/** Where the deepest part of this path that is there begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    const next = isMap(node)
      ? inMap(node, part)
      : isSeq(node)
        ? inList(node.items, part)
        : undefined
    if (!next) break
    offset = next.offset ?? offset
    node = next.node
  }
  return offset
}

interface Place {
  readonly offset: number | undefined
  readonly node: unknown
}

function inMap({ items }: YAMLMap, name: PropertyKey): Place | undefined {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === name)
  return isScalar(pair?.key) ? { offset: pair.key.range?.[0], node: pair.value } : undefined
}

function inList(items: readonly unknown[], at: PropertyKey): Place | undefined {
  const node = typeof at === 'number' ? items[at] : undefined
  return isNode(node) ? { offset: node.range?.[0], node } : undefined
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

function commaList(tags: string): string[] {
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
    const complain: Complain = (key, message, level = 'error') =>
      report(source.lineOf(['inputs', at, key]), level, `Input \`${read.name}\`: ${message}`)
    if (inputs.some(({ name }) => name === read.name))
      complain('name', 'there are two of this name.')
    else inputs.push(input)
    checkInput(input, complain)
  }
  return inputs
}

type Complain = (key: string, message: string, level?: 'error' | 'warning') => void

function checkInput(input: RunbookInput, complain: Complain): void {
  if (RESERVED_INPUTS.has(input.name))
    complain('name', 'this name is taken by Quarterdeck; choose another.')
  if ((input.type === 'choice') !== input.values.length > 0)
    complain('type', 'a `choice` has `values`, and nothing else has.')
  checkSources(input, complain)
  const broken = input.pattern === null ? undefined : patternProblem(input.pattern)
  if (broken) return complain('pattern', `${broken}.`)
  const checked = input.default ? checkInputValue(input, input.default) : undefined
  if (checked && 'problem' in checked) complain('default', `its default ${checked.problem}.`)
}

function checkSources({ from, type, pattern }: RunbookInput, complain: Complain): void {
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
