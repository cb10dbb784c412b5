import { Refusal } from '#contract'
import type { Answer, Approval } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type { ApprovalId, OperatorId } from '#contract/primitives'
import { isApprover, type Pen, type People } from '#domains/people'
import type { Settings } from '#domains/settings'
import { toCanonicalJson } from '#platform/canonical-json'
import type { Db } from '#platform/database'
import { checkDecision, findStanding, type Voter, yesOf } from './approval'
import type { createMoves, MoveNeeds } from './approval-moves'
import type { Kept, Move } from './approval-repository'
import { isAsAsked } from './as-asked'
import { requirementOf } from './requirement'
import { toStatement } from './statement'

export interface DecidingNeeds extends MoveNeeds {
  people: Pick<People, 'isSingleOperator' | 'standing' | 'pen' | 'publicKey'>
  settings: Pick<Settings, 'current'>
  moves: ReturnType<typeof createMoves>
}

/** What one person says to one approval. */
export interface Said {
  readonly subjectHash: string
  readonly decision: 'approve' | 'reject'
  readonly comment: string
}

/** Takes answers: checks who may give them, signs them, and sees whether they are enough. */
export function createDeciding(needs: DecidingNeeds) {
  const { people, settings, repository, moves } = needs

  async function isAlone(tx?: Db): Promise<boolean> {
    return settings.current().singleOperator && (await people.isSingleOperator(tx))
  }

  async function voterOf(id: OperatorId, tx?: Db): Promise<Voter> {
    const standing = await people.standing(id, tx)
    if (standing) return { ...standing, mayApprove: isApprover(standing) }
    throw new Refusal('forbidden', 'You are not an operator of this store. Nothing was decided.')
  }

  /** In a transaction. `pen` was opened before: a keychain may take its time, and a transaction has none. */
  async function answer(
    tx: Db,
    id: ApprovalId,
    said: Said,
    { operator, pen }: { operator: Operator; pen: Pen },
  ): Promise<Approval> {
    await repository.hold(tx, id) // first: of two that answer at once, the second sees what the first said
    const kept = (await repository.find(id, tx))!
    const { approval, requesterId } = kept
    const alone = await isAlone(tx)
    const voter = await voterOf(operator.id, tx)
    if (said.decision === 'approve' && !(await isAsAsked(needs.audit, tx, kept)))
      throw new Refusal('conflict', CHANGED)
    const lent = checkDecision(approval, { ...said, voter, requesterId, alone })
    const signed = await sign(needs, kept, said, { voter, lent, alone, pen })
    await repository.answer(tx, approval.id, signed)
    return settle(tx, { ...kept, approval: withAnswer(approval, signed) }, signed)
  }

  async function settle(tx: Db, kept: Kept, given: Answer): Promise<Approval> {
    const { approval } = kept
    const actor = actorOf(given)
    const yes = yesOf(approval)
    const isEnough = yes.length >= requirementOf(approval).people
    if (given.decision === 'approve' && !isEnough) {
      await moves.record(tx, kept, 'agreed', actor, given)
      return approval
    }
    const rejects = given.decision === 'reject'
    const change: Move = {
      from: 'waiting',
      to: rejects ? 'rejected' : 'approved',
      decidedBy: (rejects ? [given] : yes).map(actorOf).join(', '),
      decidedAt: given.at,
      comment: given.comment,
      singleOperator: given.singleOperator,
    }
    const decided = await moves.to(tx, kept, change, actor, given)
    if (decided) return decided
    throw new Error(`The approval ${approval.id} moved while it was held`)
  }

  return { answer, isAlone, voterOf }
}

const CHANGED =
  'What waits here is not what was asked: the store was changed after the request. Nothing was approved. Reject it, and look into the audit log.'

interface Signer {
  readonly voter: Voter
  readonly lent: { readonly id: OperatorId; readonly name: string } | null
  readonly alone: boolean
  readonly pen: Pen
}

async function sign(
  { clock }: DecidingNeeds,
  { approval, requesterId }: Kept,
  { decision, comment }: Said,
  { voter, lent, alone, pen }: Signer,
): Promise<Answer> {
  const unsigned = {
    by: { id: voter.id, name: voter.name },
    for: lent && { id: lent.id, name: lent.name },
    decision,
    comment,
    singleOperator: alone,
    at: clock.now(),
    fingerprint: pen.fingerprint,
    keptIn: pen.keptIn,
  }
  const text = toCanonicalJson(toStatement(approval, requesterId, unsigned))
  return { ...unsigned, signature: pen.sign(text) }
}

/** A person's last word stands. */
function withAnswer(approval: Approval, answer: Answer): Approval {
  const others = approval.answers.filter(({ by }) => by.id !== answer.by.id)
  return { ...approval, answers: [...others, answer] }
}

/** `Ada`, or `Ada for Bob`. */
export function actorOf({ by, for: lent }: Pick<Answer, 'by' | 'for'>): string {
  return lent ? `${by.name} for ${lent.name}` : by.name
}

const no = (why: string) => ({ mayApprove: false, for: null, why, mayRemember: false })

/** What the screen tells a person before they answer. */
export function standingOf(
  { approval, requesterId }: Kept,
  voter: Voter,
  alone: boolean,
): { mayApprove: boolean; for: string | null; why: string; mayRemember: boolean } {
  if (!voter.mayApprove) return no('Your role may look, not answer.')
  const found = findStanding(approval, { voter, requesterId, alone })
  if ('why' in found) return no(found.why)
  return {
    mayApprove: true,
    for: found.for?.name ?? null,
    why: '',
    mayRemember: mayBeRemembered(approval) && found.for === null,
  }
}

/** Only what reads or reaches out, and needs nobody else. */
export function mayBeRemembered(approval: Approval): boolean {
  const tier = approval.frozen?.tier
  return (
    (tier === 'read' || tier === 'reach_out') &&
    approval.purpose === 'step' &&
    !approval.set &&
    requirementOf(approval).people === 1
  )
}

export type Deciding = ReturnType<typeof createDeciding>
