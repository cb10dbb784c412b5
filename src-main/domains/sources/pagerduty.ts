import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { firstTime } from './times'
import {
  entryOf,
  isObject,
  keyOfAll,
  lineAt,
  toKey,
  toLabels,
  toLine,
  toLines,
  toLinks,
  toRank,
  toText,
  valueAt,
} from './values'

/**
 * PagerDuty's webhook subscriptions (V3), and the extensions before them (V2) where they still run.
 * https://github.com/PagerDuty/developer-docs/tree/main/docs/webhooks
 */
export const pagerduty: SourceReader = {
  kind: 'pagerduty',
  proof: hmacProof({
    secret: { name: 'Webhook signing secret', madeBy: 'sender' },
    header: 'x-pagerduty-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'v1=',
  }),
  accepts: acceptsJson,
  // The id of the event, which is signed with the body: the header is not, and with another header an old delivery
  // could be sent again. Two subscriptions to the same incident tell of the same event.
  deliveryKey({ headers, body }) {
    return keyOfAll(eventsOf(body).map(({ id }) => toKey(id))) ?? toKey(headers['x-webhook-id'])
  },
  read,
  example,
}

/** One thing that happened, in either version. */
interface Event {
  readonly id: string
  /** What happened to the incident, in V3's words and without `incident.`; others keep their first part. */
  readonly type: string
  readonly at: unknown
  readonly agent: string
  readonly client: unknown
  readonly data: unknown
  readonly incident: unknown
}

function eventsOf(body: unknown): Event[] {
  const event = valueAt(body, 'event')
  if (isObject(event)) return [toEvent(event)]
  const messages = valueAt(body, 'messages')
  return Array.isArray(messages) ? messages.slice(0, 100).flatMap((each) => fromV2(each) ?? []) : []
}

function toEvent(event: unknown): Event {
  const data = valueAt(event, 'data')
  const nested = valueAt(data, 'incident')
  return {
    id: lineAt(event, 'id'),
    type: lineAt(event, 'event_type').replace(/^incident\./, ''),
    at: valueAt(event, 'occurred_at'),
    agent: nameOf(valueAt(event, 'agent')),
    client: valueAt(event, 'client'),
    data,
    incident: isObject(nested) ? nested : valueAt(data, 'type') === 'incident' ? data : undefined,
  }
}

const V2_TYPES: Readonly<Record<string, string>> = {
  'incident.trigger': 'triggered',
  'incident.acknowledge': 'acknowledged',
  'incident.unacknowledge': 'unacknowledged',
  'incident.resolve': 'resolved',
  'incident.assign': 'reassigned',
  'incident.escalate': 'escalated',
  'incident.delegate': 'delegated',
  'incident.annotate': 'annotated',
}

function fromV2(message: unknown): Event | undefined {
  const type = entryOf(V2_TYPES, lineAt(message, 'event'))
  const incident = valueAt(message, 'incident')
  if (type === undefined || !isObject(incident)) return undefined
  const entries = valueAt(message, 'log_entries')
  const entry: unknown = Array.isArray(entries) ? entries[0] : undefined
  const note = toText(valueAt(entry, 'note')) || toText(valueAt(entry, 'channel', 'summary'))
  return {
    id: lineAt(message, 'id'),
    type,
    at: valueAt(message, 'created_on'),
    agent: nameOf(valueAt(entry, 'agent')),
    client: undefined,
    data: type === 'annotated' ? { content: note } : incident,
    incident,
  }
}

const nameOf = (reference: unknown) => lineAt(reference, 'summary') || lineAt(reference, 'name')

function read({ body, receivedAt }: SourceRequest): Reading {
  const events = eventsOf(body)
  if (events.length === 0) {
    const isV1 = Array.isArray(valueAt(body, 'messages'))
    throw new Unreadable(
      isV1
        ? 'This is a webhook of PagerDuty V1, which ended in October 2022. Make a Generic Webhook (v3) in PagerDuty.'
        : 'This is not a webhook of PagerDuty: it has no `event`. Make a Generic Webhook (v3) in PagerDuty.',
    )
  }
  const signals = events.flatMap((event) => readEvent(event, receivedAt) ?? [])
  if (signals.length > 0) return { signals }
  const type = events[0]!.type
  return ignored(
    type === 'pagey.ping'
      ? "PagerDuty's test arrived: the webhook works"
      : `${type || 'an event without a type'} is not about an incident`,
  )
}

