import { z } from 'zod'
import { event, query } from './define'
import { Empty, RunbookId, Sha256, Timestamp } from './primitives'

/** With fewer runs that speak for or against a runbook, a share says nothing about the next one. */
export const ENOUGH_RUNS = 5

/** How a runbook's runs ended. Each ended run is counted once, as its last end says; dry runs never count. */
export const Quality = z.strictObject({
  verified: z.int().nonnegative(), // the probe held and the source agreed
  unverified: z.int().nonnegative(), // all steps done, but the fix did not show
  unproven: z.int().nonnegative(), // all steps done, and the runbook does not say how to verify
  failed: z.int().nonnegative(),
  stopped: z.int().nonnegative(), // by a person, or because nobody answered: says nothing about the runbook
  takenBack: z.int().nonnegative(),
  /** Speak for it: verified, or rated as resolved; and against it: the rest of what was tried, or rated as not resolved. */
  fixed: z.int().nonnegative(),
  notFixed: z.int().nonnegative(),
  /** From the start of a run that fixed it to its end, approvals included; to within 5 %. Null: none did. */
  fixMs: z.strictObject({ p50: z.int(), p90: z.int() }).nullable(),
  ratings: z.int().nonnegative(),
  stars: z.number().min(1).max(5).nullable(), // mean of the ratings
  helped: z.int().nonnegative(), // ratings that say it resolved the problem
  unknowns: z.int().nonnegative(), // how often a person had to say whether a step happened
  lastUsedAt: Timestamp.nullable(),
})
export type Quality = z.infer<typeof Quality>

export const RunbookQuality = z.strictObject({
  runbookId: RunbookId,
  /** In an operator's words, as the ranking says it: “verified 8 of 9 times, fixed in 3 min typically”. */
  summary: z.string(),
  overall: Quality,
})
export type RunbookQuality = z.infer<typeof RunbookQuality>

export const RevisionQuality = z.strictObject({ revision: Sha256, quality: Quality })
export type RevisionQuality = z.infer<typeof RevisionQuality>

export const quality = {
  /** Every runbook that was ever used. */
  list: query(Empty, z.array(RunbookQuality)),
  /** All zero for one that was never used. Revisions: last used first. */
  get: query(
    z.strictObject({ runbookId: RunbookId }),
    RunbookQuality.extend({ revisions: z.array(RevisionQuality) }),
  ),
  changed: event(z.strictObject({ runbookIds: z.array(RunbookId) })),
}
