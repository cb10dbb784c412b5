import { z } from 'zod'
import { command, query } from './define'
import { Empty, Note, RunbookId, Sha256, Timestamp } from './primitives'
import { RunbookRecord } from './runbooks'

/** A runbook's text as it once was. */
export const Revision = z.strictObject({
  revision: Sha256, // of the file's bytes
  at: Timestamp, // when it was saved here, or first seen
  by: z.string(), // an operator's name; `a file` when it was changed outside, `Quarterdeck` for a shipped one
  note: z.string(), // why, in the words of who saved it
  lines: z.int().nonnegative(),
  isCurrent: z.boolean(),
})
export type Revision = z.infer<typeof Revision>

export const revisions = {
  /** Newest first, at most 200. */
  list: query(z.strictObject({ id: RunbookId }), z.array(Revision)),
  get: query(
    z.strictObject({ id: RunbookId, revision: Sha256 }),
    z.strictObject({ markdown: z.string() }),
  ),
  /**
   * Writes the file in the operator's own folder; there it takes the place of a shipped one. One with errors is kept,
   * too, and cannot be started. Refused with `conflict` unless `basedOn` is the revision that is there now; null: none is.
   */
  save: command(
    z.strictObject({
      id: RunbookId,
      markdown: z.string().max(500_000),
      basedOn: Sha256.nullable(),
      note: Note.default(''),
    }),
    RunbookRecord,
  ),
  /** Takes one's own file away; a shipped one of the same name shows again. Its revisions stay. */
  remove: command(z.strictObject({ id: RunbookId, basedOn: Sha256 }), Empty),
}
