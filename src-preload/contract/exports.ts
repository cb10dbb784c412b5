import { z } from 'zod'
import { command, stream } from './define'
import { RunId, Sha256, Timestamp } from './primitives'

/** What an export says about itself. A reader refuses a version that it does not know. */
export const EXPORT_FORMAT = 'quarterdeck-run'
export const EXPORT_VERSION = 1

/** What a step wrote, of one attempt: masked, and whole up to a cap; its hash is always of the whole. */
export const ExportedOutput = z.strictObject({
  stepIndex: z.int().nonnegative(),
  attempt: z.int().positive(),
  sizeBytes: z.int().nonnegative(), // of the whole text in UTF-8
  sha256: Sha256, // of the whole text in UTF-8
  text: z.string(), // all of it, or its beginning
  tail: z.string().nullable(), // its end, when the middle is left out; null: `text` is all of it
})
export type ExportedOutput = z.infer<typeof ExportedOutput>

/** An entry of the audit log about this run or one of its approvals, with the hash it follows. */
export const ExportedEntry = z.strictObject({
  seq: z.int().positive(),
  at: Timestamp,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  previous: Sha256,
  hash: Sha256,
})
export type ExportedEntry = z.infer<typeof ExportedEntry>

/** Parts have the shapes that the contract gave them when they were exported; a reader only relies on what it checks. */
const Part = z.record(z.string(), z.json())

/** A run as one file. The file is the RFC 8785 text of this, so its SHA-256 is that of `sha256sum`. */
export const RunExport = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  exportedAt: Timestamp,
  exportedBy: z.string(),
  program: z.string(), // Quarterdeck's version
  run: Part, // as `runs.get` shows it: steps, frozen actions, verification, feedback
  snapshot: Part, // the plan and the runbook's file as they were at the start
  snapshotHash: Sha256, // as it was written down at the start
  facts: z.array(Part), // everything that happened, in order; `words` says it in a line
  approvals: z.array(Part), // with hash of what was decided on, answers and signatures
  outputs: z.array(ExportedOutput),
  audit: z.array(ExportedEntry),
  /** Parts in which a secret was found and masked when this was made: their own hashes cannot be made again. */
  masked: z.array(z.string()),
  /** SHA-256 of the RFC 8785 text of each part, and of all of this without `digests`. */
  digests: z.strictObject({ parts: z.record(z.string(), Sha256), whole: Sha256 }),
})
export type RunExport = z.infer<typeof RunExport>

export const ExportKind = z.enum(['json', 'pdf'])
export type ExportKind = z.infer<typeof ExportKind>

const Wanted = z.strictObject({ runId: RunId, kind: ExportKind })

export const exports = {
  /**
   * The file, piece by piece, for a browser to save. Refused with `conflict` while the run has not ended. That it was
   * exported, and its SHA-256, is in the audit log.
   */
  run: stream(
    Wanted,
    z.strictObject({
      name: z.string(),
      mediaType: z.string(),
      sizeBytes: z.int(),
      sha256: Sha256, // of the whole file
      base64: z.string(), // of this piece
    }),
  ),
  /** The same into `exports` in the data folder, with its SHA-256 in a file beside it: for a window that saves nothing. */
  save: command(Wanted, z.strictObject({ path: z.string(), sizeBytes: z.int(), sha256: Sha256 })),
}
