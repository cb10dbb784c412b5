import { sql } from 'kysely'
import type { ChangeId, ChangeKind } from '#contract/changes'
import type { Timestamp } from '#contract/primitives'
import type { Db, StoreKind } from '#platform/database'
import { namesOf, revisionKey, revisionsOf, sinceOf } from './change'
import type { Facts } from './change-facts'
import type { ChangeNews } from './change-news'
import { placeOf, type Rollout, rolloutKeyOf, type Step, stepOf, type Telling } from './rollouts'

type TellingRow = {
  source: string
  kind: ChangeKind
  external_id: string
  change_id: ChangeId
  rollout_key: string | null
  began_at: number
  facts: string
}
export type ChangeRow = {
  id: ChangeId
  kind: ChangeKind
  occurred_at: number
  since: number | null
  place: string | null
  revision_key: string | null
  succeeded: number
  rollback: number
}
type Tables = {
  changes: ChangeRow
  change_tellings: TellingRow
  change_revisions: { revision_key: string; change_id: ChangeId }
  change_names: { name: string; change_id: ChangeId; since: number | null }
}
export const changeTables = (db: Db) => db.withTables<Tables>()

/** Rows a statement. */
const CHUNK = 200

export function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK)
}

/** The one place that writes the tables of changes. */
export function createChangeRepository(kind: StoreKind) {
  return { ...told(kind), ...writes(), ...history() }
}
export type ChangeRepository = ReturnType<typeof createChangeRepository>

function told(kind: StoreKind) {
  return {
    /** One writer at a time, until the transaction ends: changes are few, and two may turn out to be one rollout. */
    async lock(tx: Db): Promise<void> {
      if (kind === 'postgres')
        await sql`select pg_advisory_xact_lock(hashtext(current_schema() || '.changes'))`.execute(
          tx,
        )
    },
    async known(tx: Db, source: string, news: readonly ChangeNews[]): Promise<Telling[]> {
      const found: Telling[] = []
      for (const some of chunks([...new Set(news.map(({ externalId }) => externalId))])) {
        const rows = await changeTables(tx)
          .selectFrom('change_tellings')
          .selectAll()
          .where('source', '=', source)
          .where('kind', 'in', [...new Set(news.map((each) => each.kind))])
          .where('external_id', 'in', some)
          .execute()
        found.push(...rows.map(toTelling))
      }
      return found
    },
    /** Everything told of one revision in one place from `from` to `to`. */
    async ofRollout(
      tx: Db,
      rolloutKey: string,
      from: Timestamp,
      to: Timestamp,
    ): Promise<Telling[]> {
      const rows = await changeTables(tx)
        .selectFrom('change_tellings')
        .selectAll()
        .where('rollout_key', '=', rolloutKey)
        .where('began_at', '>=', from)
        .where('began_at', '<=', to)
        .execute()
      return rows.map(toTelling)
    },
  }
}

function writes() {
  return {
    async save(tx: Db, rollouts: readonly Rollout[]): Promise<void> {
      for (const some of chunks(rollouts)) {
        await saveTellings(tx, some.flatMap(toTellingRows))
        await saveChanges(tx, some.map(toChangeRow))
        await forget(
          tx,
          some.map(({ id }) => id),
        )
        const revisions = some.flatMap(({ id, facts }) =>
          [...new Set(revisionsOf(facts).map(revisionKey))].map((key) => ({
            revision_key: key,
            change_id: id,
          })),
        )
        for (const rows of chunks(revisions))
          await changeTables(tx).insertInto('change_revisions').values(rows).execute()
        const names = some.flatMap(({ id, facts }) =>
          namesOf(facts).map((name) => ({ name, change_id: id, since: sinceOf(facts) ?? null })),
        )
        for (const rows of chunks(names))
          await changeTables(tx).insertInto('change_names').values(rows).execute()
      }
    },
    /** Those of `ids` that nothing is told of any more: it turned out to be part of another. */
    async removeEmpty(tx: Db, ids: readonly ChangeId[]): Promise<void> {
      for (const some of chunks(ids)) {
        await changeTables(tx).deleteFrom('changes').where('id', 'in', some).execute()
        await forget(tx, some)
      }
    },
  }
}

