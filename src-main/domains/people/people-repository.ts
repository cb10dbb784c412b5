import type { Operator } from '#contract/people'
import type { OperatorId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

type OperatorRow = Operator & { account: string; created_at: Timestamp }
type Tables = { operators: OperatorRow }
const SHOWN = ['id', 'name', 'role'] as const

/** The one place that knows the `operators` table. */
export function createPeopleRepository(db: Db) {
  const operators = (on: Db = db) => on.withTables<Tables>()
  return {
    all: (): Promise<Operator[]> =>
      operators().selectFrom('operators').select(SHOWN).orderBy('name').execute(),
    byAccount: (account: string, tx: Db): Promise<Operator | undefined> =>
      operators(tx)
        .selectFrom('operators')
        .select(SHOWN)
        .where('account', '=', account)
        .executeTakeFirst(),
    async add(row: OperatorRow, tx: Db): Promise<void> {
      await operators(tx).insertInto('operators').values(row).execute()
    },
    async rename(id: OperatorId, name: string, tx: Db): Promise<void> {
      await operators(tx).updateTable('operators').set({ name }).where('id', '=', id).execute()
    },
  }
}
