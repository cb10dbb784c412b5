import { STEP_WORDS } from '#contract/runbook-words'
import type { StepKind } from '#contract/runbooks'
import type { Fence } from './runbook-fences'
import type { Report } from './runbook-front-matter'
import { didYouMean, parseDuration, parseRetry } from './runbook-values'

const QD_KEYS = new Set(STEP_WORDS.map(({ word }) => word).filter((word) => word.startsWith('qd.')))
/** `qd.output.pid`, `qd.with.unit`: a name follows. */
const NAMED = /^qd\.(output|with)\../
const DEFAULT_RETRY = { times: 0, delayMs: 5_000 }

const RUNNING: readonly StepKind[] = ['check', 'change']
/** Attributes that only some kinds of step have a use for. */
const BELONGS: Readonly<Record<string, readonly StepKind[]>> = {
  timer: ['wait'],
  until: ['wait'],
  every: ['wait'],
  fan: RUNNING,
  stop: RUNNING,
  output: [...RUNNING, 'run'],
  assignee: ['manual'],
  due: ['manual'],
  run: ['run'],
  with: ['run'],
}

/** The attributes of one fence, read with a complaint where they are wrong. */
export function attributesOf({ info: { attributes }, line }: Fence, report: Report) {
  const read = <T>(
    key: string,
    parse: (text: string) => T | undefined,
    otherwise: T,
    how: string,
  ) => {
    const text = attributes.get(key)
    const value = text === undefined ? otherwise : parse(text)
    if (value === undefined) report(line, 'error', `\`${key}\` cannot be \`${text}\`: ${how}.`)
    return value ?? otherwise
  }
  return {
    read,
    has: (key: string) => attributes.has(key),
    text: (key: string) => nonEmpty(attributes.get(key)),
    duration: (key: string, otherwise: number) =>
      read(key, parseDuration, otherwise, 'write 90s, 5m or 1h30m, at most 24h'),
    count: (key: string) => read(key, parseCount, 1, 'write a number from 1 to 20'),
    retry: () => read('qd.retry', parseRetry, DEFAULT_RETRY, 'write 3 or 3/10s, at most 10'),
    flag: (key: string) => read(key, parseFlag, false, 'write true or false'),
    /** `key={"a":"x"}` and `key.a=x`, as one map. */
    map: (key: string): [string, string][] => [
      ...entriesOf(attributes.get(key)),
      ...[...attributes].flatMap(([name, value]): [string, string][] =>
        name.startsWith(`${key}.`) ? [[name.slice(key.length + 1), value]] : [],
      ),
    ],
    error: (message: string) => report(line, 'error', message),
  }
}
export type Attributes = ReturnType<typeof attributesOf>

function entriesOf(text: string | undefined): [string, string][] {
  if (!text?.startsWith('{')) return []
  try {
    const entries = Object.entries(JSON.parse(text) as object)
    return entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
  } catch {
    return [] // then it is no map, and whoever reads it as a text says what is wrong
  }
}

function parseCount(text: string): number | undefined {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= 20 ? count : undefined
}

export function parseFlag(text: string): boolean | undefined {
  if (text === '' || text === 'true') return true
  return text === 'false' ? false : undefined
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim()
}

/** Tells of attributes that mean nothing, or nothing here. What looks like a slip of the pen is an error. */
export function reportKeys({ info, line }: Fence, kind: StepKind, report: Report): void {
  for (const key of info.attributes.keys()) {
    if (key.startsWith('qd.')) reportKey(key, line, kind, report)
    else if (QD_KEYS.has(`qd.${key}`) && key !== 'title')
      report(
        line,
        'warning',
        `\`${key}\` has no meaning without its prefix. Did you mean \`qd.${key}\`?`,
      )
  }
  if (info.attributes.get('background') === 'true')
    report(line, 'warning', '`background` has no meaning here: the next step waits for this one.')
}

function reportKey(key: string, line: number, kind: StepKind, report: Report): void {
  const known = QD_KEYS.has(key) || NAMED.test(key)
  const near = known ? '' : didYouMean(key, QD_KEYS)
  if (!known) report(line, near === '' ? 'warning' : 'error', `\`${key}\` is not known.${near}`)
  const kinds = BELONGS[key.split('.')[1]!]
  if (kinds && !kinds.includes(kind))
    report(line, 'error', `\`${key}\` belongs to a ${kinds.join(' or ')} step.`)
}
