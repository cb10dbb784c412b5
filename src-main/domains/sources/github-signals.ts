import type { Severity, Timestamp } from '#contract/primitives'
import { type Event, loginOf, timeIn } from './github-event'
import type { Reading, SourceSignal } from './source'
import { firstLine, toKey, toLine, toLinks, toSeverity, toText, valueAt } from './values'
import { at, joined, lastPartOf, listOf, toLabels } from './values-c'

const ignored = (why: string): Reading => ({ signals: [], ignored: why })

/** What happens to an issue beside what it says: nothing that is followed here. */
const ASIDE = /^(un)?(assigned|locked|pinned|milestoned|demilestoned|typed)$/

export function readIssue(event: Event): Reading {
  const { body, action, receivedAt } = event
  const issue = valueAt(body, 'issue')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  if (ASIDE.test(action)) return ignored(`an issue was ${action}, which is not followed here`)
  const now = timeIn(issue, receivedAt, 'updated_at') ?? receivedAt
  if (action === 'deleted' || action === 'transferred')
    return { signals: [{ ...resolved(signal, now), withdrawn: `it was ${action} at GitHub` }] }
  if (valueAt(issue, 'state') === 'closed') {
    const endsAt = timeIn(issue, receivedAt, 'closed_at') ?? now
    const reason = toLine(valueAt(issue, 'state_reason'))
    const unfixed = /^(not_planned|duplicate)$/.test(reason)
      ? { withdrawn: `it was closed as ${reason.replace('_', ' ')} at GitHub` }
      : {}
    return { signals: [{ ...resolved(signal, endsAt), ...unfixed }] }
  }
  return { signals: [{ ...signal, ...(action === 'reopened' && { startsAt: now }) }] }
}

const resolved = (signal: SourceSignal, endsAt: Timestamp): SourceSignal => ({
  ...signal,
  state: 'resolved',
  endsAt,
})

/** Comments on issues are notes. Those on pull requests look the same, and belong to work and not to tickets. */
export function readComment(event: Event): Reading {
  const { body, action, receivedAt } = event
  const [issue, comment] = [valueAt(body, 'issue'), valueAt(body, 'comment')]
  if (action !== 'created') return ignored(`a comment was ${action || 'changed'}`)
  if (valueAt(issue, 'pull_request') !== undefined) return ignored('a comment on a pull request')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  const { actor: _author, ...rest } = signal
  const actor = loginOf(comment, 'user')
  return {
    signals: [
      {
        ...rest,
        state: 'noted',
        startsAt: timeIn(comment, receivedAt, 'created_at') ?? receivedAt,
        note: toText(valueAt(comment, 'body')) || 'A comment without words was added.',
        ...(actor !== undefined && { actor }),
      },
    ],
  }
}

function issueOf(issue: unknown, { repository, receivedAt }: Event): SourceSignal | undefined {
  const number = toKey(valueAt(issue, 'number'))
  if (number === undefined) return undefined
  const names = listOf(valueAt(issue, 'labels')).map((label) => toLine(valueAt(label, 'name')))
  const author = loginOf(issue, 'user')
  return {
    fingerprint: `${repository}#${number}`,
    state: 'firing',
    title: toLine(valueAt(issue, 'title')) || `Issue #${number} of ${repository}`,
    description: toText(valueAt(issue, 'body')),
    severity: severityIn(names),
    service: lastPartOf(repository),
    host: undefined,
    labels: toLabels({
      issue: `#${number}`,
      repository,
      requester: author,
      assignee: loginOf(issue, 'assignee'),
      type: at(issue, 'type', 'name'),
      labels: joined(names),
    }),
    annotations: {},
    links: toLinks(['Issue', valueAt(issue, 'html_url')]),
    startsAt: timeIn(issue, receivedAt, 'created_at') ?? receivedAt,
    endsAt: undefined,
    ...(author !== undefined && { actor: author }),
  }
}

/** Issues have no severity but what a label says: `critical`, `sev2`, `priority: high`, `P1`. */
function severityIn(labels: readonly string[]): Severity | undefined {
  return labels
    .flatMap((label) => [label, label.split(/[:/]/).at(-1)])
    .map(toSeverity)
    .find((severity) => severity !== undefined)
}

