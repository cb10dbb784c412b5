import { Refusal } from '#contract'
import type { Operator } from '#contract/people'
import type { OperatorId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import type { GroupRepository } from './group-repository'
import { createGroups, getOperator, isApprover } from './groups'
import type { KeyRepository, StoredKey } from './key-repository'
import { toShown } from './key-repository'
import { createKeys, type Pen, type SigningKeys } from './keys'
import type { Known, PeopleRepository } from './people-repository'

/** What somebody may answer for: themselves, and whoever lent them their standing. */
export interface Standing extends Known {
  readonly groups: readonly string[]
  readonly standsFor: readonly (Known & { readonly groups: readonly string[] })[]
}

export interface People extends Serves<'people'> {
  /** The operator of this console, as last read. The first of a store is made as admin, later ones as viewer. */
  current(): Operator
  /** The same, with the role the store says now. */
  now(): Promise<Operator>
  /** Is there only one who may approve? */
  isSingleOperator(tx?: Db): Promise<boolean>
  nameOf(id: OperatorId): Promise<string | undefined>
  /** Undefined when there is no such operator. */
  standing(id: OperatorId, tx?: Db): Promise<Standing | undefined>
  /** The operator's key on this console, made if there is none. Not inside a transaction. Throws Refusal `vault_locked`. */
  pen(operator: Operator): Promise<Pen>
  publicKey(fingerprint: string, tx?: Db): Promise<StoredKey | undefined>
}

export interface Needs {
  database: Database
  clock: Clock
  events: Pick<Events, 'publish'>
  audit: Audit
  signing: SigningKeys
  account: string
  console: string
}
interface Repositories {
  people: PeopleRepository
  keys: KeyRepository
  groups: GroupRepository
}

/** Finds the operator of this console, or makes them. */
export async function createPeopleService(needs: Needs, repos: Repositories): Promise<People> {
  const { database, events, account } = needs
  let me = await findOrMake(needs, repos.people)
  const tell = (tx: Db) => afterCommit(tx, () => events.publish('people.changed', {}))
  const keys = createKeys({ ...needs, repository: repos.keys })
  const { publicKey, pen, myKey } = keys
  async function now(): Promise<Operator> {
    me = (await repos.people.byAccount(account)) ?? { ...me, role: 'viewer' }
    return me
  }
  return {
    ...questions(needs, repos),
    ...createGroups({ ...needs, repository: repos.groups, people: repos.people, tell }),
    publicKey,
    pen,
    myKey,
    now,
    current: () => me,
    me: now,
    async rotateKey(given, caller) {
      const key = await keys.rotateKey(given, caller)
      events.publish('people.changed', {})
      return key
    },
    async rename({ name }, { operator }) {
      await transact(database.db, async (tx) => {
        await change(needs, repos.people, tx, operator, { id: operator.id, to: { name } })
        tell(tx)
      })
      return now()
    },
    async setRole({ id, role }, { operator }) {
      const changed = await transact(database.db, async (tx) => {
        const admins = await repos.people.holdAdmins(tx)
        const before = await getOperator(repos.people, id, tx)
        if (before.role === 'admin' && role !== 'admin' && admins < 2)
          throw new Refusal(
            'conflict',
            `${before.name} is the only admin. Make somebody else admin first. Nothing was changed.`,
          )
        await change(needs, repos.people, tx, operator, { id, to: { role } })
        tell(tx)
        return { id, name: before.name, role }
      })
      await now()
      return changed
    },
  }
}

async function findOrMake({ database, audit, clock, account }: Needs, people: PeopleRepository) {
  return transact(database.db, async (tx) => {
    const known = await people.byAccount(account, tx)
    if (known) return known
    const isFirst = (await people.all(tx)).length === 0
    const role = isFirst ? 'admin' : 'viewer'
    const made: Operator = { id: newId<OperatorId>('opr'), name: account, role }
    await people.add({ ...made, account, created_at: clock.now() }, tx)
    await audit.record(tx, {
      actor: account,
      action: 'operator.added',
      subject: made.id,
      detail: { role, account },
    })
    return made
  })
}

async function change(
  { audit }: Needs,
  people: PeopleRepository,
  tx: Db,
  by: Operator,
  { id, to }: { id: OperatorId; to: Partial<Pick<Operator, 'name' | 'role'>> },
): Promise<void> {
  await people.change(id, to, tx)
  const action = to.role === undefined ? 'operator.renamed' : 'operator.role_changed'
  await audit.record(tx, { actor: by.name, action, subject: id, detail: to })
}

function questions({ clock }: Needs, { people, keys, groups }: Repositories) {
  async function withGroups(id: OperatorId, tx?: Db) {
    const found = await people.find(id, tx)
    return found && { ...found, groups: await groups.groupsOf(id, tx) }
  }
  return {
    list: () => people.all(),
    async everyone() {
      const [all, every, theirs] = [
        await people.everyone(),
        await keys.all(),
        await groups.groups(),
      ]
      return all.map((person) => ({
        ...person,
        groups: theirs.filter((group) => group.members.includes(person.id)).map(({ name }) => name),
        keys: every.filter(({ operatorId }) => operatorId === person.id).map(toShown),
      }))
    },
    async isSingleOperator(tx?: Db) {
      const all = await people.all(tx)
      return all.filter(isApprover).length < 2
    },
    async nameOf(id: OperatorId) {
      const all = await people.all()
      return all.find((operator) => operator.id === id)?.name
    },
    async standing(id: OperatorId, tx?: Db): Promise<Standing | undefined> {
      const own = await withGroups(id, tx)
      if (!own) return undefined
      const lent = await groups.delegationsTo(id, clock.now(), tx)
      const froms = [...new Set(lent.map(({ from }) => from))]
      const standsFor = []
      for (const from of froms) {
        const other = await withGroups(from, tx)
        // Whoever is no approver any more has nothing left to lend.
        if (other && isApprover(other)) standsFor.push(other)
      }
      return { ...own, standsFor }
    },
  }
}
