import type { Operator } from '#contract/people'
import type { OperatorId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** An operator with the system's user name, which nobody can change. */
export type Known = Operator & { readonly account: string }
type Tables = { operators: Known & { created_at: Timestamp } }
const SHOWN = ['id', 'name', 'role'] as const
const KNOWN = [...SHOWN, 'account'] as const

/** The one place that knows the `operators` table. */
export function createPeopleRepository(db: Db) {
  const operators = (on: Db = db) => on.withTables<Tables>()
  const known = (on: Db = db) => operators(on).selectFrom('operators').select(KNOWN)
  return {
    all: (tx: Db = db): Promise<Operator[]> =>
      operators(tx).selectFrom('operators').select(SHOWN).orderBy('name').execute(),
    everyone: (tx: Db = db): Promise<Known[]> => known(tx).orderBy('name').execute(),
    find: (id: OperatorId, tx: Db = db): Promise<Known | undefined> =>
      known(tx).where('id', '=', id).executeTakeFirst(),
    byAccount: (account: string, tx: Db = db): Promise<Operator | undefined> =>
      operators(tx)
        .selectFrom('operators')
        .select(SHOWN)
        .where('account', '=', account)
        .executeTakeFirst(),
    async add(row: Tables['operators'], tx: Db): Promise<void> {
      await operators(tx).insertInto('operators').values(row).execute()
    },
    async change(
      id: OperatorId,
      to: Partial<Pick<Operator, 'name' | 'role'>>,
      tx: Db,
    ): Promise<void> {
      await operators(tx).updateTable('operators').set(to).where('id', '=', id).execute()
    },
    /** How many admins there are; until the transaction ends nobody else can take one away. */
    async holdAdmins(tx: Db): Promise<number> {
      const { numUpdatedRows } = await operators(tx)
        .updateTable('operators')
        .set((e) => ({ role: e.ref('role') }))
        .where('role', '=', 'admin')
        .executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    },
  }
}
export type PeopleRepository = ReturnType<typeof createPeopleRepository>
