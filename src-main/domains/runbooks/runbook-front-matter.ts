import { z } from 'zod'
import type { Runbook, RunbookOutput } from '#contract/runbooks'
import { readInputs, readOutputs } from './runbook-declared'
import { didYouMean, parseDuration } from './runbook-values'
import { check, parseYaml, Plain, type Report, type Source, Text, Texts } from './runbook-yaml'

export type { Report }

/** What the front matter says; what it says wrongly is left at its default and reported. */
export interface FrontMatter extends Pick<
  Runbook,
  'tags' | 'match' | 'inputs' | 'target' | 'verify'
> {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly cwd: string | undefined
  readonly outputs: readonly RunbookOutput[]
  readonly outputsLine: number
  readonly verifyLine: number
  readonly targetLine: number
}

const NONE: FrontMatter = {
  title: undefined,
  description: undefined,
  tags: [],
  match: { alerts: [], words: [], labels: {} },
  inputs: [],
  outputs: [],
  target: null,
  verify: null,
  cwd: undefined,
  outputsLine: 1,
  verifyLine: 1,
  targetLine: 1,
}

const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text)
  if (ms === undefined) context.addIssue(`\`${text}\` is not a duration: write 90s, 5m or 1h30m`)
  return ms ?? 1
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
  outputs: z.array(z.unknown()).max(50),
  target: Text,
  verify: Verify,
  cwd: Text,
} as const
type Key = keyof typeof KEYS

/** Known to Runme and without a meaning here. */
const RUNME_KEYS = new Set(['runme', 'shell', 'category', 'terminalRows', 'skipPrompts', 'sidebar'])

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
    outputs: readOutputs(read('outputs') ?? [], source, report),
    target: read('target') ?? null,
    verify: readVerify(read('verify'), source, report),
    cwd: read('cwd'),
    outputsLine: source.lineOf(['outputs']),
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
