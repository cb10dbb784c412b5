import { deploymentOf } from './github-changes'
import { type Event, loginOf } from './github-event'
import type { Reading } from './source'
import { ignored } from './telling'
import { timeAt } from './times'
import {
  entryOf,
  lineAt,
  listOf,
  toCount,
  toKey,
  toLine,
  toText,
  toUrl,
  valueAt,
  wordOf,
} from './values'
import {
  type BuildNews,
  DEPLOYED_BY,
  type DeploymentNews,
  lastPartOf,
  pipelineSignals,
  spanOf,
  withDeployment,
} from './work'

const CONCLUSIONS: Readonly<Record<string, BuildNews['state']>> = {
  success: 'succeeded',
  neutral: 'succeeded',
  failure: 'failed',
  timed_out: 'failed',
  startup_failure: 'failed',
  cancelled: 'cancelled',
  stale: 'cancelled',
  skipped: 'skipped',
  action_required: 'queued', // it waits for a person before it runs
}

/** How far a run is. One that is only asked for may have a conclusion already, when it needs an approval. */
function stateOf(run: unknown): BuildNews['state'] {
  const conclusion = lineAt(run, 'conclusion').toLowerCase()
  const ended = entryOf(CONCLUSIONS, conclusion)
  return ended ?? (valueAt(run, 'status') === 'in_progress' ? 'running' : 'queued')
}

/** What a build of the default branch says. */
const signalsOf = (build: BuildNews, { repository, defaultBranch }: Event, description: string) =>
  pipelineSignals(build, {
    service: lastPartOf(repository),
    isDefault: build.branch !== undefined && build.branch === defaultBranch,
    description,
  })

export function readWorkflowRun(event: Event): Reading {
  const { body, repository, settings } = event
  const [run, workflow] = [valueAt(body, 'workflow_run'), valueAt(body, 'workflow')]
  const id = toKey(valueAt(run, 'id'))
  if (id === undefined) return ignored('it names no run')
  const path = toLine(valueAt(workflow, 'path') ?? valueAt(run, 'path'))
  const name = wordOf(valueAt(run, 'name'), valueAt(workflow, 'name'), path) ?? 'workflow'
  const build = runOf(run, id, name, event)
  return {
    signals: isOwn(run, event) ? signalsOf(build, event, build.title) : [],
    changes: withDeployment(build, lastPartOf(repository), settings, path),
  }
}

function runOf(run: unknown, id: string, name: string, event: Event): BuildNews {
  const { repository, receivedAt } = event
  const state = stateOf(run)
  const now = timeAt(run, receivedAt, 'updated_at', 'created_at') ?? receivedAt
  const message = toText(valueAt(run, 'head_commit', 'message'), 2000).split('\n')[0]
  return {
    kind: 'build',
    externalId: `${repository}/${id}`,
    repository,
    title: wordOf(valueAt(run, 'display_title'), message) ?? name,
    url: toUrl(valueAt(run, 'html_url')),
    actor: loginOf(run, 'triggering_actor') ?? loginOf(run, 'actor'),
    occurredAt: now,
    name,
    state,
    revision: toKey(valueAt(run, 'head_sha')),
    branch: wordOf(valueAt(run, 'head_branch')),
    attempt: toCount(valueAt(run, 'run_attempt')) || undefined,
    ...spanOf(state, timeAt(run, receivedAt, 'run_started_at', 'created_at'), now),
  }
}

/** Not of a fork, whose branches are called the same, and not of a pull request from the default branch. */
function isOwn(run: unknown, { repository }: Event): boolean {
  const head = lineAt(run, 'head_repository', 'full_name') || repository
  return head === repository && !lineAt(run, 'event').startsWith('pull_request')
}

/** Jobs make no signals: their run does. A job with an environment is also a deployment. */
export function readWorkflowJob(event: Event): Reading {
  const { body, repository, receivedAt, settings } = event
  const job = valueAt(body, 'workflow_job')
  const id = toKey(valueAt(job, 'id'))
  if (id === undefined) return ignored('it names no job')
  const state = stateOf(job)
  const own = lineAt(job, 'name') || 'job'
  const name = toLine([lineAt(job, 'workflow_name'), own].filter(Boolean).join(' / '))
  const finishedAt = timeAt(job, receivedAt, 'completed_at')
  const build: BuildNews = {
    kind: 'build',
    externalId: `${repository}/job-${id}`, // runs and jobs count on their own
    repository,
    title: name,
    url: toUrl(valueAt(job, 'html_url')),
    actor: loginOf(body, 'sender'),
    occurredAt: finishedAt ?? timeAt(job, receivedAt, 'started_at', 'created_at') ?? receivedAt,
    name,
    state,
    revision: toKey(valueAt(job, 'head_sha')),
    branch: wordOf(valueAt(job, 'head_branch')),
    attempt: toCount(valueAt(job, 'run_attempt')) || undefined,
    ...spanOf(state, timeAt(job, receivedAt, 'started_at'), finishedAt),
  }
  const deployment = deploymentOf(valueAt(body, 'deployment'), event)
  return {
    signals: [],
    changes: deployment
      ? [build, deployedBy(build, deployment)]
      : withDeployment(build, lastPartOf(repository), settings, own),
  }
}

