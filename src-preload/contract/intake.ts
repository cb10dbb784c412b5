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

export const SourceKind = z.enum([
  // what is wrong, said by machines
  'alertmanager',
  'prometheus', // asked only: it has no webhooks of its own
  'grafana',
  'pagerduty',
  'datadog',
  'sentry',
  'newrelic',
  'cloudwatch-sns',
  'eventbridge', // CloudWatch alarms, ECS, CodeDeploy, CodePipeline and CodeBuild
  'splunk',
  'opsgenie',
  'zabbix',
  'nagios', // and Icinga
  'uptime-kuma',
  'kubernetes', // kubewatch and event-exporter
  'cloudevents',
  'generic',
  // what is wrong, said by people
  'zendesk',
  'salesforce',
  'intercom',
  'servicenow',
  'jira',
  'linear',
  // engineering work
  'github',
  'gitlab',
  'bitbucket',
  'circleci',
  'jenkins',
  'argocd',
  'heroku',
  'codecov',
  'sonarqube',
])
export type SourceKind = z.infer<typeof SourceKind>

const Glob = z.string().trim().min(1).max(200)

/** What an operator says about a source, beside its mapping. What a kind does not need it does not read. */
export const SourceSettings = z.strictObject({
  /** The header with the signature, where the sender lets it be chosen (Grafana). Lower case; `''`: its default. */
  signatureHeader: z.string().trim().toLowerCase().max(100).default(''),
  /** The header with the time that is signed, likewise. `''`: no time is signed. */
  timestampHeader: z.string().trim().toLowerCase().max(100).default(''),
  /** AWS topics whose subscriptions may be confirmed, by ARN. */
  topics: z.array(z.string().trim().min(1).max(300)).max(50).default([]),
  /** Where the sender's own pages are, for links: `https://example.zendesk.com`. `''`: no links. */
  baseUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(300)]).default(''),
  /** The account or organisation that may send, where a delivery names it (Salesforce). `''`: any. */
  account: z.string().trim().max(100).default(''),
  /** Jobs, workflows or status keys that deploy, by name; `*` stands for anything. */
  deployments: z.array(Glob).max(50).default([]),
  /** Environments that are production, by name; `*` stands for anything. */
  production: z
    .array(Glob)
    .max(50)
    .default(['prod', 'production', 'live', 'prod-*', 'production-*']),
  /** How long an alert may be silent before it counts as over, in minutes. Null: as the kind does. 0: for ever. */
  quietMinutes: z.int().min(0).max(43_200).nullable().default(null),
  /** Deliveries a second that are taken in; more are told 429 and come back. */
  mostPerSecond: z.int().min(1).max(1_000_000).default(50_000),
  /** Deliveries under way at one time; more are told 429. */
  mostAtOnce: z.int().min(1).max(10_000).default(512),
})
export type SourceSettings = z.infer<typeof SourceSettings>

/** How a source proves itself beside the token in its address, and how that goes. */
export const SourceProof = z.strictObject({
  /** `none`: this kind of sender cannot sign. `certificate`: signed with a public certificate, nothing to set. */
  kind: z.enum(['none', 'secret', 'certificate']),
  /** What the sender's own screen calls the secret. */
  secretName: z.string(),
  /** Who makes the secret: the sender shows one to paste here, or we make one to paste there. */
  madeBy: z.enum(['sender', 'us', 'either']),
  state: z.enum([
    'none', // nothing to check
    'unset', // it could sign, but no secret was entered: only the token is checked
    'ready', // checked on every delivery
    'locked', // the vault is locked: deliveries are kept, and checked once it opens
    'failing', // the last delivery had a wrong signature
  ]),
  /** Until when the secret before the last rotation is still accepted. */
  previousUntil: Timestamp.nullable(),
})
export type SourceProof = z.infer<typeof SourceProof>

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
  settings: SourceSettings,
  proof: SourceProof,
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
  'waiting', // understood, and waits for an operator's yes: a subscription to confirm
  'dead', // refused or not understood; the reason says why
])

/** How a delivery proved where it came from. */
export const DeliveryProof = z.enum([
  'signed', // its signature fits
  'token', // it knew the address, and nothing else was asked
  'pending', // the vault was locked: not checked yet, and not read before it is
  'failed', // its signature is missing or wrong
])
export type DeliveryProof = z.infer<typeof DeliveryProof>

