import type { Timestamp } from '#contract/primitives'
import { deploymentOf } from './github-changes'
import { type Event, loginOf, timeIn } from './github-event'
import {
  type BuildNews,
  type DeploymentNews,
  pipelineSignal,
  withDeployment,
} from './pipeline-news'
import type { Reading, SourceSignal } from './source'
import { toKey, toLine, toText, valueAt } from './values'
import { at, listOf, toCount, toUrl, wordOf } from './values-c'

const ignored = (why: string): Reading => ({ signals: [], ignored: why })

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
  const conclusion = toLine(valueAt(run, 'conclusion')).toLowerCase()
  if (Object.hasOwn(CONCLUSIONS, conclusion)) return CONCLUSIONS[conclusion]!
  return valueAt(run, 'status') === 'in_progress' ? 'running' : 'queued'
}

const isOver = ({ state }: BuildNews) => state === 'succeeded' || state === 'failed'

/** A build that waits or never ran has no times, whatever is sent for them. */
function timesOf(
  state: BuildNews['state'],
  begun: Timestamp | undefined,
  ended: Timestamp | undefined,
): Pick<BuildNews, 'startedAt' | 'finishedAt'> {
  if (state === 'queued' || state === 'skipped')
    return { startedAt: undefined, finishedAt: undefined }
  return { startedAt: begun, finishedAt: state === 'running' ? undefined : ended }
}

/** What the default branch says by a build of it: nothing while it goes on, or for one that was stopped. */
function signalsOf(
  build: BuildNews,
  { repository, defaultBranch }: Event,
  description = '',
): SourceSignal[] {
  const { name, state, branch, finishedAt, occurredAt, url, revision, actor } = build
  if (branch === undefined || branch !== defaultBranch || !isOver(build)) return []
  return [
    pipelineSignal({
      repository,
      pipeline: name,
      branch,
      failed: state === 'failed',
      at: finishedAt ?? occurredAt,
      url,
      revision,
      actor,
      description,
    }),
  ]
}

export function readWorkflowRun(event: Event): Reading {
  const { body, settings } = event
  const [run, workflow] = [valueAt(body, 'workflow_run'), valueAt(body, 'workflow')]
  const id = toKey(valueAt(run, 'id'))
  if (id === undefined) return ignored('it names no run')
  const path = toLine(valueAt(workflow, 'path') ?? valueAt(run, 'path'))
  const name = wordOf(valueAt(run, 'name'), valueAt(workflow, 'name'), path) ?? 'workflow'
  const build = runOf(run, id, name, event)
  return {
    signals: isOwn(run, event) ? signalsOf(build, event, build.title) : [],
    changes: withDeployment(build, settings, path),
  }
}

function runOf(run: unknown, id: string, name: string, event: Event): BuildNews {
  const { repository, receivedAt } = event
  const state = stateOf(run)
  const now = timeIn(run, receivedAt, 'updated_at', 'created_at') ?? receivedAt
  const message = toText(at(run, 'head_commit', 'message'), 2000).split('\n')[0]
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
    ...timesOf(state, timeIn(run, receivedAt, 'run_started_at', 'created_at'), now),
  }
}

/** Not of a fork, whose branches are called the same, and not of a pull request from the default branch. */
function isOwn(run: unknown, { repository }: Event): boolean {
  const head = toLine(at(run, 'head_repository', 'full_name')) || repository
  return head === repository && !toLine(valueAt(run, 'event')).startsWith('pull_request')
}

