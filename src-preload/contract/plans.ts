import { z } from 'zod'
import { query } from './define'
import { PolicyDecision } from './policies'
import { ConnectionId, RiskTier, RunbookId, Sha256, TextMap, TicketId } from './primitives'
import { RunbookInput, RunbookProblem, RunbookVerify, StepKind, StepLanguage } from './runbooks'

export const PlanInput = z.strictObject({
  name: z.string(),
  label: z.string(),
  type: RunbookInput.shape.type.optional(), // absent in plans of earlier versions: text
  value: z.string().nullable(),
  /** `ticket`: from the alert, so untrusted; `default`: from the runbook; `operator`: typed in; `output`: a step will give it. */
  origin: z.enum(['ticket', 'default', 'operator', 'missing', 'output']),
  problem: z.string().nullable(),
})

export const PlanStep = z.strictObject({
  index: z.int().nonnegative(),
  name: z.string(),
  title: z.string(),
  kind: StepKind,
  language: StepLanguage,
  code: z.string(),
  tier: RiskTier,
  tierReasons: z.array(z.string()),
  needsApproval: z.boolean(),
  policy: PolicyDecision.optional(), // absent in plans of before there were rules
  connectionId: ConnectionId.nullable(), // null: the step runs nowhere (manual, notify, wait, approval)
  connectionName: z.string().nullable(),
  undo: z.string().nullable(), // the undo's code, `irreversible`, or null
  problem: z.string().nullable(),
  /** Of a step that goes to several: each of them. `connectionId` is null then. */
  targets: z
    .array(z.strictObject({ connectionId: ConnectionId, connectionName: z.string() }))
    .optional(),
  /** What else there is to know before it starts, each a short sentence: values it gives, checks around it, waits. */
  notes: z.array(z.string()).optional(),
})
export type PlanStep = z.infer<typeof PlanStep>

/** A runbook that a `run` step put into this plan, as it was when the plan was made. */
export const IncludedRunbook = z.strictObject({
  scope: z.string(), // of its steps
  runbookId: RunbookId,
  title: z.string(),
  revision: Sha256,
  inputs: z.array(PlanInput),
})
export type IncludedRunbook = z.infer<typeof IncludedRunbook>

export const Plan = z.strictObject({
  runbookId: RunbookId,
  runbookTitle: z.string(),
  revision: Sha256,
  ticketId: TicketId.nullable(),
  inputs: z.array(PlanInput),
  steps: z.array(PlanStep), // in order, without the ones that only run when called
  /** Undo steps, verify checks and the probe, with their own tier and target; `index` goes on after `steps`. */
  onCall: z.array(PlanStep).optional(),
  included: z.array(IncludedRunbook).optional(),
  verify: RunbookVerify.nullable(),
  pointOfNoReturn: z.int().nullable(), // index of the first step that cannot be undone
  problems: z.array(z.string()), // what keeps it from being started; empty = can start
})

export const PlanRequest = z.strictObject({
  runbookId: RunbookId,
  ticketId: TicketId.nullable().default(null),
  inputs: TextMap.default({}),
})
export type PlanInput = z.infer<typeof PlanInput>
export type Plan = z.infer<typeof Plan>
export type PlanRequest = z.output<typeof PlanRequest>

export const plans = {
  /** Always answers, with the problems named; refused with `not_found` only. Starts and keeps nothing. */
  make: query(PlanRequest, Plan),
  /** The same for a text that is not saved; what is wrong with the text is beside the plan, by line. Keeps nothing. */
  preview: query(
    PlanRequest.extend({ markdown: z.string().max(500_000) }),
    z.strictObject({ plan: Plan, problems: z.array(RunbookProblem) }),
  ),
}
