import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { firstSigned, hmacProof } from './proof'
import { readComment, readSeer } from './sentry-notes'
import { eventSaid, idOf, issueOfEvent, issueSaid, readLegacy, RULE_QUIET_MS } from './sentry-said'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import { firstTime } from './times'
import {
  entryOf,
  isObject,
  lineAt,
  toKey,
  toLabels,
  toLine,
  toLines,
  toLinks,
  toText,
  valueAt,
} from './values'

const signedIn = (header: string) =>
  hmacProof({
    secret: { name: 'Client Secret', madeBy: 'sender' },
    header,
    algorithm: 'sha256',
    encoding: 'hex',
  })

/**
 * Sentry's integration platform, and the legacy WebHooks plugin.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/
 * An issue is one ticket, whether its own webhook or an alert rule tells of it first.
 */
export const sentry: SourceReader = {
  kind: 'sentry',
  proof: firstSigned(signedIn('sentry-hook-signature'), signedIn('sentry-app-signature')),
  accepts: acceptsJson,
  deliveryKey: ({ headers }) => toKey(headers['request-id']),
  read,
  example,
  exampleHeaders: () => ({ 'sentry-hook-resource': 'issue' }),
}

const READERS: Readonly<Record<string, (request: SourceRequest) => Reading>> = {
  issue: readIssue,
  event_alert: readEventAlert,
  metric_alert: readMetricAlert,
  comment: readComment,
  seer: readSeer,
  activity_alert: readSeer,
  legacy: readLegacy,
}

/** Resources that are no trouble: what they are, and what to do about it. */
const IGNORED: Readonly<Record<string, string>> = {
  error: 'single errors open no tickets: untick “error” in the integration, and keep “issue”',
  installation: 'the integration was installed or removed in Sentry',
}

function read(request: SourceRequest): Reading {
  const resource = resourceOf(request)
  const reader = entryOf(READERS, resource)
  if (reader) return reader(request)
  if (resource === '') {
    throw new Unreadable(
      'This is not a webhook of Sentry: there is no header Sentry-Hook-Resource, and the body is of none of its kinds.',
    )
  }
  return ignored(entryOf(IGNORED, resource) ?? `“${resource}” is not about an issue`)
}

/** The body does not name its resource; where a relay has dropped the header, what it holds tells. */
function resourceOf({ headers, body }: SourceRequest): string {
  const named = toLine(headers['sentry-hook-resource'], 60)
  if (named !== '') return named
  const data = valueAt(body, 'data')
  const held = HOLDS.find(([key]) => isObject(valueAt(data, key)))
  if (held) return held[1]
  if (valueAt(data, 'comment_id') !== undefined) return 'comment'
  return !isObject(data) && isObject(valueAt(body, 'event')) ? 'legacy' : ''
}

/** What stands in `data`, and the resource it is of. An activity stands beside its issue. */
const HOLDS = [
  ['activity', 'activity_alert'],
  ['metric_alert', 'metric_alert'],
  ['issue', 'issue'],
  ['event', 'event_alert'],
  ['error', 'error'],
  ['installation', 'installation'],
] as const

/** When Sentry sent it: an issue says when it was seen, not when somebody changed it. */
const sentAt = ({ headers, receivedAt }: SourceRequest) =>
  firstTime(receivedAt, headers['sentry-hook-timestamp']) ?? receivedAt

const ISSUE_STATES: Readonly<Record<string, SourceSignal['state']>> = {
  created: 'firing',
  unresolved: 'firing',
  resolved: 'resolved',
  archived: 'resolved',
  ignored: 'resolved',
  assigned: 'noted',
}

function readIssue(request: SourceRequest): Reading {
  const { body, receivedAt, settings } = request
  const issue = valueAt(body, 'data', 'issue')
  const action = toLine(valueAt(body, 'action'), 60)
  const state = entryOf(ISSUE_STATES, action)
  if (!state) return ignored(`“${action}” changes nothing about an issue`)
  const seenAt = firstTime(receivedAt, valueAt(issue, 'firstSeen'))
  const signal = toSignal({
    fingerprint: idOf(issue, 'id'),
    state,
    ...issueSaid(issue),
    // An issue that comes back keeps the time it was first seen, which is before its end.
    startsAt: action === 'unresolved' ? sentAt(request) : (seenAt ?? sentAt(request)),
    endsAt: sentAt(request),
    note: issueNote(action, issue),
    actor: state === 'firing' ? undefined : lineAt(body, 'actor', 'name'),
    withdrawn: action === 'resolved' ? undefined : 'it was archived in Sentry',
    quietMs: quietMsOf(settings),
  })
  return { signals: [signal] }
}

