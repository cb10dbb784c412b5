import { z } from 'zod'
import { command, event, query } from './define'
import {
  Empty,
  idOf,
  Note,
  OperatorId,
  PageInput,
  pageOf,
  Severity,
  TicketId,
  Timestamp,
} from './primitives'
import { TicketStatus } from './tickets'

export const RuleId = idOf('rul').brand<'RuleId'>()
export type RuleId = z.infer<typeof RuleId>
export const GroupId = idOf('grp').brand<'GroupId'>()
export type GroupId = z.infer<typeof GroupId>

/** What a rule looks at. `kind` is the kind of the source; `label.team` is the label `team`. */
export const MatchField = z
  .string()
  .max(210)
  .regex(
    /^(source|kind|severity|title|service|host|label\.[^\s].{0,199})$/u,
    'source, kind, severity, title, service, host, or label.<name>',
  )
export type MatchField = z.infer<typeof MatchField>

/** Upper and lower case are the same. What a signal does not say is an empty text. */
export const Condition = z
  .strictObject({
    field: MatchField,
    /** In `like` and `not`, `*` stands for anything. `at_least` is for `severity` alone. */
    is: z.enum(['equal', 'not', 'like', 'at_least']),
    value: z.string().trim().max(300),
  })
  .refine(
    ({ field, is, value }) =>
      is !== 'at_least' || (field === 'severity' && Severity.safeParse(value).success),
    '“at least” compares severities: critical, high, medium, low or info',
  )
export type Condition = z.infer<typeof Condition>

const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:30')

const TimeZone = z.string().max(60).refine(isTimeZone, 'a time zone such as Europe/Berlin or UTC')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** When maintenance is. */
export const WindowTimes = z.discriminatedUnion('repeats', [
  z
    .strictObject({ repeats: z.literal('once'), from: Timestamp, until: Timestamp })
    .refine(({ from, until }) => from < until, 'must end after it begins'),
  z.strictObject({
    repeats: z.literal('weekly'),
    days: z.array(z.enum(WEEKDAYS)).min(1).max(7),
    /** By the wall clock of `zone`. `to` at or before `from` is on the next day. */
    from: WallTime,
    to: WallTime,
    zone: TimeZone,
  }),
])
export type WindowTimes = z.infer<typeof WindowTimes>

const shared = {
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean().default(true),
  /** All must be so; none: it is about everything. */
  match: z.array(Condition).max(20).default([]),
}

/** A rule between a signal and a ticket, as an operator writes it. */
export const RuleDraft = z.discriminatedUnion('kind', [
  /** Maintenance: what would open or reopen a ticket is held until it ends. What resolves always passes. */
  z.strictObject({ ...shared, kind: z.literal('window'), params: WindowTimes }),
  /** A ticket opens only after so many occurrences within so many minutes. The first rule that matches decides. */
  z.strictObject({
    ...shared,
    kind: z.literal('threshold'),
    params: z.strictObject({
      occurrences: z.int().min(2).max(1000),
      minutes: z.int().min(1).max(10_080),
      /** Counted together where these are equal; none: each alert for itself. */
      per: z.array(MatchField).max(5).default([]),
    }),
  }),
  /** Tickets that belong together: these are equal, and each opened within so many minutes of the one before. */
  z.strictObject({
    ...shared,
    kind: z.literal('correlation'),
    params: z.strictObject({
      /** None: all that match, by time alone. A ticket that lacks one of them is left out. */
      fields: z.array(MatchField).max(5),
      minutes: z.int().min(1).max(10_080),
      /** From so many on an incident is proposed. */
      atLeast: z.int().min(2).max(100),
    }),
  }),
  /** Who gets the ticket when it opens. The first rule that matches decides. */
  z.strictObject({
    ...shared,
    kind: z.literal('route'),
    params: z.strictObject({ ownerId: OperatorId }),
  }),
  /** Declares an incident when the ticket opens, or as soon as a signal about it matches. */
  z.strictObject({ ...shared, kind: z.literal('incident'), params: z.strictObject({}) }),
])
export type RuleDraft = z.infer<typeof RuleDraft>

