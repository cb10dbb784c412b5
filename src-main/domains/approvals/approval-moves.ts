import type { Answer, Approval } from '#contract/approvals'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db } from '#platform/database'
import type { Events } from '#platform/events'
import type { OperatorId } from '#contract/primitives'
import type { ApprovalRepository, Kept, Move } from './approval-repository'
import { requirementOf } from './requirement'
import { hashCard, toStatement } from './statement'

export interface MoveNeeds {
  clock: Clock
  events: Events
  audit: Audit
  repository: ApprovalRepository
}

export const US = 'quarterdeck'

/** Every change of an approval: swapped in the store, written in the audit log and told, or none of the three. */
export function createMoves({ clock, events, audit, repository }: MoveNeeds) {
  return { to, expire, record }

  async function to(
    tx: Db,
    { approval, requesterId }: Kept,
    change: Move,
    actor: string,
    answer?: Answer,
  ) {
    if (!(await repository.move(tx, approval.id, change))) return undefined
    const { from: _, to: status, ...rest } = change
    const moved: Approval = { ...approval, ...rest, status }
    await record(tx, { approval: moved, requesterId }, status, actor, answer)
    return moved
  }

  async function expire(tx: Db, kept: Kept): Promise<Approval | undefined> {
    const comment = 'Nobody answered in time.'
    const change: Move = { from: 'waiting', to: 'expired', decidedAt: clock.now(), comment }
    return to(tx, kept, change, US)
  }

  /** With an answer comes what was signed and the signature, so that the log alone proves it. */
  async function record(
    tx: Db,
    { approval, requesterId }: Kept,
    what: string,
    actor: string,
    answer?: Answer,
  ): Promise<void> {
    const { id, runId, status } = approval
    const signed = answer && {
      statement: toStatement(approval, requesterId, answer),
      signature: answer.signature,
    }
    await audit.record(tx, {
      actor,
      action: `approval.${what}`,
      subject: id,
      detail: { ...factsOf(approval, requesterId), ...signed },
    })
    const { count } = await repository.waiting(tx)
    afterCommit(tx, () =>
      events.publish('approvals.changed', { id, runId, status, waiting: count }),
    )
  }
}

function factsOf(approval: Approval, requesterId: OperatorId) {
  const { runId, stepIndex, purpose, subjectHash, singleOperator, comment, frozen } = approval
  const { policy, expiresAt, set } = approval
  const who = { requesterId, singleOperator, comment, expiresAt }
  return {
    card: hashCard(approval, requesterId),
    runId,
    stepIndex,
    purpose,
    subjectHash,
    ...(set && { set: set.map(({ hash }) => hash) }),
    ...who,
    tier: frozen?.tier ?? null,
    policy: { rules: policy.rules, source: policy.source, why: policy.why },
    requires: requirementOf(approval),
  }
}
