import type { Approval } from '#contract/approvals'
import type { RunId } from '#contract/primitives'
import type { Database } from '#platform/database'
import { createApprovalRepository } from './approval-repository'

/** Reads approvals and answers none: also beside the console that does. */
export interface ApprovalArchive {
  /** In the order in which they were asked for. */
  ofRun(runId: RunId): Promise<Approval[]>
}

export function createApprovalArchive({ db }: Database): ApprovalArchive {
  const repository = createApprovalRepository(db)
  return {
    ofRun: async (runId) => (await repository.allOf(runId)).map(({ approval }) => approval),
  }
}
