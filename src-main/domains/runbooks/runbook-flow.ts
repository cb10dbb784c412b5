import type { RunbookStep, StepKind, StepOutput } from '#contract/runbooks'
import type { Attributes } from './runbook-attributes'
import { parseOutput } from './runbook-outputs'

const NAME = /^[a-z][a-z0-9_]{0,40}$/
const MOST_AT_ONCE = 1000
/** Without a number: as many as a console has on targets at once. */
const PARALLEL = 25
/** How long a wait for an alert goes on by default: people and sources are slower than probes. */
const ALERT_TIMEOUT_MS = 3_600_000

type Flow = Pick<
  RunbookStep,
  'wait' | 'outputs' | 'fan' | 'before' | 'checklist' | 'assignee' | 'dueMs' | 'call' | 'timeoutMs'
>

/** What a step gives to others, waits for, is called with: all that makes steps a flow. */
export function flowOf(
  kind: StepKind,
  code: string,
  attributes: Attributes,
  timeoutMs: number,
): Flow {
  const outputs = outputsOf(kind, attributes)
  const fan = fanOf(attributes)
  const wait = kind === 'wait' ? waitOf(attributes) : undefined
  const before = attributes.text('qd.before')
  const patient = wait?.alert != null && !attributes.has('qd.timeout')
  return {
    timeoutMs: patient ? ALERT_TIMEOUT_MS : timeoutMs,
    ...(wait && { wait }),
    ...(outputs.length > 0 && { outputs }),
    ...(fan && { fan }),
    ...(before !== null && { before }),
    ...ofKind(kind, code, attributes),
  }
}

function ofKind(kind: StepKind, code: string, attributes: Attributes): Partial<Flow> {
  if (kind === 'manual') return manualOf(code, attributes)
  return kind === 'run' ? { call: callOf(attributes) } : {}
}

function outputsOf(kind: StepKind, attributes: Attributes): StepOutput[] {
  const whole = attributes.text('qd.output')
  const isMap = whole?.startsWith('{') === true
  const named = attributes.map('qd.output')
  // A called runbook's output keeps its name unless `of:` says otherwise.
  const short: [string, string][] =
    whole === null || isMap ? [] : [[whole, kind === 'run' ? `of:${whole}` : 'all']]
  if (isMap && named.length === 0)
    attributes.error('`qd.output` starts like JSON but is not valid JSON.')
  return [...short, ...named].flatMap(([name, text]) => {
    if (!NAME.test(name)) {
      attributes.error(
        `An output's name is lower-case letters, digits and \`_\`, not \`${name}\`: qd.output=pid, or qd.output.pid=line:1.`,
      )
      return []
    }
    const output = parseOutput(name, text)
    const fits = output !== undefined && (output.how === 'of') === (kind === 'run')
    if (!fits) attributes.error(outputHelp(kind, name, text))
    return fits ? [output] : []
  })
}

function outputHelp(kind: StepKind, name: string, text: string): string {
  const how =
    kind === 'run'
      ? 'write of:name, an output of that runbook'
      : 'write all, json:$.path, regex:pattern, line:1 or line:-1'
  return `\`qd.output.${name}\` cannot be \`${text}\`: ${how}.`
}

/** Several targets without a word about how are taken one after the other. */
function fanOf(attributes: Attributes): RunbookStep['fan'] {
  const several = attributes.text('qd.on')?.includes(',') === true
  if (!attributes.has('qd.fan') && !several) {
    if (attributes.has('qd.stop')) attributes.error('`qd.stop` needs a `qd.fan`.')
    return undefined
  }
  const atOnce = attributes.read(
    'qd.fan',
    parseAtOnce,
    1,
    'write serial, rolling:5, parallel or parallel:10',
  )
  const stopAfter = attributes.read('qd.stop', parseStop, 1, 'write first or after:3')
  return { atOnce, stopAfter }
}

function parseAtOnce(text: string): number | undefined {
  if (text === 'serial') return 1
  if (text === 'parallel') return PARALLEL
  return between(/^(?:rolling|parallel):(\d{1,4})$/.exec(text)?.[1])
}

function parseStop(text: string): number | undefined {
  return text === 'first' ? 1 : between(/^after:(\d{1,4})$/.exec(text)?.[1])
}

function between(digits: string | undefined): number | undefined {
  const number = Number(digits ?? 0)
  return number >= 1 && number <= MOST_AT_ONCE ? number : undefined
}

function waitOf(attributes: Attributes): NonNullable<RunbookStep['wait']> {
  const text = attributes.text('qd.until')
  const alert = /^alert(?::(.*))?$/.exec(text ?? '')
  const hasTimer = attributes.has('qd.timer')
  if (hasTimer === (text !== null))
    attributes.error('A wait step needs either `qd.timer` or `qd.until`.')
  return {
    timerMs: hasTimer ? attributes.duration('qd.timer', 1) : null,
    until: alert ? null : text,
    everyMs: attributes.duration('qd.every', 10_000),
    ...(alert && { alert: (alert[1] ?? '').trim() }),
  }
}

const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+\[[ xX]\]\s+(.+)$/

/** The items of a Markdown task list; nothing is ticked before its turn, whatever the text shows. */
function manualOf(code: string, attributes: Attributes) {
  const items = code.split('\n').flatMap((line) => ITEM.exec(line)?.[1]?.trim() ?? [])
  const assignee = attributes.text('qd.assignee')
  const dueMs = attributes.has('qd.due') ? attributes.duration('qd.due', 1) : null
  return {
    ...(items.length > 0 && { checklist: items }),
    ...(assignee !== null && { assignee }),
    ...(dueMs !== null && { dueMs }),
  }
}

/** A manual step's text without what is shown as boxes. */
export function withoutChecklist(text: string): string {
  return text
    .split('\n')
    .filter((line) => !ITEM.test(line))
    .join('\n')
}

function callOf(attributes: Attributes): NonNullable<RunbookStep['call']> {
  const runbookId = attributes.text('qd.run') ?? ''
  if (!/^[a-z0-9][a-z0-9-]{0,119}$/.test(runbookId))
    attributes.error(
      `\`qd.run\` names a runbook by its file, lower-case words joined by hyphens, not \`${runbookId}\`.`,
    )
  const given = attributes.map('qd.with')
  if (attributes.has('qd.with') && given.length === 0)
    attributes.error(
      '`qd.with` is a JSON object of inputs: {"unit":"nginx"}; or write qd.with.unit=nginx.',
    )
  return { runbookId, inputs: Object.fromEntries(given) }
}
