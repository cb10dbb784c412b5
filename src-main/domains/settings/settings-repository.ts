import type { Settings } from '#contract/settings'
import type { Db } from '#platform/database'

type Tables = { settings: { console: string; chosen: string } }

/** The one place that knows the `settings` table. Only what was chosen is kept, so that better defaults reach everyone. */
export function createSettingsRepository(db: Db, console: string) {
  return {
    async chosen(): Promise<unknown> {
      const row = await db
        .withTables<Tables>()
        .selectFrom('settings')
        .select('chosen')
        .where('console', '=', console)
        .executeTakeFirst()
      return row ? JSON.parse(row.chosen) : {}
    },
    async save(settings: Partial<Settings>, tx: Db): Promise<void> {
      const row = { console, chosen: JSON.stringify(settings) }
      await tx
        .withTables<Tables>()
        .insertInto('settings')
        .values(row)
        .onConflict((oc) => oc.column('console').doUpdateSet(row))
        .execute()
    },
  }
}
