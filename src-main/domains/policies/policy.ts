import type { RoleName } from '#contract/define'
import type { PolicyDecision, Requirement } from '#contract/policies'
import type { RiskTier, Timestamp } from '#contract/primitives'
import type { StepKind, StepLanguage } from '#contract/runbooks'

type Effect = PolicyDecision['effect']

/** When a rule applies: every condition that is there has to hold, each by one of its values. */
export interface Conditions {
  readonly tier?: readonly RiskTier[]
  readonly language?: readonly StepLanguage[]
  readonly program?: readonly string[]
  readonly words?: readonly string[]
  readonly target?: readonly string[]
  readonly tag?: readonly string[]
  readonly runbook?: readonly string[]
  readonly role?: readonly RoleName[]
  readonly hours?: string
  readonly days?: readonly Day[]
}
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export interface Rule {
  readonly name: string
  readonly effect: Effect
  readonly when: Conditions
  /** Of a rule that asks. */
  readonly requires: Requirement
  readonly why: string
}

/** The organisation's rules, as they were read. */
export type Policy =
  | { readonly state: 'none' }
  | { readonly state: 'broken'; readonly why: string }
  | { readonly state: 'loaded'; readonly rules: readonly Rule[]; readonly zone: string | undefined }

/** One action, before it runs. */
export interface Subject {
  readonly kind: StepKind
  readonly tier: RiskTier
  readonly language: StepLanguage
  /** The words of each command it runs, as parsing sees them: `sudo rm x` is there as itself and as `rm x`. */
  readonly commands: readonly (readonly string[])[]
  readonly target: { readonly name: string; readonly tags: readonly string[] } | null
  readonly runbook: string
  /** Of who asks; null when that is not known, which matches no rule about roles. */
  readonly role: RoleName | null
  readonly at: Timestamp
  /** What the runbook itself wants here. */
  readonly runbookAsks: Pick<Requirement, 'people' | 'from'> | null
}

const ONE: Requirement = { people: 1, from: [], reason: false, notRequester: false }

/** First what the tier says, then deny before ask before allow. Nothing allows what destroys. */
export function decide(policy: Policy, subject: Subject): PolicyDecision {
  const first = withRunbook(byTier(subject), subject)
  if (first.effect === 'deny') return first
  if (policy.state === 'broken') return first.effect === 'allow' ? first : denyBroken(policy.why)
  if (policy.state === 'none' || subject.kind === 'approval') return first
  const matching = policy.rules.filter((rule) => matches(rule, subject, policy.zone))
  return byRules(matching, subject, first) ?? first
}

function byRules(
  matching: readonly Rule[],
  { tier, runbookAsks }: Subject,
  first: PolicyDecision,
): PolicyDecision | undefined {
  const of = (effect: Effect) => matching.filter((rule) => rule.effect === effect)
  const [deny, ask, allow] = [of('deny'), of('ask'), of('allow')]
  if (deny.length > 0) return says('deny', deny, null)
  if (ask.length > 0) {
    const all = ask.map(({ requires }) => requires)
    return says('ask', ask, [...all, ...(first.requires ? [first.requires] : [])].reduce(stricter))
  }
  const mayAllow = tier !== 'destroy' && runbookAsks === null
  return allow.length > 0 && mayAllow ? says('allow', allow, null) : undefined
}

const WHY: Record<RiskTier, string> = {
  read: 'It looks like a read, but the runbook calls it a change: a person has to agree.',
  reach_out: 'It talks to something beyond its target: a person has to agree.',
  change: 'It changes something: a person has to agree.',
  destroy: 'It can destroy something: somebody else has to agree to exactly this.',
  forbidden: 'It is never run, whoever approves it.',
}

/** What counts where no rule says otherwise. */
function byTier({ tier, kind }: Subject): PolicyDecision {
  const destroys = tier === 'destroy'
  const decision = { source: 'tier', rules: [], why: WHY[tier] } as const
  if (tier === 'forbidden') return { ...decision, rules: [], effect: 'deny', requires: null }
  if (kind === 'approval')
    return {
      effect: 'ask',
      source: 'runbook',
      rules: [],
      why: 'The runbook asks for consent here.',
      requires: ONE,
    }
  if (tier === 'read' && kind !== 'change')
    return { ...decision, rules: [], effect: 'allow', why: 'It only reads.', requires: null }
  const requires = { ...ONE, reason: destroys, notRequester: destroys }
  return { ...decision, rules: [], effect: 'ask', requires }
}

