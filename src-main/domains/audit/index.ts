import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import { createAuditRepository } from './audit-repository'
import { type Audit, createAuditService } from './audit-service'

// The hash-chained record of what was done. Owns the audit tables; decides nothing and deletes nothing.
export type { Audit }

export function createAudit({ database, clock }: { database: Database; clock: Clock }): Audit {
  return createAuditService({
    repository: createAuditRepository(database.db, database.kind),
    clock,
  })
}
