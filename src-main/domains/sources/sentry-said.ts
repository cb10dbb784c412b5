import { type Reading, type SourceRequest, Unreadable } from './source'
import { quietMsOf, toSignal } from './telling'
import { firstTime } from './times'
import {
  firstLine,
  toHost,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toSeverity,
  toText,
  valueAt,
  wordOf,
} from './values'

/** The id that everything hangs on. */
export function idOf(holder: unknown, key: string): string {
  const id = toKey(valueAt(holder, key))
  if (id !== undefined) return id
  throw new Unreadable(
    `This webhook of Sentry names no issue: there is no \`${key}\` where one belongs.`,
  )
}

/** The issue of an event; older ones name it in its API address alone. */
export function issueOfEvent(event: unknown): string {
  const address = toLine(valueAt(event, 'issue_url'), 1000)
  return (
    toKey(valueAt(event, 'issue_id')) ??
    /\/issues\/(\d+)/.exec(address)?.[1] ??
    idOf(event, 'issue_id')
  )
}

/** Sentry's own priority counts more than the level that the program gave. */
const severityOf = (holder: unknown) =>
  toSeverity(valueAt(holder, 'priority')) ?? toSeverity(valueAt(holder, 'level'))

export function issueSaid(issue: unknown) {
  const at = (key: string) => valueAt(issue, key)
  const project = at('project')
  return {
    title: toLine(at('title')) || toLine(at('shortId')) || 'An issue without a title',
    description: toText(at('culprit')),
    severity: severityOf(issue),
    service: wordOf(valueAt(project, 'slug'), valueAt(project, 'name')),
    labels: toLabels({
      issue: at('shortId'),
      level: at('level'),
      priority: at('priority'),
      substatus: at('substatus'),
      category: at('issueCategory'),
      platform: at('platform'),
    }),
    links: toLinks(['Sentry', at('web_url')], ['Sentry', at('permalink')]),
  }
}

/** `tags` are pairs; the API address of an event is the only place that names its project. */
export function eventSaid(event: unknown) {
  const at = (key: string) => valueAt(event, key)
  const tags = tagsOf(at('tags'))
  const environment = at('environment') ?? tags['environment']
  return {
    title: firstLine(at('title'), at('message')) || 'An event without a title',
    description: toText(at('culprit')) || toText(at('location')),
    severity: severityOf(event) ?? toSeverity(tags['level']),
    service: /\/projects\/[^/]+\/([^/]+)\//.exec(toLine(at('url'), 1000))?.[1],
    host: toHost(tags['server_name']),
    labels: {
      ...tags,
      ...toLabels({
        environment,
        release: at('release') ?? tags['release'],
        platform: at('platform'),
      }),
    },
    links: toLinks(['Sentry', at('web_url')]),
  }
}

function tagsOf(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {}
  const pairs = tags.slice(0, 100).filter((tag): tag is [unknown, unknown] => Array.isArray(tag))
  const known = pairs.map(([name, value]): [string, unknown] => [toLine(name, 100), value])
  return toLabels(Object.fromEntries(known.filter(([name]) => name !== '' && name !== '__proto__')))
}

/** The WebHooks plugin, which is configured in a project: an event, and the issue it belongs to around it. */
export function readLegacy({ body, receivedAt, settings }: SourceRequest): Reading {
  const at = (key: string) => valueAt(body, key)
  const event = at('event')
  const said = eventSaid(event)
  const id = toKey(at('id')) ?? toKey(valueAt(at('group'), 'id'))
  const rules = at('triggering_rules')
  const times = ['timestamp', 'datetime', 'received'].map((key) => valueAt(event, key))
  const signal = toSignal({
    fingerprint: id ?? issueOfEvent(event),
    state: 'firing',
    ...said,
    title: firstLine(valueAt(event, 'title'), at('message'), said.title),
    description: toText(at('culprit')) || said.description,
    severity: toSeverity(at('level')) ?? said.severity,
    service: wordOf(at('project_slug'), at('project'), valueAt(at('project'), 'slug')),
    labels: { ...said.labels, ...toLabels({ rule: rules }) },
    links: toLinks(['Sentry', at('url')]),
    startsAt: firstTime(receivedAt, ...times) ?? receivedAt,
    quietMs: quietMsOf(settings, RULE_QUIET_MS),
  })
  return { signals: [signal] }
}

/** An alert rule acts at most once a day by default and never says that it is over: silent for two days is over. */
export const RULE_QUIET_MS = 48 * 3_600_000
