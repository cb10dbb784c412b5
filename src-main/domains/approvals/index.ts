import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { ApprovalId, RunId } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import type { Db } from '#platform/database'

// Approvals: a person's answer to one action's hash. Bound to the bytes, single use, expiring; no answer is a no.

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
>

export interface Approvals extends Serves<'approvals'> {
  request(tx: Db, wanted: NewApproval): Promise<Approval>
  find(id: ApprovalId, tx?: Db): Promise<Approval | undefined>
  /**
   * Compare-and-swap `approved` → `used`, in the transaction that starts the step. Throws Refusal `approval_required`
   * unless this approval is approved, unused, in time and for exactly this action's recomputed hash.
   */
  spend(tx: Db, id: ApprovalId, frozen: FrozenAction): Promise<Approval>
  /** All that wait for this run become `withdrawn`. */
  withdraw(tx: Db, runId: RunId, reason: string): Promise<void>
  /** Turns waiting ones whose time is over into `expired` and returns them. */
  expireDue(): Promise<Approval[]>
}
