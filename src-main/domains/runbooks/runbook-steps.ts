import { fromMarkdown } from 'mdast-util-from-markdown'
import { posix } from 'node:path'
import type { RunbookStep, StepKind, StepLanguage } from '#contract/runbooks'
import type { Classify } from '#domains/risk'
import { type FenceInfo, readInfo } from './runbook-attributes'
import type { Report } from './runbook-front-matter'
import { didYouMean, parseDuration, parseRetry } from './runbook-values'

const LANGUAGES = new Map<string, StepLanguage>([
  ['sh', 'sh'],
  ['sh-raw', 'sh'],
  ['shell', 'sh'],
  ['bash', 'bash'],
  ['powershell', 'powershell'],
  ['pwsh', 'powershell'],
  ['ps1', 'powershell'],
  ['node', 'node'],
  ['sql', 'sql'],
  ['http', 'http'],
  ['', 'text'],
  ['text', 'text'],
  ['txt', 'text'],
  ['markdown', 'text'],
  ['md', 'text'],
])
const RUNNABLE = new Set<StepLanguage>(['sh', 'bash', 'powershell', 'node'])
/** Runme or other tools would run these; left out in silence, a step would be missing from the plan. */
const NOT_YET = new Set([
  'sql',
  'http',
  'zsh',
  'fish',
  'ksh',
  'bat',
  'cmd',
  'python',
  'python3',
  'ruby',
  'perl',
])
const THIS_VERSION = 'This version runs sh, bash, powershell and node steps'

const KINDS = new Set<string>(['check', 'change', 'manual', 'approval', 'notify', 'wait'])
const QD_KEYS = new Set(
  'kind on undo verify when retry timeout idempotent title timer until every'
    .split(' ')
    .map((key) => `qd.${key}`),
)
const DEFAULT_TIMEOUT_MS = 300_000
const DEFAULT_RETRY = { times: 0, delayMs: 5_000 }

/** A fence, with what stands around it. */
interface Fence {
  readonly line: number
  readonly info: FenceInfo
  readonly code: string
  readonly closed: boolean
  readonly heading: string | undefined // of its section, for the first fence in it
  readonly paragraph: string // right before it
}

interface Reading {
  readonly classify: Classify
  readonly report: Report
  readonly cwd: string | undefined
}

/** What the Markdown holds: its steps, its first heading, its first paragraph. */
export interface Outline {
  readonly steps: RunbookStep[]
  readonly heading: string | undefined
  readonly paragraph: string | undefined
  /** Names the author gave, as against made ones, with their lines. */
  readonly given: readonly { name: string; line: number }[]
}

type Node = ReturnType<typeof fromMarkdown>['children'][number]

/** Reads the steps out of Markdown whose front matter is blanked out. */
export function readSteps(markdown: string, reading: Reading): Outline {
  const nodes = [...walk(fromMarkdown(markdown).children)]
  const textOf = (node: Node) =>
    markdown.slice(node.position!.start.offset, node.position!.end.offset)
  const steps: RunbookStep[] = []
  const given: { name: string; line: number }[] = []
  const fences = [...fencesOf(nodes, textOf)]
  const taken = new Set(fences.map(givenName))
  for (const fence of fences) {
    const step = readStep(fence, reading)
    if (!step) continue
    const name = givenName(fence)
    if (name !== '') given.push({ name, line: fence.line })
    steps.push({ ...step, name: name === '' ? freeName(nameFrom(step), taken) : name })
  }
  const first = (type: Node['type']) => nodes.find((node) => node.type === type)
  const heading = first('heading')
  const paragraph = first('paragraph')
  return {
    steps: steps.map((step) =>
      step.title === '' ? { ...step, title: humanise(step.name) } : step,
    ),
    heading: heading && bare(textOf(heading)),
    paragraph: paragraph && textOf(paragraph),
    given,
  }
}

/** Every block in the order of the text. Iterative: a hostile file nests deeper than the stack is. */
function* walk(roots: readonly Node[]): Generator<Node> {
  const waiting = roots.toReversed()
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node
    if ('children' in node && node.type !== 'paragraph' && node.type !== 'heading')
      waiting.push(...(node.children as Node[]).toReversed())
  }
}

