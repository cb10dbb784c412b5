import { gitlab } from './gitlab'
import { type Reading, type SourceRequest, Unreadable } from './source'
import { listOf, toLine, valueAt } from './values'

/** A record of GitLab's REST API beside its project, as its webhook would tell it; the kind stands in the header. */
export function readPulled(request: SourceRequest): Reading {
  const what = request.headers['x-quarterdeck-pulled'] ?? ''
  const toWebhook = Object.hasOwn(WEBHOOKS, what) ? WEBHOOKS[what] : undefined
  if (!toWebhook) throw new Unreadable(`“${what}” is nothing that is asked of GitLab.`)
  const project = valueAt(request.body, 'project')
  const record = valueAt(request.body, what)
  const approvals = valueAt(request.body, 'approvals')
  return gitlab.read({
    ...request,
    body: { object_kind: what, ...toWebhook(record, project, approvals), project },
  })
}

type ToWebhook = (record: unknown, project: unknown, approvals: unknown) => object

const WEBHOOKS: Readonly<Record<string, ToWebhook>> = {
  commits: toPush,
  merge_request: toMergeRequest,
  pipeline: toPipeline,
  deployment: toDeployment,
}

/** The list counts no commits that it leaves out. */
function toPush(record: unknown) {
  const commits = listOf(valueAt(record, 'commits'))
  return {
    object_kind: 'push',
    ref: `refs/heads/${toLine(valueAt(record, 'branch'))}`,
    after: valueAt(commits[0], 'id'),
    total_commits_count: commits.length,
    commits: commits.map((commit) => ({
      ...Object(commit),
      timestamp: valueAt(commit, 'committed_date'),
      url: valueAt(commit, 'web_url'),
      author: { name: valueAt(commit, 'author_name') },
    })),
  }
}

function toMergeRequest(record: unknown, _project: unknown, approvals: unknown) {
  return {
    user: valueAt(record, 'author'),
    object_attributes: {
      ...Object(record),
      approvals,
      action: 'open', // so that the author counts as who did it
      url: valueAt(record, 'web_url'),
      last_commit: { id: valueAt(record, 'sha') },
    },
  }
}

const OVER = /^(success|failed|canceled|skipped)$/

/** The list does not say when a pipeline ended: it is when it was last changed. */
function toPipeline(record: unknown) {
  const isOver = OVER.test(toLine(valueAt(record, 'status')))
  return {
    user: valueAt(record, 'user'),
    object_attributes: {
      ...Object(record),
      url: valueAt(record, 'web_url'),
      ...(isOver && { finished_at: valueAt(record, 'updated_at') }),
    },
    builds: [],
  }
}

function toDeployment(record: unknown, project: unknown) {
  const at = (name: string) => valueAt(record, name)
  const deployable = at('deployable')
  const sha = toLine(at('sha'))
  return {
    user: at('user'),
    deployment_id: at('id'),
    status: at('status'),
    status_changed_at: at('updated_at'),
    environment: valueAt(at('environment'), 'name'),
    environment_tier: valueAt(at('environment'), 'tier'),
    short_sha: sha.slice(0, 8),
    commit_url: `${toLine(valueAt(project, 'web_url'), 1000)}/-/commit/${sha}`,
    commit_title: valueAt(valueAt(deployable, 'commit'), 'title'),
    deployable_url: valueAt(valueAt(deployable, 'pipeline'), 'web_url'),
  }
}