function readEvent(event: Event, receivedAt: Timestamp): SourceSignal | undefined {
  const { type, incident, agent, client } = event
  const fingerprint = toKey(valueAt(incident, 'id'))
  if (fingerprint === undefined) return undefined
  const at = firstTime(receivedAt, event.at) ?? receivedAt
  const state = stateOf(event)
  const begun = firstTime(receivedAt, valueAt(incident, 'created_at')) ?? at
  return toSignal({
    fingerprint,
    state,
    ...saidOf(incident),
    links: toLinks(
      ['PagerDuty', valueAt(incident, 'html_url')],
      [toLine(valueAt(client, 'name'), 60) || 'Monitoring', valueAt(client, 'url')],
    ),
    // A reopened incident keeps the time of its first beginning, which is before its end.
    startsAt: type === 'reopened' ? at : begun,
    endsAt: at,
    note: noteOf(event),
    actor: state === 'firing' ? undefined : agent,
    withdrawn: mergedInto(valueAt(incident, 'resolve_reason')),
  })
}

function stateOf({ type, incident }: Event): SourceSignal['state'] {
  switch (type) {
    case 'triggered':
    case 'reopened':
    case 'unacknowledged':
      return 'firing'
    case 'acknowledged':
    case 'resolved':
      return type
    case 'priority_updated': // told as firing, so that its severity is heard
      return valueAt(incident, 'status') === 'resolved' ? 'noted' : 'firing'
    default:
      return 'noted'
  }
}

function saidOf(incident: unknown) {
  const at = (key: string) => valueAt(incident, key)
  const priority = nameOf(at('priority'))
  const urgency = toLine(at('urgency'))
  return {
    title: toLine(at('title')) || nameOf(incident),
    severity: toRank(priority) ?? toRank(urgency),
    service: nameOf(at('service')) || undefined,
    labels: toLabels({
      number: at('number') ?? at('incident_number'),
      incident_key: at('incident_key'),
      priority,
      urgency,
      escalation_policy: nameOf(at('escalation_policy')),
      teams: namesOf(at('teams')),
    }),
  }
}

/** What people should read in the timeline; a state that speaks for itself needs no words. */
function noteOf(event: Event): string | undefined {
  const words = entryOf(NOTES, event.type)
  if (words) return words(event)
  const said = `${wordsOf(event.type)} in PagerDuty`
  const summary = lineAt(event.data, 'summary')
  return summary === '' ? said : `${said}: ${summary}`
}

const silent = () => undefined
const contentAt = (key: string) => (event: Event) => toText(valueAt(event.data, key), 10_000)

const NOTES: Readonly<Record<string, (event: Event) => string | undefined>> = {
  triggered: silent,
  acknowledged: silent,
  resolved: silent,
  annotated: contentAt('content'),
  status_update_published: contentAt('message'),
  'responder.added': responseOf,
  'responder.replied': responseOf,
  escalated: assignmentOf,
  delegated: assignmentOf,
  reassigned: assignmentOf,
  priority_updated: ({ incident }) =>
    `Priority in PagerDuty: ${nameOf(valueAt(incident, 'priority')) || 'none'}`,
}

function responseOf({ data }: Event): string {
  const who = nameOf(valueAt(data, 'user')) || 'A responder'
  const state = lineAt(data, 'state') || 'asked to help'
  const message = toText(valueAt(data, 'message'), 2000)
  return message === '' ? `${who}: ${state}` : `${who}: ${state}. ${message}`
}

function assignmentOf({ type, incident }: Event): string {
  const who = namesOf(valueAt(incident, 'assignees')).join(', ')
  return `${wordsOf(type)} in PagerDuty${who === '' ? '' : `, now with ${who}`}`
}

const namesOf = (list: unknown) =>
  Array.isArray(list) ? toLines(list.slice(0, 20).map(nameOf)) : []

/** `workflow.started` as `Workflow started`. */
function wordsOf(type: string): string {
  const words = type.replaceAll(/[._]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The only reason PagerDuty gives: it goes on in another incident. V2 says it in one word. */
function mergedInto(reason: unknown): string | undefined {
  if (reason !== 'merged' && valueAt(reason, 'type') !== 'merge_resolve_reason') return undefined
  const into = nameOf(valueAt(reason, 'incident'))
  return `it was merged into ${into || 'another incident'} in PagerDuty`
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const isFiring = status === 'firing'
  return {
    event: {
      id: `test-${status}-${now}`,
      event_type: isFiring ? 'incident.triggered' : 'incident.resolved',
      resource_type: 'incident',
      occurred_at: new Date(now).toISOString(),
      agent: null,
      client: { name: 'Quarterdeck' },
      data: {
        id: 'QUARTERDECKTEST',
        type: 'incident',
        number: 1,
        status: isFiring ? 'triggered' : 'resolved',
        created_at: new Date(isFiring ? now : now - 60_000).toISOString(),
        title: TEST.title,
        service: { summary: 'quarterdeck', type: 'service_reference' },
        priority: { summary: 'P5', type: 'priority_reference' },
        urgency: 'low',
      },
    },
  }
}