/** Rules of a kind are asked in the order of `position`, lowest first. */
export const Rule = z.strictObject({
  id: RuleId,
  draft: RuleDraft,
  position: z.int(),
  /** It came with Quarterdeck: it may be changed and switched off, not removed. */
  builtIn: z.boolean(),
  /** A window that is open now. */
  openNow: z.boolean(),
  /** How many signals it holds now. */
  holds: z.int(),
  createdBy: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Rule = z.infer<typeof Rule>

/** A firing signal that waits for the end of a window, or for more of its kind. */
export const Held = z.strictObject({
  source: z.string(),
  fingerprint: z.string(),
  title: z.string(),
  severity: Severity.nullable(),
  ruleId: RuleId,
  rule: z.string(), // its name
  stage: z.enum(['window', 'threshold']),
  since: Timestamp,
  lastAt: Timestamp,
  times: z.int().positive(), // how often it was told since
})
export type Held = z.infer<typeof Held>

export const Group = z.strictObject({
  id: GroupId,
  ruleId: RuleId,
  rule: z.string(),
  /** What they have in common: `service checkout`. */
  what: z.string(),
  state: z.enum([
    'gathering', // fewer than the rule asks for
    'proposed', // enough: an operator declares an incident, or dismisses it
    'declared',
    'dismissed',
  ]),
  size: z.int(),
  /** The first hundred, in the order they joined. */
  tickets: z.array(
    z.strictObject({
      id: TicketId,
      title: z.string(),
      severity: Severity,
      status: TicketStatus,
      joinedAt: Timestamp,
    }),
  ),
  openedAt: Timestamp,
  lastAt: Timestamp,
  /** The ticket that was declared the incident. */
  incidentId: TicketId.nullable(),
  decidedBy: z.string().nullable(),
})
export type Group = z.infer<typeof Group>

export const PreviewExample = z.strictObject({
  source: z.string(),
  title: z.string(),
  at: Timestamp,
  text: z.string(), // what the rule would have done
})

export const Preview = z.strictObject({
  since: Timestamp,
  /** How many past signals were looked at, and whether older ones were left out. */
  signals: z.int(),
  truncated: z.boolean(),
  matched: z.int(),
  /** Tickets that opened or reopened, by the rules of dedup alone. */
  opened: z.int(),
  /** Of these: not at all, because it was right again before. */
  notOpened: z.int(),
  /** Of these: later than they did. */
  delayed: z.int(),
  /** Of these: held to this day. */
  stillHeld: z.int(),
  grouped: z.int(), // tickets in groups that are large enough
  proposals: z.int(), // such groups
  routed: z.int(),
  declared: z.int(),
  examples: z.array(PreviewExample).max(20),
})
export type Preview = z.infer<typeof Preview>

const One = z.strictObject({ id: RuleId })
const OneGroup = z.strictObject({ id: GroupId })

export const screening = {
  /** By kind, then in the order they are asked. */
  rules: query(Empty, z.array(Rule)),
  /** What is held now, newest first. */
  held: query(PageInput, pageOf(Held)),
  /** Newest first; groups of one are left out. */
  groups: query(
    PageInput.extend({ state: Group.shape.state.nullable().default(null) }),
    pageOf(Group),
  ),
  /** The groups of two and more that a ticket belongs to, one a rule at most, largest first. */
  groupsOf: query(z.strictObject({ ticketId: TicketId }), z.array(Group)),
  /** What a rule would have done in the last 7 days, alone. */
  preview: query(z.strictObject({ draft: RuleDraft }), Preview),
  /** An operator may write windows; all else takes an admin, or is refused with `forbidden`. Goes last. */
  addRule: command(z.strictObject({ draft: RuleDraft }), Rule),
  /** The kind stays: another one is refused with `invalid_input`. What it no longer holds opens at once. */
  updateRule: command(One.extend({ draft: RuleDraft }), Rule),
  /** Refused with `conflict` for one that came with Quarterdeck. What it held opens at once. */
  removeRule: command(One, Empty),
  /** All rules of a kind in a new order; refused with `conflict` when one is missing or was added meanwhile. */
  orderRules: command(z.strictObject({ ids: z.array(RuleId).min(1).max(500) }), z.array(Rule)),
  /** Opens the ticket of a held signal now, whatever the rules say. */
  release: command(
    z.strictObject({ source: z.string().max(100), fingerprint: z.string().max(1000) }),
    z.strictObject({ ticketId: TicketId }),
  ),
  /** The worst, then oldest ticket becomes the incident, the others are linked. Refused with `conflict` once declared. */
  declare: command(OneGroup, Group),
  /** Refused with `conflict` unless it is proposed. */
  dismiss: command(OneGroup.extend({ reason: Note.default('') }), Group),
  changed: event(Empty),
}
