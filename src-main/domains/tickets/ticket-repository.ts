import { type Generated, sql } from 'kysely'
import type { DeliveryId, OperatorId, RunId, TicketId, Timestamp } from '#contract/primitives'
import type { Ticket, TicketStatus, TicketSummary } from '#contract/tickets'
import type { Db, StoreKind } from '#platform/database'
import { isActive, type Kept, type Memory, urgencyOf } from './ticket'

type SummaryRow = {
  id: TicketId
  status: TicketStatus
  severity: Ticket['severity']
  severity_by: Ticket['severityBy']
  verdict: Ticket['verdict']
  signal: Ticket['signal']
  source: string
  fingerprint: string
  service: string | null
  host: string | null
  occurrences: number
  owner_id: OperatorId | null
  owner_name: string | null
  acknowledged_at: number | null
  snoozed_until: number | null
  incident_since: number | null
  active_run_id: RunId | null
  opened_at: number
  last_signal_at: number
  updated_at: number
  resolved_at: number | null
  title: string
}
type Row = SummaryRow & {
  active: number
  urgency: number
  dedup_key: string | null
  repeats: number
  status_before_run: TicketStatus | null
  triage: Memory['triage']
  triage_at: number | null
  escalated_at: number | null
  closed_at: number | null
  signal_starts_at: number
  signal_ended_at: number | null
  signal_heard_at: number
  signal_delivery_id: DeliveryId
  description: string
  labels: string
  annotations: string
  links: string
}
export type TicketTables = { tickets: Row & { seq: Generated<number> } }
export const ticketTables = (db: Db) => db.withTables<TicketTables>()

/** Rows a statement: far below the stores' limits of 32,766 and 65,535 values. */
const CHUNK = 200

/** What stands for a fingerprint. A source's name holds no colon, so two pairs never share a key. */
export function dedupKeyOf({
  source,
  fingerprint,
}: Pick<Ticket, 'source' | 'fingerprint'>): string {
  return `${source}:${fingerprint}`
}

/** The repeats of one delivery: they change nothing but the count. */
export interface Counted {
  readonly ids: readonly TicketId[]
  readonly times: number
  readonly deliveryId: DeliveryId
  readonly heardAt: Timestamp
}

/** The one place that writes the `tickets` table. */
export function createTicketRepository(db: Db, kind: StoreKind) {
  return { ...reads(db, kind), ...writes(), ...forTriage(kind) }
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

/** What a ticket is known by never changes. */
const FIXED = new Set<keyof Row>(['id', 'source', 'fingerprint', 'opened_at'])

function toRow({ ticket, memory }: Kept): Row {
  return {
    ...toSummaryRow(ticket),
    active: Number(isActive(ticket.status)),
    urgency: urgencyOf(ticket),
    dedup_key: memory.current ? dedupKeyOf(ticket) : null,
    repeats: memory.repeats,
    status_before_run: memory.statusBeforeRun,
    triage: memory.triage,
    triage_at: memory.triageAt,
    escalated_at: memory.escalatedAt,
    closed_at: memory.closedAt,
    signal_starts_at: memory.startsAt,
    signal_ended_at: memory.endedAt,
    signal_heard_at: memory.heardAt,
    signal_delivery_id: memory.deliveryId,
    description: ticket.description,
    labels: JSON.stringify(ticket.labels),
    annotations: JSON.stringify(ticket.annotations),
    links: JSON.stringify(ticket.links),
  }
}

function toSummaryRow(ticket: TicketSummary): SummaryRow {
  return {
    id: ticket.id,
    status: ticket.status,
    severity: ticket.severity,
    severity_by: ticket.severityBy,
    verdict: ticket.verdict,
    signal: ticket.signal,
    source: ticket.source,
    fingerprint: ticket.fingerprint,
    service: ticket.service,
    host: ticket.host,
    occurrences: ticket.occurrences,
    owner_id: ticket.ownerId,
    owner_name: ticket.ownerName,
    acknowledged_at: ticket.acknowledgedAt,
    snoozed_until: ticket.snoozedUntil,
    incident_since: ticket.incidentSince,
    active_run_id: ticket.activeRunId,
    opened_at: ticket.openedAt,
    last_signal_at: ticket.lastSignalAt,
    updated_at: ticket.updatedAt,
    resolved_at: ticket.resolvedAt,
    title: ticket.title,
  }
}

/** The columns of a list: all but the long texts. */
export const SUMMARY = [
  'id',
  'status',
  'severity',
  'severity_by',
  'verdict',
  'signal',
  'source',
  'fingerprint',
  'service',
  'host',
  'occurrences',
  'owner_id',
  'owner_name',
  'acknowledged_at',
  'snoozed_until',
  'incident_since',
  'active_run_id',
  'opened_at',
  'last_signal_at',
  'updated_at',
  'resolved_at',
  'title',
] as const satisfies readonly (keyof SummaryRow)[]

export function toSummary(row: SummaryRow): TicketSummary {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    severity: row.severity,
    severityBy: row.severity_by,
    verdict: row.verdict,
    signal: row.signal,
    source: row.source,
    service: row.service,
    host: row.host,
    fingerprint: row.fingerprint,
    occurrences: row.occurrences,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    acknowledgedAt: row.acknowledged_at,
    snoozedUntil: row.snoozed_until,
    incidentSince: row.incident_since,
    activeRunId: row.active_run_id,
    openedAt: row.opened_at,
    lastSignalAt: row.last_signal_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
  }
}

export function toTicket(row: Row): Ticket {
  return {
    ...toSummary(row),
    description: row.description,
    labels: JSON.parse(row.labels) as Ticket['labels'],
    annotations: JSON.parse(row.annotations) as Ticket['annotations'],
    links: JSON.parse(row.links) as Ticket['links'],
  }
}

function toKept(row: Row): Kept {
  return {
    ticket: toTicket(row),
    memory: {
      current: row.dedup_key !== null,
      startsAt: row.signal_starts_at,
      endedAt: row.signal_ended_at,
      heardAt: row.signal_heard_at,
      deliveryId: row.signal_delivery_id,
      repeats: row.repeats,
      triage: row.triage,
      triageAt: row.triage_at,
      statusBeforeRun: row.status_before_run,
      escalatedAt: row.escalated_at,
      closedAt: row.closed_at,
    },
  }
}
