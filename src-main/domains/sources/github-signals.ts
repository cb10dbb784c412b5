import type { Severity, Timestamp } from '#contract/primitives'
import { type Event, loginOf } from './github-event'
import type { Reading, SourceSignal } from './source'
import { asNote, asResolved, ignored, toSignal, WORDLESS } from './telling'
import { timeAt } from './times'
import {
  firstLine,
  joined,
  lineAt,
  listOf,
  toKey,
  toLinks,
  toSeverity,
  toText,
  toTicketLabels,
  valueAt,
} from './values'
import { lastPartOf } from './work'

/** What happens to an issue beside what it says: nothing that is followed here. */
const ASIDE = /^(un)?(assigned|locked|pinned|milestoned|demilestoned|typed)$/

export function readIssue(event: Event): Reading {
  const { body, action, receivedAt } = event
  const issue = valueAt(body, 'issue')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  if (ASIDE.test(action)) return ignored(`an issue was ${action}, which is not followed here`)
  const now = timeAt(issue, receivedAt, 'updated_at') ?? receivedAt
  if (action === 'deleted' || action === 'transferred')
    return { signals: [asResolved(signal, now, `it was ${action} at GitHub`)] }
  if (valueAt(issue, 'state') === 'closed') {
    const endsAt = timeAt(issue, receivedAt, 'closed_at') ?? now
    const reason = lineAt(issue, 'state_reason')
    const withdrawn = /^(not_planned|duplicate)$/.test(reason)
      ? `it was closed as ${reason.replace('_', ' ')} at GitHub`
      : undefined
    return { signals: [asResolved(signal, endsAt, withdrawn)] }
  }
  return { signals: [{ ...signal, ...(action === 'reopened' && { startsAt: now }) }] }
}

/** Comments on issues are notes. Those on pull requests look the same, and belong to work and not to tickets. */
export function readComment(event: Event): Reading {
  const { body, action, receivedAt } = event
  const [issue, comment] = [valueAt(body, 'issue'), valueAt(body, 'comment')]
  if (action !== 'created') return ignored(`a comment was ${action || 'changed'}`)
  if (valueAt(issue, 'pull_request') !== undefined) return ignored('a comment on a pull request')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  const said = timeAt(comment, receivedAt, 'created_at') ?? receivedAt
  const words = toText(valueAt(comment, 'body')) || WORDLESS
  return { signals: [asNote(signal, said, words, loginOf(comment, 'user'))] }
}

function issueOf(issue: unknown, { repository, receivedAt }: Event): SourceSignal | undefined {
  const number = toKey(valueAt(issue, 'number'))
  if (number === undefined) return undefined
  const names = listOf(valueAt(issue, 'labels')).map((label) => lineAt(label, 'name'))
  const author = loginOf(issue, 'user')
  return toSignal({
    fingerprint: `${repository}#${number}`,
    state: 'firing',
    title: lineAt(issue, 'title') || `Issue #${number} of ${repository}`,
    description: toText(valueAt(issue, 'body')),
    severity: severityIn(names),
    service: lastPartOf(repository),
    labels: toTicketLabels({
      issue: `#${number}`,
      repository,
      requester: author,
      assignee: loginOf(issue, 'assignee'),
      type: valueAt(issue, 'type', 'name'),
      labels: joined(names),
    }),
    links: toLinks(['Issue', valueAt(issue, 'html_url')]),
    startsAt: timeAt(issue, receivedAt, 'created_at') ?? receivedAt,
    actor: author,
  })
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
  const name = lineAt(dependency, 'package', 'name')
  const fixed = valueAt(alert, 'security_vulnerability', 'first_patched_version', 'identifier')
  return readAlert(event, {
    path: 'dependabot',
    title: firstLine([name, lineAt(advisory, 'summary')].filter(Boolean).join(': ')),
    description: toText(valueAt(advisory, 'description')),
    severity: toSeverity(valueAt(advisory, 'severity')),
    labels: {
      package: name,
      ecosystem: valueAt(dependency, 'package', 'ecosystem'),
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
  const word = lineAt(rule, 'severity')
  return readAlert(event, {
    path: 'code-scanning',
    title: firstLine(valueAt(rule, 'description'), valueAt(rule, 'name'), valueAt(rule, 'id')),
    description: toText(valueAt(rule, 'full_description')),
    severity:
      toSeverity(valueAt(rule, 'security_severity_level')) ??
      (word === 'note' ? 'low' : toSeverity(word)),
    labels: {
      rule: valueAt(rule, 'id'),
      tool: valueAt(alert, 'tool', 'name'),
      file: valueAt(place, 'location', 'path'),
      line: valueAt(place, 'location', 'start_line'),
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
    timeAt(alert, receivedAt, ...names, 'updated_at') ?? receivedAt
  const begun = /^(auto_)?reopened|^reintroduced/.test(action) ? time() : time('created_at')
  const signal = alertOf(alert, number, told, event, begun)
  const state = lineAt(alert, 'state').toLowerCase() || action
  if (state === 'fixed') return { signals: [asResolved(signal, time('fixed_at'))] }
  if (!/dismissed|closed/.test(state)) return { signals: [signal] }
  const reason = lineAt(alert, 'dismissed_reason') || 'without a reason'
  const endsAt = time('dismissed_at', 'auto_dismissed_at')
  return { signals: [asResolved(signal, endsAt, `dismissed at GitHub: ${reason}`)] }
}

function alertOf(
  alert: unknown,
  number: string,
  { path, title, description, severity, labels }: Alert,
  { repository }: Event,
  startsAt: Timestamp,
): SourceSignal {
  return toSignal({
    fingerprint: `${repository}/${path}/${number}`,
    state: 'firing',
    title: title || `${path} alert ${number} of ${repository}`,
    description,
    severity,
    service: lastPartOf(repository),
    labels: toTicketLabels({ repository, ...labels }),
    links: toLinks(['Alert', valueAt(alert, 'html_url')]),
    startsAt,
  })
}
