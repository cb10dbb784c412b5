import type { RunbookId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

/** A text that a runbook had, and how it came there. */
export interface KeptRevision {
  readonly runbookId: RunbookId
  readonly revision: string
  readonly at: Timestamp
  readonly by: string
  readonly note: string
  readonly markdown: string
}

type Row = Omit<KeptRevision, 'runbookId'> & { runbook_id: RunbookId }
const table = 'runbook_revisions'
const tables = (db: Db) => db.withTables<{ [table]: Row }>()

/** The one place that knows the table of runbooks' revisions. */
export function createRevisionRepository(db: Db) {
  return {
    /** A text that comes back is the newest again, with its new time and reason. */
    async keep({ runbookId, ...rest }: KeptRevision, on: Db = db): Promise<void> {
      const { at, by, note } = rest
      await tables(on)
        .insertInto(table)
        .values({ runbook_id: runbookId, ...rest })
        .onConflict((oc) => oc.columns(['runbook_id', 'revision']).doUpdateSet({ at, by, note }))
        .execute()
    },
    /** Only what is not there yet. */
    async keepUnknown(all: readonly KeptRevision[], on: Db = db): Promise<void> {
      for (const { runbookId, ...rest } of all)
        await tables(on)
          .insertInto(table)
          .values({ runbook_id: runbookId, ...rest })
          .onConflict((oc) => oc.doNothing())
          .execute()
    },
    async list(runbookId: RunbookId, limit: number): Promise<KeptRevision[]> {
      const rows = await tables(db)
        .selectFrom(table)
        .selectAll()
        .where('runbook_id', '=', runbookId)
        .orderBy('at', 'desc')
        .orderBy('revision')
        .limit(limit)
        .execute()
      return rows.map(toKept)
    },
    async find(runbookId: RunbookId, revision: string): Promise<KeptRevision | undefined> {
      const row = await tables(db)
        .selectFrom(table)
        .selectAll()
        .where('runbook_id', '=', runbookId)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return row && toKept(row)
    },
    /** Keeps the newest `most` of a runbook. */
    async trim(runbookId: RunbookId, most: number): Promise<void> {
      const newest = tables(db)
        .selectFrom(table)
        .select('revision')
        .where('runbook_id', '=', runbookId)
        .orderBy('at', 'desc')
        .orderBy('revision')
        .limit(most)
      await tables(db)
        .deleteFrom(table)
        .where('runbook_id', '=', runbookId)
        .where('revision', 'not in', newest)
        .execute()
    },
  }
}
export type RevisionRepository = ReturnType<typeof createRevisionRepository>

function toKept({ runbook_id: runbookId, ...rest }: Row): KeptRevision {
  return { runbookId, ...rest }
}
