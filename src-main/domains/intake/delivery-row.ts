import type { z } from 'zod'
import type { Delivery as DeliveryShape, DeliveryStatus, TraceStep } from '#contract/intake'
import type { DeliveryId, TicketId, Timestamp } from '#contract/primitives'

export type Delivery = z.infer<typeof DeliveryShape>
export type Status = z.infer<typeof DeliveryStatus>
/** As it is kept; what is left out is null. */
export type Step = z.input<typeof TraceStep>

/** A delivery before it is kept. `body` is null when it was refused unread. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly source: string
  readonly receivedAt: Timestamp
  readonly status: Status
  readonly proof: Delivery['proof']
  readonly via: Delivery['via']
  readonly reason: string
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

/** A delivery with what came: bytes and headers. */
export interface KeptDelivery {
  readonly delivery: Delivery
  readonly headers: Readonly<Record<string, string>>
  readonly trace: readonly Step[]
  readonly body: Buffer | null
}

/** What became of a delivery, why, and what it was before, for the counts. */
export interface Outcome {
  readonly delivery: Delivery
  readonly trace?: readonly Step[]
  readonly from: Status
}

export type ListedRow = {
  id: DeliveryId
  source: string
  received_at: number
  status: Status
  reason: string
  summary: string
  firing: number
  resolved: number
  ticket_ids: string
  size_bytes: number
  changes: number
  proof: Delivery['proof']
  via: Delivery['via']
}
export type Row = ListedRow & {
  delivery_key: string | null
  headers: string
  trace: string
  body: Buffer | null
}
export type Tables = {
  deliveries: Row
  delivery_counts: { source: string; status: Status; count: number; last_at: number }
}

export function toDelivery(row: ListedRow): Delivery {
  return {
    id: row.id,
    source: row.source,
    receivedAt: row.received_at,
    status: row.status,
    reason: row.reason,
    summary: row.summary,
    firing: row.firing,
    resolved: row.resolved,
    ticketIds: JSON.parse(row.ticket_ids) as TicketId[],
    changes: row.changes,
    proof: row.proof,
    via: row.via,
    sizeBytes: row.size_bytes,
  }
}

export function toKept(row: Row): KeptDelivery {
  return {
    delivery: toDelivery(row),
    headers: JSON.parse(row.headers) as KeptDelivery['headers'],
    trace: JSON.parse(row.trace) as Step[],
    body: row.body,
  }
}
