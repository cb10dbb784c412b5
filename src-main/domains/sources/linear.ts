import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson, parseJson } from './body'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { asResolved, ignored, TEST, toSignal, WORDLESS } from './telling'
import { timeAt, toTime } from './times'
import {
  firstLine,
  isObject,
  joined,
  lineAt,
  listOf,
  toCount,
  toKey,
  toLine,
  toLinks,
  toText,
  toTicketLabels,
  toUrl,
  valueAt,
  wordOf,
} from './values'

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
  accepts: acceptsJson,
  deliveryKey: ({ headers }) => toKey(headers['linear-delivery']),
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const [type, action] = [toLine(valueAt(body, 'type'), 60), toLine(valueAt(body, 'action'), 60)]
  const data = valueAt(body, 'data')
  if (type === '' || action === '')
    throw new Unreadable('This is not a webhook of Linear: it has no `type` and `action`.')
  if (type === 'Comment' && action === 'create') return readComment(data, request)
  if (type !== 'Issue') return ignored(`${type} ${action} changes nothing that is followed here`)
  const signal = issueOf(data, request)
  if (!signal)
    throw new Unreadable('This webhook of Linear names no issue: its `data` has no `id`.')
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
  if (gone) return { signals: [over(data, signal, now, 'it was deleted at Linear')] }
  const before = valueAt(body, 'updatedFrom')
  const fields = isObject(before) ? Object.keys(before) : []
  if (action === 'update' && fields.length > 0 && !fields.some((name) => FOLLOWED.has(name)))
    return ignored(`${joined(fields)} changed, which is not followed here`)
  if (isOver(data)) return { signals: [over(data, signal, now)] }
  const again = ['completedAt', 'canceledAt'].some((name) => lineAt(before, name) !== '')
  return { signals: [{ ...signal, ...(again && { startsAt: now }) }] }
}

const stateOf = (data: unknown) => lineAt(data, 'state', 'type').toLowerCase()

const isOver = (data: unknown) => /^(completed|canceled|duplicate)$/.test(stateOf(data))

function over(data: unknown, signal: SourceSignal, now: Timestamp, deleted?: string): SourceSignal {
  const endsAt = timeAt(data, now, 'completedAt', 'canceledAt') ?? now
  const unfixed = /^(canceled|duplicate)$/.test(stateOf(data))
    ? `it was set to ${wordOf(valueAt(data, 'state', 'name')) ?? 'canceled'} at Linear`
    : undefined
  return asResolved(signal, endsAt, deleted ?? unfixed)
}

function readComment(data: unknown, { body, receivedAt }: SourceRequest): Reading {
  const issue = valueAt(data, 'issue')
  const id = toKey(valueAt(data, 'issueId')) ?? toKey(valueAt(issue, 'id'))
  if (id === undefined) return ignored('a comment on something else than an issue')
  const actor = wordOf(valueAt(data, 'user', 'name'), valueAt(body, 'actor', 'name'))
  const signal = toSignal({
    fingerprint: id,
    state: 'noted',
    title: lineAt(issue, 'title'),
    links: toLinks(['Comment', toUrl(valueAt(body, 'url'), valueAt(data, 'url'))]),
    startsAt: toTime(valueAt(data, 'createdAt'), receivedAt) ?? receivedAt,
    note: toText(valueAt(data, 'body')) || WORDLESS,
    actor,
  })
  return { signals: [signal] }
}

/** 0 is "No priority". */
const PRIORITIES: readonly Severity[] = ['info', 'critical', 'high', 'medium', 'low']

function issueOf(data: unknown, { body, receivedAt }: SourceRequest): SourceSignal | undefined {
  const id = toKey(valueAt(data, 'id'))
  if (id === undefined) return undefined
  const key = identifierOf(data)
  const requester = wordOf(
    valueAt(data, 'creator', 'name'),
    valueAt(data, 'externalUserCreator', 'name'),
  )
  return toSignal({
    fingerprint: id,
    state: 'firing',
    title: lineAt(data, 'title') || `Linear issue ${key || id}`,
    description: toText(valueAt(data, 'description')),
    severity: PRIORITIES[toCount(valueAt(data, 'priority')) ?? -1],
    service: wordOf(valueAt(data, 'project', 'name')),
    labels: toTicketLabels({
      issue: key,
      team: firstLine(valueAt(data, 'team', 'name'), valueAt(data, 'team', 'key')),
      status: valueAt(data, 'state', 'name'),
      requester,
      assignee: valueAt(data, 'assignee', 'name'),
      labels: joined(listOf(valueAt(data, 'labels')).map((label) => valueAt(label, 'name'))),
    }),
    links: toLinks(['Issue', toUrl(valueAt(body, 'url'), valueAt(data, 'url'))]),
    startsAt: toTime(valueAt(data, 'createdAt'), receivedAt) ?? receivedAt,
    actor: requester,
  })
}

/** Bodies of before 2024 have only its parts. */
function identifierOf(data: unknown): string {
  const [team, number] = [lineAt(data, 'team', 'key'), lineAt(data, 'number')]
  return lineAt(data, 'identifier') || (team && number && `${team}-${number}`)
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
      description: TEST.text,
      priority: 4,
      createdAt: created,
      updatedAt: time,
      completedAt: ended ? time : null,
      state: ended ? { name: 'Done', type: 'completed' } : { name: 'Todo', type: 'unstarted' },
    },
    ...(ended && { updatedFrom: { stateId: 'quarterdeck-test', completedAt: null } }),
  }
}
