import type { ConnectionId, RunbookId, RunId, TicketId } from '#contract/primitives'
import type { RunSummary } from '#contract/runs'
import type { Database, Db, StoreKind } from '#platform/database'
import { fromStored, type Held, toStored } from './run-snapshot'
import type { RunFact } from './run-state'
import { toSummary } from './run-view'

type Row = {
  id: RunId
  runbook_id: string
  runbook_title: string
  ticket_id: TicketId | null
  ticket_title: string | null
  status: RunSummary['status']
  active: number
  reason: string
  started_by: string
  started_at: number
  ended_at: number | null
  console: string
  steps_done: number
  steps_total: number
  current_step: string | null
  stars: number | null
  dry_run: number
  seq: number
  snapshot_hash: string
  snapshot: string
  state: string
}
type EventRow = {
  run_id: RunId
  seq: number
  at: number
  by: string
  type: string
  payload: string
}
type LockRow = { connection_id: ConnectionId; run_id: RunId; step_index: number }
type Tables = { runs: Row; run_events: EventRow; run_locks: LockRow }
const tables = (db: Db) => db.withTables<Tables>()

interface RunFilter {
  readonly view: 'active' | 'ended' | 'all'
  readonly ticketId: TicketId | null
}

/** The one place that knows the tables of runs, their events and their locks. */
export function createRunRepository({ db, kind }: Pick<Database, 'db' | 'kind'>) {
  return { ...singles(db, kind), ...lists(db), ...events(db), ...locks() }
}
export type RunRepository = ReturnType<typeof createRunRepository>

function singles(db: Db, kind: StoreKind) {
  return {
    async add(tx: Db, held: Held): Promise<void> {
      const { plan } = held.snapshot
      await tables(tx)
        .insertInto('runs')
        .values({
          id: held.id,
          runbook_id: plan.runbookId,
          runbook_title: plan.runbookTitle,
          ticket_id: held.ticketId,
          ticket_title: held.ticketTitle,
          started_by: held.startedBy,
          started_at: held.startedAt,
          dry_run: Number(held.state.dryRun),
          snapshot_hash: held.snapshotHash,
          snapshot: JSON.stringify(held.snapshot),
          ...movingPart(held),
        })
        .execute()
    },
    async save(tx: Db, held: Held): Promise<void> {
      await tables(tx).updateTable('runs').set(movingPart(held)).where('id', '=', held.id).execute()
    },
    async find(id: RunId, tx: Db = db): Promise<Held | undefined> {
      const row = await rowOf(tx, id).executeTakeFirst()
      return row && toHeld(row)
    },
    /** As it is when nobody writes it: a transaction whose line broke may still be on its way to being kept. */
    async findSettled(id: RunId): Promise<Held | undefined> {
      const row = rowOf(db, id)
      const found = await (kind === 'postgres' ? row.forUpdate() : row).executeTakeFirst()
      return found && toHeld(found)
    },
  }
}

const rowOf = (db: Db, id: RunId) => tables(db).selectFrom('runs').selectAll().where('id', '=', id)

