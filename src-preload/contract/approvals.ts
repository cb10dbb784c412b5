import { z } from 'zod'
import { FrozenAction } from './actions'
import { command, event, query } from './define'
import {
  ApprovalId,
  Empty,
  Note,
  PageInput,
  pageOf,
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
  /** What the decision is about: the action's hash, or for a gate the hash of its text. */
  subjectHash: Sha256,
  prompt: z.string(), // a gate's text; for steps the step's description
  policy: z.string(), // which rule asked for the approval
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
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  comment: z.string(),
})
export type Approval = z.infer<typeof Approval>

export const approvals = {
  /** Waiting ones first to expire first; decided ones newest first. */
  list: query(
    PageInput.extend({ view: z.enum(['waiting', 'decided']).default('waiting') }),
    pageOf(Approval),
  ),
  get: query(z.strictObject({ id: ApprovalId }), Approval),
  /**
   * `subjectHash` is what the operator saw: another one is refused with `conflict`. A second decision is refused with
   * `conflict`, a late one with `expired`. A rejection needs no comment.
   */
  decide: command(
    z.strictObject({
      id: ApprovalId,
      subjectHash: Sha256,
      decision: z.enum(['approve', 'reject']),
      comment: Note.default(''),
    }),
    Approval,
    { role: 'approver' },
  ),
  changed: event(
    z.strictObject({ id: ApprovalId, runId: RunId, status: ApprovalStatus, waiting: z.int() }),
  ),
  /** For the count on the rail. */
  waiting: query(Empty, z.strictObject({ count: z.int(), nextExpiry: Timestamp.nullable() })),
}
