import { sql } from 'kysely'
import type { Timestamp } from '#contract/primitives'
import type { RuleId } from '#contract/screening'
import type { Signal } from '#domains/tickets'
import type { Db, StoreKind } from '#platform/database'
import { DUE, type HeldSignal, type Occurrence } from './plan'

type HeldRow = {
  dedup_key: string
  rule_id: RuleId
  rule_key: string
  stage: HeldSignal['stage']
  group_key: string | null
  since: Timestamp
  last_at: Timestamp
  times: number
  quiet_until: Timestamp | null
  signal: string
}
type OccurrenceRow = {
  rule_id: RuleId
  group_key: string
  dedup_key: string
  delivery_id: Signal['deliveryId']
  at: Timestamp
}
const tables = (on: Db) =>
  on.withTables<{ held_signals: HeldRow; signal_occurrences: OccurrenceRow }>()

/** Values a statement: far below the stores' limits. */
const CHUNK = 500

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK)
}

/** The one place that knows the tables of held signals and of occurrences. */
export function createHeldRepository(db: Db, kind: StoreKind) {
  return { ...heldRows(kind), ...forRelease(kind), ...lists(db), ...occurrences(kind) }
}
export type HeldRepository = ReturnType<typeof createHeldRepository>

const whole = (on: Db) => tables(on).selectFrom('held_signals').selectAll()

function heldRows(kind: StoreKind) {
  return {
    /** With `lock`, nobody else decides about them until the transaction ends. In a fixed order. */
    async find(tx: Db, keys: readonly string[], lock: boolean): Promise<HeldSignal[]> {
      const found: HeldSignal[] = []
      for (const some of chunks(keys.toSorted())) {
        const query = whole(tx).where('dedup_key', 'in', some).orderBy('dedup_key')
        const rows = await (lock && kind === 'postgres' ? query.forUpdate() : query).execute()
        found.push(...rows.map(toHeld))
      }
      return found
    },
    async save(tx: Db, all: readonly HeldSignal[]): Promise<void> {
      for (const some of chunks(all)) {
        await tables(tx)
          .insertInto('held_signals')
          .values(some.map(toRow))
          .onConflict((oc) =>
            oc.column('dedup_key').doUpdateSet((e) => ({
              rule_id: e.ref('excluded.rule_id'),
              rule_key: e.ref('excluded.rule_key'),
              stage: e.ref('excluded.stage'),
              group_key: e.ref('excluded.group_key'),
              since: e.ref('excluded.since'),
              last_at: e.ref('excluded.last_at'),
              times: e.ref('excluded.times'),
              quiet_until: e.ref('excluded.quiet_until'),
              signal: e.ref('excluded.signal'),
            })),
          )
          .execute()
      }
    },
    async drop(tx: Db, keys: readonly string[]): Promise<void> {
      for (const some of chunks(keys))
        await tables(tx).deleteFrom('held_signals').where('dedup_key', 'in', some).execute()
    },
    /** Its threshold is reached: all that is held in this place is due. */
    async markDue(tx: Db, place: Pick<Occurrence, 'ruleId' | 'groupKey'>): Promise<void> {
      await tables(tx)
        .updateTable('held_signals')
        .set({ rule_key: DUE })
        .where('rule_id', '=', place.ruleId)
        .where('group_key', '=', place.groupKey)
        .execute()
    },
  }
}

function forRelease(kind: StoreKind) {
  return {
    /** By what signals are held now: rules in their versions, and `DUE`. A few jumps through an index. */
    async ruleKeys(on: Db): Promise<string[]> {
      const found: string[] = []
      for (;;) {
        const row = await tables(on)
          .selectFrom('held_signals')
          .select('rule_key')
          .where('rule_key', '>', found.at(-1) ?? '')
          .orderBy('rule_key')
          .limit(1)
          .executeTakeFirst()
        if (!row) return found
        found.push(row.rule_key)
      }
    },
    /** What a rule holds after `after`, in a fixed order; on PostgreSQL without what another console has just taken. */
    async lockOf(tx: Db, ruleKey: string, after: string, limit: number): Promise<HeldSignal[]> {
      const query = whole(tx)
        .where('rule_key', '=', ruleKey)
        .where('dedup_key', '>', after)
        .orderBy('dedup_key')
        .limit(limit)
      const rows = await (kind === 'postgres' ? query.forUpdate().skipLocked() : query).execute()
      return rows.map(toHeld)
    },
    async lockSilent(tx: Db, now: Timestamp, limit: number): Promise<HeldSignal[]> {
      const query = whole(tx).where('quiet_until', '<=', now).orderBy('quiet_until').limit(limit)
      const rows = await (kind === 'postgres' ? query.forUpdate().skipLocked() : query).execute()
      return rows.map(toHeld)
    },
  }
}

