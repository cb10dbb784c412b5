import { type Generated, sql } from 'kysely'
import type { DeliveryId, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import type { Db, StoreKind } from '#platform/database'
import type { Kept } from './ticket'
import { dedupKeyOf, type Row, toKept, toRow, toTicket } from './ticket-row'

export type TicketTables = { tickets: Row & { seq: Generated<number> } }
export const ticketTables = (db: Db) => db.withTables<TicketTables>()

/** Rows a statement: far below the stores' limits of 32,766 and 65,535 values. */
const CHUNK = 200

/** The repeats of one delivery: they change nothing but the count. */
export interface Counted {
  readonly ids: readonly TicketId[]
  readonly times: number
  readonly deliveryId: DeliveryId
  readonly heardAt: Timestamp
  readonly quietUntil: Timestamp | null
}

/** The one place that writes the `tickets` table. */
export function createTicketRepository(db: Db, kind: StoreKind) {
  return { ...reads(db, kind), ...alerts(db), ...writes(), ...forTriage(kind), ...forSilence(kind) }
}
export type TicketRepository = ReturnType<typeof createTicketRepository>

export function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}

const whole = (on: Db) => ticketTables(on).selectFrom('tickets').selectAll()

/** Rows that are about to change are locked on PostgreSQL; SQLite's transaction is the lock. */
function locked<Q extends { forUpdate(): Q }>(query: Q, kind: StoreKind): Q {
  return kind === 'postgres' ? query.forUpdate() : query
}

function reads(db: Db, kind: StoreKind) {
  return {
    async find(id: TicketId, tx: Db = db): Promise<Ticket | undefined> {
      const row = await whole(tx).where('id', '=', id).executeTakeFirst()
      return row && toTicket(row)
    },
    async firingSince(id: TicketId): Promise<Timestamp | null | undefined> {
      const row = await ticketTables(db)
        .selectFrom('tickets')
        .select(['signal', 'signal_starts_at'])
        .where('id', '=', id)
        .executeTakeFirst()
      return row && (row.signal === 'firing' ? row.signal_starts_at : null)
    },
    async lock(tx: Db, id: TicketId): Promise<Kept | undefined> {
      const row = await locked(whole(tx).where('id', '=', id), kind).executeTakeFirst()
      return row && toKept(row)
    },
    /** The tickets that stand for these keys, in a fixed order, so that two consoles never wait for each other. */
    async lockCurrent(tx: Db, keys: readonly string[]): Promise<Kept[]> {
      const found: Kept[] = []
      for (const some of chunks(keys.toSorted(), 1000)) {
        const query = whole(tx).where('dedup_key', 'in', some).orderBy('dedup_key')
        const rows = await locked(query, kind).execute()
        found.push(...rows.map(toKept))
      }
      return found
    },
    /** Those that exist, in no order. */
    async findAll(ids: readonly TicketId[], tx: Db = db): Promise<Ticket[]> {
      const found: Ticket[] = []
      for (const some of chunks(ids, 1000)) {
        const rows = await whole(tx).where('id', 'in', some).execute()
        found.push(...rows.map(toTicket))
      }
      return found
    },
    /** The tickets that stand for these keys, to look at. */
    async findCurrentAll(tx: Db, keys: readonly string[]): Promise<Kept[]> {
      const found: Kept[] = []
      for (const some of chunks(keys, 1000)) {
        const rows = await whole(tx).where('dedup_key', 'in', some).execute()
        found.push(...rows.map(toKept))
      }
      return found
    },
    async findCurrent(tx: Db, ticket: Ticket): Promise<TicketId | undefined> {
      const row = await ticketTables(tx)
        .selectFrom('tickets')
        .select('id')
        .where('dedup_key', '=', dedupKeyOf(ticket))
        .executeTakeFirst()
      return row?.id
    },
  }
}

function alerts(db: Db) {
  return {
    /** Is a ticket of this alert, by its label or its title, neither settled nor right again? */
    async isFiring(alert: string): Promise<boolean> {
      const label = `"alertname":${JSON.stringify(alert)}`.replaceAll(/[!%_]/g, '!$&')
      const row = await ticketTables(db)
        .selectFrom('tickets')
        .select('id')
        .where('active', '=', 1)
        .where('signal', '=', 'firing')
        .where((e) =>
          e.or([
            e('title', '=', alert),
            sql<boolean>`${sql.ref('labels')} like ${`%${label}%`} escape '!'`,
          ]),
        )
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}

function writes() {
  return {
    /** Writes whole tickets, new and known. */
    async save(tx: Db, kept: readonly Kept[]): Promise<void> {
      for (const rows of chunks(kept.map(toRow), CHUNK)) {
        const changing = (Object.keys(rows[0]!) as (keyof Row)[]).filter((name) => !FIXED.has(name))
        await ticketTables(tx)
          .insertInto('tickets')
          .values(rows)
          .onConflict((oc) =>
            oc
              .column('id')
              .doUpdateSet((e) =>
                Object.fromEntries(changing.map((name) => [name, e.ref(`excluded.${name}`)])),
              ),
          )
          .execute()
      }
    },
    async count(tx: Db, counted: Counted, now: Timestamp): Promise<void> {
      for (const some of chunks(counted.ids, 1000)) {
        await ticketTables(tx)
          .updateTable('tickets')
          .set((e) => ({
            occurrences: e('occurrences', '+', counted.times),
            repeats: e('repeats', '+', counted.times),
            last_signal_at: now,
            updated_at: now,
            signal_heard_at: counted.heardAt,
            signal_delivery_id: counted.deliveryId,
            quiet_until: counted.quietUntil,
          }))
          .where('id', 'in', some)
          .execute()
      }
    },
  }
}

/** Names the condition of the partial index, which a bound value would not. */
const waiting = (tx: Db) => whole(tx).where('triage', '<>', sql.lit('done'))

function forTriage(kind: StoreKind) {
  return {
    /** Oldest first; on PostgreSQL those that another console has just taken are left out. */
    async lockDue(tx: Db, limit: number): Promise<Kept[]> {
      const due = waiting(tx)
        .where('triage', '=', 'due')
        .where('active', '=', 1)
        .orderBy('opened_at')
        .orderBy('id')
        .limit(limit)
      const rows = await (kind === 'postgres' ? due.forUpdate().skipLocked() : due).execute()
      return rows.map(toKept)
    },
    async lockStuck(tx: Db, before: Timestamp): Promise<Kept[]> {
      const stuck = waiting(tx)
        .where('triage', '=', 'claimed')
        .where('triage_at', '<', before)
        .limit(1000)
      const rows = await locked(stuck, kind).execute()
      return rows.map(toKept)
    },
  }
}

function forSilence(kind: StoreKind) {
  return {
    /** Active tickets whose time of silence is up, longest first; not those that a run or an escalation has. */
    async lockSilent(tx: Db, now: Timestamp, limit: number): Promise<Kept[]> {
      const silent = whole(tx)
        .where('active', '=', 1)
        .where('quiet_until', '<=', now)
        .where('status', '<>', 'escalated')
        .where('active_run_id', 'is', null)
        .orderBy('quiet_until')
        .limit(limit)
      const rows = await (kind === 'postgres' ? silent.forUpdate().skipLocked() : silent).execute()
      return rows.map(toKept)
    },
  }
}

/** What a ticket is known by never changes. */
const FIXED = new Set<keyof Row>(['id', 'source', 'fingerprint', 'opened_at'])
