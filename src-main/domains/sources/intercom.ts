import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { toPlain } from './plain'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { asNote, asResolved, ignored, toSignal } from './telling'
import { toEpoch } from './times'
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
  toTicketLabels,
  valueAt,
  wordOf,
} from './values'

/**
 * Intercom's notifications about conversations and tickets, which share their ids.
 * https://developers.intercom.com/docs/references/webhooks/webhook-models
 * Signed with HMAC-SHA1 under a header name that others use for SHA-256; no time is signed.
 */
export const intercom: SourceReader = {
  kind: 'intercom',
  proof: hmacProof({
    secret: { name: 'Client secret', madeBy: 'sender' },
    header: 'x-hub-signature',
    algorithm: 'sha1',
    encoding: 'hex',
    prefix: 'sha1=',
  }),
  accepts: acceptsJson,
  deliveryKey: ({ body }) => toKey(valueAt(body, 'id')), // null in a ping
  read,
  example,
}

type Sense = 'state' | 'closed' | 'reply' | 'words' | 'gone' | 'snoozed' | 'assigned'

/** What a topic means; the others change nothing that is followed here. */
const TOPICS: Readonly<Record<string, Sense>> = {
  'conversation.user.created': 'state',
  'conversation.user.replied': 'reply',
  'conversation.admin.replied': 'words',
  'conversation.admin.noted': 'words',
  'conversation.admin.opened': 'state',
  'conversation.admin.open.assigned': 'assigned',
  'conversation.admin.assigned': 'assigned',
  'conversation.admin.snoozed': 'snoozed',
  'conversation.admin.unsnoozed': 'state',
  'conversation.admin.closed': 'closed',
  'conversation.priority.updated': 'state',
  'conversation.deleted': 'gone',
  'ticket.created': 'state',
  'ticket.state.updated': 'state',
  'ticket.attribute.updated': 'state',
  'ticket.closed': 'closed',
  'ticket.contact.replied': 'reply',
  'ticket.admin.replied': 'words',
  'ticket.note.created': 'words',
  'ticket.admin.assigned': 'assigned',
  'ticket.team.assigned': 'assigned',
  'ticket.deleted': 'gone',
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const topic = lineAt(body, 'topic')
  if (topic === '')
    throw new Unreadable('This is not a notification of Intercom: it has no `topic`.')
  if (topic === 'ping') return ignored('Intercom tries the address: it works')
  const sense = entryOf(TOPICS, topic)
  if (sense === undefined) return ignored(`${topic} changes nothing that is followed here`)
  const item = itemOf(body)
  const signal = itemSignal(item, request)
  if (!signal)
    throw new Unreadable(`This ${topic} names no conversation and no ticket: it has no id.`)
  return { signals: signalsOf(sense, item, signal, toldAt(request)) }
}

/** Notes of tickets hold the ticket inside of what was written. */
function itemOf(body: unknown): unknown {
  const item = valueAt(body, 'data', 'item')
  const inside = valueAt(item, 'ticket') ?? valueAt(item, 'conversation')
  return isObject(inside) ? { ...inside, part: item } : item
}

const toldAt = ({ body, receivedAt }: SourceRequest) =>
  toEpoch(valueAt(body, 'created_at'), receivedAt) ?? receivedAt

function signalsOf(
  sense: Sense,
  item: unknown,
  signal: SourceSignal,
  now: Timestamp,
): SourceSignal[] {
  if (sense === 'gone') return [asResolved(signal, now, 'it was deleted at Intercom')]
  const closed = sense === 'closed' || isClosed(item)
  const state = closed ? asResolved(signal, now) : open(item, signal, now)
  if (sense === 'state' || sense === 'closed') return [state]
  const said = noted(signal, item, now, WITHOUT_WORDS[sense])
  return sense === 'reply' && !closed ? [state, said] : [said]
}

const WITHOUT_WORDS: Readonly<Record<Exclude<Sense, 'state' | 'closed' | 'gone'>, string>> = {
  words: 'Something was said without words.',
  reply: 'A reply without words.',
  assigned: 'It was assigned to somebody else at Intercom.',
  snoozed: 'It was snoozed at Intercom.',
}

/** What was closed once and is open now is a new episode. */
function open(item: unknown, signal: SourceSignal, now: Timestamp): SourceSignal {
  const closedBefore = toEpoch(valueAt(item, 'statistics', 'last_close_at'), now) !== undefined
  return { ...signal, ...(closedBefore && { startsAt: now }) }
}

function isClosed(item: unknown): boolean {
  if (isTicket(item)) return ticketState(item) === 'resolved' || valueAt(item, 'open') === false
  return lineAt(item, 'state') === 'closed'
}

const isTicket = (item: unknown) =>
  valueAt(item, 'type') === 'ticket' || valueAt(item, 'ticket_attributes') !== undefined

/** An object in a ticket, a word in its parts and in old versions. */
const ticketState = (item: unknown) =>
  firstLine(valueAt(item, 'ticket_state', 'category'), valueAt(item, 'ticket_state')).toLowerCase()

