import { z } from 'zod'
import { command, event, query } from './define'
import { RunbookId, Severity, TicketId, Timestamp } from './primitives'
import { Verdict } from './tickets'

/** One reason, with where it comes from, in an operator's words. */
export const Evidence = z.strictObject({ text: z.string(), from: z.string() })
export type Evidence = z.infer<typeof Evidence>

export const RunbookMatch = z.strictObject({
  runbookId: RunbookId,
  title: z.string(),
  /** 0 to 1: the share of this score among all candidates' scores, not a probability of success. */
  score: z.number().min(0).max(1),
  /** The words and labels that matched, strongest first. */
  words: z.array(z.string()),
  /** How it did so far, which may decide between two that fit about as well. Absent: it was never used. */
  history: z.string().optional(),
})
export type RunbookMatch = z.infer<typeof RunbookMatch>

export const Triage = z.strictObject({
  ticketId: TicketId,
  verdict: Verdict,
  reasons: z.array(Evidence),
  severity: Severity,
  severityReasons: z.array(Evidence),
  causes: z.array(
    z.strictObject({
      title: z.string(),
      likelihood: z.number().min(0).max(1),
      evidence: z.string(),
    }),
  ),
  actions: z.array(
    z.strictObject({ title: z.string(), detail: z.string(), runbookId: RunbookId.nullable() }),
  ),
  runbooks: z.array(RunbookMatch).max(3),
  confidence: z.strictObject({
    value: z.number().min(0).max(1),
    /** `measured`: right/total of past tickets of this class; `estimated`: from the rules alone, too few past tickets. */
    basis: z.enum(['measured', 'estimated']),
    right: z.int(),
    total: z.int(),
  }),
  engine: z.string(), // `rules` here; a model's name later
  tookMs: z.number().nonnegative(),
  at: Timestamp,
})
export type Triage = z.infer<typeof Triage>

export const SeenBefore = z.strictObject({
  ticketId: TicketId,
  title: z.string(),
  resolvedAt: Timestamp,
  score: z.number().min(0).max(1),
  how: z.string(), // how it ended, in a few words
})

const One = z.strictObject({ ticketId: TicketId })

export const triage = {
  /** Null until the ticket has been triaged. */
  get: query(One, Triage.nullable()),
  /** Up to three resolved tickets that read like this one, and how many were compared. */
  seenBefore: query(One, z.strictObject({ items: z.array(SeenBefore), compared: z.int() })),
  again: command(One, Triage),
  /** The operator's own verdict: what measured confidence is measured against. */
  judge: command(One.extend({ verdict: Verdict }), Triage),
  settled: event(One),
}
