import type { Severity, Timestamp } from '#contract/primitives'
import { parseJson } from './body'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import {
  firstLine,
  isJsonType,
  isObject,
  toKey,
  toLine,
  toLinks,
  toText,
  toTime,
  valueAt,
} from './values'
import { at, joined, listOf, toCount, toLabels, toUrl, wordOf } from './values-c'

/**
 * Linear's data change webhooks. https://linear.app/developers/webhooks
 * The signature covers the body, and so the time that counts is the one in the body; the header `Linear-Timestamp` is not
 * signed and counts only where the body has none, as in Linear's own SDK.
 */
export const linear: SourceReader = {
  kind: 'linear',
  proof: hmacProof({
    secret: { name: 'Signing secret', madeBy: 'sender' },
    header: 'linear-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    timestamp: {
      at({ headers, body }) {
        const parsed = parseJson(body.toString())
        const inside = 'value' in parsed ? valueAt(parsed.value, 'webhookTimestamp') : undefined
        const text = toText(inside ?? headers['linear-timestamp'], 20)
        const time = toCount(text)
        return time === undefined ? undefined : { text, at: time }
      },
      toleranceMs: 60_000,
    },
  }),
  accepts: (contentType) => (isJsonType(contentType) ? 'json' : undefined),
  deliveryKey: ({ headers }) => toKey(headers['linear-delivery']),
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const [type, action] = [toLine(valueAt(body, 'type'), 60), toLine(valueAt(body, 'action'), 60)]
  const data = valueAt(body, 'data')
  if (type === '' || action === '')
    throw new Unreadable('This is no Linear webhook: it has no `type` and `action`.')
  if (type === 'Comment' && action === 'create') return readComment(data, request)
  if (type !== 'Issue')
    return { signals: [], ignored: `${type} ${action} changes nothing that is followed here` }
  const signal = toSignal(data, request)
  if (!signal) throw new Unreadable('This Linear webhook names no issue: its `data` has no `id`.')
  return readIssue(action, data, signal, request)
}

/** Changes of an issue that are told here; its place on a board is none. */
const FOLLOWED = new Set(
  (
    'title description priority stateId assigneeId labelIds completedAt canceledAt startedAt teamId projectId archivedAt ' +
    'trashed'
  ).split(' '),
)

function readIssue(
  action: string,
  data: unknown,
  signal: SourceSignal,
  { body, receivedAt }: SourceRequest,
): Reading {
  const now = toTime(valueAt(body, 'createdAt'), receivedAt) ?? receivedAt
  const gone = action === 'remove' || valueAt(data, 'trashed') === true
  if (gone)
    return { signals: [{ ...over(data, signal, now), withdrawn: 'it was deleted at Linear' }] }
  const before = valueAt(body, 'updatedFrom')
  const fields = isObject(before) ? Object.keys(before) : []
  if (action === 'update' && fields.length > 0 && !fields.some((name) => FOLLOWED.has(name)))
    return { signals: [], ignored: `${joined(fields)} changed, which is not followed here` }
  if (isOver(data)) return { signals: [over(data, signal, now)] }
  const again = ['completedAt', 'canceledAt'].some((name) => toLine(valueAt(before, name)) !== '')
  return { signals: [{ ...signal, ...(again && { startsAt: now }) }] }
}

const stateOf = (data: unknown) => toLine(at(data, 'state', 'type')).toLowerCase()

const isOver = (data: unknown) => /^(completed|canceled|duplicate)$/.test(stateOf(data))

function over(data: unknown, signal: SourceSignal, now: Timestamp): SourceSignal {
  const endsAt =
    toTime(valueAt(data, 'completedAt'), now) ?? toTime(valueAt(data, 'canceledAt'), now) ?? now
  const resolved: SourceSignal = { ...signal, state: 'resolved', endsAt }
  return /^(canceled|duplicate)$/.test(stateOf(data))
    ? {
        ...resolved,
        withdrawn: `it was set to ${wordOf(at(data, 'state', 'name')) ?? 'canceled'} at Linear`,
      }
    : resolved
}

