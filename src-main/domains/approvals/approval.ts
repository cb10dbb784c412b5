import type { FrozenAction } from '#contract/actions'
import type { Answer, Approval } from '#contract/approvals'
import type { ApprovalId, OperatorId, Timestamp } from '#contract/primitives'
import { Refusal } from '#contract'
import { hashOf, sha256 } from '#platform/canonical-json'
import { describeRequirement, type Eligible, isNamed, requirementOf } from './requirement'

/** What somebody wants approved, as the approver will see it. */
export type NewApproval = Omit<
  Approval,
  | 'id'
  | 'subjectHash'
  | 'requestedAt'
  | 'expiresAt'
  | 'status'
  | 'singleOperator'
  | 'answers'
  | 'decidedBy'
  | 'decidedAt'
  | 'comment'
> & {
  /** Who may not answer alone when something is destroyed. A name can be changed; this cannot. */
  readonly requesterId: OperatorId
}

/** What the decision is bound to: the action's recomputed hash, those of a whole set in their order, or a gate's text. */
export function subjectHashOf(subject: {
  frozen: FrozenAction | null
  prompt: string
  set?: readonly FrozenAction[] | undefined
}): string {
  if (subject.set) return hashOf({ set: subject.set.map(({ action }) => hashOf(action)) })
  return subject.frozen ? hashOf(subject.frozen.action) : sha256(subject.prompt)
}

/** Has nobody answered in time? The moment of expiry itself is too late. */
export function isOver({ status, expiresAt }: Approval, now: Timestamp): boolean {
  return status === 'waiting' && now >= expiresAt
}

/** Who answers, and whose standing they may use. */
export interface Voter extends Eligible {
  readonly mayApprove: boolean
  readonly standsFor: readonly Eligible[]
}

export interface Decision {
  readonly subjectHash: string
  readonly decision: 'approve' | 'reject'
  readonly comment: string
  readonly voter: Voter
  readonly requesterId: OperatorId
  /** Single-operator mode is on, and there is nobody else who could approve. */
  readonly alone: boolean
}

/**
 * In whose stead the answer is given; null = the voter's own. Throws Refusal `expired`, `conflict`, `forbidden` or
 * `invalid_input` unless this decision counts. A rejection with a reason always may be given by an approver.
 */
export function checkDecision(approval: Approval, made: Decision): Eligible | null {
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
  if (!made.voter.mayApprove)
    throw new Refusal('forbidden', 'Only an approver may answer. Nothing was decided.')
  checkReason(approval, made)
  return made.decision === 'approve' ? checkApproval(approval, made) : null
}

function checkReason(approval: Approval, { decision, comment }: Decision): void {
  if (comment.trim() !== '') return
  if (decision === 'reject')
    throw new Refusal(
      'invalid_input',
      'Say why it is rejected: who asked has to know. It still waits.',
    )
  if (requirementOf(approval).reason)
    throw new Refusal(
      'invalid_input',
      'This needs a reason with the yes. Nothing was approved; it still waits.',
    )
}

function checkApproval(approval: Approval, made: Decision): Eligible | null {
  if (subjectHashOf(approval) !== approval.subjectHash)
    throw new Refusal(
      'conflict',
      'The stored action was changed after the request. Nothing was approved. Reject it, and look into the audit log.',
    )
  const found = findStanding(approval, made)
  if ('why' in found) throw new Refusal('forbidden', found.why)
  return found.for
}

type Asking = Pick<Decision, 'voter' | 'requesterId' | 'alone'>

/** In whose stead this voter could say yes, or why not at all. */
export function findStanding(
  approval: Approval,
  asking: Asking,
): { for: Eligible | null } | { why: string } {
  const why = whyNobody(approval, asking)
  if (why) return { why }
  const { voter } = asking
  const free = findPrincipal(approval, asking)
  if (free) return { for: free.id === voter.id ? null : free }
  const others = voter.standsFor.length > 0 ? ' nor whom you stand in for' : ''
  return {
    why: `This asks for ${describeRequirement(requirementOf(approval))}; that is not you${others}. It still waits.`,
  }
}

