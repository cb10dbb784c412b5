import type { Severity, Timestamp } from '#contract/primitives'
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
import { toEpoch, toTime } from './times'
import {
  entryOf,
  fingerprintOf,
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
  toUrl,
  valueAt,
  wordOf,
} from './values'

/**
 * Jira Cloud and Data Center. https://developer.atlassian.com/cloud/jira/platform/webhooks/
 * Only webhooks of an administrator with a secret are signed: SHA-256, under a header name that others use for SHA-1.
 * Whether an issue is over is in its fields: the names of events differ between Cloud, Data Center and versions.
 */
export const jira: SourceReader = {
  kind: 'jira',
  proof: hmacProof({
    secret: { name: 'Secret', madeBy: 'either' },
    header: 'x-hub-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
  }),
  accepts: acceptsJson,
  deliveryKey: ({ headers, body }) =>
    toKey(headers['x-atlassian-webhook-identifier']) ?? keyOf(body),
  read,
  example,
}

/** Data Center has no id for what it sends: the moment, the issue, and what changed on it. */
function keyOf(body: unknown): string | undefined {
  const parts = [
    valueAt(body, 'timestamp'),
    valueAt(body, 'issue', 'id'),
    valueAt(body, 'changelog', 'id') ?? valueAt(body, 'comment', 'id'),
  ]
  const known = parts.every((part) => toLine(part) !== '')
  return known ? fingerprintOf([valueAt(body, 'webhookEvent'), ...parts]) : undefined
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const name = lineAt(body, 'webhookEvent').replace(/^jira:/, '')
  if (name === '' && !isObject(valueAt(body, 'issue')))
    throw new Unreadable(
      'This is not a webhook of Jira: it has neither `webhookEvent` nor `issue`.',
    )
  if (!/^(issue_(created|updated|deleted)|comment_created|)$/.test(name))
    return ignored(`${name} changes nothing that is followed here`)
  const issue = valueAt(body, 'issue')
  const signal = issueOf(issue, request)
  if (!signal)
    throw new Unreadable(
      'This webhook of Jira names no issue: untick “Exclude body” in its settings.',
    )
  return readEvent(name, issue, signal, request)
}

function readEvent(
  name: string,
  issue: unknown,
  signal: SourceSignal,
  { body, receivedAt }: SourceRequest,
): Reading {
  const now = toEpoch(valueAt(body, 'timestamp'), receivedAt) ?? receivedAt
  const said = isObject(valueAt(body, 'comment')) ? [commentOf(body, signal, now)] : []
  if (name === 'comment_created') return { signals: said }
  if (name === 'issue_deleted')
    return { signals: [over(issue, signal, now, 'it was deleted at Jira')] }
  const items = listOf(valueAt(body, 'changelog', 'items'))
  const followed = name !== 'issue_updated' || items.length === 0 || items.some(isFollowed)
  if (followed) return { signals: [stateOf(issue, signal, body, now), ...said] }
  const fields = joined(items.map((item) => valueAt(item, 'field')))
  if (said.length > 0) return { signals: said }
  return ignored(`${fields} changed, which is not followed here`)
}

function stateOf(
  issue: unknown,
  signal: SourceSignal,
  body: unknown,
  now: Timestamp,
): SourceSignal {
  if (isDone(issue)) return over(issue, signal, now)
  const again =
    listOf(valueAt(body, 'changelog', 'items')).some(isReopening) ||
    valueAt(body, 'issue_event_type_name') === 'issue_reopened'
  return { ...signal, ...(again && { startsAt: now }) }
}

const FOLLOWED = new Set(
  'status resolution priority summary description assignee reporter labels component project issuetype key'.split(
    ' ',
  ),
)
const isFollowed = (item: unknown) => FOLLOWED.has(lineAt(item, 'field').toLowerCase())

/** A resolution that goes, or a status that was an end. */
function isReopening(item: unknown): boolean {
  const field = lineAt(item, 'field').toLowerCase()
  const before = lineAt(item, 'fromString')
  if (field === 'resolution') return before !== '' && lineAt(item, 'to') === ''
  return field === 'status' && ENDS.test(before)
}

