import type { Answer, Approval } from '#contract/approvals'
import type { PolicyDecision } from '#contract/policies'
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
  wanted: string
}
type AnswerRow = {
  approval_id: ApprovalId
  operator_id: OperatorId
  operator_name: string
  for_id: OperatorId | null
  for_name: string | null
  decision: Answer['decision']
  comment: string
  single_operator: number
  decided_at: Timestamp
  fingerprint: string
  kept_in: Answer['keptIn']
  signature: string
}
type PartRow = { approval_id: ApprovalId; hash: string; used_at: number }
type Tables = { approval_parts: PartRow; approvals: Row; approval_answers: AnswerRow }
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
}

/** The one place that knows the tables of approvals. */
export function createApprovalRepository(db: Db) {
  return { ...singles(db), ...answering, ...lists(db) }
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
      return row && (await toKepts(tx, [row]))[0]
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
      return toKepts(db, rows)
    },
    /** One action of a set, once; false when it was used already. */
    async spendPart(tx: Db, id: ApprovalId, hash: string, at: Timestamp): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await tables(tx)
        .insertInto('approval_parts')
        .values({ approval_id: id, hash, used_at: at })
        .onConflict((oc) => oc.columns(['approval_id', 'hash']).doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    async openOf(tx: Db, runId: RunId): Promise<Kept[]> {
      const rows = await tables(tx)
        .selectFrom('approvals')
        .selectAll()
        .where('run_id', '=', runId)
        .where('status', 'in', ['waiting', 'approved'])
        .execute()
      return toKepts(tx, rows)
    },
  }
}

/** Nobody's answer is taken away. */
const answering = {
  /** Until the transaction ends nobody else answers or moves it, if it waits. */
  async hold(tx: Db, id: ApprovalId): Promise<void> {
    await tables(tx)
      .updateTable('approvals')
      .set((e) => ({ status: e.ref('status') }))
      .where('id', '=', id)
      .where('status', '=', 'waiting')
      .execute()
  },
  async answer(tx: Db, id: ApprovalId, answer: Answer): Promise<void> {
    const { by, for: lent, decision, comment, at, fingerprint, keptIn, signature } = answer
    const who = { operator_id: by.id, operator_name: by.name }
    const whose = { for_id: lent?.id ?? null, for_name: lent?.name ?? null }
    const what = { decision, comment, single_operator: Number(answer.singleOperator) }
    const proof = { decided_at: at, fingerprint, kept_in: keptIn, signature }
    await tables(tx)
      .insertInto('approval_answers')
      .values({ approval_id: id, ...who, ...whose, ...what, ...proof })
      .onConflict((conflict) =>
        // Who agreed to one of several may still say no: the last word of a person counts.
        conflict
          .columns(['approval_id', 'operator_id'])
          .doUpdateSet({ ...who, ...whose, ...what, ...proof }),
      )
      .execute()
  },
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
      return toKepts(db, rows)
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
      return toKepts(db, rows)
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
      return toKepts(db, page)
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
  const { decidedBy, decidedAt, comment, answers: _, ...wanted } = rest
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
    wanted: JSON.stringify({ ...wanted, runId }),
  }
}

async function toKepts(db: Db, rows: readonly Row[]): Promise<Kept[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const found = await tables(db)
    .selectFrom('approval_answers')
    .selectAll()
    .where('approval_id', 'in', ids)
    .orderBy('decided_at')
    .execute()
  return rows.map((row) =>
    toKept(
      row,
      found.filter(({ approval_id }) => approval_id === row.id),
    ),
  )
}

function toKept(row: Row, answered: readonly AnswerRow[]): Kept {
  const wanted = JSON.parse(row.wanted) as Omit<NewApproval, 'requesterId'>
  return {
    requesterId: row.requester_id,
    approval: {
      ...wanted,
      policy: toPolicy(wanted.policy),
      id: row.id,
      runId: row.run_id,
      subjectHash: row.subject_hash,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      status: row.status,
      singleOperator: row.single_operator === 1,
      answers: answered.map(toAnswer),
      decidedBy: row.decided_by,
      decidedAt: row.decided_at,
      comment: row.comment,
    },
  }
}

/** Approvals of before there were rules hold one sentence. */
function toPolicy(policy: PolicyDecision | string): PolicyDecision {
  if (typeof policy !== 'string') return policy
  return { effect: 'ask', source: 'tier', rules: [], why: policy, requires: null }
}

function toAnswer(row: AnswerRow): Answer {
  const { decision, comment, fingerprint, signature } = row
  return {
    by: { id: row.operator_id, name: row.operator_name },
    for: row.for_id === null ? null : { id: row.for_id, name: row.for_name ?? row.for_id },
    decision,
    comment,
    singleOperator: row.single_operator === 1,
    at: row.decided_at,
    fingerprint,
    keptIn: row.kept_in,
    signature,
  }
}