function whyNobody(approval: Approval, { voter, requesterId, alone }: Asking): string | undefined {
  const tier = approval.frozen?.tier
  if (tier === 'forbidden') return 'This action is never run, whoever approves it. Reject it.'
  if (isBarred(approval, alone) && voter.id === requesterId)
    return tier === 'destroy'
      ? 'You asked for this yourself, and it destroys something: another approver has to agree. It still waits.'
      : 'You asked for this yourself, and the policy wants another approver. It still waits.'
  return yesOf(approval).some(({ by }) => by.id === voter.id)
    ? 'You have agreed to this already. Somebody else has to, too. It still waits.'
    : undefined
}

/** Themselves first; nobody's standing counts twice. */
function findPrincipal(approval: Approval, { voter, requesterId, alone }: Asking) {
  const requires = requirementOf(approval)
  const used = new Set<string>(yesOf(approval).map(principalOf))
  if (isBarred(approval, alone)) used.add(requesterId)
  const own = voter.mayApprove ? [voter] : []
  return [...own, ...voter.standsFor].find((one) => isNamed(requires, one) && !used.has(one.id))
}

const isBarred = (approval: Approval, alone: boolean) =>
  requirementOf(approval).notRequester && !alone

/** Who has agreed so far. */
export function yesOf({ answers }: Pick<Approval, 'answers'>): Answer[] {
  return answers.filter(({ decision }) => decision === 'approve')
}

/** Whose yes it is: the person's own, or of whom they stood in for. */
export function principalOf(answer: Pick<Answer, 'by' | 'for'>): OperatorId {
  return (answer.for ?? answer.by).id
}

/** Throws Refusal `approval_required` unless this approval lets exactly this subject go on now. */
export function checkSpending(
  approval: Approval,
  subject: FrozenAction | null,
  now: Timestamp,
): void {
  if (approval.set) return checkSpendingPart(approval, subject, now)
  if (approval.status !== 'approved')
    throw required(`the approval ${approval.id} is ${approval.status}`)
  if (now >= approval.expiresAt) throw required(`the approval ${approval.id} was not used in time`)
  const problem = findMismatch(approval, subject)
  if (problem) throw required(`the approval ${approval.id} ${problem}`)
}

function findMismatch(approval: Approval, subject: FrozenAction | null): string | undefined {
  const { frozen, prompt, subjectHash } = approval
  const hash = subjectHashOf({ frozen: subject, prompt })
  const same = (subject === null) === (frozen === null)
  if (!same || hash !== subjectHash || (subject && subject.hash !== hash))
    return 'is for another action'
  if (subjectHashOf(approval) !== hash) return 'holds an action that was changed in the store'
  return subject && subject.tier !== frozen?.tier ? 'was given for another tier' : undefined
}

/** One action of a set. The first has to start in time; the others follow when their turn comes. */
function checkSpendingPart(approval: Approval, subject: FrozenAction | null, now: Timestamp): void {
  const { id, status, set } = approval
  if (status !== 'approved' && status !== 'used') throw required(`the approval ${id} is ${status}`)
  if (status === 'approved' && now >= approval.expiresAt)
    throw required(`the approval ${id} was not used in time`)
  const isWhole = subjectHashOf(approval) === approval.subjectHash
  const hash = subject && hashOf(subject.action)
  const isPart = hash === subject?.hash && set!.some(({ action }) => hashOf(action) === hash)
  if (!isWhole || !isPart) throw required(`the approval ${id} is for other actions`)
}

export function tooLate(id: ApprovalId): Refusal {
  return new Refusal(
    'expired',
    `Nobody answered ${id} in time, so it counts as a no and nothing was run. Retry the run to be asked again.`,
  )
}

export function required(why: string): Refusal {
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
