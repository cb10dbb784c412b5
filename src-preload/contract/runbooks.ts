import { z } from 'zod'
import { command, event, query } from './define'
import { Empty, RiskTier, RunbookId, Sha256, TextMap, Timestamp } from './primitives'
import { RunbookMatch } from './triage'

export const StepKind = z.enum(['check', 'change', 'manual', 'approval', 'notify', 'wait'])
export type StepKind = z.infer<typeof StepKind>

export const StepLanguage = z.enum(['sh', 'bash', 'powershell', 'node', 'sql', 'http', 'text'])
export type StepLanguage = z.infer<typeof StepLanguage>

export const RunbookInput = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/),
  label: z.string(),
  type: z.enum(['text', 'integer', 'boolean', 'host', 'choice']),
  required: z.boolean(),
  default: z.string().nullable(),
  pattern: z.string().nullable(), // the whole value must match
  values: z.array(z.string()), // for `choice`; empty otherwise
  /** Where the ticket gives it: `label:instance`, `annotation:x`, `host`, `service`, `title`; the first that is there. */
  from: z.array(z.string()),
})
export type RunbookInput = z.infer<typeof RunbookInput>

export const RunbookStep = z.strictObject({
  name: z.string(), // unique in the runbook
  title: z.string(),
  description: z.string(), // the Markdown paragraph before the fence
  kind: StepKind,
  language: StepLanguage,
  code: z.string(),
  line: z.int().positive(), // of the fence's first line in the file
  on: z.string().nullable(), // target: a connection's name or tag, `{{input}}`, `local`; null = the runbook's target
  undo: z.string().nullable(), // the name of the step that takes it back, `irreversible`, or null (nothing to take back)
  verify: z.string().nullable(), // the name of a check that must pass after it
  when: z.string().nullable(), // `previous.exit == 2`-like condition; false = skipped
  retry: z.strictObject({ times: z.int().min(0).max(10), delayMs: z.int().nonnegative() }),
  timeoutMs: z.int().positive(), // default 300,000
  idempotent: z.boolean(), // may be repeated after an unknown outcome
  pty: z.boolean(),
  cwd: z.string().nullable(),
  interpreter: z.array(z.string()).nullable(), // argv before the script; null = by language
  /** Who may say yes to it: `group:<name>` or user names, and how many of them. Absent = what the policy says. */
  approvers: z
    .strictObject({ people: z.int().min(1).max(20), from: z.array(z.string().min(1).max(80)) })
    .optional(),
  isUndo: z.boolean(), // runs only as another step's undo
  /** Runs only when called: as a step's `verify`, a wait's `until`, or the runbook's probe. Absent = false. */
  isProbe: z.boolean().optional(),
  /** Of a wait step: a pause of `timerMs`, or until the check `until` passes, tried every `everyMs`, at most `timeoutMs`. */
  wait: z
    .strictObject({
      timerMs: z.int().positive().nullable(),
      until: z.string().nullable(),
      everyMs: z.int().positive(),
    })
    .optional(),
})
export type RunbookStep = z.infer<typeof RunbookStep>

export const RunbookVerify = z.strictObject({
  /** The name of a check step run when all is done; null = no probe. */
  probe: z.string().nullable(),
  probeHolds: z.int().min(1).max(20), // times in a row
  probeEveryMs: z.int().positive(),
  withinMs: z.int().positive(), // for the probe and the alert together
  alertResolved: z.boolean(), // wait until the source says resolved
})

export const Runbook = z.strictObject({
  id: RunbookId,
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  match: z.strictObject({
    alerts: z.array(z.string()), // alert names; `*` matches any run of characters
    words: z.array(z.string()),
    labels: TextMap, // label → value or `*`-pattern
  }),
  inputs: z.array(RunbookInput),
  target: z.string().nullable(), // as a step's `on`
  steps: z.array(RunbookStep),
  verify: RunbookVerify.nullable(),
})
export type Runbook = z.infer<typeof Runbook>

/** A complaint about a runbook's text: where and what to do about it. */
export const RunbookProblem = z.strictObject({
  line: z.int().positive(),
  level: z.enum(['error', 'warning']), // a runbook with an error cannot be planned
  message: z.string(),
})
export type RunbookProblem = z.infer<typeof RunbookProblem>

export const RunbookRecord = z.strictObject({
  id: RunbookId,
  origin: z.enum(['shipped', 'mine', 'demo']), // `mine`: from the operator's own folder
  path: z.string(),
  revision: Sha256, // of the file's bytes
  markdown: z.string(),
  runbook: Runbook.nullable(), // null when it cannot be parsed
  problems: z.array(RunbookProblem),
})
export type RunbookRecord = z.infer<typeof RunbookRecord>

export const RunbookSummary = z.strictObject({
  id: RunbookId,
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  origin: RunbookRecord.shape.origin,
  stepCount: z.int(),
  highestTier: RiskTier,
  errors: z.int(),
  warnings: z.int(),
})
export type RunbookSummary = z.infer<typeof RunbookSummary>

export const runbooks = {
  list: query(Empty, z.strictObject({ items: z.array(RunbookSummary), folder: z.string() })),
  get: query(z.strictObject({ id: RunbookId }), RunbookRecord),
  /** The best runbooks for a text, at most `limit` (default 3). */
  match: query(
    z.strictObject({ text: z.string().max(20_000), limit: z.int().min(1).max(20).default(3) }),
    z.array(RunbookMatch),
  ),
  /** Checks a text as if it were a file; keeps nothing. */
  lint: query(z.strictObject({ markdown: z.string().max(500_000) }), z.array(RunbookProblem)),
  /** Reads the folders again; the answer says how many runbooks there are now. */
  reload: command(Empty, z.strictObject({ count: z.int(), at: Timestamp })),
  changed: event(Empty),
}
