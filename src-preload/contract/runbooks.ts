import { z } from 'zod'
import { JsonAssertion, Range } from './actions'
import { command, event, query } from './define'
import { Empty, RiskTier, RunbookId, Sha256, TextMap, Timestamp } from './primitives'
import { RunbookMatch } from './triage'

export const StepKind = z.enum(['check', 'change', 'manual', 'approval', 'notify', 'wait', 'run'])
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

/** A value that a step's output gives to later steps; checked as an input is before anything sees it. */
export const RunbookOutput = RunbookInput.omit({ from: true })
export type RunbookOutput = z.infer<typeof RunbookOutput>

/** How a step's standard output gives a value: all of it, a place in JSON, a pattern's first group, a line; of a called runbook, its output. */
export const StepOutput = z.strictObject({
  name: z.string(),
  how: z.enum(['all', 'json', 'regex', 'line', 'of']),
  what: z.string(), // `$.items[0].name`, `pid=(\\d+)`, `1` (last: `-1`), the called runbook's output; '' for all
})
export type StepOutput = z.infer<typeof StepOutput>

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
  /** Of an sql or http step: what has to come of it. Absent = the defaults. */
  expects: z
    .strictObject({
      rows: Range.nullable(), // changed by a change, found by a check; otherwise it failed, and a change is rolled back
      mostRows: z.int().positive().nullable(), // shown
      status: z.array(Range), // of an answer; empty = 200..299
      json: z.array(JsonAssertion),
    })
    .optional(),
  /** Of a wait step: a pause of `timerMs`, or until the check `until` passes, tried every `everyMs`, at most `timeoutMs`. */
  wait: z
    .strictObject({
      timerMs: z.int().positive().nullable(),
      until: z.string().nullable(),
      everyMs: z.int().positive(),
      /** Until this alert is resolved: its name, or '' for the run's own ticket. */
      alert: z.string().nullable().optional(),
      /** How often in a row `until` must pass; absent = once. */
      holds: z.int().positive().optional(),
    })
    .optional(),
  outputs: z.array(StepOutput).optional(),
  /** Goes to every target that `on` names, so many at once, until so many have failed. */
  fan: z.strictObject({ atOnce: z.int().positive(), stopAfter: z.int().positive() }).optional(),
  before: z.string().nullable().optional(), // the name of a check that must pass right before it
  checklist: z.array(z.string()).optional(), // of a manual step: each is ticked off before it is done
  assignee: z.string().nullable().optional(), // of a manual step: who should do it; shown, not enforced
  dueMs: z.int().positive().nullable().optional(), // of a manual step: from its turn on; overdue is told, never passed
  /** Of a `run` step: the runbook whose steps take its place, with its inputs: text, or `{{name}}` of an own value. */
  call: z.strictObject({ runbookId: z.string(), inputs: TextMap }).optional(),
  /** Which included runbook it came from: the name of the calling step and a slash, nested; absent = this one's own. */
  scope: z.string().optional(),
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

/** A runbook whose steps stand among another's, as it was when they were put there. */
export const RunbookPart = z.strictObject({
  scope: z.string(), // the calling step's name and a slash
  id: RunbookId,
  title: z.string(),
  revision: Sha256,
  inputs: z.array(RunbookInput),
  outputs: z.array(RunbookOutput),
  target: z.string().nullable(),
})
export type RunbookPart = z.infer<typeof RunbookPart>

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
  outputs: z.array(RunbookOutput).optional(), // what is known of values that steps give
  target: z.string().nullable(), // as a step's `on`
  steps: z.array(RunbookStep),
  parts: z.array(RunbookPart).optional(), // in a plan: the runbooks that its `run` steps call
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
