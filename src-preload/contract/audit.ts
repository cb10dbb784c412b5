import { z } from 'zod'
import { query } from './define'
import { Empty, PageInput, pageOf, Sha256, Timestamp } from './primitives'

export const AuditEntry = z.strictObject({
  seq: z.int().positive(),
  at: Timestamp,
  actor: z.string(), // an operator's name, or the part of Quarterdeck that acted
  action: z.string(), // `ticket.opened`, `approval.approved`, `run.step_started` …
  subject: z.string(), // the id it is about
  detail: z.string(), // canonical JSON
  hash: Sha256,
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const audit = {
  /** Newest first. `text` is looked for in actor, action and subject. */
  list: query(PageInput.extend({ text: z.string().max(200).default('') }), pageOf(AuditEntry)),
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
}