/** GitHub gives a deployment of a job the end of the job. */
const deployedBy = (build: BuildNews, deployment: DeploymentNews): DeploymentNews => ({
  ...deployment,
  state: DEPLOYED_BY[build.state],
  url: build.url ?? deployment.url,
  occurredAt: Math.max(build.occurredAt, deployment.occurredAt),
  finishedAt: build.finishedAt,
})

/** Checks of other apps. Those of GitHub Actions are jobs and runs, and told as such. */
export function readCheck(event: Event): Reading {
  const { body, repository, settings } = event
  const run = valueAt(body, 'check_run')
  const check = run ?? valueAt(body, 'check_suite')
  const id = toKey(valueAt(check, 'id'))
  if (id === undefined) return ignored('it names no check')
  if (valueAt(check, 'app', 'slug') === 'github-actions')
    return ignored('a check of GitHub Actions is told as a workflow run and a workflow job')
  const build = checkOf(check, run === undefined ? `suite-${id}` : `check-${id}`, event)
  // The suite would say again what its checks say.
  const summary = toText(valueAt(check, 'output', 'summary'))
  const signals = run === undefined ? [] : signalsOf(build, event, summary)
  return { signals, changes: withDeployment(build, lastPartOf(repository), settings) }
}

function checkOf(check: unknown, id: string, { repository, receivedAt }: Event): BuildNews {
  const app = wordOf(valueAt(check, 'app', 'name'))
  const name = wordOf(valueAt(check, 'name'), app) ?? 'check'
  const state = stateOf(check)
  const begun = timeAt(check, receivedAt, 'started_at', 'created_at')
  const ended = timeAt(check, receivedAt, 'completed_at', 'updated_at')
  const times = spanOf(state, begun, ended)
  return {
    kind: 'build',
    externalId: `${repository}/${id}`,
    repository,
    title: wordOf(valueAt(check, 'output', 'title')) ?? name,
    url: toUrl(valueAt(check, 'html_url'), valueAt(check, 'details_url')),
    actor: app,
    occurredAt: times.finishedAt ?? ended ?? begun ?? receivedAt,
    name,
    state,
    revision: toKey(valueAt(check, 'head_sha')),
    branch: wordOf(valueAt(check, 'check_suite', 'head_branch'), valueAt(check, 'head_branch')),
    ...times,
  }
}

const STATUSES: Readonly<Record<string, BuildNews['state']>> = {
  pending: 'running',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
}

/** A commit status, as CI systems outside of GitHub set it: one for each commit and context. */
export function readStatus(event: Event): Reading {
  const { body, repository, receivedAt, settings, defaultBranch } = event
  const revision = toKey(valueAt(body, 'sha'))
  const word = lineAt(body, 'state')
  const state = entryOf(STATUSES, word)
  if (revision === undefined || state === undefined)
    return ignored('it names no commit or no state')
  const name = lineAt(body, 'context') || 'default'
  const now = timeAt(body, receivedAt, 'updated_at', 'created_at') ?? receivedAt
  // Every branch that holds the commit is listed: it is about those that it is the newest of.
  const heads = listOf(valueAt(body, 'branches'))
    .filter((branch) => valueAt(branch, 'commit', 'sha') === revision)
    .map((branch) => lineAt(branch, 'name'))
  const build: BuildNews = {
    kind: 'build',
    externalId: `${repository}/${name}@${revision}`,
    repository,
    title: wordOf(valueAt(body, 'description')) ?? name,
    url: toUrl(valueAt(body, 'target_url'), valueAt(body, 'commit', 'html_url')),
    actor: loginOf(body, 'sender'),
    occurredAt: now,
    name,
    state,
    revision,
    branch: heads.includes(defaultBranch) ? defaultBranch : heads[0],
    finishedAt: state === 'running' ? undefined : now,
  }
  return {
    signals: signalsOf(build, event, build.title),
    changes: withDeployment(build, lastPartOf(repository), settings),
  }
}
