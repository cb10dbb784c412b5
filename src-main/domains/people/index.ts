import type { Operator } from '#contract/people'
import type { OperatorId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { createPeopleRepository } from './people-repository'

// Operators: who they are and what role they have.
export interface People extends Serves<'people'> {
  /** The operator of this console, made at the first start from the system's user name, as admin. */
  current(): Operator
  /** Is there only one who may approve? Then nobody else can be asked, and every approval says so. */
  isSingleOperator(): Promise<boolean>
  nameOf(id: OperatorId): Promise<string | undefined>
}

interface Needs {
  database: Database
  clock: Clock
  audit: Audit
  /** The system's user name. */
  account: string
}

/** Finds the operator of this console, or makes them. */
export async function createPeople({ database, clock, audit, account }: Needs): Promise<People> {
  const repository = createPeopleRepository(database.db)
  let me = await transact(database.db, async (tx) => {
    const known = await repository.byAccount(account, tx)
    if (known) return known
    const made: Operator = { id: newId<OperatorId>('opr'), name: account, role: 'admin' }
    await repository.add({ ...made, account, created_at: clock.now() }, tx)
    await audit.record(tx, {
      actor: account,
      action: 'operator.added',
      subject: made.id,
      detail: { role: made.role },
    })
    return made
  })
  return {
    current: () => me,
    me: () => me,
    list: () => repository.all(),
    async isSingleOperator() {
      const all = await repository.all()
      return all.filter(({ role }) => role === 'approver' || role === 'admin').length < 2
    },
    async nameOf(id) {
      const all = await repository.all()
      return all.find((operator) => operator.id === id)?.name
    },
    async rename({ name }, { operator }) {
      await transact(database.db, async (tx) => {
        await repository.rename(operator.id, name, tx)
        await audit.record(tx, {
          actor: operator.name,
          action: 'operator.renamed',
          subject: operator.id,
          detail: { name },
        })
      })
      me = { ...me, name }
      return me
    },
  }
}
