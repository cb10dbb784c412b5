import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'
import type { Db } from '#platform/database'

/** A piece of output: in the row, or in a file that the row points into. */
export type OutputRow = {
  run_id: RunId
  position: number
  length: number // in UTF-16 units
  step_index: number
  attempt: number
  channel: OutputChunk['channel']
  at: number
  text: string | null
  file: string | null
  file_offset: number | null
  bytes: number
}
type Tables = { run_output: OutputRow }

/** The one place that knows the table of outputs. */
export function createOutputRepository(db: Db) {
  const tables = db.withTables<Tables>()
  return {
    async add(rows: OutputRow[]): Promise<void> {
      for (let start = 0; start < rows.length; start += 100) {
        await tables
          .insertInto('run_output')
          .values(rows.slice(start, start + 100))
          .execute()
      }
    },
    /** Where the next piece goes. */
    async lengthOf(id: RunId): Promise<number> {
      const last = await tables
        .selectFrom('run_output')
        .select(['position', 'length'])
        .where('run_id', '=', id)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst()
      return last ? last.position + last.length : 0
    },
    /** How much of a step's output is in this table itself. */
    async bytesInStore(id: RunId, step: number): Promise<number> {
      const { bytes } = await tables
        .selectFrom('run_output')
        .select((e) => e.fn.sum<string | number | null>('bytes').as('bytes'))
        .where('run_id', '=', id)
        .where('step_index', '=', step)
        .where('file', 'is', null)
        .executeTakeFirstOrThrow()
      return Number(bytes ?? 0)
    },
    /** The last pieces of a step's output, newest first, without Quarterdeck's own words. */
    lastOf: (id: RunId, step: number, limit: number, on: Db = db): Promise<OutputRow[]> =>
      on
        .withTables<Tables>()
        .selectFrom('run_output')
        .selectAll()
        .where('run_id', '=', id)
        .where('step_index', '=', step)
        .where('channel', '!=', 'note')
        .orderBy('position', 'desc')
        .limit(limit)
        .execute(),
    /** Pieces that reach beyond `position`, in order; none is longer than `longest`. */
    from: (id: RunId, position: number, longest: number, limit: number): Promise<OutputRow[]> =>
      tables
        .selectFrom('run_output')
        .selectAll()
        .where('run_id', '=', id)
        .where('position', '>', position - longest)
        .where((e) => e(e('position', '+', e.ref('length')), '>', position))
        .orderBy('position')
        .limit(limit)
        .execute(),
  }
}
export type OutputRepository = ReturnType<typeof createOutputRepository>