const RETURNS: Readonly<Record<string, string>> = {
  regressed: 'It was resolved and has come back',
  escalating: 'It comes more often than Sentry expected',
}

function issueNote(action: string, issue: unknown): string | undefined {
  if (action === 'unresolved') return entryOf(RETURNS, lineAt(issue, 'substatus'))
  if (action !== 'assigned') return undefined
  const assignee = valueAt(issue, 'assignedTo')
  const who = lineAt(assignee, 'name') || lineAt(assignee, 'email')
  return `Assigned to ${who || 'somebody'} in Sentry`
}

/** It has no times of its own but the event's, and no word that it is over: that is the issue's. */
function readEventAlert({ body, receivedAt, settings }: SourceRequest): Reading {
  const data = valueAt(body, 'data')
  const event = valueAt(data, 'event')
  const said = eventSaid(event)
  const rule = lineAt(data, 'triggered_rule')
  const times = ['datetime', 'timestamp', 'received'].map((key) => valueAt(event, key))
  const signal = toSignal({
    fingerprint: issueOfEvent(event),
    state: 'firing',
    ...said,
    labels: { ...said.labels, ...toLabels({ rule }) },
    startsAt: firstTime(receivedAt, ...times) ?? receivedAt,
    quietMs: quietMsOf(settings, RULE_QUIET_MS),
  })
  return { signals: [signal] }
}

interface Told {
  readonly state: 'firing' | 'resolved'
  readonly severity: Severity | undefined
}
const METRIC_STATES: Readonly<Record<string, Told>> = {
  critical: { state: 'firing', severity: 'critical' },
  warning: { state: 'firing', severity: 'medium' },
  resolved: { state: 'resolved', severity: undefined },
}

/** Its ids are counted beside those of issues, hence the prefix. */
function readMetricAlert(request: SourceRequest): Reading {
  const { body, receivedAt, settings } = request
  const data = valueAt(body, 'data')
  const alert = valueAt(data, 'metric_alert')
  const rule = valueAt(alert, 'alert_rule')
  const action = toLine(valueAt(body, 'action'), 60)
  const told = entryOf(METRIC_STATES, action)
  if (!told) return ignored(`“${action}” is no state of a metric alert`)
  const at = (...keys: string[]) => firstTime(receivedAt, ...keys.map((key) => valueAt(alert, key)))
  const [service] = toLines(valueAt(rule, 'projects') ?? valueAt(alert, 'projects'))
  const signal = toSignal({
    fingerprint: `metric-${idOf(alert, 'id')}`,
    ...told,
    title: lineAt(data, 'description_title') || lineAt(rule, 'name') || 'A metric alert',
    description: toText(valueAt(data, 'description_text')),
    service,
    labels: toLabels({
      rule: valueAt(rule, 'name'),
      environment: valueAt(rule, 'environment'),
      query: valueAt(rule, 'query'),
      aggregate: valueAt(rule, 'aggregate'),
    }),
    links: toLinks(['Sentry', valueAt(data, 'web_url')]),
    startsAt: at('date_started', 'date_detected', 'date_created') ?? sentAt(request),
    endsAt: at('date_closed') ?? sentAt(request),
    quietMs: quietMsOf(settings),
  })
  return { signals: [signal] }
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const at = new Date(status === 'firing' ? now : now - 60_000).toISOString()
  return {
    action: status === 'firing' ? 'created' : 'resolved',
    data: {
      issue: {
        id: 'quarterdeck-test',
        shortId: 'QUARTERDECK-1',
        title: TEST.title,
        culprit: TEST.text,
        level: 'info',
        status: status === 'firing' ? 'unresolved' : 'resolved',
        project: { slug: 'quarterdeck', name: 'Quarterdeck' },
        firstSeen: at,
        lastSeen: at,
        count: '1',
      },
    },
    installation: { uuid: '00000000-0000-4000-8000-000000000000' },
    actor: { type: 'application', id: 'quarterdeck', name: 'Quarterdeck' },
  }
}