function withRunbook(decision: PolicyDecision, { runbookAsks }: Subject): PolicyDecision {
  if (!runbookAsks || decision.effect === 'deny') return decision
  const requires = stricter(decision.requires ?? ONE, { ...ONE, ...runbookAsks })
  const why = decision.effect === 'allow' ? 'The runbook asks for consent here.' : decision.why
  return { ...decision, effect: 'ask', source: 'runbook', why, requires }
}

function denyBroken(why: string): PolicyDecision {
  return { effect: 'deny', source: 'broken', rules: [], why, requires: null }
}

function says(
  effect: Effect,
  rules: readonly Rule[],
  requires: Requirement | null,
): PolicyDecision {
  const why = rules.map((rule) => rule.why || `The rule ${rule.name} says so.`).join(' ')
  return { effect, source: 'rule', rules: rules.map(({ name }) => name), why, requires }
}

/** What satisfies both. */
function stricter(one: Requirement, other: Requirement): Requirement {
  return {
    people: Math.max(one.people, other.people),
    from: [...one.from, ...other.from],
    reason: one.reason || other.reason,
    notRequester: one.notRequester || other.notRequester,
  }
}

/** Does it take more than was asked for before? */
export function asksMore(now: Requirement, before: Requirement): boolean {
  const known = new Set(before.from.map((names) => JSON.stringify(names)))
  return (
    now.people > before.people ||
    (now.reason && !before.reason) ||
    (now.notRequester && !before.notRequester) ||
    now.from.some((names) => !known.has(JSON.stringify(names)))
  )
}

type Test = (wanted: never, subject: Subject, rule: Rule, zone: string | undefined) => boolean

const TESTS: { readonly [K in keyof Required<Conditions>]: Test } = {
  tier: (wanted: RiskTier[], { tier }) => wanted.includes(tier),
  language: (wanted: StepLanguage[], { language }) => wanted.includes(language),
  program: (wanted: string[], { commands }, rule) =>
    eachOrAny(rule, commands, ([program = '']) => isLike(wanted, program.replace(/^.*\//, ''))),
  words: (wanted: string[], { commands }, rule) =>
    eachOrAny(rule, commands, (words) => wanted.some((phrase) => isInside(phrase, words))),
  target: (wanted: string[], { target }) => target !== null && isLike(wanted, target.name),
  tag: (wanted: string[], { target }) => target?.tags.some((tag) => isLike(wanted, tag)) ?? false,
  runbook: (wanted: string[], { runbook }) => isLike(wanted, runbook),
  role: (wanted: RoleName[], { role }) => role !== null && wanted.includes(role),
  hours: (wanted: string, { at }, _, zone) => isWithin(wanted, clockIn(zone, at).minutes),
  days: (wanted: Day[], { at }, _, zone) => wanted.includes(clockIn(zone, at).day),
}

function matches(rule: Rule, subject: Subject, zone: string | undefined): boolean {
  return Object.entries(rule.when).every(([name, wanted]) =>
    TESTS[name as keyof Conditions](wanted as never, subject, rule, zone),
  )
}

/** One command is enough to be asked or denied; what is let through has to be nothing but that. */
function eachOrAny(
  { effect }: Rule,
  commands: Subject['commands'],
  test: (words: readonly string[]) => boolean,
): boolean {
  return effect === 'allow' ? commands.length > 0 && commands.every(test) : commands.some(test)
}

/** `*` stands for any run of characters; case does not matter. */
function isLike(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')
    return new RegExp(`^${source}$`, 'is').test(text)
  })
}

/** Do these words stand in the command, one after the other? */
function isInside(phrase: string, words: readonly string[]): boolean {
  const wanted = phrase.split(/\s+/)
  return words.some((_, start) =>
    wanted.every((word, index) => {
      const found = words[start + index]
      return found !== undefined && isLike([word], index === 0 ? baseName(found) : found)
    }),
  )
}

const baseName = (word: string) => (word.startsWith('/') ? word.replace(/^.*\//, '') : word)

/** `22:00-06:00` goes over midnight; the end itself is outside. */
function isWithin(hours: string, minutes: number): boolean {
  const [from = 0, to = 0] = hours.split('-').map(toMinutes)
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to
}

function toMinutes(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

function clockIn(zone: string | undefined, at: Timestamp): { day: Day; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const minutes = Number(part('hour')) * 60 + Number(part('minute'))
  return { day: part('weekday').toLowerCase() as Day, minutes }
}
