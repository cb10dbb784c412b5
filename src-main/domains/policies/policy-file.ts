import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ROLES } from '#contract/define'
import type { PolicyProblem, PolicyRule } from '#contract/policies'
import { RiskTier } from '#contract/primitives'
import { StepLanguage } from '#contract/runbooks'
import { type Conditions, DAYS, type Policy, type Rule } from './policy'

type Problem = z.infer<typeof PolicyProblem>

const many = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(200)])
const Pattern = z.string().trim().min(1).max(200)
const Name = z
  .string()
  .max(60)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case words joined by hyphens')
const Approver = z
  .string()
  .max(80)
  .regex(/^(group:[a-z0-9][a-z0-9-]*|[^\s:]+)$/, 'a user name, or group:<name>')

const When = z.strictObject({
  tier: many(RiskTier).optional(),
  language: many(StepLanguage).optional(),
  program: many(Pattern).optional(),
  words: many(Pattern).optional(),
  target: many(Pattern).optional(),
  tag: many(Pattern).optional(),
  runbook: many(Pattern).optional(),
  role: many(z.enum(ROLES)).optional(),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, 'hours like "22:00-06:00"')
    .optional(),
  days: many(z.enum(DAYS)).optional(),
})

const RuleText = z.strictObject({
  name: Name,
  effect: z.enum(['deny', 'ask', 'allow']),
  when: When.default({}),
  people: z.int().min(1).max(20).optional(),
  from: many(Approver).optional(),
  reason: z.boolean().optional(),
  notRequester: z.boolean().optional(),
  why: z.string().trim().max(500).default(''),
})
type RuleText = z.infer<typeof RuleText>

const File = z.strictObject({
  version: z.literal(1),
  zone: z.string().refine(isZone, 'a time zone such as Europe/Berlin, or UTC').optional(),
  rules: z.array(RuleText).max(500),
})

export const LARGEST_BYTES = 256 * 1024

/** Reads a policy file. With a single problem it is broken as a whole: half a policy is another policy. */
export function parsePolicy(text: string): { policy: Policy; problems: Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? null : lines.linePos(offset).line
  if (document.errors.length > 0)
    return broken(
      document.errors.map(({ message, pos }) => ({
        line: lineAt(pos[0]),
        message: oneLine(message),
      })),
    )
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lineAt(node.range[0])
    }
    return isMap(document.contents) ? 1 : null
  }
  const read = File.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {})
  if (!read.success)
    return broken(
      read.error.issues.map((issue) => ({
        line: lineOf(issue.path),
        message: `${issue.path.join('.') || 'the file'}: ${issue.message}`,
      })),
    )
  const problems = lint(read.data.rules).map(({ index, message }) => ({
    line: lineOf(['rules', index]),
    message,
  }))
  if (problems.length > 0) return broken(problems)
  const { zone, rules } = read.data
  return { policy: { state: 'loaded', zone, rules: rules.map(toRule) }, problems: [] }
}

function broken(problems: Problem[]): { policy: Policy; problems: Problem[] } {
  const { line, message } = problems[0]!
  const where = line === null ? '' : ` in line ${line}`
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : ''
  const why = `The policy file is broken${where} (${message}${more}). Until it is put right, nothing that does more than read is run.`
  return { policy: { state: 'broken', why }, problems }
}

/** What fits the form and still cannot be meant. */
function lint(rules: readonly RuleText[]): { index: number; message: string }[] {
  return rules.flatMap((rule, index) =>
    LINTS.filter(({ isWrong }) => isWrong(rule, rules.slice(0, index))).map(({ words }) => ({
      index,
      message: `${rule.name}: ${words}`,
    })),
  )
}

interface Lint {
  readonly words: string
  isWrong(rule: RuleText, before: readonly RuleText[]): boolean
}
const LINTS: readonly Lint[] = [
  {
    words: 'another rule has this name',
    isWrong: ({ name }, before) => before.some((other) => other.name === name),
  },
  {
    words: 'people, from, reason and notRequester belong to a rule that asks',
    isWrong: ({ effect, people, from, reason, notRequester }) =>
      effect !== 'ask' && [people, from, reason, notRequester].some((one) => one !== undefined),
  },
  {
    words: 'nothing allows what destroys or is forbidden: ask for it, or leave the tier out',
    isWrong: ({ effect, when }) =>
      effect === 'allow' &&
      (when.tier?.some((tier) => tier === 'destroy' || tier === 'forbidden') ?? false),
  },
  {
    words: 'this would allow everything: say when',
    isWrong: ({ effect, when }) => effect === 'allow' && Object.keys(when).length === 0,
  },
]

function toRule({
  people = 1,
  from,
  reason = false,
  notRequester = false,
  ...rule
}: RuleText): Rule {
  const when = Object.fromEntries(
    Object.entries(rule.when).filter(([, value]) => value !== undefined),
  ) as Conditions
  const requires = { people, from: from ? [from] : [], reason, notRequester }
  return { ...rule, when, requires }
}

/** A rule in words, for the screen. */
export function describeRule({ name, effect, when, requires }: Rule): z.infer<typeof PolicyRule> {
  const conditions = Object.entries(when).map(
    ([key, value]) => `${key} ${Array.isArray(value) ? value.join(' or ') : String(value)}`,
  )
  return { name, effect, when: conditions, demands: effect === 'ask' ? describe(requires) : effect }
}

function describe({ people, from, reason, notRequester }: Rule['requires']): string {
  return [
    people === 1 ? 'ask one approver' : `ask ${people} approvers`,
    ...from.map((names) => `of ${names.join(' or ')}`),
    ...(notRequester ? ['not who asks'] : []),
    ...(reason ? ['with a reason'] : []),
  ].join(', ')
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const oneLine = (text: string) => text.split('\n')[0]!.trim()
