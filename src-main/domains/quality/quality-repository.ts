import { sql } from 'kysely'
import type { RunbookId, Timestamp } from '#contract/primitives'
import type { Db, StoreKind } from '#platform/database'
import { addTallies, COUNTED, type Counts, NOTHING, type Tally, type Version } from './quality'

type CountColumn = Exclude<keyof Counts, 'takenBack' | 'notFixed'> | 'taken_back' | 'not_fixed'
type Row = { runbook_id: RunbookId; revision: string; last_used_at: number } & Record<
  CountColumn,
  number
>
type TimeRow = { runbook_id: RunbookId; revision: string; bucket: number; count: number }
type Tables = {
  runbook_quality: Row
  runbook_fix_times: TimeRow
  quality_counted: { id: number; at: number }
}
const tables = (db: Db) => db.withTables<Tables>()

const COLUMN = Object.fromEntries(
  COUNTED.map((name) => [name, name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
) as Record<keyof Counts, CountColumn>

/** What is known of one version of a runbook. */
export interface Kept extends Version {
  readonly tally: Tally
}

/** The one place that knows the tables of quality. */
export function createQualityRepository(db: Db, kind: StoreKind) {
  return {
    /** Adds to what is counted; what is not there yet starts at zero. */
    async add(tx: Db, version: Version, tally: Tally): Promise<void> {
      await addCounts(tx, version, tally)
      await addTimes(tx, version, tally)
    },
    /** Of one runbook, or of all. */
    async all(runbookId?: RunbookId, on: Db = db): Promise<Kept[]> {
      let rows = tables(on).selectFrom('runbook_quality').selectAll()
      let times = tables(on).selectFrom('runbook_fix_times').selectAll()
      if (runbookId !== undefined) {
        rows = rows.where('runbook_id', '=', runbookId)
        times = times.where('runbook_id', '=', runbookId)
      }
      const found = await rows.orderBy('last_used_at', 'desc').orderBy('revision').execute()
      const taken = Map.groupBy(await times.execute(), keyOf)
      return found.map((row) => toKept(row, taken.get(keyOf(row)) ?? []))
    },
    async isCounted(): Promise<boolean> {
      const found = await tables(db).selectFrom('quality_counted').select('id').executeTakeFirst()
      return found !== undefined
    },
    /** Empties what is counted. Others that would add to it wait until `tx` ends. */
    async clear(tx: Db): Promise<void> {
      if (kind === 'postgres') await sql`lock table runbook_quality in exclusive mode`.execute(tx) // SQLite's transaction is the lock
      await tables(tx).deleteFrom('runbook_quality').execute()
      await tables(tx).deleteFrom('runbook_fix_times').execute()
      await tables(tx).deleteFrom('quality_counted').execute()
    },
    async setCounted(tx: Db, at: Timestamp): Promise<void> {
      await tables(tx).insertInto('quality_counted').values({ id: 1, at }).execute()
    },
  }
}
export type QualityRepository = ReturnType<typeof createQualityRepository>

async function addCounts(tx: Db, { runbookId, revision }: Version, tally: Tally): Promise<void> {
  const counts = Object.fromEntries(
    COUNTED.map((name) => [COLUMN[name], tally.counts[name]]),
  ) as Record<CountColumn, number>
  const sums = Object.fromEntries(
    Object.values(COLUMN).map((name) => [
      name,
      sql<number>`${sql.ref(`runbook_quality.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
    ]),
  )
  const [ours, theirs] = [sql.ref('runbook_quality.last_used_at'), sql.ref('excluded.last_used_at')]
  const last_used_at = sql<number>`case when ${theirs} > ${ours} then ${theirs} else ${ours} end`
  await tables(tx)
    .insertInto('runbook_quality')
    .values({
      runbook_id: runbookId,
      revision,
      last_used_at: tally.lastUsedAt ?? 0,
      ...counts,
    })
    .onConflict((oc) =>
      oc.columns(['runbook_id', 'revision']).doUpdateSet({ ...sums, last_used_at }),
    )
    .execute()
}

async function addTimes(tx: Db, { runbookId, revision }: Version, tally: Tally): Promise<void> {
  const moved = [...tally.fixTimes].filter(([, count]) => count !== 0).toSorted(byBucket)
  for (const [bucket, count] of moved) {
    const sum = sql<number>`${sql.ref('runbook_fix_times.count')} + ${sql.ref('excluded.count')}`
    await tables(tx)
      .insertInto('runbook_fix_times')
      .values({ runbook_id: runbookId, revision, bucket, count })
      .onConflict((oc) =>
        oc.columns(['runbook_id', 'revision', 'bucket']).doUpdateSet({ count: sum }),
      )
      .execute()
  }
}

const byBucket = ([one]: [number, number], [other]: [number, number]) => one - other

function keyOf({ runbook_id, revision }: { runbook_id: string; revision: string }): string {
  return `${runbook_id}/${revision}`
}

function toKept(row: Row, times: readonly TimeRow[]): Kept {
  const counts = Object.fromEntries(COUNTED.map((name) => [name, row[COLUMN[name]]])) as Counts
  const fixTimes = new Map(
    times.filter(({ count }) => count !== 0).map(({ bucket, count }) => [bucket, count]),
  )
  const lastUsedAt = row.last_used_at === 0 ? null : row.last_used_at
  const { runbook_id: runbookId, revision } = row
  return { runbookId, revision, tally: { counts, fixTimes, lastUsedAt } }
}

/** The same, of all versions of a runbook together. */
export function sumOf(kept: readonly Kept[]): Tally {
  return kept.reduce((sum, { tally }) => addTallies(sum, tally), NOTHING)
}
