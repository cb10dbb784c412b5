import { type Event, userOf } from './gitlab-event'
import type { Reading, SourceSignal } from './source'
import { ignored } from './telling'
import { timeAt } from './times'
import { entryOf, lineAt, listOf, toCount, toKey, toLine, toUrl, valueAt, wordOf } from './values'
import { type BuildNews, lastPartOf, pipelineSignals, spanOf, withDeployment } from './work'

const BUILDS: Readonly<Record<string, BuildNews['state']>> = {
  created: 'queued',
  waiting_for_resource: 'queued',
  waiting_for_callback: 'queued',
  preparing: 'queued',
  pending: 'queued',
  scheduled: 'queued',
  manual: 'queued', // it waits for a person
  running: 'running',
  canceling: 'running',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  skipped: 'skipped',
}

const stateOf = (word: unknown): BuildNews['state'] | undefined => {
  const text = toLine(word).toLowerCase()
  return entryOf(BUILDS, text)
}

export function readPipeline(event: Event): Reading {
  const { body, project, receivedAt } = event
  const pipeline = valueAt(body, 'object_attributes')
  const id = toKey(valueAt(pipeline, 'id'))
  const state = stateOf(valueAt(pipeline, 'status'))
  if (id === undefined || state === undefined)
    return ignored(`a pipeline is ${lineAt(pipeline, 'status') || 'without a state'}`)
  const jobs = listOf(valueAt(body, 'builds')).map((job) => timeAt(job, receivedAt, 'started_at'))
  const begun = jobs.filter((time) => time !== undefined)
  const created = timeAt(pipeline, receivedAt, 'created_at')
  const ended = timeAt(pipeline, receivedAt, 'finished_at')
  const page = `${lineAt(body, 'project', 'web_url')}/-/pipelines/${id}`
  const build: BuildNews = {
    kind: 'build',
    externalId: `${project}/${id}`,
    repository: project,
    title:
      wordOf(valueAt(body, 'commit', 'title'), valueAt(body, 'commit', 'message')) ??
      `Pipeline ${id}`,
    url: toUrl(valueAt(pipeline, 'url'), page),
    actor: userOf(body),
    occurredAt: ended ?? created ?? receivedAt,
    name: 'pipeline',
    state,
    revision: toKey(valueAt(pipeline, 'sha')),
    branch: valueAt(pipeline, 'tag') === true ? undefined : wordOf(valueAt(pipeline, 'ref')),
    ...spanOf(state, begun.length > 0 ? begun.reduce((a, b) => Math.min(a, b)) : created, ended),
  }
  return {
    signals: signalsOf(build, pipeline, event),
    changes: withDeployment(build, lastPartOf(project), event.settings, lineAt(pipeline, 'name')),
  }
}

/** Pipelines of merge requests carry the branch's name, too, and a child's failure is its parent's. */
const ASIDE = /^(merge_request_event|external_pull_request_event|parent_pipeline)$/

/**
 * Every project has one pipeline; what a schedule runs in it differs from what a push runs, so they stand for themselves.
 */
function signalsOf(build: BuildNews, pipeline: unknown, event: Event): SourceSignal[] {
  const { project, defaultBranch, body } = event
  const { branch } = build
  const source = lineAt(pipeline, 'source')
  const failed = listOf(valueAt(body, 'builds'))
    .filter((job) => valueAt(job, 'status') === 'failed' && valueAt(job, 'allow_failure') !== true)
    .map((job) => lineAt(job, 'name'))
  return pipelineSignals(build, {
    service: lastPartOf(project),
    isDefault: branch !== undefined && branch === defaultBranch && !ASIDE.test(source),
    description: failed.length > 0 ? `${build.title}\nFailed: ${failed.join(', ')}` : build.title,
    pipeline: source === 'schedule' ? 'scheduled pipeline' : 'pipeline',
  })
}

/** Jobs make no signals: their pipeline does. */
export function readJob(event: Event): Reading {
  const { body, project, settings } = event
  const id = toKey(valueAt(body, 'build_id'))
  const state = stateOf(valueAt(body, 'build_status'))
  if (id === undefined || state === undefined)
    return ignored(`a job is ${lineAt(body, 'build_status') || 'without a state'}`)
  return {
    signals: [],
    changes: withDeployment(jobOf(id, state, event), lastPartOf(project), settings),
  }
}

function jobOf(
  id: string,
  state: BuildNews['state'],
  { body, project, receivedAt }: Event,
): BuildNews {
  const name = lineAt(body, 'build_name') || 'job'
  const begun = timeAt(body, receivedAt, 'build_started_at')
  const ended = timeAt(body, receivedAt, 'build_finished_at')
  const retries = toCount(valueAt(body, 'retries_count'))
  const page = `${toLine(valueAt(body, 'project', 'web_url') ?? valueAt(body, 'repository', 'homepage'))}/-/jobs/${id}`
  return {
    kind: 'build',
    externalId: `${project}/job-${id}`, // pipelines and jobs count on their own
    repository: project,
    title: name,
    url: toUrl(page),
    actor: userOf(body),
    occurredAt: ended ?? begun ?? timeAt(body, receivedAt, 'build_created_at') ?? receivedAt,
    name,
    state,
    revision: toKey(valueAt(body, 'sha')),
    branch: valueAt(body, 'tag') === true ? undefined : wordOf(valueAt(body, 'ref')),
    attempt: retries === undefined ? undefined : retries + 1,
    ...spanOf(state, begun, ended),
  }
}
