import type { DeliveryId, OperatorId, RunId, TicketId } from '#contract/primitives'
import type { Escalation, Ticket, TicketStatus, TicketSummary } from '#contract/tickets'
import { isActive, type Kept, type Memory, urgencyOf } from './ticket'

type SummaryRow = {
  id: TicketId
  status: TicketStatus
  severity: Ticket['severity']
  severity_by: Ticket['severityBy']
  verdict: Ticket['verdict']
  signal: Ticket['signal']
  source: string
  fingerprint: string
  service: string | null
  host: string | null
  occurrences: number
  owner_id: OperatorId | null
  owner_name: string | null
  acknowledged_at: number | null
  snoozed_until: number | null
  incident_since: number | null
  active_run_id: RunId | null
  opened_at: number
  last_signal_at: number
  updated_at: number
  resolved_at: number | null
  title: string
}
export type Row = SummaryRow & {
  active: number
  urgency: number
  dedup_key: string | null
  repeats: number
  status_before_run: TicketStatus | null
  triage: Memory['triage']
  triage_at: number | null
  escalated_at: number | null
  closed_at: number | null
  signal_starts_at: number
  signal_ended_at: number | null
  signal_heard_at: number
  signal_delivery_id: DeliveryId
  quiet_until: number | null
  silent: number
  description: string
  labels: string
  annotations: string
  links: string
  escalation: string | null
}
/** What stands for a fingerprint. A source's name holds no colon, so two pairs never share a key. */
export function dedupKeyOf({
  source,
  fingerprint,
}: Pick<Ticket, 'source' | 'fingerprint'>): string {
  return `${source}:${fingerprint}`
}

export function toRow({ ticket, memory }: Kept): Row {
  return {
    ...toSummaryRow(ticket),
    active: Number(isActive(ticket.status)),
    urgency: urgencyOf(ticket),
    dedup_key: memory.current ? dedupKeyOf(ticket) : null,
    repeats: memory.repeats,
    status_before_run: memory.statusBeforeRun,
    triage: memory.triage,
    triage_at: memory.triageAt,
    escalated_at: memory.escalatedAt,
    closed_at: memory.closedAt,
    signal_starts_at: memory.startsAt,
    signal_ended_at: memory.endedAt,
    signal_heard_at: memory.heardAt,
    signal_delivery_id: memory.deliveryId,
    quiet_until: memory.quietUntil,
    silent: Number(memory.silent),
    description: ticket.description,
    labels: JSON.stringify(ticket.labels),
    annotations: JSON.stringify(ticket.annotations),
    links: JSON.stringify(ticket.links),
    escalation: ticket.escalation && JSON.stringify(ticket.escalation),
  }
}

function toSummaryRow(ticket: TicketSummary): SummaryRow {
  return {
    id: ticket.id,
    status: ticket.status,
    severity: ticket.severity,
    severity_by: ticket.severityBy,
    verdict: ticket.verdict,
    signal: ticket.signal,
    source: ticket.source,
    fingerprint: ticket.fingerprint,
    service: ticket.service,
    host: ticket.host,
    occurrences: ticket.occurrences,
    owner_id: ticket.ownerId,
    owner_name: ticket.ownerName,
    acknowledged_at: ticket.acknowledgedAt,
    snoozed_until: ticket.snoozedUntil,
    incident_since: ticket.incidentSince,
    active_run_id: ticket.activeRunId,
    opened_at: ticket.openedAt,
    last_signal_at: ticket.lastSignalAt,
    updated_at: ticket.updatedAt,
    resolved_at: ticket.resolvedAt,
    title: ticket.title,
  }
}

/** The columns of a list: all but the long texts. */
export const SUMMARY = [
  'id',
  'status',
  'severity',
  'severity_by',
  'verdict',
  'signal',
  'source',
  'fingerprint',
  'service',
  'host',
  'occurrences',
  'owner_id',
  'owner_name',
  'acknowledged_at',
  'snoozed_until',
  'incident_since',
  'active_run_id',
  'opened_at',
  'last_signal_at',
  'updated_at',
  'resolved_at',
  'title',
] as const satisfies readonly (keyof SummaryRow)[]

export function toSummary(row: SummaryRow): TicketSummary {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    severity: row.severity,
    severityBy: row.severity_by,
    verdict: row.verdict,
    signal: row.signal,
    source: row.source,
    service: row.service,
    host: row.host,
    fingerprint: row.fingerprint,
    occurrences: row.occurrences,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    acknowledgedAt: row.acknowledged_at,
    snoozedUntil: row.snoozed_until,
    incidentSince: row.incident_since,
    activeRunId: row.active_run_id,
    openedAt: row.opened_at,
    lastSignalAt: row.last_signal_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
  }
}

export function toTicket(row: Row): Ticket {
  return {
    ...toSummary(row),
    description: row.description,
    labels: JSON.parse(row.labels) as Ticket['labels'],
    annotations: JSON.parse(row.annotations) as Ticket['annotations'],
    links: JSON.parse(row.links) as Ticket['links'],
    escalation: row.escalation === null ? null : (JSON.parse(row.escalation) as Escalation),
  }
}

export function toKept(row: Row): Kept {
  return {
    ticket: toTicket(row),
    memory: {
      current: row.dedup_key !== null,
      startsAt: row.signal_starts_at,
      endedAt: row.signal_ended_at,
      heardAt: row.signal_heard_at,
      deliveryId: row.signal_delivery_id,
      repeats: row.repeats,
      triage: row.triage,
      triageAt: row.triage_at,
      statusBeforeRun: row.status_before_run,
      escalatedAt: row.escalated_at,
      closedAt: row.closed_at,
      quietUntil: row.quiet_until,
      silent: row.silent === 1,
    },
  }
}
