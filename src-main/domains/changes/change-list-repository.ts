import { type Expression, sql } from 'kysely'
import type { ChangeId, ChangeKind } from '#contract/changes'
import type { Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'
import { type ChangeRow, changeTables, chunks, toTelling } from './change-repository'
import type { Telling } from './rollouts'

/** A change's row, with all that was told of it. */
export interface Kept {
  readonly id: ChangeId
  readonly occurredAt: Timestamp
  readonly rollback: boolean
  readonly tellings: readonly Telling[]
}

export interface Filter {
  readonly kind: ChangeKind | null
  readonly source: string | null
  /** The beginning of a name, in lower case; empty for all. */
  readonly about: string
}

/** What the tables of changes answer. */
export function createChangeListRepository(db: Db) {
  return { ...lists(db), ...joins(db) }
}
export type ChangeListRepository = ReturnType<typeof createChangeListRepository>

function lists(db: Db) {
  return {
    /** Newest first, after `before`; and how many there are in all. */
    async page(
      filter: Filter,
      before: readonly [at: Timestamp, id: ChangeId] | undefined,
      limit: number,
    ): Promise<{ found: Kept[]; total: number }> {
      const matching = await matcher(db, filter)
      let rows = matching().selectAll()
      if (before) {
        const [at, id] = before
        rows = rows.where((e) => e(e.refTuple('occurred_at', 'id'), '<', e.tuple(at, id)))
      }
      const ordered = rows.orderBy('occurred_at', 'desc').orderBy('id', 'desc')
      const { n } = await matching()
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { found: await withTellings(db, await ordered.limit(limit).execute()), total: n }
    },
    async find(id: ChangeId): Promise<Kept | undefined> {
      const rows = whole(db).where('id', '=', id)
      return (await withTellings(db, await rows.execute()))[0]
    },
  }
}

const whole = (db: Db) => changeTables(db).selectFrom('changes').selectAll()

/** Fewer are fetched by what they are found by; more are looked for in the order of the list. */
const MANY = 5000

/** Changes that a filter lets through: a query that is quick whether these are few or nearly all. */
async function matcher(db: Db, { kind, source, about }: Filter) {
  const told = changeTables(db)
    .selectFrom('change_tellings')
    .select('change_id')
    .where('source', '=', source ?? '')
  const named = changeTables(db)
    .selectFrom('change_names')
    .select('change_id')
    .where('name', '>=', about)
    .where('name', '<', `${about}\u{10FFFF}`)
  const fewTold = source !== null && (await isFew(db, told))
  const fewNamed = about !== '' && (await isFew(db, named))
  return () => {
    let rows = changeTables(db).selectFrom('changes')
    if (kind !== null) rows = rows.where('kind', '=', kind)
    if (fewTold) rows = rows.where('id', 'in', told)
    else if (source !== null)
      rows = rows.where((e) => e.exists(told.where('change_id', '=', itsId)))
    if (fewNamed) return rows.where('id', 'in', named)
    if (about === '') return rows
    return rows.where((e) => e.exists(named.where('change_id', '=', itsId)))
  }
}

/** Counts no further than it has to. */
async function isFew(db: Db, some: { limit(most: number): Expression<unknown> }): Promise<boolean> {
  const counted = sql<{ n: number }>`select count(*) as n from (${some.limit(MANY + 1)}) as some_of`
  return (await counted.execute(db)).rows[0]!.n <= MANY
}

const itsId = sql.ref<ChangeId>('changes.id')

function joins(db: Db) {
  return {
    /** Newest first. */
    async withRevision(keys: readonly string[], limit: number): Promise<Kept[]> {
      if (keys.length === 0) return []
      const rows = whole(db)
        .where('id', 'in', (e) =>
          e.selectFrom('change_revisions').select('change_id').where('revision_key', 'in', keys),
        )
        .orderBy('occurred_at', 'desc')
        .orderBy('id', 'desc')
      return withTellings(db, await rows.limit(limit).execute())
    },
    /** Deployments and merges with one of the names, that began from `from` to `to`. Newest first. */
    async effective(
      names: readonly string[],
      [from, to]: readonly [Timestamp, Timestamp],
      limit: number,
    ): Promise<Kept[]> {
      if (names.length === 0) return []
      const rows = whole(db)
        .where('id', 'in', (e) =>
          e
            .selectFrom('change_names')
            .select('change_id')
            .where('name', 'in', names)
            .where('since', '>=', from)
            .where('since', '<=', to),
        )
        .where('kind', 'in', ['deployment', 'pull_request'])
        .orderBy('since', 'desc')
        .orderBy('id', 'desc')
      return withTellings(db, await rows.limit(limit).execute())
    },
  }
}

/** Some changes with all that was told of them, in the same order. */
async function withTellings(db: Db, rows: readonly ChangeRow[]): Promise<Kept[]> {
  const told = new Map<ChangeId, Telling[]>()
  for (const some of chunks(rows.map(({ id }) => id))) {
    const found = await changeTables(db)
      .selectFrom('change_tellings')
      .selectAll()
      .where('change_id', 'in', some)
      .execute()
    for (const row of found)
      told.set(row.change_id, [...(told.get(row.change_id) ?? []), toTelling(row)])
  }
  return rows.map(({ id, occurred_at, rollback }) => ({
    id,
    occurredAt: occurred_at,
    rollback: rollback === 1,
    tellings: told.get(id) ?? [],
  }))
}
