import type { PullDraft, PullKind } from '#contract/pulls'
import type { CredentialId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'
import type { Kept } from './pull-schedule'

/** A pull as it is kept, without its cursor. */
export interface KeptPull extends PullDraft {
  readonly kind: PullKind
  readonly console: string
  readonly state: Kept
}

type Row = {
  source: string
  kind: PullKind
  console: string
  url: string
  credential_id: CredentialId | null
  scope: string
  every_seconds: number
  enabled: number
  up_to: number | null
  last_at: number | null
  last_ok_at: number | null
  last_count: number
  failures: number
  circuit: Kept['circuit']
  next_at: number | null
  problem: string
  cursor: string | null
}
const tables = (db: Db) => db.withTables<{ pulls: Row }>()

const SHOWN = [
  ...(['source', 'kind', 'console', 'url', 'credential_id', 'scope', 'every_seconds'] as const),
  ...(['enabled', 'up_to', 'last_at', 'last_ok_at', 'last_count', 'failures'] as const),
  ...(['circuit', 'next_at', 'problem'] as const),
]

const one = (source: string, on: Db) => tables(on).selectFrom('pulls').where('source', '=', source)

/** The one place that knows the `pulls` table. */
export function createPullRepository(db: Db) {
  return {
    async all(): Promise<KeptPull[]> {
      const rows = await tables(db).selectFrom('pulls').select(SHOWN).orderBy('source').execute()
      return rows.map(toKept)
    },
    async find(source: string, on: Db = db): Promise<KeptPull | undefined> {
      const row = await one(source, on).select(SHOWN).executeTakeFirst()
      return row && toKept(row)
    },
    async cursor(source: string): Promise<unknown> {
      const row = await one(source, db).select('cursor').executeTakeFirst()
      return row?.cursor == null ? undefined : JSON.parse(row.cursor)
    },
    /** Its cursor is dropped when it `beginsAnew`, and otherwise stays as it is. */
    async save(pull: KeptPull, beginsAnew: boolean, tx: Db): Promise<void> {
      const row = toRow(pull)
      await tables(tx)
        .insertInto('pulls')
        .values({ ...row, cursor: null })
        .onConflict((oc) =>
          oc.column('source').doUpdateSet({ ...row, ...(beginsAnew && { cursor: null }) }),
        )
        .execute()
    },
    /** How far a pull came; false when it was removed or changed hands meanwhile. */
    async advance({ source, console, url, scope }: KeptPull, step: Step): Promise<boolean> {
      const { numUpdatedRows } = await tables(db)
        .updateTable('pulls')
        .set(stepRow(step))
        .where('source', '=', source)
        .where('console', '=', console)
        .where('url', '=', url)
        .where('scope', '=', JSON.stringify(scope))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async remove(source: string, tx: Db): Promise<void> {
      await tables(tx).deleteFrom('pulls').where('source', '=', source).execute()
    },
    /** Those of a console that should be asked by now. */
    async due(console: string, now: Timestamp): Promise<KeptPull[]> {
      const rows = await tables(db)
        .selectFrom('pulls')
        .select(SHOWN)
        .where('console', '=', console)
        .where('next_at', '<=', now)
        .where('enabled', '=', 1)
        .orderBy('next_at')
        .execute()
      return rows.map(toKept)
    },
  }
}
export type PullRepository = ReturnType<typeof createPullRepository>

/** How far a pull came, or how it ended. */
type Step =
  | { readonly cursor: string; readonly upTo: Timestamp | undefined }
  | { readonly state: Kept }

function stepRow(step: Step) {
  if ('state' in step) return stateRow(step.state)
  return { cursor: step.cursor, ...(step.upTo !== undefined && { up_to: step.upTo }) }
}

/** Without `upTo`: that moves with the cursor. */
function stateRow(state: Kept) {
  return {
    last_at: state.lastAt,
    last_ok_at: state.lastOkAt,
    last_count: state.lastCount,
    failures: state.failures,
    circuit: state.circuit,
    next_at: state.nextAt,
    problem: state.problem,
  }
}

function toRow(pull: KeptPull): Omit<Row, 'cursor'> {
  return {
    source: pull.source,
    kind: pull.kind,
    console: pull.console,
    url: pull.url,
    credential_id: pull.credentialId,
    scope: JSON.stringify(pull.scope),
    every_seconds: pull.everySeconds,
    enabled: Number(pull.enabled),
    up_to: pull.state.upTo,
    ...stateRow(pull.state),
  }
}

function toKept(row: Omit<Row, 'cursor'>): KeptPull {
  return {
    source: row.source,
    kind: row.kind,
    console: row.console,
    url: row.url,
    credentialId: row.credential_id,
    scope: JSON.parse(row.scope) as string[],
    everySeconds: row.every_seconds,
    enabled: row.enabled === 1,
    state: {
      upTo: row.up_to,
      lastAt: row.last_at,
      lastOkAt: row.last_ok_at,
      lastCount: row.last_count,
      failures: row.failures,
      circuit: row.circuit,
      nextAt: row.next_at,
      problem: row.problem,
    },
  }
}
