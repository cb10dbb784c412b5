import { Refusal } from '#contract'
import type { Delegation, Group, Operator } from '#contract/people'
import type { DelegationId, OperatorId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Database, type Db, transact } from '#platform/database'
import { newId } from '#platform/ids'
import type { GroupRepository } from './group-repository'
import type { PeopleRepository } from './people-repository'

/** Longer than a holiday is no delegation but another role. */
const LONGEST_MS = 60 * 24 * 3_600_000

interface Needs {
  database: Database
  clock: Clock
  audit: Audit
  repository: GroupRepository
  people: PeopleRepository
  tell: (tx: Db) => void
}

/** Groups, and who stands in for whom. Both hand on standing, never a role. */
export function createGroups(needs: Needs) {
  const { database, clock, audit, repository, people, tell } = needs

  async function record(tx: Db, by: Operator, action: string, subject: string, detail: object) {
    await audit.record(tx, { actor: by.name, action, subject, detail })
    tell(tx)
  }

  return {
    ...delegating(needs, record),
    groups: () => repository.groups(),
    saveGroup: ({ name, members }: Group, { operator }: Caller): Promise<Group> =>
      transact(database.db, async (tx) => {
        const group = { name, members: [...new Set(members)].toSorted() }
        for (const id of group.members) await getOperator(people, id, tx)
        await repository.saveGroup(group, tx)
        await record(tx, operator, 'group.saved', name, group)
        return group
      }),
    removeGroup: ({ name }: { name: string }, { operator }: Caller) =>
      transact(database.db, async (tx) => {
        if (!(await repository.removeGroup(name, tx)))
          throw new Refusal('not_found', `There is no group ${name}. Nothing was changed.`)
        await record(tx, operator, 'group.removed', name, {})
        return {}
      }),
    delegations: () => repository.delegations(clock.now()),
  }
}

type Record_ = (
  tx: Db,
  by: Operator,
  action: string,
  subject: string,
  detail: object,
) => Promise<void>

function delegating({ database, clock, repository, people }: Needs, record: Record_) {
  return {
    delegate: (
      { to, until, reason }: { to: OperatorId; until: number; reason: string },
      { operator }: Caller,
    ): Promise<Delegation> =>
      transact(database.db, async (tx) => {
        const now = clock.now()
        const other = await getOperator(people, to, tx)
        checkDelegation({ operator, other, forMs: until - now })
        const made: Delegation = {
          id: newId<DelegationId>('dlg'),
          from: operator.id,
          to,
          reason,
          createdAt: now,
          until,
          endedAt: null,
        }
        await repository.addDelegation(made, tx)
        await record(tx, operator, 'delegation.made', made.id, made)
        return made
      }),
    endDelegation: ({ id }: { id: DelegationId }, { operator }: Caller) =>
      transact(database.db, async (tx) => {
        const found = await repository.findDelegation(id, tx)
        if (!found)
          throw new Refusal('not_found', 'There is no such delegation. Nothing was changed.')
        if (found.from !== operator.id && operator.role !== 'admin')
          throw new Refusal('forbidden', 'Only who delegated, or an admin, can end this.')
        await repository.endDelegation(id, clock.now(), tx)
        await record(tx, operator, 'delegation.ended', id, { from: found.from, to: found.to })
        return {}
      }),
  }
}

interface Wish {
  readonly operator: Operator
  readonly other: Operator
  readonly forMs: number
}

function checkDelegation({ operator, other, forMs }: Wish): void {
  if (other.id === operator.id)
    throw new Refusal('invalid_input', 'You stand for yourself already. Choose somebody else.')
  if (!isApprover(other))
    throw new Refusal(
      'conflict',
      `${other.name} is ${other.role}: whoever stands in for an approver has to be one. An admin can change the role. Nothing was delegated.`,
    )
  if (forMs <= 0 || forMs > LONGEST_MS)
    throw new Refusal(
      'invalid_input',
      'Delegate to a time ahead, 60 days at most. Nothing was delegated.',
    )
}

/** May they answer approvals at all? */
export function isApprover({ role }: Operator): boolean {
  return role === 'approver' || role === 'admin'
}

export async function getOperator(people: PeopleRepository, id: OperatorId, tx?: Db) {
  const found = await people.find(id, tx)
  if (found) return found
  throw new Refusal('not_found', `There is no operator ${id}. Nothing was changed.`)
}
