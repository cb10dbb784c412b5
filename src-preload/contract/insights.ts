import { z } from 'zod'
import { query } from './define'
import { Empty, RunId, Severity, TicketId, Timestamp } from './primitives'

/** One thing that waits for the operator, most urgent first. */
export const Need = z.strictObject({
  kind: z.enum([
    'approval',
    'unknown_outcome',
    'manual_step',
    'escalated',
    'critical_ticket',
    'dead_letters',
    'vault',
  ]),
  id: z.string(),
  title: z.string(),
  detail: z.string(),
  severity: Severity,
  expiresAt: Timestamp.nullable(),
})

export type Need = z.infer<typeof Need>

export const InHand = z.strictObject({
  ticketId: TicketId.nullable(),
  runId: RunId.nullable(),
  title: z.string(),
  detail: z.string(),
  progress: z.number().min(0).max(1).nullable(),
})

export type InHand = z.infer<typeof InHand>

/** A number with its story: seven days, oldest first, and what it was in the seven before. */
export const Figure = z.strictObject({
  key: z.enum(['resolved_without_escalation', 'time_to_resolve', 'false_positives']),
  value: z.number().nullable(), // null: nothing to measure yet
  unit: z.enum(['percent', 'minutes', 'count']),
  previous: z.number().nullable(),
  days: z.array(z.number().nullable()).length(7),
})

export type Figure = z.infer<typeof Figure>

export const insights = {
  watch: query(
    Empty,
    z.strictObject({
      needs: z.array(Need),
      inHand: z.array(InHand),
      figures: z.array(Figure),
    }),
  ),
}
export type Watch = z.infer<(typeof insights)['watch']['output']>