function itemSignal(item: unknown, { body, receivedAt, settings }: SourceRequest) {
  const id = toKey(valueAt(item, 'id'))
  if (id === undefined) return undefined
  const first = beginningOf(item)
  const requester = requesterOf(item)
  return toSignal({
    fingerprint: id,
    state: 'firing',
    title:
      firstLine(...first.titles.map(toPlain), toPlain(first.text)) || `Intercom conversation ${id}`,
    description: toPlain(first.text),
    severity: severityOf(item),
    labels: labelsOf(item, requester),
    links: linksOf(id, valueAt(body, 'app_id'), settings.baseUrl),
    startsAt: toEpoch(valueAt(item, 'created_at'), receivedAt) ?? receivedAt,
    actor: requester,
  })
}

/** The words it began with: a ticket's own fields, the source of a conversation, or the message of an old one. */
function beginningOf(item: unknown): { titles: unknown[]; text: unknown } {
  const attributes = valueAt(item, 'ticket_attributes')
  const source = valueAt(item, 'source') ?? valueAt(item, 'conversation_message')
  return {
    titles: [
      valueAt(attributes, '_default_title_'),
      valueAt(item, 'title'),
      valueAt(source, 'subject'),
    ],
    text: valueAt(attributes, '_default_description_') ?? valueAt(source, 'body'),
  }
}

function requesterOf(item: unknown): string | undefined {
  const [contact] = listOf(valueAt(item, 'contacts', 'contacts') ?? valueAt(item, 'contacts'))
  return wordOf(
    valueAt(item, 'source', 'author', 'name'),
    valueAt(item, 'user', 'name'),
    valueAt(contact, 'name'),
    valueAt(item, 'source', 'author', 'email'),
    valueAt(item, 'user', 'email'),
    valueAt(contact, 'email'),
  )
}

/** Conversations know only "priority" and not; tickets have what their type has for a field. */
function severityOf(item: unknown): SourceSignal['severity'] {
  const attributes = valueAt(item, 'ticket_attributes')
  const said = toSeverity(valueAt(attributes, 'Priority') ?? valueAt(attributes, 'priority'))
  return said ?? (valueAt(item, 'priority') === 'priority' ? 'high' : undefined)
}

function labelsOf(item: unknown, requester: string | undefined): Record<string, string> {
  const tags = listOf(valueAt(item, 'tags', 'tags')).map((tag) => valueAt(tag, 'name'))
  return toTicketLabels({
    ticket: valueAt(item, 'ticket_id'),
    type: firstLine(valueAt(item, 'ticket_type', 'name'), valueAt(item, 'category')),
    state: ticketState(item) || valueAt(item, 'state'),
    requester,
    assignee: firstLine(valueAt(item, 'admin_assignee_id'), valueAt(item, 'assignee', 'name')),
    team: valueAt(item, 'team_assignee_id'),
    channel: valueAt(item, 'source', 'type'),
    tags: joined(tags),
  })
}

function linksOf(id: string, app: unknown, baseUrl: string): SourceSignal['links'] {
  const workspace = toLine(app)
  if (!/^[\w-]+$/.test(id) || !/^[\w-]+$/.test(workspace)) return []
  const home = baseUrl.replace(/\/+$/, '') || 'https://app.intercom.com'
  return toLinks(['Conversation', `${home}/a/apps/${workspace}/conversations/${id}`])
}

/** The newest part says who said what; bodies are HTML. */
function noted(
  signal: SourceSignal,
  item: unknown,
  now: Timestamp,
  otherwise: string,
): SourceSignal {
  const part = newestPart(item)
  const actor = wordOf(valueAt(part, 'author', 'name'), valueAt(part, 'author', 'email'))
  return asNote(signal, now, toPlain(valueAt(part, 'body')) || otherwise, actor)
}

function newestPart(item: unknown): unknown {
  const parts =
    valueAt(item, 'conversation_parts', 'conversation_parts') ??
    valueAt(item, 'ticket_parts', 'ticket_parts')
  return listOf(parts).at(-1) ?? valueAt(item, 'ticket_part') ?? valueAt(item, 'part')
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const seconds = Math.ceil(now / 1000)
  return {
    type: 'notification_event',
    app_id: 'quarterdeck',
    id: `notif_quarterdeck-test-${status}-${now}`,
    topic: status === 'firing' ? 'conversation.user.created' : 'conversation.admin.closed',
    created_at: seconds,
    first_sent_at: seconds,
    delivery_attempts: 1,
    data: {
      type: 'notification_event_data',
      item: {
        type: 'conversation',
        id: 'quarterdeck-test',
        created_at: seconds - (status === 'firing' ? 0 : 60),
        updated_at: seconds,
        state: status === 'firing' ? 'open' : 'closed',
        priority: 'not_priority',
        source: {
          type: 'conversation',
          subject: 'Test conversation from Quarterdeck',
          body: '<p>Nothing is wrong: an operator pressed the test button of this source.</p>',
          author: { type: 'user', name: 'Quarterdeck' },
        },
      },
    },
  }
}
