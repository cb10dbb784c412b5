import { idOf, issueSaid } from './sentry-said'
import type { Reading, SourceRequest } from './source'
import { ignored, toSignal } from './telling'
import { firstTime } from './times'
import { isObject, lineAt, toLine, toLinks, toText, valueAt, wordOf } from './values'

const actorOf = (body: unknown) => lineAt(body, 'actor', 'name')

/** What a person wrote under an issue. */
export function readComment({ body, receivedAt }: SourceRequest): Reading {
  const data = valueAt(body, 'data')
  const action = toLine(valueAt(body, 'action'), 60)
  if (action === 'deleted') return ignored('a comment was deleted in Sentry')
  const words = toText(valueAt(data, 'comment'), 10_000)
  const signal = toSignal({
    fingerprint: idOf(data, 'issue_id'),
    state: 'noted',
    service: wordOf(valueAt(data, 'project_slug')),
    startsAt: firstTime(receivedAt, valueAt(data, 'timestamp')) ?? receivedAt,
    note: action === 'updated' ? `Edited: ${words}` : words,
    actor: actorOf(body),
  })
  return { signals: [signal] }
}

/** What Sentry's own agent found out: by itself (`group_id`), or through an alert on its work (with the issue). */
export function readSeer({ body, receivedAt }: SourceRequest): Reading {
  const data = valueAt(body, 'data')
  const activity = valueAt(data, 'activity')
  const issue = valueAt(data, 'issue')
  const step = toLine(valueAt(activity, 'type') ?? valueAt(body, 'action'), 80).replace(
    /^seer_/,
    '',
  )
  const details = isObject(activity) ? valueAt(activity, 'details') : data
  if (step.endsWith('_started'))
    return ignored(
      `Sentry's Seer has begun with ${step.replace(/_started$/, '').replaceAll('_', ' ')}`,
    )
  const urls = pullRequestsOf(details)
  const signal = toSignal({
    fingerprint: isObject(issue) ? idOf(issue, 'id') : idOf(data, 'group_id'),
    state: 'noted',
    ...(isObject(issue) && issueSaid(issue)),
    ...(urls.length > 0 && {
      links: toLinks(...urls.map((url): [string, string] => ['Pull request', url])),
    }),
    startsAt: receivedAt,
    note: [`Seer: ${step.replaceAll('_', ' ')}`, summaryOf(details), ...urls]
      .filter(Boolean)
      .join('\n'),
    actor: actorOf(body),
  })
  return { signals: [signal] }
}

function summaryOf(details: unknown): string {
  const said = [
    valueAt(details, 'root_cause', 'one_line_description'),
    valueAt(details, 'solution', 'one_line_summary'),
    valueAt(details, 'summary'),
  ]
  return said.map((each) => toText(each, 5000)).find((text) => text !== '') ?? ''
}

function pullRequestsOf(details: unknown): string[] {
  const list = valueAt(details, 'pull_requests')
  const all: unknown[] = Array.isArray(list) ? list.slice(0, 10) : []
  return all
    .map((each) => valueAt(each, 'pull_request', 'pr_url') ?? valueAt(each, 'url'))
    .map((url) => toLine(url, 1000))
    .filter((url) => url !== '')
}
