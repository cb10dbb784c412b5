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
import { asNote, asResolved, ignored, TEST, toSignal, WORDLESS } from './telling'
import { toTime } from './times'
import {
  entryOf,
  firstLine,
  isObject,
  joined,
  lineAt,
  listOf,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTicketLabels,
  valueAt,
  wordOf,
} from './values'

/**
 * Zendesk, both ways it can speak: event webhooks (`zen:event-type:ticket.…`) and webhooks of triggers and automations,
 * whose JSON an administrator writes (our template is on the set-up page).
 * https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events
 * Signed over the timestamp, ISO text, and the body, with nothing between them:
 * https://developer.zendesk.com/documentation/webhooks/verifying/
 */
export const zendesk: SourceReader = {
  kind: 'zendesk',
  proof: hmacProof({
    secret: { name: 'Signing secret', madeBy: 'sender' },
    header: 'x-zendesk-webhook-signature',
    algorithm: 'sha256',
    encoding: 'base64',
    timestamp: {
      at({ headers }) {
        const text = headers['x-zendesk-webhook-signature-timestamp'] ?? ''
        const time = Date.parse(text)
        return Number.isFinite(time) ? { text, at: time } : undefined
      },
    },
    signed: ({ body }, timestamp) => [timestamp, body],
  }),
  accepts: acceptsJson,
  // An event keeps its id; a trigger's webhook has only the number of its invocation, which its retries share.
  deliveryKey: ({ headers, body }) =>
    (typeOf(body) === undefined ? undefined : toKey(valueAt(body, 'id'))) ??
    toKey(headers['x-zendesk-webhook-invocation-id']),
  read,
  example,
}

const EVENT = 'zen:event-type:'

/** `ticket.created` of an event; undefined for a body that an administrator wrote. */
function typeOf(body: unknown): string | undefined {
  const type = lineAt(body, 'type')
  return type.startsWith(EVENT) ? type.slice(EVENT.length) : undefined
}

function read(request: SourceRequest): Reading {
  const type = typeOf(request.body)
  if (type === undefined) return readWritten(request)
  if (!type.startsWith('ticket.')) return ignored(`${type} is about something else than tickets`)
  const ticket = ticketOf(valueAt(request.body, 'detail'), request, toKeyOfSubject(request.body))
  if (!ticket)
    throw new Unreadable(
      'This event of Zendesk names no ticket: it has neither `detail.id` nor `subject`.',
    )
  return readEvent(type.slice('ticket.'.length), ticket, request)
}

/** `zen:ticket:35436` */
function toKeyOfSubject(body: unknown): string | undefined {
  return /^zen:ticket:(.+)$/.exec(lineAt(body, 'subject'))?.[1]
}

/** Events after which the ticket itself is told again: its words, its priority, or whether it is open. */
const TOLD = new Set(
  (
    'created status_changed custom_status_changed priority_changed subject_changed description_changed type_changed ' +
    'ticket_type_changed tags_changed organization_changed requester_changed undeleted'
  ).split(' '),
)
const GONE: Readonly<Record<string, string>> = {
  merged: 'it was merged into another ticket at Zendesk',
  marked_as_spam: 'it was marked as spam at Zendesk',
  soft_deleted: 'it was deleted at Zendesk',
  permanently_deleted: 'it was deleted at Zendesk',
}

function readEvent(name: string, ticket: Ticket, { body, receivedAt }: SourceRequest): Reading {
  const event = valueAt(body, 'event')
  const now = toTime(valueAt(body, 'time'), receivedAt) ?? receivedAt
  const gone = entryOf(GONE, name)
  if (gone !== undefined) return { signals: [asResolved(ticket.signal, now, gone)] }
  if (name === 'comment_added') return { signals: [commentOf(ticket, event, now)] }
  if (name === 'agent_assignment_changed' || name === 'group_assignment_changed')
    return { signals: [asNote(ticket.signal, now, 'It was assigned to somebody else at Zendesk.')] }
  if (!TOLD.has(name)) return ignored(`ticket.${name} changes nothing that is followed here`)
  return { signals: [told(name, ticket, event, now)] }
}

/** The ticket as it stands after an event. What was solved and is open again is a new episode. */
function told(name: string, ticket: Ticket, event: unknown, now: Timestamp): SourceSignal {
  const [before, after] =
    name === 'status_changed'
      ? [statusIn(valueAt(event, 'previous')), statusIn(valueAt(event, 'current'))]
      : ['', '']
  const status = after || ticket.status
  if (isOver(status)) return over({ ...ticket, status }, now)
  const again = isOver(before) || name === 'undeleted'
  return { ...ticket.signal, ...(again && { startsAt: now }) }
}

/** A status stands for itself, or as a field of what changed. */
const statusIn = (value: unknown) => statusWord(isObject(value) ? valueAt(value, 'status') : value)
/** `Open`, `OPEN` and `open` are the same. */
const statusWord = (value: unknown) => toLine(value).toLowerCase()

const isOver = (status: string) => /^(solved|closed|archived|deleted|scrubbed|spam)$/.test(status)

/** A ticket as it stands, with the signal that says so while it is open. */
interface Ticket {
  readonly status: string
  readonly signal: SourceSignal
}

