import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { readJob, readPipeline } from './gitlab-builds'
import { readDeployment, readMergeRequest, readPush, readReviewNote } from './gitlab-changes'
import { type Event, projectOf } from './gitlab-event'
import { readIssue, readIssueNote } from './gitlab-signals'
import { firstSigned, standardWebhooksProof, tokenProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored, TEST } from './telling'
import { entryOf, fingerprintOf, isObject, lineAt, toKey, toLine, valueAt } from './values'

const SECRET = { name: 'Secret token or signing token', madeBy: 'either' } as const

/**
 * GitLab's webhooks of projects and groups, and those of its system hooks that are the same.
 * https://docs.gitlab.com/user/project/integrations/webhook_events/
 * Since 2026 it can sign as Standard Webhooks do (`whsec_…`); before, and beside that, it sends a token in the clear.
 */
export const gitlab: SourceReader = {
  kind: 'gitlab',
  proof: firstSigned(standardWebhooksProof(SECRET), tokenProof('x-gitlab-token', SECRET)),
  secretHeaders: ['x-gitlab-token'],
  mostBytes: 26 * 1024 * 1024, // 25 MB is GitLab's own limit
  accepts: acceptsJson,
  deliveryKey,
  read,
  example,
  exampleHeaders: () => ({ 'x-gitlab-event': 'Pipeline Hook' }),
}

/**
 * GitLab 17.4 and later say what a retry shares. Before, the id of an event is also that of what hooks have caused in turn,
 * and of other events of the same moment, so that it counts only together with the body.
 */
function deliveryKey({ headers, body }: SourceRequest): string | undefined {
  const own = toKey(headers['idempotency-key']) ?? toKey(headers['webhook-id'])
  if (own !== undefined) return own
  const event = headers['x-gitlab-event-uuid']
  return event === undefined
    ? undefined
    : fingerprintOf([event, headers['x-gitlab-webhook-uuid'] ?? '', body])
}

const READERS: Readonly<Record<string, (event: Event) => Reading>> = {
  push: readPush,
  merge_request: readMergeRequest,
  pipeline: readPipeline,
  build: readJob,
  deployment: readDeployment,
  issue: readIssue,
  work_item: readIssue,
  incident: readIssue,
  note: readNote,
}

const IGNORED: Readonly<Record<string, string>> = {
  tag_push: 'a tag was pushed, which brings no commit',
  release: 'a release was written about: what runs is told by deployments',
}

function read({ body, headers, receivedAt, settings }: SourceRequest): Reading {
  const kind = toLine(valueAt(body, 'object_kind') ?? valueAt(body, 'event_name'), 60)
  if (!isObject(body) || kind === '')
    throw new Unreadable(
      'This is not a webhook of GitLab: its body has no `object_kind`. If the webhook has a custom template, take that out.',
    )
  const why = entryOf(IGNORED, kind)
  if (why !== undefined) return ignored(why)
  const reader = entryOf(READERS, kind)
  if (!reader) {
    const name = toLine(headers['x-gitlab-event'], 60) || kind
    return ignored(`${name} (${kind}) changes nothing that is followed here`)
  }
  const project = projectOf(body)
  if (project === '')
    throw new Unreadable(
      `This ${kind} names no project, which every ${kind} of GitLab does. Send it again from Recent events at GitLab.`,
    )
  const defaultBranch = lineAt(body, 'project', 'default_branch')
  return reader({ body, project, defaultBranch, receivedAt, settings })
}

function readNote(event: Event): Reading {
  const about = toLine(valueAt(event.body, 'object_attributes', 'noteable_type'), 60)
  if (valueAt(event.body, 'object_attributes', 'action') === 'update')
    return ignored('a note was changed')
  if (about === 'Issue' || about === 'WorkItem') return readIssueNote(event)
  if (about === 'MergeRequest') return readReviewNote(event)
  return ignored(`a note on ${about || 'something'} is not followed here`)
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const [created, finished] = [now - 60_000, now].map((time) => new Date(time).toISOString())
  return {
    object_kind: 'pipeline',
    object_attributes: {
      id: status === 'firing' ? 1 : 2,
      ref: 'main',
      tag: false,
      sha: '0000000000000000000000000000000000000000',
      source: 'push',
      status: status === 'firing' ? 'failed' : 'success',
      created_at: created,
      finished_at: finished,
    },
    user: { username: 'quarterdeck' },
    project: { path_with_namespace: 'quarterdeck/test', default_branch: 'main' },
    commit: { title: TEST.text },
    builds: [],
  }
}
