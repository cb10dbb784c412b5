import { Refusal } from '#contract'
import type { RunId } from '#contract/primitives'
import type { OutputChunk, Run } from '#contract/runs'
import type { Database } from '#platform/database'
import { createOutputRepository } from './run-output-repository'
import { ROW_LENGTH, toChunk } from './run-output-writer'
import { createRunRepository } from './run-repository'
import type { Snapshot } from './run-snapshot'
import type { RunFact } from './run-state'
import { toRun } from './run-view'
import { describe } from './run-words'

/** A run as it is on disk, with everything that led to it. */
export interface ArchivedRun {
  readonly run: Run
  readonly snapshot: Snapshot
  readonly snapshotHash: string
  /** In order, each with a line that says it. */
  readonly facts: readonly (RunFact & { readonly seq: number; readonly words: string })[]
}

/** Reads runs and drives none: also beside the console that does. */
export interface RunArchive {
  /** Refused with `not_found`. */
  open(id: RunId): Promise<ArchivedRun>
  /** What its steps wrote, as far as it is stored now. */
  output(id: RunId): AsyncIterable<OutputChunk>
}

const ROWS_AT_ONCE = 20

export function createRunArchive(database: Database, dataFolder: string): RunArchive {
  const repository = createRunRepository(database)
  const outputs = createOutputRepository(database.db)
  return {
    async open(id) {
      const held = await repository.find(id)
      if (!held)
        throw new Refusal('not_found', `There is no run ${id}. It may be of another store.`)
      const facts = (await repository.factsOf(id)).map(({ seq, fact }) => ({
        ...fact,
        seq,
        words: describe(fact, held),
      }))
      const { snapshot, snapshotHash } = held
      return { run: toRun(held, () => 0), snapshot, snapshotHash, facts }
    },
    async *output(id) {
      for (let position = 0; ;) {
        const rows = await outputs.from(id, position, ROW_LENGTH, ROWS_AT_ONCE)
        for (const row of rows) {
          yield await toChunk(row, position, dataFolder)
          position = row.position + row.length
        }
        if (rows.length === 0) return
      }
    },
  }
}