/** Jobs make no signals: their run does. A job with an environment is also a deployment. */
export function readWorkflowJob(event: Event): Reading {
  const { body, repository, receivedAt, settings } = event
  const job = valueAt(body, 'workflow_job')
  const id = toKey(valueAt(job, 'id'))
  if (id === undefined) return ignored('it names no job')
  const state = stateOf(job)
  const own = toLine(valueAt(job, 'name')) || 'job'
  const name = toLine([toLine(valueAt(job, 'workflow_name')), own].filter(Boolean).join(' / '))
  const finishedAt = timeIn(job, receivedAt, 'completed_at')
  const build: BuildNews = {
    kind: 'build',
    externalId: `${repository}/job-${id}`, // runs and jobs count on their own
    repository,
    title: name,
    url: toUrl(valueAt(job, 'html_url')),
    actor: loginOf(body, 'sender'),
    occurredAt: finishedAt ?? timeIn(job, receivedAt, 'started_at', 'created_at') ?? receivedAt,
    name,
    state,
    revision: toKey(valueAt(job, 'head_sha')),
    branch: wordOf(valueAt(job, 'head_branch')),
    attempt: toCount(valueAt(job, 'run_attempt')) || undefined,
    ...timesOf(state, timeIn(job, receivedAt, 'started_at'), finishedAt),
  }
  const deployment = deploymentOf(valueAt(body, 'deployment'), event)
  return {
    signals: [],
    changes: deployment
      ? [build, deployedBy(build, deployment)]
      : withDeployment(build, settings, own),
  }
}

const DEPLOYED: Readonly<Record<BuildNews['state'], DeploymentNews['state']>> = {
  queued: 'pending',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'cancelled',
}

/** GitHub gives a deployment of a job the end of the job. */
const deployedBy = (build: BuildNews, deployment: DeploymentNews): DeploymentNews => ({
  ...deployment,
  state: DEPLOYED[build.state],
  url: build.url ?? deployment.url,
  occurredAt: Math.max(build.occurredAt, deployment.occurredAt),
  finishedAt: build.finishedAt,
})

/** Checks of other apps. Those of GitHub Actions are jobs and runs, and told as such. */
export function readCheck(event: Event): Reading {
  const { body, settings } = event
  const run = valueAt(body, 'check_run')
  const check = run ?? valueAt(body, 'check_suite')
  const id = toKey(valueAt(check, 'id'))
  if (id === undefined) return ignored('it names no check')
  if (at(check, 'app', 'slug') === 'github-actions')
    return ignored('a check of GitHub Actions is told as a workflow run and a workflow job')
  const build = checkOf(check, run === undefined ? `suite-${id}` : `check-${id}`, event)
  // The suite would say again what its checks say.
  const summary = toText(at(check, 'output', 'summary'))
  const signals = run === undefined ? [] : signalsOf(build, event, summary)
  return { signals, changes: withDeployment(build, settings) }
}

function checkOf(check: unknown, id: string, { repository, receivedAt }: Event): BuildNews {
  const app = wordOf(at(check, 'app', 'name'))
  const name = wordOf(valueAt(check, 'name'), app) ?? 'check'
  const state = stateOf(check)
  const begun = timeIn(check, receivedAt, 'started_at', 'created_at')
  const ended = timeIn(check, receivedAt, 'completed_at', 'updated_at')
  const times = timesOf(state, begun, ended)
  return {
    kind: 'build',
    externalId: `${repository}/${id}`,
    repository,
    title: wordOf(at(check, 'output', 'title')) ?? name,
    url: toUrl(valueAt(check, 'html_url'), valueAt(check, 'details_url')),
    actor: app,
    occurredAt: times.finishedAt ?? ended ?? begun ?? receivedAt,
    name,
    state,
    revision: toKey(valueAt(check, 'head_sha')),
    branch: wordOf(at(check, 'check_suite', 'head_branch'), valueAt(check, 'head_branch')),
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
  const word = toLine(valueAt(body, 'state'))
  const state = Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined
  if (revision === undefined || state === undefined)
    return ignored('it names no commit or no state')
  const name = toLine(valueAt(body, 'context')) || 'default'
  const now = timeIn(body, receivedAt, 'updated_at', 'created_at') ?? receivedAt
  // Every branch that holds the commit is listed: it is about those that it is the newest of.
  const heads = listOf(valueAt(body, 'branches'))
    .filter((branch) => at(branch, 'commit', 'sha') === revision)
    .map((branch) => toLine(valueAt(branch, 'name')))
  const build: BuildNews = {
    kind: 'build',
    externalId: `${repository}/${name}@${revision}`,
    repository,
    title: wordOf(valueAt(body, 'description')) ?? name,
    url: toUrl(valueAt(body, 'target_url'), at(body, 'commit', 'html_url')),
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
    changes: withDeployment(build, settings),
  }
}
