import type { Scheduler } from '#platform/scheduler'
import type { NewApproval } from './approval'
import { createApprovalRepository } from './approval-repository'
import { type Approvals, createApprovalService, type Needs } from './approval-service'

// Approvals: a person's answer to one action's hash. Bound to the bytes, single use, expiring; no answer is a no.
export { type ApprovalArchive, createApprovalArchive } from './approval-archive'
export { checkHistory } from './history'
export { type ExportedKey, LOG, parseKeys } from './history-file'
export type { Approvals, NewApproval }

const SWEEP_MS = 1000

/** Sweeps out what nobody answered once a second; a late answer is refused exactly, whenever the sweep ran. */
export function createApprovals(needs: Needs & { scheduler: Scheduler }): Approvals {
  const approvals = createApprovalService(needs, createApprovalRepository(needs.database.db))
  needs.scheduler.every('approvals.expire', SWEEP_MS, async () => {
    await approvals.expireDue()
  })
  return approvals
}