const ENDS = /^(done|closed|resolved|completed|cancell?ed|rejected|declined|won'?t do)$/i
const NOT_FIXED =
  /^(won'?t (do|fix)|duplicate|declined|rejected|cancell?ed|cannot reproduce|incomplete|invalid|not a bug|known error)$/i

function isDone(issue: unknown): boolean {
  const category = lineAt(issue, 'fields', 'status', 'statusCategory', 'key')
  if (category !== '') return category === 'done'
  return (
    isObject(valueAt(issue, 'fields', 'resolution')) ||
    ENDS.test(lineAt(issue, 'fields', 'status', 'name'))
  )
}

function over(
  issue: unknown,
  signal: SourceSignal,
  now: Timestamp,
  deleted?: string,
): SourceSignal {
  const endsAt = toTime(valueAt(issue, 'fields', 'resolutiondate'), now) ?? now
  const resolution = toLine(valueAt(issue, 'fields', 'resolution', 'name'), 100)
  const unfixed = NOT_FIXED.test(resolution) ? `Jira says: ${resolution}` : undefined
  return asResolved(signal, endsAt, deleted ?? unfixed)
}

function commentOf(body: unknown, signal: SourceSignal, now: Timestamp): SourceSignal {
  const comment = valueAt(body, 'comment')
  const actor = wordOf(nameOf(valueAt(comment, 'author')), nameOf(valueAt(body, 'user')))
  return asNote(signal, now, toText(valueAt(comment, 'body')) || WORDLESS, actor)
}

const nameOf = (user: unknown) => firstLine(valueAt(user, 'displayName'), valueAt(user, 'name'))

/** The id stays when an issue moves to another project; the key does not. */
function issueOf(
  issue: unknown,
  { body, receivedAt, settings }: SourceRequest,
): SourceSignal | undefined {
  const id = toKey(valueAt(issue, 'id')) ?? toKey(valueAt(issue, 'key'))
  if (id === undefined) return undefined
  const field = (name: string) => valueAt(issue, 'fields', name)
  const key = lineAt(issue, 'key')
  const requester = nameOf(field('reporter')) || nameOf(field('creator'))
  return toSignal({
    fingerprint: id,
    state: 'firing',
    title: toLine(field('summary')) || `Jira issue ${key || id}`,
    description: toText(field('description')),
    severity: severityOf(valueAt(field('priority'), 'name')),
    service: wordOf(...listOf(field('components')).map((each) => valueAt(each, 'name'))),
    labels: labelsOf(issue, key, requester),
    links: linksOf(issue, key, settings.baseUrl),
    startsAt:
      toTime(field('created'), receivedAt) ??
      toEpoch(valueAt(body, 'timestamp'), receivedAt) ??
      receivedAt,
    actor: requester,
  })
}

const PRIORITIES: Readonly<Record<string, Severity>> = {
  highest: 'critical',
  lowest: 'info',
  trivial: 'info',
}

function severityOf(name: unknown): Severity | undefined {
  const word = toLine(name).toLowerCase()
  return entryOf(PRIORITIES, word) ?? toSeverity(word)
}

function labelsOf(issue: unknown, key: string, requester: string): Record<string, string> {
  const field = (name: string) => valueAt(issue, 'fields', name)
  return toTicketLabels({
    issue: key,
    project: firstLine(valueAt(field('project'), 'name'), valueAt(field('project'), 'key')),
    type: valueAt(field('issuetype'), 'name'),
    status: valueAt(field('status'), 'name'),
    resolution: valueAt(field('resolution'), 'name'),
    requester,
    assignee: nameOf(field('assignee')),
    components: joined(listOf(field('components')).map((each) => valueAt(each, 'name'))),
    labels: joined(listOf(field('labels'))),
  })
}

/** `self` is an address of the API; people read below `/browse`, and below a path where Data Center has one. */
function linksOf(issue: unknown, key: string, baseUrl: string): SourceSignal['links'] {
  if (key === '') return []
  const self = toUrl(valueAt(issue, 'self'))
  const home = baseUrl.replace(/\/+$/, '') || self?.replace(/\/rest\/.*$/s, '')
  return home === undefined || home === ''
    ? []
    : toLinks(['Issue', `${home}/browse/${encodeURIComponent(key)}`])
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const ended = status === 'resolved'
  const created = new Date(ended ? now - 60_000 : now).toISOString()
  return {
    timestamp: now,
    webhookEvent: ended ? 'jira:issue_updated' : 'jira:issue_created',
    user: { displayName: 'Quarterdeck' },
    issue: {
      id: 'quarterdeck-test',
      key: 'TEST-1',
      fields: {
        summary: 'Test issue from Quarterdeck',
        description: TEST.text,
        priority: { name: 'Lowest' },
        created,
        resolutiondate: ended ? new Date(now).toISOString() : null,
        status: { name: ended ? 'Done' : 'To Do', statusCategory: { key: ended ? 'done' : 'new' } },
      },
    },
    changelog: { items: ended ? [{ field: 'status', fromString: 'To Do' }] : [] },
  }
}
