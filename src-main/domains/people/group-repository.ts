import type { Delegation, Group } from '#contract/people'
import type { DelegationId, OperatorId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

type DelegationRow = {
  id: DelegationId
  from_id: OperatorId
  to_id: OperatorId
  reason: string
  created_at: Timestamp
  until: Timestamp
  ended_at: Timestamp | null
}
type Tables = {
  operator_groups: { name: string }
  operator_group_members: { group_name: string; operator_id: OperatorId }
  delegations: DelegationRow
}

/** The one place that knows groups and delegations. */
export function createGroupRepository(db: Db) {
  const tables = (tx: Db = db) => tx.withTables<Tables>()
  return { ...groups(tables), ...delegations(tables) }
}
export type GroupRepository = ReturnType<typeof createGroupRepository>
type On = (tx?: Db) => ReturnType<typeof onTables>
const onTables = (db: Db) => db.withTables<Tables>()

function groups(tables: On) {
  return {
    async groups(tx?: Db): Promise<Group[]> {
      const names = await tables(tx).selectFrom('operator_groups').selectAll().execute()
      const members = await tables(tx).selectFrom('operator_group_members').selectAll().execute()
      return names
        .map(({ name }) => ({
          name,
          members: members
            .filter(({ group_name }) => group_name === name)
            .map(({ operator_id }) => operator_id)
            .toSorted(),
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    async groupsOf(id: OperatorId, tx?: Db): Promise<string[]> {
      const rows = await tables(tx)
        .selectFrom('operator_group_members')
        .select('group_name')
        .where('operator_id', '=', id)
        .execute()
      return rows.map(({ group_name }) => group_name)
    },
    async saveGroup({ name, members }: Group, tx: Db): Promise<void> {
      await tables(tx)
        .insertInto('operator_groups')
        .values({ name })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await tables(tx).deleteFrom('operator_group_members').where('group_name', '=', name).execute()
      if (members.length === 0) return
      const rows = members.map((operator_id) => ({ group_name: name, operator_id }))
      await tables(tx).insertInto('operator_group_members').values(rows).execute()
    },
    /** False when there was none of that name. */
    async removeGroup(name: string, tx: Db): Promise<boolean> {
      await tables(tx).deleteFrom('operator_group_members').where('group_name', '=', name).execute()
      const { numDeletedRows } = await tables(tx)
        .deleteFrom('operator_groups')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    },
  }
}

function delegations(tables: On) {
  const inForce = (at: Timestamp, tx?: Db) =>
    tables(tx)
      .selectFrom('delegations')
      .selectAll()
      .where('ended_at', 'is', null)
      .where('created_at', '<=', at)
      .where('until', '>', at)
      .orderBy('until')
  return {
    async delegations(at: Timestamp, tx?: Db): Promise<Delegation[]> {
      return (await inForce(at, tx).execute()).map(toDelegation)
    },
    async delegationsTo(id: OperatorId, at: Timestamp, tx?: Db): Promise<Delegation[]> {
      return (await inForce(at, tx).where('to_id', '=', id).execute()).map(toDelegation)
    },
    async findDelegation(id: DelegationId, tx: Db): Promise<Delegation | undefined> {
      const row = await tables(tx)
        .selectFrom('delegations')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toDelegation(row)
    },
    async addDelegation(given: Delegation, tx: Db): Promise<void> {
      const { id, from, to, reason, createdAt, until, endedAt } = given
      const times = { created_at: createdAt, until, ended_at: endedAt }
      await tables(tx)
        .insertInto('delegations')
        .values({ id, from_id: from, to_id: to, reason, ...times })
        .execute()
    },
    async endDelegation(id: DelegationId, at: Timestamp, tx: Db): Promise<void> {
      await tables(tx)
        .updateTable('delegations')
        .set({ ended_at: at })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .execute()
    },
  }
}

function toDelegation({ id, reason, until, ...row }: DelegationRow): Delegation {
  const { from_id, to_id, created_at, ended_at } = row
  return { id, from: from_id, to: to_id, reason, createdAt: created_at, until, endedAt: ended_at }
}
