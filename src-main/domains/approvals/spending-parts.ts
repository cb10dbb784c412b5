import { Refusal } from '#contract'
import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import { type createMoves, US } from './approval-moves'
import type { ApprovalRepository, Kept } from './approval-repository'

interface Needs {
  audit: Pick<Audit, 'record'>
  clock: Clock
  repository: ApprovalRepository
  moves: ReturnType<typeof createMoves>
}

/** What the audit log calls the use of one action of a set. */
export const PART_USED = 'approval.part_used'
export const partOf = (id: string, hash: string) => `${id} ${hash}`

/** Each action of a set once; the first makes the approval a used one. Compare-and-swap, as for a single action. */
export async function spendPart(
  { audit, clock, repository, moves }: Needs,
  tx: Db,
  kept: Kept,
  { hash }: FrozenAction,
): Promise<Approval> {
  const { id, status } = kept.approval
  if (!(await repository.spendPart(tx, id, hash, clock.now())))
    throw new Refusal('approval_required', `The approval ${id} was used for this target already.`)
  const used =
    status === 'used'
      ? kept.approval
      : await moves.to(tx, kept, { from: 'approved', to: 'used' }, US)
  if (!used) throw new Refusal('approval_required', `The approval ${id} ended meanwhile.`)
  const detail = { approval: id, hash }
  await audit.record(tx, { actor: US, action: PART_USED, subject: partOf(id, hash), detail })
  return used
}
