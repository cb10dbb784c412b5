import { z } from 'zod'
import { event, query } from './define'
import { Empty, PageInput, pageOf, Sha256, Timestamp } from './primitives'

/** What became of a request. */
export const EgressOutcome = z.enum([
  'answered', // the other side answered, whatever it said: see `status`
  'refused', // we did not send it: nothing left this machine
  'failed', // it was sent, or tried, and no whole answer came
  'cancelled', // taken back while it was under way
  'unknown', // Quarterdeck ended while it was under way
])
export type EgressOutcome = z.infer<typeof EgressOutcome>

/** One request that left this machine, or was kept from leaving it. Never holds a secret. */
export const EgressEntry = z.strictObject({
  seq: z.int().positive(),
  at: Timestamp, // when it was sent
  console: z.string(), // whose machine it left: `ada@desk`
  purpose: z.string(), // `pull github`, `sns certificate`
  actor: z.string(), // `source alertmanager`, or an operator's name
  method: z.string(),
  host: z.string(), // with its port where it is not the usual one
  path: z.string(), // with the query; values that may be secrets are masked
  bytesOut: z.int().nonnegative(), // on the connection, headers included; 0 when refused
  bytesIn: z.int().nonnegative(),
  status: z.int().nullable(), // of HTTP; null when no answer came
  durationMs: z.int().nonnegative(),
  outcome: EgressOutcome,
  reason: z.string(), // why it was refused or failed; empty when answered
  hash: Sha256,
})
export type EgressEntry = z.infer<typeof EgressEntry>

export const egress = {
  /** Newest first. `text` is looked for in purpose, actor and host. */
  list: query(
    PageInput.extend({
      text: z.string().trim().max(200).default(''),
      outcome: EgressOutcome.nullable().default(null),
    }),
    pageOf(EgressEntry),
  ),
  /** Reads the whole chain, oldest first; the same answer as `audit.verify` gives for its own. */
  verify: query(
    Empty,
    z.strictObject({
      ok: z.boolean(),
      entries: z.int(),
      head: z.string(), // hash of the newest entry: write it down elsewhere to notice a cut tail
      brokenAt: z.int().nullable(),
      problem: z.string(),
    }),
  ),
  /** At most twice a second. */
  changed: event(Empty),
}
