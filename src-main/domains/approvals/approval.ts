import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { ApprovalId, OperatorId, Timestamp } from '#contract/primitives'
import { Refusal } from '#contract'
import { hashOf, sha256 } from '#platform/canonical-json'

/** What somebody wants approved, as the approver will see it. */
export type NewApproval = Omit<
  Approval,
  | 'id'
  | 'subjectHash'
  | 'requestedAt'
  | 'expiresAt'
  | 'status'
  | 'singleOperator'
  | 'decidedBy'
  | 'decidedAt'
  | 'comment'
> & {
  /** Who may not answer alone when something is destroyed. A name can be changed; this cannot. */
  readonly requesterId: OperatorId
}

/** What the decision is bound to: the action's recomputed hash, or a gate's text. */
export function subjectHashOf(subject: { frozen: FrozenAction | null; prompt: string }): string {
  return subject.frozen ? hashOf(subject.frozen.action) : sha256(subject.prompt)
}

/** Has nobody answered in time? The moment of expiry itself is too late. */
export function isOver({ status, expiresAt }: Approval, now: Timestamp): boolean {
  return status === 'waiting' && now >= expiresAt
}

export interface Decision {
  readonly subjectHash: string
  readonly decision: 'approve' | 'reject'
  readonly by: OperatorId
  readonly requesterId: OperatorId
  /** There is nobody else who could approve. */
  readonly alone: boolean
}

/** Throws Refusal `expired`, `conflict` or `forbidden` unless this decision counts. A rejection always may be given. */
export function checkDecision(approval: Approval, made: Decision): void {
  if (approval.status === 'expired') throw tooLate(approval.id)
  if (approval.status !== 'waiting') {
    const who = approval.decidedBy ? ` by ${approval.decidedBy}` : ''
    throw new Refusal(
      'conflict',
      `This was ${WORDS[approval.status]}${who} already. Nothing was changed by your answer.`,
    )
  }
  if (made.subjectHash !== approval.subjectHash)
    throw new Refusal(
      'conflict',
      'What you saw is not what waits here. Nothing was decided. Open the approval again and read it anew.',
    )
  if (made.decision === 'approve') checkApproval(approval, made)
}

function checkApproval(approval: Approval, { by, requesterId, alone }: Decision): void {
  if (subjectHashOf(approval) !== approval.subjectHash)
    throw new Refusal(
      'conflict',
      'The stored action was changed after the request. Nothing was approved. Reject it, and look into the audit log.',
    )
  if (approval.frozen?.tier === 'forbidden')
    throw new Refusal('forbidden', 'This action is never run, whoever approves it. Reject it.')
  if (approval.frozen?.tier === 'destroy' && by === requesterId && !alone)
    throw new Refusal(
      'forbidden',
      'You asked for this yourself, and it destroys something: another approver has to agree. It still waits.',
    )
}

/** Throws Refusal `approval_required` unless this approval lets exactly this subject go on now. */
export function checkSpending(
  approval: Approval,
  subject: FrozenAction | null,
  now: Timestamp,
): void {
  if (approval.status !== 'approved')
    throw required(`the approval ${approval.id} is ${approval.status}`)
  if (now >= approval.expiresAt) throw required(`the approval ${approval.id} was not used in time`)
  const hash = subjectHashOf({ frozen: subject, prompt: approval.prompt })
  const same = (subject === null) === (approval.frozen === null)
  if (!same || hash !== approval.subjectHash || (subject && subject.hash !== hash))
    throw required(`the approval ${approval.id} is for another action`)
}

export function tooLate(id: ApprovalId): Refusal {
  return new Refusal(
    'expired',
    `Nobody answered ${id} in time, so it counts as a no and nothing was run. Retry the run to be asked again.`,
  )
}

function required(why: string): Refusal {
  return new Refusal(
    'approval_required',
    `This was not run: ${why}. Retry the step to ask for a new approval.`,
  )
}

const WORDS: Record<Approval['status'], string> = {
  waiting: 'asked',
  approved: 'approved',
  used: 'approved and used',
  rejected: 'rejected',
  expired: 'expired',
  withdrawn: 'withdrawn',
}
