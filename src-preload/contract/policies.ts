import { z } from 'zod'
import { command, event, query } from './define'
import { Empty, Timestamp } from './primitives'

/** Who has to agree before an action runs. */
export const Requirement = z.strictObject({
  people: z.int().min(1).max(20), // that many distinct persons
  /** Of each list, the person has to be one: `group:<name>` or the system's user name. Empty = any approver. */
  from: z.array(z.array(z.string().min(1).max(80)).min(1)).max(20),
  reason: z.boolean(), // a yes has to say why; a no always has to
  notRequester: z.boolean(), // who asked may not answer; single-operator mode alone lifts it
})
export type Requirement = z.infer<typeof Requirement>

/** What the policy says about one action, and why. */
export const PolicyDecision = z.strictObject({
  effect: z.enum(['allow', 'ask', 'deny']),
  source: z.enum(['tier', 'rule', 'runbook', 'broken']), // what decided it; `broken`: the file cannot be read
  rules: z.array(z.string()), // the names of the rules that matched and counted
  why: z.string(),
  requires: Requirement.nullable(), // null unless asked
})
export type PolicyDecision = z.infer<typeof PolicyDecision>

export const PolicyProblem = z.strictObject({ line: z.int().nullable(), message: z.string() })

export const PolicyRule = z.strictObject({
  name: z.string(),
  effect: z.enum(['allow', 'ask', 'deny']),
  when: z.array(z.string()), // one condition each, in words
  demands: z.string(), // what it wants, in words
})

export const PolicyStatus = z.strictObject({
  path: z.string(),
  /** `none`: there is no file and the tier alone decides. `broken`: everything but reads is denied. */
  state: z.enum(['none', 'loaded', 'broken']),
  hash: z.string().nullable(), // SHA-256 of the file
  loadedAt: Timestamp.nullable(),
  problems: z.array(PolicyProblem),
  rules: z.array(PolicyRule),
})
export type PolicyStatus = z.infer<typeof PolicyStatus>

export const policies = {
  status: query(Empty, PolicyStatus),
  /** Reads the file now instead of within two seconds. */
  reload: command(Empty, PolicyStatus, { role: 'admin' }),
  changed: event(Empty),
}