interface Alert {
  /** In the address and the fingerprint. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly severity: Severity | undefined
  readonly labels: Readonly<Record<string, unknown>>
}

export function readDependabot(event: Event): Reading {
  const alert = valueAt(event.body, 'alert')
  const [advisory, dependency] = [valueAt(alert, 'security_advisory'), valueAt(alert, 'dependency')]
  const name = toLine(at(dependency, 'package', 'name'))
  const fixed = at(alert, 'security_vulnerability', 'first_patched_version', 'identifier')
  return readAlert(event, {
    path: 'dependabot',
    title: firstLine([name, toLine(valueAt(advisory, 'summary'))].filter(Boolean).join(': ')),
    description: toText(valueAt(advisory, 'description')),
    severity: toSeverity(valueAt(advisory, 'severity')),
    labels: {
      package: name,
      ecosystem: at(dependency, 'package', 'ecosystem'),
      manifest: valueAt(dependency, 'manifest_path'),
      cve: valueAt(advisory, 'cve_id'),
      ghsa: valueAt(advisory, 'ghsa_id'),
      fixed_in: fixed,
    },
  })
}

export function readCodeScanning(event: Event): Reading {
  const alert = valueAt(event.body, 'alert')
  const rule = valueAt(alert, 'rule')
  const place = valueAt(alert, 'most_recent_instance') ?? listOf(valueAt(alert, 'instances'))[0]
  const word = toLine(valueAt(rule, 'severity'))
  return readAlert(event, {
    path: 'code-scanning',
    title: firstLine(valueAt(rule, 'description'), valueAt(rule, 'name'), valueAt(rule, 'id')),
    description: toText(valueAt(rule, 'full_description')),
    severity:
      toSeverity(valueAt(rule, 'security_severity_level')) ??
      (word === 'note' ? 'low' : toSeverity(word)),
    labels: {
      rule: valueAt(rule, 'id'),
      tool: at(alert, 'tool', 'name'),
      file: at(place, 'location', 'path'),
      line: at(place, 'location', 'start_line'),
      ref: valueAt(event.body, 'ref') ?? valueAt(place, 'ref'),
      revision: valueAt(event.body, 'commit_oid') ?? valueAt(place, 'commit_sha'),
    },
  })
}

/** Alerts are numbered for each repository and kind. Dismissed means that somebody decided to live with it. */
function readAlert(event: Event, told: Alert): Reading {
  const { body, action, receivedAt } = event
  const alert = valueAt(body, 'alert')
  const number = toKey(valueAt(alert, 'number'))
  if (number === undefined) return ignored('it names no alert')
  if (/assign/.test(action)) return ignored('an alert was given to somebody')
  const time = (...names: string[]) =>
    timeIn(alert, receivedAt, ...names, 'updated_at') ?? receivedAt
  const begun = /^(auto_)?reopened|^reintroduced/.test(action) ? time() : time('created_at')
  const signal = alertOf(alert, number, told, event, begun)
  const state = toLine(valueAt(alert, 'state')).toLowerCase() || action
  if (state === 'fixed') return { signals: [resolved(signal, time('fixed_at'))] }
  if (!/dismissed|closed/.test(state)) return { signals: [signal] }
  const reason = toLine(valueAt(alert, 'dismissed_reason')) || 'without a reason'
  const over = resolved(signal, time('dismissed_at', 'auto_dismissed_at'))
  return { signals: [{ ...over, withdrawn: `dismissed at GitHub: ${reason}` }] }
}

function alertOf(
  alert: unknown,
  number: string,
  { path, title, description, severity, labels }: Alert,
  { repository }: Event,
  startsAt: Timestamp,
): SourceSignal {
  return {
    fingerprint: `${repository}/${path}/${number}`,
    state: 'firing',
    title: title || `${path} alert ${number} of ${repository}`,
    description,
    severity,
    service: lastPartOf(repository),
    host: undefined,
    labels: toLabels({ repository, ...labels }),
    annotations: {},
    links: toLinks(['Alert', valueAt(alert, 'html_url')]),
    startsAt,
    endsAt: undefined,
  }
}
