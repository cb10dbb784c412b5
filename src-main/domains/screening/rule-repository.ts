import type { RuleDraft, RuleId } from '#contract/screening'
import type { Db } from '#platform/database'
import type { KeptRule } from './rule-book'

type Row = Omit<KeptRule, 'draft' | 'builtIn' | 'createdBy' | 'createdAt' | 'updatedAt'> & {
  draft: string
  built_in: number
  created_by: string
  created_at: number
  updated_at: number
}
const tables = (on: Db) => on.withTables<{ screening_rules: Row }>()

/** The one place that knows the `screening_rules` table. */
export function createRuleRepository(db: Db) {
  return {
    async all(tx: Db = db): Promise<KeptRule[]> {
      const rows = await tables(tx)
        .selectFrom('screening_rules')
        .selectAll()
        .orderBy('position')
        .orderBy('id')
        .execute()
      return rows.map(toRule)
    },
    async find(tx: Db, id: RuleId): Promise<KeptRule | undefined> {
      const row = await tables(tx)
        .selectFrom('screening_rules')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRule(row)
    },
    async add(tx: Db, rule: KeptRule): Promise<void> {
      await tables(tx).insertInto('screening_rules').values(toRow(rule)).execute()
    },
    /** False when somebody else has changed it since it was read. */
    async replace(tx: Db, rule: KeptRule): Promise<boolean> {
      const { id, ...row } = toRow({ ...rule, version: rule.version + 1 })
      const { numUpdatedRows } = await tables(tx)
        .updateTable('screening_rules')
        .set(row)
        .where('id', '=', id)
        .where('version', '=', rule.version)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async remove(tx: Db, id: RuleId): Promise<void> {
      await tables(tx).deleteFrom('screening_rules').where('id', '=', id).execute()
    },
    async move(tx: Db, id: RuleId, position: number): Promise<void> {
      await tables(tx)
        .updateTable('screening_rules')
        .set({ position })
        .where('id', '=', id)
        .execute()
    },
  }
}
export type RuleRepository = ReturnType<typeof createRuleRepository>

function toRow({ draft, builtIn, createdBy, createdAt, updatedAt, ...same }: KeptRule): Row {
  const { id, position, version } = same
  return {
    id,
    position,
    version,
    draft: JSON.stringify(draft),
    built_in: Number(builtIn),
    created_by: createdBy,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

function toRule({ draft, built_in, created_by, created_at, updated_at, ...same }: Row): KeptRule {
  return {
    ...same,
    draft: JSON.parse(draft) as RuleDraft, // checked when it was written
    builtIn: built_in === 1,
    createdBy: created_by,
    createdAt: created_at,
    updatedAt: updated_at,
  }
}