/** One thing that was decided about a delivery, in order: together they say why it did or did not become a ticket. */
export const TraceStep = z.strictObject({
  stage: z.enum([
    'proof', // did it prove where it comes from
    'repeat', // was the same delivery here before
    'parse', // what it says
    'signal', // one thing that is wrong or right again: what follows is about it
    'window', // is there a maintenance window
    'threshold', // did it happen often enough
    'ticket', // what became of the ticket
    'route', // who got it
    'incident', // was an incident declared
    'correlation', // what it belongs together with
    'change', // engineering work it tells of
  ]),
  outcome: z.enum(['passed', 'held', 'ended', 'noted']),
  text: z.string(),
  ticketId: TicketId.nullable().default(null),
  /** The rule that decided, where one did. */
  rule: z.string().nullable().default(null),
})
export type TraceStep = z.infer<typeof TraceStep>

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
  changes: z.int(), // pieces of engineering work it tells of
  proof: DeliveryProof,
  via: z.enum(['sent', 'pulled', 'test', 'corrected']),
  sizeBytes: z.int(),
})
export type Delivery = z.infer<typeof Delivery>

export const ListenerStatus = z.strictObject({
  state: z.enum(['listening', 'off', 'failed']),
  address: z.string(), // `http://127.0.0.1:8425`
  problem: z.string(), // when failed: why and what to do
  perMinute: z.int(),
  verified: z.boolean(), // every enabled source that can sign has its secret
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
      trace: z.array(TraceStep),
      /** What would be subscribed to by a yes; null unless it waits for one. */
      confirmation: z.strictObject({ what: z.string(), host: z.string() }).nullable(),
    }),
  ),
  /** What would become of a body if it came now. Nothing is kept, and no ticket, count or rule moves. */
  explain: query(
    z.strictObject({
      name: SourceName,
      body: z.string().max(2_000_000),
      headers: TextMap.default({}),
    }),
    z.strictObject({ status: DeliveryStatus, summary: z.string(), trace: z.array(TraceStep) }),
  ),
  addSource: command(
    z.strictObject({
      name: SourceName,
      kind: SourceKind,
      title: z.string().trim().min(1).max(80),
      mapping: GenericMapping.nullable().default(null),
    }),
    Source,
    { role: 'admin' },
  ),
  updateSource: command(
    z.strictObject({
      name: SourceName,
      enabled: z.boolean().optional(),
      title: z.string().trim().min(1).max(80).optional(),
      mapping: GenericMapping.optional(),
      settings: SourceSettings.partial().optional(),
    }),
    Source,
    { role: 'admin' },
  ),
  /**
   * Sets the secret that the sender signs with; null makes one, which is told this once. The secret before stays valid
   * for `overlapHours`. Refused with `vault_locked`, and with `invalid_input` for a kind that cannot sign.
   */
  setSecret: command(
    z.strictObject({
      name: SourceName,
      secret: z.string().trim().min(8, 'at least 8 characters').max(1000).nullable(),
      overlapHours: z.int().min(0).max(168).default(24),
    }),
    z.strictObject({ source: Source, secret: z.string().nullable() }),
    { role: 'admin' },
  ),
  /** From now on only the token is checked; the secret is removed from the vault. */
  removeSecret: command(z.strictObject({ name: SourceName }), Source, { role: 'admin' }),
  /** A new address; the old one is refused from now on. */
  rotateToken: command(z.strictObject({ name: SourceName }), Source, { role: 'admin' }),
  removeSource: command(z.strictObject({ name: SourceName }), Empty, { role: 'admin' }),
  /** Posts a real example of this kind to the listener, and after it the matching resolved one. */
  sendTest: command(
    z.strictObject({ name: SourceName, status: z.enum(['firing', 'resolved']).default('firing') }),
    Delivery,
  ),
  /** Reads the kept body again, as if it came now. Safe to repeat: an open ticket is found again. */
  replay: command(z.strictObject({ id: DeliveryId }), Delivery),
  /** Reads a corrected body as a delivery of its own; the one it corrects leaves the dead-letter list and stays as it came. */
  correct: command(
    z.strictObject({ id: DeliveryId, body: z.string().min(1).max(2_000_000) }),
    Delivery,
  ),
  /** Replays every dead letter that has a body, oldest first; `replaying` tells how far it is. Can be cancelled. */
  replayDead: command(
    z.strictObject({ source: SourceName.nullable().default(null) }),
    z.strictObject({ replayed: z.int(), stillDead: z.int() }),
  ),
  replaying: event(z.strictObject({ done: z.int(), total: z.int(), stillDead: z.int() })),
  /** The operator's yes to a subscription: its address is visited. Refused with `conflict`, `forbidden`, `unreachable`. */
  confirm: command(z.strictObject({ id: DeliveryId }), Delivery),
  /** Takes it off the dead-letter list; the delivery itself stays. */
  dismiss: command(z.strictObject({ id: DeliveryId, reason: Reason }), Delivery),
  received: event(z.strictObject({ items: z.array(Delivery) })),
  changed: event(Empty),
}
