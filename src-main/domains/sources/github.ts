import type { Timestamp } from '#contract/primitives'
import { isJsonType, parseJson } from './body'
import { readCheck, readStatus, readWorkflowJob, readWorkflowRun } from './github-builds'
import {
  readDeployment,
  readDeploymentStatus,
  readPullRequest,
  readPush,
  readReview,
} from './github-changes'
import type { Event } from './github-event'
import { readCodeScanning, readComment, readDependabot, readIssue } from './github-signals'
import { hmacProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored, TEST } from './telling'
import { entryOf, isObject, lineAt, toKey, toLine, valueAt } from './values'

/**
 * GitHub's webhooks of repositories, organisations and apps, as JSON or as a form with the JSON in its field `payload`.
 * https://docs.github.com/webhooks/webhook-events-and-payloads
 * Signed over the bytes of the body, the form as it is; a redelivery keeps `X-GitHub-Delivery`.
 */
export const github: SourceReader = {
  kind: 'github',
  proof: hmacProof({
    secret: { name: 'Secret', madeBy: 'either' },
    header: 'x-hub-signature-256',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
  }),
  mostBytes: 26 * 1024 * 1024, // GitHub sends nothing above 25 MB
  accepts(contentType) {
    if (contentType === 'application/x-www-form-urlencoded') return 'form'
    return isJsonType(contentType) ? 'json' : undefined
  },
  deliveryKey: ({ headers }) => toKey(headers['x-github-delivery']),
  read,
  example,
  exampleHeaders: () => ({ 'x-github-event': 'workflow_run' }),
}

const READERS: Readonly<Record<string, (event: Event) => Reading>> = {
  push: readPush,
  pull_request: readPullRequest,
  pull_request_review: readReview,
  deployment: readDeployment,
  deployment_status: readDeploymentStatus,
  workflow_run: readWorkflowRun,
  workflow_job: readWorkflowJob,
  check_run: readCheck,
  check_suite: readCheck,
  status: readStatus,
  issues: readIssue,
  issue_comment: readComment,
  dependabot_alert: readDependabot,
  code_scanning_alert: readCodeScanning,
}

const IGNORED: Readonly<Record<string, string>> = {
  ping: 'GitHub tries the address: it works',
  create: 'a branch or a tag was made, which brings no commit',
  delete: 'a branch or a tag was deleted',
  release: 'a release was written about: what runs is told by deployments',
  merge_group: 'a merge queue asks for checks: the merge is told by its pull request',
}

function read(request: SourceRequest): Reading {
  const body = payloadOf(request)
  const name = toLine(request.headers['x-github-event'], 60) || nameBy(body)
  if (!isObject(body) || name === '')
    throw new Unreadable(
      'This is not a webhook of GitHub: it has no header X-GitHub-Event, and its body is like none of its events.',
    )
  const why = entryOf(IGNORED, name)
  if (why !== undefined) return ignored(why)
  const reader = entryOf(READERS, name)
  if (!reader) return ignored(`the event ${name} changes nothing that is followed here`)
  const repository = lineAt(body, 'repository', 'full_name')
  if (repository === '')
    throw new Unreadable(
      `This ${name} names no repository, which every ${name} of GitHub does. Replay it from Recent Deliveries at GitHub.`,
    )
  return reader({
    body,
    action: toLine(valueAt(body, 'action'), 60),
    repository,
    defaultBranch: lineAt(body, 'repository', 'default_branch'),
    receivedAt: request.receivedAt,
    settings: request.settings,
  })
}

/** A form has the JSON in one of its fields. */
function payloadOf({ body, contentType }: SourceRequest): unknown {
  const text = valueAt(body, 'payload')
  if (contentType !== 'application/x-www-form-urlencoded' || typeof text !== 'string') return body
  const parsed = parseJson(text)
  if ('problem' in parsed) throw new Unreadable(`In the field \`payload\`: ${parsed.problem}`)
  return parsed.value
}

/** What only one event has, in an order where the first counts; for a body that came without its headers. */
const MARKS: readonly [key: string, name: string][] = [
  ['workflow_job', 'workflow_job'],
  ['deployment_status', 'deployment_status'],
  ['deployment', 'deployment'],
  ['workflow_run', 'workflow_run'],
  ['check_run', 'check_run'],
  ['check_suite', 'check_suite'],
  ['review', 'pull_request_review'],
  ['pull_request', 'pull_request'],
  ['merge_group', 'merge_group'],
  ['release', 'release'],
  ['zen', 'ping'],
  ['pusher', 'push'],
  ['ref_type', 'create'],
  ['context', 'status'],
]

function nameBy(body: unknown): string {
  if (isObject(valueAt(body, 'issue')))
    return isObject(valueAt(body, 'comment')) ? 'issue_comment' : 'issues'
  if (isObject(valueAt(body, 'alert')))
    return isObject(valueAt(body, 'alert', 'security_advisory'))
      ? 'dependabot_alert'
      : 'code_scanning_alert'
  return MARKS.find(([key]) => (valueAt(body, key) ?? null) !== null)?.[1] ?? ''
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const time = new Date(now).toISOString()
  return {
    action: 'completed',
    workflow: { name: 'quarterdeck-test' },
    workflow_run: {
      id: status === 'firing' ? 1 : 2,
      name: 'quarterdeck-test',
      display_title: TEST.text,
      head_branch: 'main',
      head_sha: '0000000000000000000000000000000000000000',
      event: 'push',
      status: 'completed',
      conclusion: status === 'firing' ? 'failure' : 'success',
      run_attempt: 1,
      run_started_at: new Date(now - 60_000).toISOString(),
      created_at: new Date(now - 60_000).toISOString(),
      updated_at: time,
    },
    repository: { full_name: 'quarterdeck/test', default_branch: 'main' },
    sender: { login: 'quarterdeck' },
  }
}
