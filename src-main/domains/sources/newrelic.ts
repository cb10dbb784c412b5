import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { isIncident, incidentKey, readIncident } from './newrelic-incident'
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
  fingerprintOf,
  firstLine,
  lineAt,
  toKey,
  toLabels,
  toLine,
  toLines,
  toLinks,
  toSeverity,
  toText,
  valueAt,
  wordOf,
} from './values'

/**
 * Workflows of New Relic, whose body is a template that everybody may edit, and its notification channels before them.
 * https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook
 */
export const newrelic: SourceReader = {
  kind: 'newrelic',
  accepts: acceptsJson,
  deliveryKey({ body }) {
    if (isIncident(body)) return incidentKey(body)
    const parts = ['updatedAt', 'state', 'trigger', 'owner', 'priority', 'totalIncidents']
    const [updatedAt, ...others] = parts.map((key) => lineAt(body, key))
    return updatedAt === '' ? undefined : fingerprintOf([issueOf(body), updatedAt, ...others])
  },
  read,
  example,
}

const ISSUE = /\/accounts\/(\d+)\/issues\/([\w-]{8,})/

const addressOf = (body: unknown) =>
  [valueAt(body, 'issueUrl'), valueAt(body, 'issuePageUrl')].map((each) => toLine(each, 2000))

/** The issue in its address, which no template gets wrong; the `id` may be that of the notification. */
function issueOf(body: unknown): string | undefined {
  const inAddress = addressOf(body)
    .map((address) => ISSUE.exec(address)?.[2])
    .find((id) => id !== undefined)
  return inAddress ?? toKey(valueAt(body, 'issueId')) ?? toKey(valueAt(body, 'id'))
}

/** New Relic's own preview speaks of an issue of account 1, which is nobody's. */
const isPreview = (body: unknown) => addressOf(body).some((each) => ISSUE.exec(each)?.[1] === '1')

const STATES: Readonly<Record<string, 'firing' | 'acknowledged' | 'resolved'>> = {
  CREATED: 'firing',
  ACTIVATED: 'firing',
  ACKNOWLEDGED: 'acknowledged',
  CLOSED: 'resolved',
}

function read(request: SourceRequest): Reading {
  const { body } = request
  if (isIncident(body)) return readIncident(request)
  const fingerprint = issueOf(body)
  const said = toLine(valueAt(body, 'state'), 40).toUpperCase()
  const told = entryOf(STATES, said)
  if (fingerprint === undefined || !told) {
    const missing = fingerprint === undefined ? 'no `issueUrl` or `id`' : `no known \`state\``
    throw new Unreadable(
      `This is not a notification of a New Relic workflow: it has ${missing}. Take the payload template of the set-up page of this source.`,
    )
  }
  if (told === 'firing' && isPreview(body))
    return ignored("New Relic's test notification arrived: the destination works")
  return { signals: [toIssueSignal(request, fingerprint, told)] }
}

/** An issue that is acknowledged stays ACTIVATED: it only has an owner. */
function toIssueSignal(
  { body, receivedAt, settings }: SourceRequest,
  fingerprint: string,
  told: 'firing' | 'acknowledged' | 'resolved',
): SourceSignal {
  const at = (...keys: string[]) =>
    firstTime(receivedAt, ...keys.map((key) => valueAt(body, key))) ?? receivedAt
  const owner = ownerOf(body)
  const state = told === 'firing' && owner !== '' ? 'acknowledged' : told
  return toSignal({
    fingerprint,
    state,
    ...saidOf(body),
    links: linksOf(body),
    startsAt: at('createdAt', 'activatedAt', 'updatedAt'),
    endsAt: at('closedAt', 'updatedAt'),
    actor: state === 'acknowledged' ? owner : undefined,
    quietMs: quietMsOf(settings),
  })
}

/** Templates fill the gap with words, as Handlebars has no null. */
function ownerOf(body: unknown): string {
  const owner = firstLine(valueAt(body, 'owner'), valueAt(body, 'acknowledgedBy'))
  return /^(n\/?a|null|none|undefined|-)$/i.test(owner) ? '' : owner
}

function saidOf(body: unknown) {
  const at = (key: string) => valueAt(body, key)
  const more = at('accumulations')
  const tags = valueAt(more, 'tag')
  const entities = toLines(at('impactedEntities'))
  const conditions = toLines(at('alertConditionNames') ?? valueAt(more, 'conditionName'))
  const title = [at('title'), at('issueTitle'), conditions].map((each) => toLines(each)[0])
  return {
    title: firstLine(...title) || 'An issue without a title',
    description: descriptionOf(body, more),
    severity: toSeverity(at('priority') ?? at('severity')),
    service: wordOf(toLines(valueAt(tags, 'service'))[0], entities[0]),
    labels: {
      ...tagsOf(tags),
      ...toLabels({
        entities,
        policy: at('alertPolicyNames') ?? valueAt(more, 'policyName'),
        condition: conditions,
        workflow: at('workflowName'),
        sources: at('sources'),
      }),
    },
  }
}

function descriptionOf(body: unknown, more: unknown): string {
  const query = toLines(valueAt(more, 'nrqlQuery')).join('\n')
  const said = [firstOf(body, 'description'), firstOf(more, 'conditionDescription')]
  const text = said.map((each) => toText(each)).find(Boolean)
  return [text ?? '', query].filter(Boolean).join('\n\n')
}

/** At most 50 names, each with the values it has in the incidents of the issue. */
function tagsOf(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return {}
  return toLabels(Object.fromEntries(Object.entries(tags).slice(0, 50)))
}

function linksOf(body: unknown) {
  const more = valueAt(body, 'accumulations')
  return toLinks(
    ['Runbook', firstOf(more, 'runbookUrl') ?? firstOf(body, 'runbookUrl')],
    ['New Relic', valueAt(body, 'issueUrl')],
    ['New Relic', valueAt(body, 'issuePageUrl')],
    ['Incident', firstOf(more, 'deepLinkUrl')],
    ['Chart', firstOf(body, 'violationChartUrl')],
  )
}

/** Accumulations hold one value for each incident. */
function firstOf(holder: unknown, key: string): unknown {
  const value = valueAt(holder, key)
  return Array.isArray(value) ? value[0] : value
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const isFiring = status === 'firing'
  return {
    id: '0dec7e57-0000-4000-8000-000000000000',
    issueUrl:
      'https://radar-api.service.newrelic.com/accounts/2/issues/0dec7e57-0000-4000-8000-000000000000',
    title: TEST.title,
    description: TEST.text,
    priority: 'INFO',
    impactedEntities: ['quarterdeck'],
    totalIncidents: 1,
    state: isFiring ? 'ACTIVATED' : 'CLOSED',
    trigger: 'STATE_CHANGE',
    isCorrelated: false,
    createdAt: isFiring ? now : now - 60_000,
    updatedAt: now,
    sources: ['newrelic'],
    alertPolicyNames: ['Quarterdeck'],
    alertConditionNames: ['Test'],
    workflowName: 'Quarterdeck',
  }
}
