import type { Severity } from '#contract/primitives'
import { type Event, titlesOf, userOf } from './gitlab-event'
import type { Reading, SourceSignal } from './source'
import { asNote, asResolved, ignored, toSignal, WORDLESS } from './telling'
import { timeAt } from './times'
import {
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

/** Issues and incidents, which are issues with a severity. */
export function readIssue(event: Event): Reading {
  const { body, receivedAt } = event
  const issue = valueAt(body, 'object_attributes')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  const action = lineAt(issue, 'action')
  const now = timeAt(issue, receivedAt, 'updated_at') ?? receivedAt
  const paging = lineAt(issue, 'escalation_status')
  if (valueAt(issue, 'state') === 'closed') {
    const endsAt = timeAt(issue, receivedAt, 'closed_at') ?? now
    const copied = lineAt(issue, 'duplicated_to_id') !== ''
    const moved = lineAt(issue, 'moved_to_id') !== ''
    const why = copied ? 'a duplicate' : moved ? 'moved to another project' : ''
    const withdrawn = why === '' ? undefined : `it was closed at GitLab: ${why}`
    return { signals: [asResolved(signal, endsAt, withdrawn)] }
  }
  if (paging === 'acknowledged')
    return { signals: [toSignal({ ...signal, state: 'acknowledged', actor: userOf(body) })] }
  return { signals: [{ ...signal, ...(action === 'reopen' && { startsAt: now }) }] }
}

/** What people write on an issue; what GitLab writes itself is no note. */
export function readIssueNote(event: Event): Reading {
  const { body, receivedAt } = event
  const note = valueAt(body, 'object_attributes')
  const issue = valueAt(body, 'issue') ?? valueAt(body, 'work_item')
  if (valueAt(note, 'system') === true) return ignored('a note of GitLab itself')
  const signal = issueOf(issue, event)
  if (!signal) return ignored('it names no issue')
  const said = timeAt(note, receivedAt, 'created_at', 'updated_at') ?? receivedAt
  const words = toText(valueAt(note, 'note')) || WORDLESS
  return { signals: [asNote(signal, said, words, userOf(body))] }
}

function issueOf(issue: unknown, { body, project, receivedAt }: Event): SourceSignal | undefined {
  const number = toKey(valueAt(issue, 'iid'))
  if (number === undefined) return undefined
  const given = listOf(valueAt(issue, 'labels'))
  const labels = titlesOf(given.length > 0 ? given : listOf(valueAt(body, 'labels')))
  const author = valueAt(issue, 'action') === 'open' ? userOf(body) : undefined
  const assignees = listOf(valueAt(body, 'assignees')).map((each) => valueAt(each, 'username'))
  return toSignal({
    fingerprint: `${project}#${number}`,
    state: 'firing',
    title: lineAt(issue, 'title') || `Issue #${number} of ${project}`,
    description: toText(valueAt(issue, 'description')),
    severity: toSeverity(valueAt(issue, 'severity')) ?? severityIn(labels),
    service: lastPartOf(project),
    labels: toTicketLabels({
      issue: `#${number}`,
      project,
      type: valueAt(issue, 'type'),
      requester: author,
      assignee: joined(assignees),
      labels: joined(labels),
    }),
    links: toLinks(['Issue', valueAt(issue, 'url')]),
    startsAt: timeAt(issue, receivedAt, 'created_at') ?? receivedAt,
    actor: author,
  })
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
