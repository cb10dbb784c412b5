import { posix } from 'node:path'
import type { Range } from '#contract/actions'
import type { RunbookStep, StepKind, StepLanguage } from '#contract/runbooks'
import type { Classify } from '#domains/risk'
import { type Attributes, attributesOf, parseFlag, reportKeys } from './runbook-attributes'
import { parseAssertions, parseRange, parseStatuses } from './data-code'
import { type Fence, readBlocks } from './runbook-fences'
import { flowOf } from './runbook-flow'
import type { Report } from './runbook-front-matter'
import { didYouMean } from './runbook-values'

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
const RUNNABLE = new Set<StepLanguage>(['sh', 'bash', 'powershell', 'node', 'sql', 'http'])
/** Runme or other tools would run these; left out in silence, a step would be missing from the plan. */
const NOT_YET = new Set(['zsh', 'fish', 'ksh', 'bat', 'cmd', 'python', 'python3', 'ruby', 'perl'])
const THIS_VERSION = 'This version runs sh, bash, powershell, node, sql and http steps'

const KINDS = new Set<string>(['check', 'change', 'manual', 'approval', 'notify', 'wait', 'run'])
const DEFAULT_TIMEOUT_MS = 300_000

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

/** Reads the steps out of Markdown whose front matter is blanked out. */
export function readSteps(markdown: string, reading: Reading): Outline {
  const { fences, heading, paragraph } = readBlocks(markdown)
  const steps: RunbookStep[] = []
  const given: { name: string; line: number }[] = []
  const taken = new Set(fences.map(givenName))
  for (const fence of fences) {
    const step = isIgnored(fence) ? undefined : readStep(fence, reading)
    if (!step) continue
    const own = givenName(fence)
    if (own !== '') given.push({ name: own, line: fence.line })
    const name = own === '' ? freeName(nameFrom(step), taken) : own
    steps.push({ ...step, name, title: step.title === '' ? humanise(name) : step.title })
  }
  return { steps, heading, paragraph, given }
}

/** The step a fence describes, or undefined when it is prose. */
function readStep(fence: Fence, reading: Reading): RunbookStep | undefined {
  const attributes = attributesOf(fence, reading.report)
  const kind = kindOf(fence, reading.classify, attributes)
  if (!kind) return undefined
  if (fence.info.problem) attributes.error(fence.info.problem)
  reportKeys(fence, kind, reading.report)
  if (!fence.closed)
    attributes.error('The fence is never closed, so the rest of the file would be in this step.')
  return {
    name: '',
    title: titleOf(fence, attributes),
    description: fence.paragraph,
    kind,
    language: LANGUAGES.get(fence.info.language) ?? 'text',
    code: fence.code,
    line: fence.line,
    on: attributes.text('qd.on'),
    undo: undoOf(kind, attributes.text('qd.undo')),
    verify: attributes.text('qd.verify'),
    when: attributes.text('qd.when'),
    retry: attributes.retry(),
    idempotent: attributes.flag('qd.idempotent'),
    pty: attributes.flag('interactive'),
    cwd: cwdOf(reading.cwd, attributes),
    interpreter: attributes.text('interpreter')?.split(/\s+/) ?? null,
    isUndo: false,
    isProbe: false,
    ...approversOf(attributes),
    ...flowOf(kind, fence.code, attributes, attributes.duration('qd.timeout', DEFAULT_TIMEOUT_MS)),
    ...expectsOf(LANGUAGES.get(fence.info.language), attributes),
  }
}

/** What has to come of a statement or a request; the keys belong to no other step. */
function expectsOf(
  language: StepLanguage | undefined,
  attributes: Attributes,
): Pick<RunbookStep, 'expects'> {
  const mine = EXPECTS.filter(({ key }) => attributes.has(key))
  for (const { key, of } of mine)
    if (language !== of) attributes.error(`\`${key}\` belongs to an ${of} step.`)
  if (mine.length === 0) return {}
  const mostRows = rangeOf('qd.rows', attributes)
  return {
    expects: {
      rows: rangeOf('qd.expect', attributes),
      mostRows: mostRows && Math.min(Math.max(mostRows.max, 1), MOST_ROWS),
      status: attributes.read('qd.status', parseStatuses, [], 'write 200, 200..299 or 200,404'),
      json: attributes.read(
        'qd.json',
        parseAssertions,
        [],
        'write $.status == ok, several with ; between them',
      ),
    },
  }
}