async function saveTellings(tx: Db, all: readonly TellingRow[]): Promise<void> {
  for (const rows of chunks(all))
    await changeTables(tx)
      .insertInto('change_tellings')
      .values(rows)
      .onConflict((oc) =>
        oc.columns(['source', 'kind', 'external_id']).doUpdateSet((e) => ({
          change_id: e.ref('excluded.change_id'),
          rollout_key: e.ref('excluded.rollout_key'),
          began_at: e.ref('excluded.began_at'),
          facts: e.ref('excluded.facts'),
        })),
      )
      .execute()
}

async function saveChanges(tx: Db, rows: readonly ChangeRow[]): Promise<void> {
  await changeTables(tx)
    .insertInto('changes')
    .values(rows)
    .onConflict((oc) =>
      oc.column('id').doUpdateSet((e) => ({
        occurred_at: e.ref('excluded.occurred_at'),
        since: e.ref('excluded.since'),
        place: e.ref('excluded.place'),
        revision_key: e.ref('excluded.revision_key'),
        succeeded: e.ref('excluded.succeeded'),
      })),
    )
    .execute()
}

async function forget(tx: Db, ids: readonly ChangeId[]): Promise<void> {
  for (const table of ['change_revisions', 'change_names'] as const)
    await changeTables(tx).deleteFrom(table).where('change_id', 'in', ids).execute()
}

const deployed = (tx: Db, place: string) =>
  changeTables(tx).selectFrom('changes').where('place', '=', place)

/** The history of a place, to tell forward from back. */
function history() {
  return {
    /** Oldest first. */
    async stepsSince(tx: Db, place: string, since: Timestamp): Promise<(Step & WithRollback)[]> {
      const rows = await deployed(tx, place)
        .selectAll()
        .where('since', '>=', since)
        .orderBy('since')
        .orderBy('revision_key')
        .orderBy('id')
        .execute()
      return rows.map(toStep)
    },
    /** The revision that was live just before. */
    async liveBefore(tx: Db, place: string, at: Timestamp): Promise<string | undefined> {
      const row = await deployed(tx, place)
        .select('revision_key')
        .where('since', '<', at)
        .where('succeeded', '=', 1)
        .where('revision_key', 'is not', null)
        .orderBy('since', 'desc')
        .orderBy('revision_key', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.revision_key ?? undefined
    },
    /** When each revision was live there first. */
    async firstLive(
      tx: Db,
      place: string,
      keys: readonly string[],
    ): Promise<Map<string, Timestamp>> {
      const first = new Map<string, Timestamp>()
      for (const some of chunks([...new Set(keys)])) {
        const rows = await deployed(tx, place)
          .select((e) => ['revision_key', e.fn.min('since').as('since')])
          .where('revision_key', 'in', some)
          .where('succeeded', '=', 1)
          .groupBy('revision_key')
          .execute()
        for (const { revision_key, since } of rows) first.set(revision_key!, Number(since))
      }
      return first
    },
    async markRollback(tx: Db, id: ChangeId, rollback: boolean): Promise<void> {
      await changeTables(tx)
        .updateTable('changes')
        .set({ rollback: Number(rollback) })
        .where('id', '=', id)
        .execute()
    },
  }
}
interface WithRollback {
  readonly rollback: boolean
}

function toTellingRows({ id, tellings }: Rollout): TellingRow[] {
  return tellings.map(({ source, externalId, facts }) => ({
    source,
    kind: facts.kind,
    external_id: externalId,
    change_id: id,
    rollout_key: rolloutKeyOf(facts) ?? null,
    began_at: sinceOf(facts) ?? 0,
    facts: JSON.stringify(facts),
  }))
}

export function toTelling({ source, external_id, change_id, facts }: TellingRow): Telling {
  return {
    source,
    externalId: external_id,
    changeId: change_id,
    facts: JSON.parse(facts) as Facts,
  }
}

function toChangeRow(rollout: Rollout): ChangeRow {
  const { id, facts } = rollout
  const { revisionKey: key, succeeded } = stepOf(rollout)
  const place = placeOf(facts) ?? null
  return {
    id,
    kind: facts.kind,
    occurred_at: facts.occurredAt?.v ?? 0,
    since: sinceOf(facts) ?? null,
    place,
    revision_key: place === null ? null : key,
    succeeded: Number(place !== null && succeeded),
    rollback: 0,
  }
}

function toStep({ id, revision_key, succeeded, since, rollback }: ChangeRow): Step & WithRollback {
  return {
    id,
    revisionKey: revision_key,
    succeeded: succeeded === 1,
    since: since ?? 0,
    rollback: rollback === 1,
  }
}
