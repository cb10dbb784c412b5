import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { hmacProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { toTime } from './times'
import { entryOf, isObject, lineAt, toKey, toUrl, valueAt, wordOf } from './values'
import {
  type BuildNews,
  isDefaultBranch,
  lastPartOf,
  pipelineSignals,
  withDeployment,
} from './work'

/**
 * CircleCI outbound webhooks. https://circleci.com/docs/guides/integration/outbound-webhooks/
 * Only ends are told. Pipelines of GitHub Apps, GitLab and Bitbucket Data Center have no `vcs`: what they know is under
 * `trigger_parameters`.
 */
export const circleci: SourceReader = {
  kind: 'circleci',
  proof: hmacProof({
    secret: { name: 'secret token', madeBy: 'us' },
    header: 'circleci-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'v1=',
  }),
  accepts: acceptsJson,
  deliveryKey: ({ body }) => toKey(valueAt(body, 'id')),
  read,
  example,
  exampleHeaders: () => ({ 'circleci-event-type': 'workflow-completed' }),
}

const STATES: Readonly<Record<string, BuildNews['state']>> = {
  success: 'succeeded',
  failed: 'failed',
  error: 'failed',
  unauthorized: 'failed',
  canceled: 'cancelled',
  not_run: 'skipped',
}

function read(request: SourceRequest): Reading {
  const type = lineAt(request.body, 'type')
  if (type === 'ping') return ignored('a ping: the webhook works')
  const [part] = /^(workflow|job)(?=-completed$)/.exec(type) ?? []
  const subject = part === undefined ? undefined : valueAt(request.body, part)
  if (type === '' || (part !== undefined && !isObject(subject)))
    throw new Unreadable(
      'This is not a webhook of CircleCI: it has no `type` with its workflow or job.',
    )
  if (part === undefined || !isObject(subject))
    return ignored(`“${type}” is neither a workflow nor a job that ended`)
  return readRun(request, part as 'workflow' | 'job', subject)
}

/** Where the three ways to connect a repository keep the same things. */
function vcsOf(body: unknown) {
  const vcs = valueAt(body, 'pipeline', 'vcs')
  const parameters = valueAt(body, 'pipeline', 'trigger_parameters')
  const [git, gitlab, app] = ['git', 'gitlab', 'github_app'].map((name) =>
    valueAt(parameters, name),
  )
  return {
    branch: wordOf(
      valueAt(vcs, 'branch'),
      valueAt(git, 'branch'),
      valueAt(gitlab, 'branch'),
      valueAt(app, 'branch'),
    ),
    revision: wordOf(
      valueAt(vcs, 'revision'),
      valueAt(git, 'checkout_sha'),
      valueAt(gitlab, 'checkout_sha'),
      valueAt(app, 'checkout_sha'),
    ),
    actor: wordOf(
      valueAt(vcs, 'commit', 'author', 'name'),
      valueAt(git, 'commit_author_name'),
      valueAt(gitlab, 'commit_author_name'),
      valueAt(app, 'commit_author_name'),
      valueAt(app, 'user_username'),
    ),
    subject: wordOf(
      valueAt(vcs, 'commit', 'subject'),
      valueAt(git, 'commit_title'),
      valueAt(gitlab, 'commit_title'),
      valueAt(app, 'commit_title'),
    ),
  }
}

function readRun(
  { body, receivedAt, settings }: SourceRequest,
  part: 'workflow' | 'job',
  run: object,
): Reading {
  const name = lineAt(run, 'name') || 'a workflow without a name'
  const state = entryOf(STATES, lineAt(run, 'status').toLowerCase())
  if (state === undefined) return ignored(`${name} ended in a state that is not known`)
  const repository = repositoryOf(body)
  const vcs = vcsOf(body)
  const news: BuildNews = {
    kind: 'build',
    externalId: `${repository}/${toKey(valueAt(run, 'id')) ?? name}`,
    repository,
    title: `${name} ${state}${vcs.subject === undefined ? '' : `: ${vcs.subject}`}`,
    url: toUrl(valueAt(run, 'url'), valueAt(body, 'workflow', 'url')),
    actor: vcs.actor,
    name,
    state,
    revision: vcs.revision,
    branch: vcs.branch,
    ...timesOf(body, run, receivedAt),
  }
  const service = lastPartOf(repository)
  // A workflow of a tag has no branch to be wrong on, and jobs are told by their workflow.
  const isDefault = part === 'workflow' && vcs.branch !== undefined && isDefaultBranch(vcs.branch)
  return {
    signals: pipelineSignals(news, { service, isDefault, description: vcs.subject ?? '' }),
    changes: withDeployment(news, service, settings),
  }
}

function timesOf(body: unknown, run: object, receivedAt: number) {
  const time = (value: unknown) => toTime(value, receivedAt)
  const finishedAt =
    time(valueAt(run, 'stopped_at')) ?? time(valueAt(body, 'happened_at')) ?? receivedAt
  const startedAt = time(valueAt(run, 'started_at')) ?? time(valueAt(run, 'created_at'))
  return { startedAt, finishedAt, occurredAt: finishedAt }
}

/** `github/acme/shop` → `acme/shop`; projects of GitHub Apps have ids there, and a name beside. */
function repositoryOf(body: unknown): string {
  const slug = lineAt(body, 'project', 'slug')
  const [provider, owner, ...rest] = slug.split('/')
  if (provider !== 'circleci' && owner !== undefined && rest.length > 0)
    return [owner, ...rest].join('/')
  return wordOf(valueAt(body, 'project', 'name')) ?? 'a project without a name'
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    id: `test-${status}-${now}`,
    type: 'workflow-completed',
    happened_at: new Date(now).toISOString(),
    project: { name: 'quarterdeck-test', slug: 'github/quarterdeck/test' },
    workflow: {
      id: '00000000-0000-4000-8000-000000000004',
      name: 'build-test',
      created_at: new Date(now - 60_000).toISOString(),
      stopped_at: new Date(now).toISOString(),
      status: status === 'firing' ? 'failed' : 'success',
    },
    pipeline: {
      number: 1,
      vcs: { branch: 'main', revision: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' },
    },
  }
}
