import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Lease, LeaseId, LeasePurpose } from '#contract/credentials'
import type { ConnectionId, CredentialId, RunbookId, RunId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** A lease with the credential that it is of. */
export type StoredLease = Lease & { readonly credentialId: CredentialId }

interface LeaseRow {
  id: LeaseId
  credential_id: CredentialId
  at: Timestamp
  purpose: z.infer<typeof LeasePurpose>
  subject: string
  connection_id: ConnectionId | null
  run_id: RunId | null
  runbook_id: RunbookId | null
  step: string | null
  operator: string | null
  refused: string | null
}
type Tables = { leases: LeaseRow }

/** The one place that knows the `leases` table. Nothing here changes or deletes a lease. */
export function createLeaseRepository(db: Db) {
  const on = (tx = db): Kysely<Tables> => tx.withTables<Tables>()
  return {
    async add(lease: StoredLease, tx: Db): Promise<void> {
      await on(tx).insertInto('leases').values(toRow(lease)).execute()
    },
    /** Newest first; those before `id`, where there is one. */
    async before(of: CredentialId, id: LeaseId | undefined, limit: number): Promise<Lease[]> {
      const all = on().selectFrom('leases').selectAll().where('credential_id', '=', of)
      const older = id === undefined ? all : all.where('id', '<', id)
      const rows = await older.orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toLease)
    },
    async count(of: CredentialId): Promise<number> {
      const { n } = await on()
        .selectFrom('leases')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('credential_id', '=', of)
        .executeTakeFirstOrThrow()
      return n
    },
  }
}
export type LeaseRepository = ReturnType<typeof createLeaseRepository>

function toLease(row: LeaseRow): Lease {
  const { id, at, purpose, subject, step, operator, refused } = row
  return {
    id,
    at,
    purpose,
    subject,
    connectionId: row.connection_id,
    runId: row.run_id,
    runbookId: row.runbook_id,
    step,
    operator,
    refused,
  }
}

function toRow(lease: StoredLease): LeaseRow {
  const { id, at, purpose, subject, step, operator, refused } = lease
  return {
    id,
    credential_id: lease.credentialId,
    at,
    purpose,
    subject,
    connection_id: lease.connectionId,
    run_id: lease.runId,
    runbook_id: lease.runbookId,
    step,
    operator,
    refused,
  }
}
