import { z } from 'zod'
import { command, event, query } from './define'
import {
  DeliveryId,
  Note,
  OperatorId,
  PageInput,
  pageOf,
  Reason,
  RunId,
  Severity,
  TextMap,
  TicketId,
  Timestamp,
} from './primitives'

export const TicketStatus = z.enum([
  'open', // nobody and nothing has looked yet
  'investigating', // triage has been dispatched
  'in_progress', // an operator or a run is at work
  'resolved', // it is right again
  'escalated', // somebody else has to take over
  'closed', // done and filed; the same fingerprint opens a new ticket
])
export type TicketStatus = z.infer<typeof TicketStatus>

/** The verdict of triage, kept on the ticket so that lists need no second question. */
export const Verdict = z.enum(['false_positive', 'true_positive', 'uncertain'])
export type Verdict = z.infer<typeof Verdict>

/** Who handed a ticket over, and what the next person was told. */
export const Escalation = z.strictObject({
  at: Timestamp,
  by: z.string(), // an operator's name, or `quarterdeck` when a run ended badly
  reason: z.string(),
  /** Who is to take over; it belongs to them from now on. Null: nobody in particular. */
  toId: OperatorId.nullable(),
  toName: z.string().nullable(),
  group: z.string(), // a team, in the operator's words; may be empty
})
export type Escalation = z.infer<typeof Escalation>

export const Ticket = z.strictObject({
  id: TicketId,
  title: z.string(),
  description: z.string(),
  status: TicketStatus,
  severity: Severity,
  /** Who said the severity last: the source, triage, or an operator (whom triage never overrules). */
  severityBy: z.enum(['source', 'triage', 'operator']),
  verdict: Verdict.nullable(), // null until triaged
  signal: z.enum(['firing', 'resolved']), // what the source said last
  source: z.string(),
  service: z.string().nullable(),
  host: z.string().nullable(),
  fingerprint: z.string(),
  labels: TextMap,
  annotations: TextMap,
  links: z.array(z.strictObject({ title: z.string(), url: z.url() })),
  occurrences: z.int().positive(),
  ownerId: OperatorId.nullable(),
  ownerName: z.string().nullable(),
  acknowledgedAt: Timestamp.nullable(),
  snoozedUntil: Timestamp.nullable(),
  escalation: Escalation.nullable(), // the last one, also after somebody took it back
  incidentSince: Timestamp.nullable(), // not null: declared an incident
  activeRunId: RunId.nullable(), // the run that works on it now
  openedAt: Timestamp,
  lastSignalAt: Timestamp,
  updatedAt: Timestamp,
  resolvedAt: Timestamp.nullable(),
})
export type Ticket = z.infer<typeof Ticket>

export const TicketSummary = Ticket.omit({
  description: true,
  escalation: true,
  labels: true,
  annotations: true,
  links: true,
})
export type TicketSummary = z.infer<typeof TicketSummary>

/** `open` is everything that still needs someone: not resolved, not closed, not snoozed now. */
export const TicketView = z.enum(['open', 'mine', 'escalated', 'snoozed', 'resolved', 'all'])
export type TicketView = z.infer<typeof TicketView>

export const TicketFilter = z.strictObject({
  view: TicketView.default('open'),
  severities: z.array(Severity).max(5).default([]),
  statuses: z.array(TicketStatus).max(6).default([]),
  source: z.string().max(100).nullable().default(null),
  /** Words to find in title, description, labels, host and service; all must be there, the last may be a beginning. */
  text: z.string().max(200).default(''),
})
export type TicketFilter = z.infer<typeof TicketFilter>

export const TimelineKind = z.enum([
  'opened',
  'signal',
  'triaged',
  'matched',
  'status',
  'severity',
  'owner',
  'acknowledged',
  'snoozed',
  'comment',
  'incident',
  'run',
  'step',
  'approval',
  'verification',
  'feedback',
])
export type TimelineKind = z.infer<typeof TimelineKind>

export const TimelineEntry = z.strictObject({
  id: z.string(),
  ticketId: TicketId,
  at: Timestamp,
  kind: TimelineKind,
  /** Who did it: an operator's name, `rules`, `alertmanager` … */
  actor: z.string(),
  title: z.string(),
  detail: z.string(),
  /** How it went, for the icon: never the only carrier of the meaning. */
  tone: z.enum(['neutral', 'good', 'bad', 'attention']),
  /** What it is about, to link to. */
  deliveryId: DeliveryId.nullable(),
  runId: RunId.nullable(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

const One = z.strictObject({ id: TicketId })

export const tickets = {
  /** Most severe first, then newest. A page costs the same at any depth. */
  list: query(PageInput.extend({ filter: TicketFilter.prefault({}) }), pageOf(TicketSummary)),
  counts: query(
    z.strictObject({}),
    z.strictObject({
      open: z.int(),
      mine: z.int(),
      escalated: z.int(),
      snoozed: z.int(),
      resolved: z.int(),
      all: z.int(),
      bySeverity: z.strictObject({
        critical: z.int(),
        high: z.int(),
        medium: z.int(),
        low: z.int(),
        info: z.int(),
      }),
    }),
  ),
  /** Refused with `not_found`. */
  get: query(One, Ticket),
  /** Newest last; `cursor` goes back in time. */
  timeline: query(PageInput.extend({ id: TicketId }), pageOf(TimelineEntry)),
  acknowledge: command(One, Ticket),
  /** Null takes the owner away. */
  assign: command(One.extend({ ownerId: OperatorId.nullable() }), Ticket),
  /** Null wakes it up. A time that has passed is refused with `invalid_input`. */
  snooze: command(One.extend({ until: Timestamp.nullable() }), Ticket),
  comment: command(One.extend({ text: Reason }), TimelineEntry),
  setSeverity: command(One.extend({ severity: Severity }), Ticket),
  /** Refused with `conflict` when it is resolved or closed already, or while a run works on it. */
  resolve: command(One.extend({ note: Note.default('') }), Ticket),
  /** Refused with `conflict` when it is escalated already, unless this names somebody to take it. */
  escalate: command(
    One.extend({
      reason: Reason,
      toId: OperatorId.nullable().default(null),
      group: Note.max(100).default(''),
    }),
    Ticket,
  ),
  /** Refused with `conflict` unless it is resolved, closed or escalated. */
  reopen: command(One.extend({ reason: Note.default('') }), Ticket),
  close: command(One.extend({ note: Note.default('') }), Ticket),
  declareIncident: command(One, Ticket),
  changed: event(z.strictObject({ ids: z.array(TicketId) })),
}