function over(ticket: Ticket, endsAt: Timestamp): SourceSignal {
  if (ticket.status === 'solved' || ticket.status === 'closed' || ticket.status === 'archived')
    return asResolved(ticket.signal, endsAt)
  return asResolved(ticket.signal, endsAt, `it is ${ticket.status} at Zendesk`)
}

function commentOf(ticket: Ticket, event: unknown, now: Timestamp): SourceSignal {
  const comment = valueAt(event, 'comment')
  const words = toText(valueAt(comment, 'body'))
  const internal = valueAt(comment, 'is_public') === false ? 'Internal: ' : ''
  const note = words === '' ? WORDLESS : internal + words
  return asNote(ticket.signal, now, note, wordOf(valueAt(comment, 'author', 'name')))
}

/** What an administrator wrote: the ticket itself, or in a field named `ticket`. */
function readWritten(request: SourceRequest): Reading {
  const { body, receivedAt } = request
  const given = isObject(valueAt(body, 'ticket')) ? valueAt(body, 'ticket') : body
  const ticket = ticketOf(given, request)
  if (!ticket)
    throw new Unreadable(
      'This names no ticket of Zendesk: it has no `id` and no `ticket_id`. Give the webhook of the trigger the JSON of the' +
        ' set-up page of this source.',
    )
  const now = timeOf(given, 'updated_at', receivedAt) ?? receivedAt
  const words = toText(valueAt(given, 'comment') ?? valueAt(given, 'latest_comment'))
  const said =
    words === '' ? [] : [asNote(ticket.signal, now, words, wordOf(valueAt(given, 'actor')))]
  const again = isOver(statusWord(valueAt(given, 'previous_status')))
  const state = isOver(ticket.status)
    ? over(ticket, now)
    : { ...ticket.signal, ...(again && { startsAt: now }) }
  return { signals: [state, ...said] }
}

const timeOf = (holder: unknown, key: string, receivedAt: Timestamp) =>
  toTime(valueAt(holder, `${key}_with_timestamp`) ?? valueAt(holder, key), receivedAt)

function ticketOf(
  given: unknown,
  { receivedAt, settings }: SourceRequest,
  idOtherwise?: string,
): Ticket | undefined {
  const id = toKey(valueAt(given, 'id')) ?? toKey(valueAt(given, 'ticket_id')) ?? idOtherwise
  if (id === undefined) return undefined
  const says = (...keys: string[]) => firstLine(...keys.map((key) => valueAt(given, key)))
  const requester = firstLine(
    valueAt(given, 'requester', 'name'),
    says('requester', 'requester_name'),
  )
  return {
    status: statusWord(valueAt(given, 'status')),
    signal: toSignal({
      fingerprint: id,
      state: 'firing',
      title: says('subject', 'title', 'ticket_title') || `Zendesk ticket #${id}`,
      description: toText(valueAt(given, 'description')),
      severity: toSeverity(valueAt(given, 'priority')),
      service: says('service') || undefined,
      labels: labelsOf(given, id, requester),
      links: linksOf(given, id, settings.baseUrl),
      startsAt: timeOf(given, 'created_at', receivedAt) ?? receivedAt,
      actor: requester,
    }),
  }
}

function labelsOf(given: unknown, id: string, requester: string): Record<string, string> {
  const tags = valueAt(given, 'tags')
  const says = (...keys: string[]) => firstLine(...keys.map((key) => valueAt(given, key)))
  return toTicketLabels({
    ticket: id,
    status: statusWord(valueAt(given, 'status')),
    type: statusWord(valueAt(given, 'type')),
    requester: requester || says('requester_id'),
    organization: says('organization', 'organization_id'),
    assignee: says('assignee', 'assignee_name', 'assignee_id'),
    group: says('group', 'group_name', 'group_id'),
    channel: says('channel') || toLine(valueAt(given, 'via', 'channel')),
    tags: Array.isArray(tags) ? joined(listOf(tags)) : toLine(tags),
  })
}

/** The events do not say where the account is; the operator does. */
function linksOf(given: unknown, id: string, baseUrl: string): SourceSignal['links'] {
  const own = baseUrl && `${baseUrl.replace(/\/+$/, '')}/agent/tickets/${encodeURIComponent(id)}`
  const written = toLine(valueAt(given, 'url') ?? valueAt(given, 'ticket_url'), 1000)
  // {{ticket.link}} and {{ticket.url}} come with and without their scheme.
  const url = /^[\w.-]+\.zendesk\.com\//.test(written) ? `https://${written}` : written
  return toLinks(['Ticket', own || url])
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const created = new Date(status === 'firing' ? now : now - 60_000).toISOString()
  const current = status === 'firing' ? 'NEW' : 'SOLVED'
  return {
    type: `${EVENT}ticket.${status === 'firing' ? 'created' : 'status_changed'}`,
    account_id: 1,
    id: `quarterdeck-test-${status}-${now}`,
    time: new Date(now).toISOString(),
    zendesk_event_version: '2022-11-06',
    subject: 'zen:ticket:quarterdeck-test',
    detail: {
      id: 'quarterdeck-test',
      status: current,
      priority: 'LOW',
      subject: 'Test ticket from Quarterdeck',
      description: TEST.text,
      created_at: created,
      updated_at: new Date(now).toISOString(),
      via: { channel: 'web' },
    },
    event: status === 'firing' ? {} : { current, previous: 'NEW' },
  }
}
