import { z } from 'zod'
import { command, event, query } from './define'
import {
  DeliveryId,
  Empty,
  PageInput,
  pageOf,
  Reason,
  Severity,
  TextMap,
  TicketId,
  Timestamp,
} from './primitives'

/** A source's name in its address: `/hooks/<source>/<token>`. */
export const SourceName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and hyphens')

export const SourceKind = z.enum(['alertmanager', 'cloudevents', 'generic'])
export type SourceKind = z.infer<typeof SourceKind>

/** Where a generic JSON source keeps what we need: JSON Pointers (RFC 6901), or `''` for absent. */
export const GenericMapping = z.strictObject({
  items: z.string().max(200).default(''), // an array with one signal each; '' = the body is one signal
  title: z.string().max(200).default('/title'),
  description: z.string().max(200).default('/description'),
  fingerprint: z.string().max(200).default(''), // '' = a hash of title, service and host
  status: z.string().max(200).default('/status'),
  resolvedValues: z.array(z.string()).max(20).default(['resolved', 'ok', 'closed']), // any case
  severity: z.string().max(200).default('/severity'),
  severityMap: z.record(z.string(), Severity).default({}), // any case; then the common words, then `medium`
  service: z.string().max(200).default('/service'),
  host: z.string().max(200).default('/host'),
  link: z.string().max(200).default('/url'),
})
export type GenericMapping = z.infer<typeof GenericMapping>

export const Source = z.strictObject({
  name: SourceName,
  kind: SourceKind,
  title: z.string(),
  enabled: z.boolean(),
  url: z.string(), // with its token: show to operators only
  mapping: GenericMapping.nullable(), // generic only
  lastDeliveryAt: Timestamp.nullable(),
  deliveriesTotal: z.int(),
  deadTotal: z.int(),
  /** Deliveries of the last 20 minutes, oldest first. */
  perMinute: z.array(z.int()).length(20),
})
export type Source = z.infer<typeof Source>

export const DeliveryStatus = z.enum([
  'stored', // on disk, not yet looked at
  'processed',
  'duplicate', // the same delivery was here before: nothing done
  'ignored', // understood, nothing to do
  'dead', // refused or not understood; the reason says why
])

export const Delivery = z.strictObject({
  id: DeliveryId,
  source: z.string(),
  receivedAt: Timestamp,
  status: DeliveryStatus,
  reason: z.string(), // why it is dead or ignored; empty otherwise
  summary: z.string(), // what it says, in a line
  firing: z.int(),
  resolved: z.int(),
  ticketIds: z.array(TicketId),
  sizeBytes: z.int(),
})
export type Delivery = z.infer<typeof Delivery>

export const ListenerStatus = z.strictObject({
  state: z.enum(['listening', 'off', 'failed']),
  address: z.string(), // `http://127.0.0.1:8425`
  problem: z.string(), // when failed: why and what to do
  perMinute: z.int(),
  verified: z.boolean(), // every enabled source needs its token or signature
})

export const intake = {
  listener: query(Empty, ListenerStatus),
  sources: query(Empty, z.array(Source)),
  /** Newest first. */
  deliveries: query(
    PageInput.extend({
      source: SourceName.nullable().default(null),
      status: DeliveryStatus.nullable().default(null),
    }),
    pageOf(Delivery),
  ),
  /** The body exactly as it came, as text; bytes that are not UTF-8 are shown as U+FFFD and `binary` is set. */
  delivery: query(
    z.strictObject({ id: DeliveryId }),
    Delivery.extend({
      headers: TextMap,
      body: z.string(),
      binary: z.boolean(),
      truncated: z.boolean(),
    }),
  ),
  addSource: command(
    z.strictObject({
      name: SourceName,
      kind: SourceKind,
      title: z.string().trim().min(1).max(80),
      mapping: GenericMapping.nullable().default(null),
    }),
    Source,
  ),
  updateSource: command(
    z.strictObject({
      name: SourceName,
      enabled: z.boolean().optional(),
      title: z.string().trim().min(1).max(80).optional(),
      mapping: GenericMapping.optional(),
    }),
    Source,
  ),
  /** A new address; the old one is refused from now on. */
  rotateToken: command(z.strictObject({ name: SourceName }), Source),
  removeSource: command(z.strictObject({ name: SourceName }), Empty),
  /** Posts a real example of this kind to the listener, and after it the matching resolved one. */
  sendTest: command(
    z.strictObject({ name: SourceName, status: z.enum(['firing', 'resolved']).default('firing') }),
    Delivery,
  ),
  /** Reads the kept body again, as if it came now. Safe to repeat: an open ticket is found again. */
  replay: command(z.strictObject({ id: DeliveryId }), Delivery),
  /** Takes it off the dead-letter list; the delivery itself stays. */
  dismiss: command(z.strictObject({ id: DeliveryId, reason: Reason }), Delivery),
  received: event(z.strictObject({ items: z.array(Delivery) })),
  changed: event(Empty),
}