function* fencesOf(nodes: readonly Node[], textOf: (node: Node) => string): Generator<Fence> {
  let heading: string | undefined
  let before: Node | undefined
  for (const node of nodes) {
    if (node.type === 'heading' && node.depth > 1) heading = bare(textOf(node))
    if (node.type === 'code') {
      const lines = textOf(node).split('\n')
      const marks = /^([`~]{3,})(.*)$/.exec(lines[0]!)
      // Without marks it is an indented block, which is never a step.
      if (marks) {
        yield {
          line: node.position!.start.line,
          info: readInfo(marks[2]!),
          code: stripPrompts(node.value),
          closed:
            lines.length > 1 &&
            new RegExp(`[${marks[1]![0]!}]{${marks[1]!.length},}\\s*$`).test(lines.at(-1)!),
          heading,
          paragraph: before?.type === 'paragraph' ? textOf(before).trim() : '',
        }
        heading = undefined
      }
    }
    before = node
  }
}

function bare(heading: string): string {
  return heading
    .replace(/^#+\s*/, '')
    .replace(/\s*#*\s*$/, '')
    .replace(/\n[=-]+\s*$/, '')
    .replaceAll('`', '')
    .trim()
}

/** Takes `$ ` off the lines of a pasted session, and nothing else: `$HOME/bin/x` stays as it is. */
function stripPrompts(code: string): string {
  return /^\s*\$ /.test(code) ? code.replaceAll(/^\$ /gm, '') : code
}

/** The step a fence describes, or undefined when it is prose. */
function readStep(fence: Fence, reading: Reading): RunbookStep | undefined {
  const { attributes, language, problem } = fence.info
  const error = (message: string) => reading.report(fence.line, 'error', message)
  const isFlag = (key: string) => ['', 'true'].includes(attributes.get(key) ?? 'false')
  if (isFlag('ignore') || attributes.get('qd.kind') === 'ignore') return undefined
  const kind = kindOf(fence, reading)
  if (problem && (kind || /^\s*$|^(sh|bash|shell)$/.test(language))) error(problem)
  if (!kind) return undefined
  reportKeys(fence, reading)
  if (!fence.closed)
    error('The fence is never closed: the rest of the file would be part of this step.')
  const title = attributes.get('qd.title') ?? attributes.get('title') ?? fence.heading ?? ''
  const retry = readWith(
    attributes,
    'qd.retry',
    parseRetry,
    DEFAULT_RETRY,
    'write 3 or 3/10s, at most 10',
    error,
  )
  const duration = (key: string, otherwise: number) =>
    readWith(
      attributes,
      key,
      parseDuration,
      otherwise,
      'write 90s, 5m or 1h30m, at most 24h',
      error,
    )
  const wait = kind === 'wait' ? readWait(attributes, duration, error) : undefined
  return {
    name: '',
    title,
    description: fence.paragraph,
    kind,
    language: LANGUAGES.get(language) ?? 'text',
    code: fence.code,
    line: fence.line,
    on: nonEmpty(attributes.get('qd.on')),
    undo: undoOf(kind, nonEmpty(attributes.get('qd.undo'))),
    verify: nonEmpty(attributes.get('qd.verify')),
    when: nonEmpty(attributes.get('qd.when')),
    retry,
    timeoutMs: duration('qd.timeout', DEFAULT_TIMEOUT_MS),
    idempotent: isFlag('qd.idempotent'),
    pty: isFlag('interactive'),
    cwd: cwdOf(reading.cwd, nonEmpty(attributes.get('cwd')), error),
    interpreter: nonEmpty(attributes.get('interpreter'))?.split(/\s+/) ?? null,
    isUndo: false,
    isProbe: false,
    ...(wait && { wait }),
  }
}

/** What a fence is: as labelled, else by what its code does. Undefined is prose. */
function kindOf({ info, line, code }: Fence, { classify, report }: Reading): StepKind | undefined {
  const given = info.attributes.get('qd.kind')
  const language = LANGUAGES.get(info.language)
  if (given === undefined) {
    if (language !== undefined && RUNNABLE.has(language))
      return classify(code, language).tier === 'read' ? 'check' : 'change'
    if (NOT_YET.has(info.language))
      report(
        line,
        'error',
        `${THIS_VERSION}; this is ${info.language}. Rewrite it, or mark it {"ignore":"true"} as an example.`,
      )
    else if ([...info.attributes.keys()].some((key) => key.startsWith('qd.')))
      report(
        line,
        'error',
        'This fence has qd. attributes but no qd.kind, so it would not be a step.',
      )
    return undefined
  }
  if (!KINDS.has(given)) {
    report(
      line,
      'error',
      `\`${given}\` is no kind of step: check, change, manual, approval, notify, wait or ignore.${didYouMean(given, KINDS)}`,
    )
    return undefined
  }
  reportLanguage(given, info.language, line, report)
  return given as StepKind
}

function reportLanguage(kind: string, written: string, line: number, report: Report): void {
  const language = LANGUAGES.get(written)
  const runs = kind === 'check' || kind === 'change'
  if (runs && (language === undefined || !RUNNABLE.has(language)))
    report(
      line,
      'error',
      `${THIS_VERSION}; this ${kind} is ${written === '' ? 'without a language' : written}.`,
    )
  if (!runs && language !== 'text')
    report(
      line,
      'error',
      `A ${kind} step runs nothing: its words go into a \`text\` fence, not \`${written}\`.`,
    )
}

function reportKeys({ info, line }: Fence, { report }: Reading): void {
  for (const key of info.attributes.keys()) {
    if (key.startsWith('qd.') && !QD_KEYS.has(key))
      report(line, 'error', `\`${key}\` is not known.${didYouMean(key, QD_KEYS)}`)
    else if (QD_KEYS.has(`qd.${key}`) && key !== 'title')
      report(
        line,
        'warning',
        `\`${key}\` has no meaning without its prefix. Did you mean \`qd.${key}\`?`,
      )
  }
  if (info.attributes.get('background') === 'true')
    report(line, 'warning', '`background` has no meaning here: the next step waits for this one.')
  for (const key of ['qd.timer', 'qd.until', 'qd.every'])
    if (info.attributes.has(key) && info.attributes.get('qd.kind') !== 'wait')
      report(line, 'error', `\`${key}\` belongs to a wait step.`)
}

function readWith<T>(
  attributes: ReadonlyMap<string, string>,
  key: string,
  parse: (text: string) => T | undefined,
  otherwise: T,
  how: string,
  error: (message: string) => void,
): T {
  const text = attributes.get(key)
  if (text === undefined) return otherwise
  const value = parse(text)
  if (value === undefined) error(`\`${key}\` cannot be \`${text}\`: ${how}.`)
  return value ?? otherwise
}

function readWait(
  attributes: ReadonlyMap<string, string>,
  duration: (key: string, otherwise: number) => number,
  error: (message: string) => void,
): RunbookStep['wait'] {
  const until = nonEmpty(attributes.get('qd.until'))
  const hasTimer = attributes.has('qd.timer')
  if (hasTimer === (until !== null)) error('A wait step needs either `qd.timer` or `qd.until`.')
  return {
    timerMs: hasTimer ? duration('qd.timer', 1) : null,
    until,
    everyMs: duration('qd.every', 10_000),
  }
}

/** Empty is for a change whose author does not say how to take it back; `none` says that nothing is left behind. */
function undoOf(kind: StepKind, given: string | null): string | null {
  if (given === 'none') return null
  return given ?? (kind === 'change' ? '' : null)
}

/** Runme joins the document's folder and the cell's. On a target there is no folder of this file to start from. */
function cwdOf(
  document: string | undefined,
  own: string | null,
  error: (message: string) => void,
): string | null {
  if (document === undefined && own === null) return null
  const cwd = own?.startsWith('/') ? own : posix.join(document ?? '', own ?? '')
  if (!cwd.startsWith('/') || cwd.includes('{{'))
    error(`\`cwd\` must be an absolute path on the target, not \`${cwd}\`.`)
  return cwd
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim()
}

/** As Runme names an unnamed cell: the first two words of the first line that is no comment. */
function nameFrom({ code, kind }: RunbookStep): string {
  const line =
    code.split('\n').find((text) => text.trim() !== '' && !text.trim().startsWith('#')) ?? ''
  const words = line.split('=')[0]!.slice(0, 32).trim().split(/\s+/).slice(0, 2).join('-')
  const name = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? kind : name
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}-${n}`
  taken.add(name)
  return name
}

function givenName({ info }: Fence): string {
  return info.attributes.get('name')?.trim() ?? ''
}

function humanise(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