function lists(db: Db) {
  return {
    /** Newest first, before `[lastAt, key]`. */
    async page(before: [number, string] | undefined, limit: number): Promise<HeldSignal[]> {
      let query = whole(db)
      if (before)
        query = query.where((e) =>
          e(e.refTuple('last_at', 'dedup_key'), '<', e.tuple(before[0], before[1])),
        )
      const rows = await query
        .orderBy('last_at', 'desc')
        .orderBy('dedup_key', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toHeld)
    },
    async countByRule(): Promise<Map<RuleId, number>> {
      const rows = await tables(db)
        .selectFrom('held_signals')
        .select((e) => ['rule_id', e.fn.countAll<number>().as('n')])
        .groupBy('rule_id')
        .execute()
      return new Map(rows.map(({ rule_id, n }) => [rule_id, n]))
    },
    /** Is anything held or counted? */
    async isInUse(): Promise<boolean> {
      for (const table of ['held_signals', 'signal_occurrences'] as const) {
        const row = await tables(db)
          .selectFrom(table)
          .select('dedup_key')
          .limit(1)
          .executeTakeFirst()
        if (row) return true
      }
      return false
    },
  }
}

function occurrences(kind: StoreKind) {
  return {
    /** Two consoles never count in one place at once: each would miss the other's. SQLite's transaction is the lock. */
    async lockPlaces(tx: Db, places: readonly string[]): Promise<void> {
      if (kind === 'sqlite' || places.length === 0) return
      const rows = places.toSorted().map((place) => sql`(${place})`)
      await sql`select pg_advisory_xact_lock(hashtextextended(place, 0))
        from (values ${sql.join(rows)}) as places (place)`.execute(tx)
    },
    /** What was counted in these places of a rule after `since`. */
    async counted(
      tx: Db,
      ruleId: RuleId,
      groupKeys: readonly string[],
      since: Timestamp,
    ): Promise<Occurrence[]> {
      const found: Occurrence[] = []
      for (const some of chunks(groupKeys)) {
        const rows = await tables(tx)
          .selectFrom('signal_occurrences')
          .selectAll()
          .where('rule_id', '=', ruleId)
          .where('group_key', 'in', some)
          .where('at', '>', since)
          .execute()
        found.push(...rows.map(toOccurrence))
      }
      return found
    },
    async count(tx: Db, all: readonly Occurrence[]): Promise<void> {
      for (const some of chunks(all))
        await tables(tx)
          .insertInto('signal_occurrences')
          .values(
            some.map(({ ruleId, groupKey, key, deliveryId, at }) => ({
              rule_id: ruleId,
              group_key: groupKey,
              dedup_key: key,
              delivery_id: deliveryId,
              at,
            })),
          )
          .onConflict((oc) => oc.doNothing())
          .execute()
    },
    async clear(tx: Db, keys: readonly string[]): Promise<void> {
      for (const some of chunks(keys))
        await tables(tx).deleteFrom('signal_occurrences').where('dedup_key', 'in', some).execute()
    },
    async forgetBefore(on: Db, at: Timestamp): Promise<void> {
      await tables(on).deleteFrom('signal_occurrences').where('at', '<', at).execute()
    },
  }
}

function toRow({ key, signal, ...held }: HeldSignal): HeldRow {
  const { quietMs } = signal
  return {
    dedup_key: key,
    rule_id: held.ruleId,
    rule_key: held.ruleKey,
    stage: held.stage,
    group_key: held.groupKey,
    since: held.since,
    last_at: held.lastAt,
    times: held.times,
    quiet_until: quietMs === undefined ? null : held.lastAt + quietMs,
    signal: JSON.stringify(signal),
  }
}

/** What JSON left out was undefined. */
function toHeld(row: HeldRow): HeldSignal {
  const bare = { severity: undefined, service: undefined, host: undefined, endsAt: undefined }
  return {
    key: row.dedup_key,
    signal: { ...bare, ...(JSON.parse(row.signal) as Signal) },
    ruleId: row.rule_id,
    ruleKey: row.rule_key,
    stage: row.stage,
    groupKey: row.group_key,
    since: row.since,
    lastAt: row.last_at,
    times: row.times,
  }
}

function toOccurrence({
  rule_id,
  group_key,
  dedup_key,
  delivery_id,
  at,
}: OccurrenceRow): Occurrence {
  return { ruleId: rule_id, groupKey: group_key, key: dedup_key, deliveryId: delivery_id, at }
}