function readComment(data: unknown, { body, receivedAt }: SourceRequest): Reading {
  const issue = valueAt(data, 'issue')
  const id = toKey(valueAt(data, 'issueId')) ?? toKey(valueAt(issue, 'id'))
  if (id === undefined) return { signals: [], ignored: 'a comment on something else than an issue' }
  const actor = wordOf(at(data, 'user', 'name'), at(body, 'actor', 'name'))
  const signal: SourceSignal = {
    fingerprint: id,
    state: 'noted',
    title: toLine(valueAt(issue, 'title')),
    description: '',
    severity: undefined,
    service: undefined,
    host: undefined,
    labels: {},
    annotations: {},
    links: toLinks(['Comment', toUrl(valueAt(body, 'url'), valueAt(data, 'url'))]),
    startsAt: toTime(valueAt(data, 'createdAt'), receivedAt) ?? receivedAt,
    endsAt: undefined,
    note: toText(valueAt(data, 'body')) || 'A comment without words was added.',
    ...(actor !== undefined && { actor }),
  }
  return { signals: [signal] }
}

/** 0 is "No priority". */
const PRIORITIES: readonly Severity[] = ['info', 'critical', 'high', 'medium', 'low']

function toSignal(data: unknown, { body, receivedAt }: SourceRequest): SourceSignal | undefined {
  const id = toKey(valueAt(data, 'id'))
  if (id === undefined) return undefined
  const key = identifierOf(data)
  const requester = wordOf(at(data, 'creator', 'name'), at(data, 'externalUserCreator', 'name'))
  return {
    fingerprint: id,
    state: 'firing',
    title: toLine(valueAt(data, 'title')) || `Linear issue ${key || id}`,
    description: toText(valueAt(data, 'description')),
    severity: PRIORITIES[toCount(valueAt(data, 'priority')) ?? -1],
    service: wordOf(at(data, 'project', 'name')),
    host: undefined,
    labels: toLabels({
      issue: key,
      team: firstLine(at(data, 'team', 'name'), at(data, 'team', 'key')),
      status: at(data, 'state', 'name'),
      requester,
      assignee: at(data, 'assignee', 'name'),
      labels: joined(listOf(valueAt(data, 'labels')).map((label) => valueAt(label, 'name'))),
    }),
    annotations: {},
    links: toLinks(['Issue', toUrl(valueAt(body, 'url'), valueAt(data, 'url'))]),
    startsAt: toTime(valueAt(data, 'createdAt'), receivedAt) ?? receivedAt,
    endsAt: undefined,
    ...(requester !== undefined && { actor: requester }),
  }
}

/** Bodies of before 2024 have only its parts. */
function identifierOf(data: unknown): string {
  const [team, number] = [toLine(at(data, 'team', 'key')), toLine(valueAt(data, 'number'))]
  return toLine(valueAt(data, 'identifier')) || (team && number && `${team}-${number}`)
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const [created, time] = [now - (status === 'firing' ? 0 : 60_000), now].map((each) =>
    new Date(each).toISOString(),
  )
  const ended = status === 'resolved'
  return {
    type: 'Issue',
    action: ended ? 'update' : 'create',
    createdAt: time,
    webhookTimestamp: now,
    data: {
      id: 'quarterdeck-test',
      identifier: 'TEST-1',
      title: 'Test issue from Quarterdeck',
      description: 'Nothing is wrong: an operator pressed the test button of this source.',
      priority: 4,
      createdAt: created,
      updatedAt: time,
      completedAt: ended ? time : null,
      state: ended ? { name: 'Done', type: 'completed' } : { name: 'Todo', type: 'unstarted' },
    },
    ...(ended && { updatedFrom: { stateId: 'quarterdeck-test', completedAt: null } }),
  }
}