function rangeOf(key: string, attributes: Attributes): Range | null {
  return attributes.read<Range | null>(key, parseRange, null, 'write 1, 1..10 or 1..')
}

const EXPECTS = [
  { key: 'qd.expect', of: 'sql' },
  { key: 'qd.rows', of: 'sql' },
  { key: 'qd.status', of: 'http' },
  { key: 'qd.json', of: 'http' },
] as const
const MOST_ROWS = 10_000

function titleOf({ heading }: Fence, attributes: Attributes): string {
  return attributes.text('qd.title') ?? attributes.text('title') ?? heading ?? ''
}

function isIgnored({ info: { attributes } }: Fence): boolean {
  const isOn = (key: string) => parseFlag(attributes.get(key) ?? 'false') === true
  return attributes.get('qd.kind') === 'ignore' || isOn('ignore') || isOn('excludeFromRunAll')
}

/** What a fence is: as labelled, else by what its code does. Undefined is prose. */
function kindOf(fence: Fence, classify: Classify, attributes: Attributes): StepKind | undefined {
  const calls = fence.info.attributes.has('qd.run') ? 'run' : undefined
  const given = fence.info.attributes.get('qd.kind') ?? calls
  if (given === undefined) return unlabelledKind(fence, classify, attributes)
  if (!KINDS.has(given)) {
    const kinds = 'check, change, manual, approval, notify, wait, run or ignore'
    attributes.error(`\`${given}\` is no kind of step: ${kinds}.${didYouMean(given, KINDS)}`)
    return undefined
  }
  reportLanguage(given, fence.info.language, attributes)
  return given as StepKind
}

function reportLanguage(given: string, language: string, attributes: Attributes): void {
  const known = LANGUAGES.get(language)
  const runs = given === 'check' || given === 'change'
  if (runs && (known === undefined || !RUNNABLE.has(known)))
    attributes.error(
      `${THIS_VERSION}; this ${given} is ${language === '' ? 'without a language' : language}.`,
    )
  if (!runs && known !== 'text')
    attributes.error(
      `A ${given} step runs nothing: its words go into a \`text\` fence, not \`${language}\`.`,
    )
}

/** Code without a label is a step too, lest a plan leave it out unseen; it is a check only when parsing says so. */
function unlabelledKind(
  { info: { language, attributes: written, problem }, code }: Fence,
  classify: Classify,
  attributes: Attributes,
): StepKind | undefined {
  const known = LANGUAGES.get(language)
  if (known !== undefined && RUNNABLE.has(known))
    return classify(code, known).tier === 'read' ? 'check' : 'change'
  if (NOT_YET.has(language))
    attributes.error(
      `${THIS_VERSION}; this is ${language}. Rewrite it, or mark it {"ignore":"true"} as an example.`,
    )
  else if (problem) attributes.error(problem)
  else if ([...written.keys()].some((key) => key.startsWith('qd.')))
    attributes.error('This fence has qd. attributes but no qd.kind, so it would not be a step.')
  return undefined
}

/** `qd.approvers="group:dba ada"` names who may say yes, `qd.approvals=2` how many of them have to. */
function approversOf(attributes: Attributes): Pick<RunbookStep, 'approvers'> {
  if (!attributes.has('qd.approvers') && !attributes.has('qd.approvals')) return {}
  const from = attributes.text('qd.approvers')?.split(/[\s,]+/) ?? []
  const wrong = from.find((name) => !/^(group:[a-z0-9][a-z0-9-]*|[^\s:]{1,80})$/.test(name))
  if (wrong !== undefined)
    attributes.error(`\`${wrong}\` names nobody: write user names, or group:<name>.`)
  return { approvers: { people: attributes.count('qd.approvals'), from } }
}

/** Empty is for a change whose author does not say how to take it back; `none` says that nothing is left behind. */
function undoOf(kind: StepKind, given: string | null): string | null {
  if (given === 'none') return null
  return given ?? (kind === 'change' ? '' : null)
}

/** Runme joins the document's folder and the cell's. On a target there is no folder of this file to start from. */
function cwdOf(document: string | undefined, attributes: Attributes): string | null {
  const own = attributes.text('cwd')
  if (document === undefined && own === null) return null
  const cwd = own?.startsWith('/') ? own : posix.join(document ?? '', own ?? '')
  if (!cwd.startsWith('/') || cwd.includes('{{'))
    attributes.error(`\`cwd\` must be an absolute path on the target, not \`${cwd}\`.`)
  return cwd
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
