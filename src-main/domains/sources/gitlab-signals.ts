import type { Severity } from '#contract/primitives'
import { type Event, timeIn, titlesOf, userOf } from './gitlab-event'
import type { Reading, SourceSignal } from './source'
import { toKey, toLine, toLinks, toSeverity, toText, valueAt } from './values'
import { joined, lastPartOf, listOf, toLabels } from './values-c'

/** Issues and incidents, which are issues with a severity. */
export function readIssue(event: Event): Reading {
  const { body, receivedAt } = event
  const issue = valueAt(body, 'object_attributes')
  const signal = issueOf(issue, event)
  if (!signal) return { signals: [], ignored: 'it names no issue' }
  const action = toLine(valueAt(issue, 'action'))
  const now = timeIn(issue, receivedAt, 'updated_at') ?? receivedAt
  const paging = toLine(valueAt(issue, 'escalation_status'))
  if (valueAt(issue, 'state') === 'closed') {
    const endsAt = timeIn(issue, receivedAt, 'closed_at') ?? now
    const copied = toLine(valueAt(issue, 'duplicated_to_id')) !== ''
    const moved = toLine(valueAt(issue, 'moved_to_id')) !== ''
    const withdrawn = copied ? 'a duplicate' : moved ? 'moved to another project' : ''
    return {
      signals: [
        {
          ...signal,
          state: 'resolved',
          endsAt,
          ...(withdrawn !== '' && { withdrawn: `it was closed at GitLab: ${withdrawn}` }),
        },
      ],
    }
  }
  if (paging === 'acknowledged')
    return { signals: [by(body, { ...signal, state: 'acknowledged' })] }
  return { signals: [{ ...signal, ...(action === 'reopen' && { startsAt: now }) }] }
}

function by(body: unknown, signal: SourceSignal): SourceSignal {
  const { actor: _author, ...rest } = signal
  const actor = userOf(body)
  return { ...rest, ...(actor !== undefined && { actor }) }
}

/** What people write on an issue; what GitLab writes itself is no note. */
export function readIssueNote(event: Event): Reading {
  const { body, receivedAt } = event
  const note = valueAt(body, 'object_attributes')
  const issue = valueAt(body, 'issue') ?? valueAt(body, 'work_item')
  if (valueAt(note, 'system') === true) return { signals: [], ignored: 'a note of GitLab itself' }
  const signal = issueOf(issue, event)
  if (!signal) return { signals: [], ignored: 'it names no issue' }
  return {
    signals: [
      by(body, {
        ...signal,
        state: 'noted',
        startsAt: timeIn(note, receivedAt, 'created_at', 'updated_at') ?? receivedAt,
        note: toText(valueAt(note, 'note')) || 'A note without words was added.',
      }),
    ],
  }
}

function issueOf(issue: unknown, { body, project, receivedAt }: Event): SourceSignal | undefined {
  const number = toKey(valueAt(issue, 'iid'))
  if (number === undefined) return undefined
  const given = listOf(valueAt(issue, 'labels'))
  const labels = titlesOf(given.length > 0 ? given : listOf(valueAt(body, 'labels')))
  const author = valueAt(issue, 'action') === 'open' ? userOf(body) : undefined
  const assignees = listOf(valueAt(body, 'assignees')).map((each) => valueAt(each, 'username'))
  return {
    fingerprint: `${project}#${number}`,
    state: 'firing',
    title: toLine(valueAt(issue, 'title')) || `Issue #${number} of ${project}`,
    description: toText(valueAt(issue, 'description')),
    severity: toSeverity(valueAt(issue, 'severity')) ?? severityIn(labels),
    service: lastPartOf(project),
    host: undefined,
    labels: toLabels({
      issue: `#${number}`,
      project,
      type: valueAt(issue, 'type'),
      requester: author,
      assignee: joined(assignees),
      labels: joined(labels),
    }),
    annotations: {},
    links: toLinks(['Issue', valueAt(issue, 'url')]),
    startsAt: timeIn(issue, receivedAt, 'created_at') ?? receivedAt,
    endsAt: undefined,
    ...(author !== undefined && { actor: author }),
  }
}

/** `critical`, `severity::2`, `priority::high` */
function severityIn(labels: readonly string[]): Severity | undefined {
  return labels
    .flatMap((label) => [label, label.split(/[:/]/).at(-1), numbered(label)])
    .map(toSeverity)
    .find((severity) => severity !== undefined)
}

const numbered = (label: string) => {
  const digit = /^(?:severity|priority)::([1-5])$/i.exec(label)?.[1]
  return digit && `p${digit}`
}
