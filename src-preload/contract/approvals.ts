import { z } from 'zod'
import { FrozenAction, StatementPreview } from './actions'
import { VaultTier } from './credentials'
import { command, event, query } from './define'
import { PolicyDecision } from './policies'
import {
  ApprovalId,
  Empty,
  Note,
  OperatorId,
  PageInput,
  pageOf,
  RiskTier,
  RunbookId,
  RunId,
  Sha256,
  TicketId,
  Timestamp,
} from './primitives'

export const ApprovalStatus = z.enum([
  'waiting',
  'approved', // not yet used
  'used', // the step was started with it
  'rejected',
  'expired', // nobody answered in time: counts as a no
  'withdrawn', // the run ended or changed before anybody answered
])

const Who = z.strictObject({ id: OperatorId, name: z.string() })

/** One person's signed answer. */
export const Answer = z.strictObject({
  by: Who,
  for: Who.nullable(), // whose standing was lent
  decision: z.enum(['approve', 'reject']),
  comment: z.string(),
  singleOperator: z.boolean(),
  at: Timestamp,
  fingerprint: z.string(), // of the key it is signed with
  keptIn: VaultTier, // where the private half was
  signature: z.string(), // base64, Ed25519
})
export type Answer = z.infer<typeof Answer>

export const Approval = z.strictObject({
  id: ApprovalId,
  runId: RunId,
  stepIndex: z.int(),
  stepTitle: z.string(),
  stepCount: z.int(),
  purpose: z.enum(['step', 'undo', 'gate']), // gate: an approval step, which runs nothing itself
  runbookId: RunbookId,
  runbookTitle: z.string(),
  ticketId: TicketId.nullable(),
  ticketTitle: z.string().nullable(),
  frozen: FrozenAction.nullable(), // null for a gate
  /** A step that goes to several targets: every action that this one answer covers, `frozen` being the first of them. */
  set: z.array(FrozenAction).optional(),
  /** What the decision is about: the action's hash, that of a set's hashes, or for a gate the hash of its text. */
  subjectHash: Sha256,
  prompt: z.string(), // a gate's text; for steps the step's description
  policy: PolicyDecision, // what asked for the approval, and whom
  checksPassed: z.strictObject({ count: z.int(), lastAt: Timestamp.nullable() }),
  undo: z.string().nullable(), // the undo's code, `irreversible`, or null
  verify: z.string().nullable(),
  pointOfNoReturn: z.boolean(), // after this step the run cannot be taken back as a whole
  requestedBy: z.string(),
  requestedAt: Timestamp,
  expiresAt: Timestamp,
  status: ApprovalStatus,
  /** One operator alone may approve their own request; the card and the audit log say so. */
  singleOperator: z.boolean(),
  answers: z.array(Answer), // oldest first; a yes of several leaves it waiting
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  comment: z.string(),
})
export type Approval = z.infer<typeof Approval>

export const Remembered = z.strictObject({
  subjectHash: Sha256,
  title: z.string(),
  target: z.string(),
  tier: RiskTier,
  since: Timestamp,
  used: z.int().nonnegative(), // how often since
})
export type Remembered = z.infer<typeof Remembered>

export const approvals = {
  /** Waiting ones first to expire first; decided ones newest first. */
  list: query(
    PageInput.extend({ view: z.enum(['waiting', 'decided']).default('waiting') }),
    pageOf(Approval),
  ),
  get: query(z.strictObject({ id: ApprovalId }), Approval),
  /** How the database would carry out the statement that waits, asked in a transaction that only reads. */
  preview: query(z.strictObject({ id: ApprovalId }), StatementPreview),
  /**
   * `subjectHash` is what the operator saw: another one is refused with `conflict`. A second decision is refused with
   * `conflict`, a late one with `expired`, one by somebody who may not with `forbidden`, one without a reason where the
   * policy wants one with `invalid_input`. A rejection always says why.
   */
  decide: command(
    z.strictObject({
      id: ApprovalId,
      subjectHash: Sha256,
      decision: z.enum(['approve', 'reject']),
      comment: Note.default(''),
      /** Approve the same bytes again by itself until this console stops. Only what reads or reaches out. */
      remember: z.boolean().optional(),
    }),
    Approval,
    { role: 'approver' },
  ),
  changed: event(
    z.strictObject({ id: ApprovalId, runId: RunId, status: ApprovalStatus, waiting: z.int() }),
  ),
  /** May you answer this one, and what does it take? */
  standing: query(
    z.strictObject({ id: ApprovalId }),
    z.strictObject({
      mayApprove: z.boolean(),
      for: z.string().nullable(), // you would answer in this person's stead
      why: z.string(), // why not, and who could
      mayRemember: z.boolean(),
    }),
  ),
  /** What this console approves by itself, for you, until it stops. */
  remembered: query(Empty, z.array(Remembered)),
  forget: command(z.strictObject({ subjectHash: Sha256 }), Empty, { role: 'approver' }),
  /** For the count on the rail. */
  waiting: query(Empty, z.strictObject({ count: z.int(), nextExpiry: Timestamp.nullable() })),
}
