import { sql } from 'kysely'
import type { TicketId, Timestamp } from '#contract/primitives'
import type { Group, GroupId, RuleId } from '#contract/screening'
import type { Db, StoreKind } from '#platform/database'

export interface KeptGroup extends Omit<Group, 'tickets'> {
  /** Held while new tickets may join it. */
  readonly currentKey: string | null
}

type GroupRow = {
  id: GroupId
  rule_id: RuleId
  rule: string
  current_key: string | null
  what: string
  state: Group['state']
  size: number
  opened_at: Timestamp
  last_at: Timestamp
  incident_id: TicketId | null
  decided_by: string | null
}
export type Member = { group_id: GroupId; ticket_id: TicketId; joined_at: Timestamp }
const tables = (on: Db) =>
  on.withTables<{ ticket_groups: GroupRow; ticket_group_members: Member }>()

/** Rows and values a statement: far below the stores' limits, however many alerts one delivery tells of. */
const CHUNK = 500

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK)
}

/** The one place that knows the tables of groups. */
export function createGroupRepository(db: Db, kind: StoreKind) {
  return { ...groups(kind), ...members(db), ...lists(db) }
}
export type GroupRepository = ReturnType<typeof createGroupRepository>

const whole = (on: Db) => tables(on).selectFrom('ticket_groups').selectAll()
const locked = <Q extends { forUpdate(): Q }>(query: Q, kind: StoreKind): Q =>
  kind === 'postgres' ? query.forUpdate() : query

function groups(kind: StoreKind) {
  return {
    async lock(tx: Db, id: GroupId): Promise<KeptGroup | undefined> {
      const row = await locked(whole(tx).where('id', '=', id), kind).executeTakeFirst()
      return row && toGroup(row)
    },
    /** In a fixed order, so that two consoles never wait for each other. */
    async lockCurrent(tx: Db, keys: readonly string[]): Promise<KeptGroup[]> {
      const found: KeptGroup[] = []
      for (const some of chunks(keys.toSorted())) {
        const query = whole(tx).where('current_key', 'in', some).orderBy('current_key')
        found.push(...(await locked(query, kind).execute()).map(toGroup))
      }
      return found
    },
    async retire(tx: Db, ids: readonly GroupId[]): Promise<void> {
      for (const some of chunks(ids))
        await tables(tx)
          .updateTable('ticket_groups')
          .set({ current_key: null })
          .where('id', 'in', some)
          .execute()
    },
    /** Where another console has just made one, that one stays. */
    async add(tx: Db, all: readonly KeptGroup[]): Promise<void> {
      for (const some of chunks(all))
        await tables(tx)
          .insertInto('ticket_groups')
          .values(some.map(toRow))
          .onConflict((oc) => oc.column('current_key').doNothing())
          .execute()
    },
    async replace(tx: Db, group: KeptGroup): Promise<void> {
      const { id, ...row } = toRow(group)
      await tables(tx).updateTable('ticket_groups').set(row).where('id', '=', id).execute()
    },
  }
}

function members(db: Db) {
  return {
    /** Those of these groups that are among these tickets. */
    async among(
      tx: Db,
      groupIds: readonly GroupId[],
      ticketIds: readonly TicketId[],
    ): Promise<Member[]> {
      if (groupIds.length === 0) return []
      const wanted = new Set(groupIds)
      const found: Member[] = []
      for (const some of chunks(ticketIds)) {
        const rows = await tables(tx)
          .selectFrom('ticket_group_members')
          .selectAll()
          .where('ticket_id', 'in', some)
          .execute()
        found.push(...rows.filter(({ group_id }) => wanted.has(group_id)))
      }
      return found
    },
    async join(tx: Db, all: readonly Member[]): Promise<void> {
      for (const some of chunks(all))
        await tables(tx)
          .insertInto('ticket_group_members')
          .values(some)
          .onConflict((oc) => oc.doNothing())
          .execute()
    },
    /** In the order they joined. */
    of: (id: GroupId, limit: number, tx: Db = db): Promise<Member[]> =>
      tables(tx)
        .selectFrom('ticket_group_members')
        .selectAll()
        .where('group_id', '=', id)
        .orderBy('joined_at')
        .orderBy('ticket_id')
        .limit(limit)
        .execute(),
  }
}

function lists(db: Db) {
  const listed = (state: Group['state'] | null) => {
    const query = tables(db).selectFrom('ticket_groups').where('size', '>', sql.lit(1))
    return state === null ? query : query.where('state', '=', state)
  }
  return {
    /** Newest first, before `[lastAt, id]`; groups of one are left out. */
    async page(
      state: Group['state'] | null,
      before: [number, string] | undefined,
      limit: number,
    ): Promise<KeptGroup[]> {
      let query = listed(state).selectAll()
      if (before)
        query = query.where((e) =>
          e(e.refTuple('last_at', 'id'), '<', e.tuple(before[0], before[1] as GroupId)),
        )
      const rows = await query
        .orderBy('last_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toGroup)
    },
    async count(state: Group['state'] | null): Promise<number> {
      const { n } = await listed(state)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
    /** Largest first; groups of one are left out. */
    async ofTicket(id: TicketId): Promise<KeptGroup[]> {
      const rows = await tables(db)
        .selectFrom('ticket_groups')
        .innerJoin('ticket_group_members', 'ticket_group_members.group_id', 'ticket_groups.id')
        .selectAll('ticket_groups')
        .where('ticket_group_members.ticket_id', '=', id)
        .where('size', '>', 1)
        .orderBy('size', 'desc')
        .orderBy('last_at', 'desc')
        .limit(20)
        .execute()
      return rows.map(toGroup)
    },
  }
}

function toRow(group: KeptGroup): GroupRow {
  return {
    id: group.id,
    rule_id: group.ruleId,
    rule: group.rule,
    current_key: group.currentKey,
    what: group.what,
    state: group.state,
    size: group.size,
    opened_at: group.openedAt,
    last_at: group.lastAt,
    incident_id: group.incidentId,
    decided_by: group.decidedBy,
  }
}

function toGroup(row: GroupRow): KeptGroup {
  return {
    id: row.id,
    ruleId: row.rule_id,
    rule: row.rule,
    currentKey: row.current_key,
    what: row.what,
    state: row.state,
    size: row.size,
    openedAt: row.opened_at,
    lastAt: row.last_at,
    incidentId: row.incident_id,
    decidedBy: row.decided_by,
  }
}