function lists(db: Db) {
  return {
    /** Of one console, or of all. */
    async activeOf(console: string | undefined): Promise<RunId[]> {
      let rows = tables(db).selectFrom('runs').select('id').where('active', '=', 1)
      if (console !== undefined) rows = rows.where('console', '=', console)
      return (await rows.orderBy('started_at').execute()).map(({ id }) => id)
    },
    /** Every console that has active runs, and when it last moved one. */
    async consoles(): Promise<{ console: string; runs: number; lastMovedAt: number }[]> {
      const rows = await tables(db)
        .selectFrom('runs')
        .innerJoin('run_events', (join) =>
          join.onRef('run_events.run_id', '=', 'runs.id').onRef('run_events.seq', '=', 'runs.seq'),
        )
        .select((e) => [
          'console',
          e.fn.countAll<number>().as('runs'),
          e.fn.max('run_events.at').as('lastMovedAt'),
        ])
        .where('active', '=', 1)
        .groupBy('console')
        .orderBy('console')
        .execute()
      return rows
    },
    /** Newest first, before `[startedAt, id]`. */
    async page(filter: RunFilter, before: (string | number)[] | undefined, limit: number) {
      let rows = filtered(db, filter).select(SUMMARY)
      if (before) {
        const [at, id] = [Number(before[0]), String(before[1]) as RunId]
        rows = rows.where((e) => e(e.refTuple('started_at', 'id'), '<', e.tuple(at, id)))
      }
      const page = await rows
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return page.map(fromSummaryRow)
    },
    /** Whole, oldest first, after another one. */
    async olderFirst(tx: Db, after: Held | undefined, limit: number): Promise<Held[]> {
      let rows = tables(tx).selectFrom('runs').selectAll()
      if (after) {
        const { startedAt, id } = after
        rows = rows.where((e) => e(e.refTuple('started_at', 'id'), '>', e.tuple(startedAt, id)))
      }
      const page = await rows.orderBy('started_at').orderBy('id').limit(limit).execute()
      return page.map(toHeld)
    },
    /** The last ones of a runbook, newest first. */
    async ofRunbook(id: RunbookId, limit: number): Promise<RunSummary[]> {
      const rows = tables(db).selectFrom('runs').select(SUMMARY).where('runbook_id', '=', id)
      const last = rows.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit)
      return (await last.execute()).map(fromSummaryRow)
    },
    async count(filter: RunFilter): Promise<number> {
      const { n } = await filtered(db, filter)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

const SUMMARY = [
  'id',
  'runbook_id',
  'runbook_title',
  'ticket_id',
  'ticket_title',
  'status',
  'reason',
  'started_by',
  'started_at',
  'ended_at',
  'steps_done',
  'steps_total',
  'current_step',
  'stars',
  'dry_run',
  'console',
] as const

function filtered(db: Db, { view, ticketId }: RunFilter) {
  let rows = tables(db).selectFrom('runs')
  if (view !== 'all') rows = rows.where('active', '=', view === 'active' ? 1 : 0)
  if (ticketId) rows = rows.where('ticket_id', '=', ticketId)
  return rows
}

function events(db: Db) {
  return {
    /** How often a person had to say whether a step happened; runs without are left out. */
    async decisionsOf(tx: Db, ids: readonly RunId[]): Promise<Map<RunId, number>> {
      if (ids.length === 0) return new Map()
      const rows = await tables(tx)
        .selectFrom('run_events')
        .select((e) => ['run_id', e.fn.countAll<number>().as('n')])
        .where('run_id', 'in', ids)
        .where('type', '=', 'decided')
        .groupBy('run_id')
        .execute()
      return new Map(rows.map(({ run_id, n }) => [run_id, n]))
    },
    async append(tx: Db, id: RunId, seq: number, fact: RunFact): Promise<void> {
      const { at, by, type, ...payload } = fact
      await tables(tx)
        .insertInto('run_events')
        .values({ run_id: id, seq, at, by, type, payload: JSON.stringify(payload) })
        .execute()
    },
    /** Oldest first: replayed over the first state they give the present one. */
    async factsOf(id: RunId): Promise<{ seq: number; fact: RunFact }[]> {
      const rows = await tables(db)
        .selectFrom('run_events')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('seq')
        .execute()
      return rows.map(({ seq, at, by, type, payload }) => ({
        seq,
        fact: { ...(JSON.parse(payload) as object), at, by, type } as RunFact,
      }))
    },
  }
}

function locks() {
  return {
    /** One change at a time on a target; false when another step has it. */
    async lock(tx: Db, connectionId: ConnectionId, id: RunId, stepIndex: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await tables(tx)
        .insertInto('run_locks')
        .values({ connection_id: connectionId, run_id: id, step_index: stepIndex })
        .onConflict((oc) => oc.column('connection_id').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    async unlock(tx: Db, id: RunId, stepIndex: number): Promise<void> {
      await tables(tx)
        .deleteFrom('run_locks')
        .where('run_id', '=', id)
        .where('step_index', '=', stepIndex)
        .execute()
    },
  }
}

function movingPart(held: Held) {
  const summary = toSummary(held)
  return {
    status: summary.status,
    active: held.state.end ? 0 : 1,
    reason: summary.reason,
    ended_at: summary.endedAt,
    steps_done: summary.stepsDone,
    steps_total: summary.stepsTotal,
    current_step: summary.currentStep,
    stars: summary.stars,
    console: held.console,
    seq: held.seq,
    state: toStored(held.state),
  }
}

function toHeld(row: Row): Held {
  const snapshot = JSON.parse(row.snapshot) as Held['snapshot']
  return {
    id: row.id,
    snapshot,
    snapshotHash: row.snapshot_hash,
    ticketId: row.ticket_id,
    ticketTitle: row.ticket_title,
    startedBy: row.started_by,
    startedAt: row.started_at,
    console: row.console,
    state: fromStored(snapshot, row.state),
    seq: row.seq,
  }
}

function fromSummaryRow(row: Pick<Row, (typeof SUMMARY)[number]>): RunSummary {
  return {
    id: row.id,
    runbookId: row.runbook_id as RunSummary['runbookId'],
    runbookTitle: row.runbook_title,
    ticketId: row.ticket_id,
    ticketTitle: row.ticket_title,
    status: row.status,
    reason: row.reason,
    startedBy: row.started_by,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    stepsDone: row.steps_done,
    stepsTotal: row.steps_total,
    currentStep: row.current_step,
    stars: row.stars,
    dryRun: row.dry_run === 1,
    console: row.console,
  }
}
