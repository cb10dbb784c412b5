import type { Approval } from '#contract/approvals'
import type { ApprovalId, OperatorId, RunId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'
import type { NewApproval } from './approval'

type Row = {
  id: ApprovalId
  run_id: RunId
  status: Approval['status']
  subject_hash: string
  requester_id: OperatorId
  requested_at: number
  expires_at: number
  single_operator: number
  decided_by: string | null
  decided_at: number | null
  comment: string
  signature: string | null
  wanted: string
}
type Tables = { approvals: Row }
const tables = (db: Db) => db.withTables<Tables>()

/** An approval with what only this domain may know about it. */
export interface Kept {
  readonly approval: Approval
  readonly requesterId: OperatorId
}

/** How an approval moves on. Only from `from`: of two that try, one wins. */
export interface Move {
  readonly from: Approval['status']
  readonly to: Approval['status']
  readonly decidedBy?: string
  readonly decidedAt?: Timestamp
  readonly comment?: string
  readonly singleOperator?: boolean
  readonly signature?: string
}

/** The one place that knows the approvals table. */
export function createApprovalRepository(db: Db) {
  return { ...singles(db), ...lists(db) }
}

export type ApprovalRepository = ReturnType<typeof createApprovalRepository>

function singles(db: Db) {
  return {
    async add(tx: Db, kept: Kept): Promise<void> {
      await tables(tx).insertInto('approvals').values(toRow(kept)).execute()
    },
    async find(id: ApprovalId, tx: Db = db): Promise<Kept | undefined> {
      const row = await tables(tx)
        .selectFrom('approvals')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toKept(row)
    },
    /** Compare-and-swap; false when it was not in `from` any more. */
    async move(tx: Db, id: ApprovalId, move: Move): Promise<boolean> {
      const { numUpdatedRows } = await tables(tx)
        .updateTable('approvals')
        .set({
          status: move.to,
          ...(move.decidedBy !== undefined && { decided_by: move.decidedBy }),
          ...(move.decidedAt !== undefined && { decided_at: move.decidedAt }),
          ...(move.comment !== undefined && { comment: move.comment }),
          ...(move.singleOperator !== undefined && { single_operator: +move.singleOperator }),
          ...(move.signature !== undefined && { signature: move.signature }),
        })
        .where('id', '=', id)
        .where('status', '=', move.from)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    /** All of a run, in the order in which they were asked for. */
    async allOf(runId: RunId): Promise<Kept[]> {
      const rows = await tables(db)
        .selectFrom('approvals')
        .selectAll()
        .where('run_id', '=', runId)
        .orderBy('requested_at')
        .orderBy('id')
        .execute()
      return rows.map(toKept)
    },
    async openOf(tx: Db, runId: RunId): Promise<Kept[]> {
      const rows = await tables(tx)
        .selectFrom('approvals')
        .selectAll()
        .where('run_id', '=', runId)
        .where('status', 'in', ['waiting', 'approved'])
        .execute()
      return rows.map(toKept)
    },
  }
}

function lists(db: Db) {
  return {
    async due(now: Timestamp): Promise<Kept[]> {
      const rows = await waitingRows(db)
        .selectAll()
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(500)
        .execute()
      return rows.map(toKept)
    },
    async waiting(tx: Db = db): Promise<{ count: number; nextExpiry: Timestamp | null }> {
      const row = await waitingRows(tx)
        .select((e) => [
          e.fn.countAll<number>().as('count'),
          e.fn.min<number | null>('expires_at').as('nextExpiry'),
        ])
        .executeTakeFirstOrThrow()
      return row
    },
    /** First to expire first, after `[expiresAt, id]`. */
    async pageWaiting(after: (string | number)[] | undefined, limit: number): Promise<Kept[]> {
      const [at, id] = [Number(after?.[0] ?? -1), String(after?.[1] ?? '') as ApprovalId]
      const rows = await waitingRows(db)
        .selectAll()
        .where((e) => e(e.refTuple('expires_at', 'id'), '>', e.tuple(at, id)))
        .orderBy('expires_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toKept)
    },
    /** Newest decision first, before `[decidedAt, id]`. */
    async pageDecided(before: (string | number)[] | undefined, limit: number): Promise<Kept[]> {
      let rows = tables(db).selectFrom('approvals').selectAll().where('decided_at', 'is not', null)
      if (before) {
        const [at, id] = [Number(before[0]), String(before[1]) as ApprovalId]
        rows = rows.where((e) => e(e.refTuple('decided_at', 'id'), '<', e.tuple(at, id)))
      }
      const page = await rows
        .orderBy('decided_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return page.map(toKept)
    },
    async countDecided(): Promise<number> {
      const { n } = await tables(db)
        .selectFrom('approvals')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('decided_at', 'is not', null)
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

const waitingRows = (db: Db) => tables(db).selectFrom('approvals').where('status', '=', 'waiting')

function toRow({ approval, requesterId }: Kept): Row {
  const { id, runId, status, subjectHash, requestedAt, expiresAt, singleOperator, ...rest } =
    approval
  const { decidedBy, decidedAt, comment, ...wanted } = rest
  return {
    id,
    run_id: runId,
    status,
    subject_hash: subjectHash,
    requester_id: requesterId,
    requested_at: requestedAt,
    expires_at: expiresAt,
    single_operator: Number(singleOperator),
    decided_by: decidedBy,
    decided_at: decidedAt,
    comment,
    signature: null,
    wanted: JSON.stringify({ ...wanted, runId }),
  }
}

function toKept(row: Row): Kept {
  const wanted = JSON.parse(row.wanted) as Omit<NewApproval, 'requesterId'>
  return {
    requesterId: row.requester_id,
    approval: {
      ...wanted,
      id: row.id,
      runId: row.run_id,
      subjectHash: row.subject_hash,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      status: row.status,
      singleOperator: row.single_operator === 1,
      decidedBy: row.decided_by,
      decidedAt: row.decided_at,
      comment: row.comment,
    },
  }
}
