import type { ChangeNews } from '#domains/changes'
import { type Event, loginOf } from './github-event'
import { fitsAny } from './globs'
import type { Reading } from './source'
import { ignored } from './telling'
import { timeAt, toTime } from './times'
import { entryOf, lineAt, listOf, toKey, toLine, toText, toUrl, valueAt, wordOf } from './values'
import {
  branchOf,
  type DeploymentNews,
  lastPartOf,
  onlyChanges,
  type PullRequestNews,
} from './work'

/** Each commit of a push to a branch. GitHub lists at most 2,048, and the newest beside them. */
export function readPush({ body, repository, receivedAt }: Event): Reading {
  const branch = branchOf(valueAt(body, 'ref'))
  if (branch === undefined) return ignored('a tag was pushed, which brings no commit')
  if (valueAt(body, 'deleted') === true) return ignored(`the branch ${branch} was deleted`)
  const given = [...listOf(valueAt(body, 'commits')), valueAt(body, 'head_commit')]
  const commits = new Map(
    given.flatMap((commit): [string, ChangeNews][] => {
      const revision = toKey(valueAt(commit, 'id'))
      if (revision === undefined) return []
      const authoredAt = toTime(valueAt(commit, 'timestamp'), receivedAt) ?? receivedAt
      const news: ChangeNews = {
        kind: 'commit',
        externalId: `${repository}@${revision}`,
        repository,
        title: titleOf(valueAt(commit, 'message')) || revision,
        url: toUrl(valueAt(commit, 'url')),
        actor: wordOf(valueAt(commit, 'author', 'username'), valueAt(commit, 'author', 'name')),
        occurredAt: authoredAt,
        revision,
        branch,
        authoredAt,
      }
      return [[revision, news]]
    }),
  )
  return commits.size === 0
    ? ignored(`the push to ${branch} brings no commit`)
    : onlyChanges([...commits.values()])
}

/** The first line of a commit message. */
const titleOf = (message: unknown) => toLine(toText(message, 2000).split('\n')[0])

export function readPullRequest(event: Event): Reading {
  const pull = valueAt(event.body, 'pull_request')
  const told = pullRequestOf(pull, event)
  if (!told) return ignored('it names no pull request')
  const { receivedAt } = event
  const mergedAt = timeAt(pull, receivedAt, 'merged_at')
  const closedAt = timeAt(pull, receivedAt, 'closed_at')
  const merged = valueAt(pull, 'merged') === true || mergedAt !== undefined
  const closed = valueAt(pull, 'state') === 'closed'
  return onlyChanges([
    {
      ...told,
      state: merged ? 'merged' : closed ? 'closed' : 'open',
      draft: valueAt(pull, 'draft') === true,
      // Before the merge it is the commit of a trial merge.
      mergeRevision: merged ? toKey(valueAt(pull, 'merge_commit_sha')) : undefined,
      mergedAt: merged ? (mergedAt ?? closedAt) : undefined,
      closedAt: merged || closed ? closedAt : undefined,
    },
  ])
}

/** What a pull request and a review of it both say. A review has no `merged`, and says nothing about the state. */
function pullRequestOf(
  pull: unknown,
  { repository, receivedAt }: Event,
): PullRequestNews | undefined {
  const number = toKey(valueAt(pull, 'number'))
  if (number === undefined) return undefined
  return {
    kind: 'pull_request',
    externalId: `${repository}#${number}`,
    repository,
    number,
    title: lineAt(pull, 'title') || `#${number}`,
    url: toUrl(valueAt(pull, 'html_url')),
    actor: loginOf(pull, 'user'),
    occurredAt: timeAt(pull, receivedAt, 'updated_at', 'created_at') ?? receivedAt,
    branch: wordOf(valueAt(pull, 'base', 'ref')),
    headRevision: toKey(valueAt(pull, 'head', 'sha')),
    openedAt: timeAt(pull, receivedAt, 'created_at'),
  }
}

/** A review counts when a person other than the author gave it: replies to comments are reviews, too. */
export function readReview(event: Event): Reading {
  const { body, action, receivedAt } = event
  if (action !== 'submitted') return ignored(`a review was ${action || 'changed'}, not given`)
  const [pull, review] = [valueAt(body, 'pull_request'), valueAt(body, 'review')]
  const told = pullRequestOf(pull, event)
  if (!told) return ignored('it names no pull request')
  const state = lineAt(review, 'state').toLowerCase()
  const given = timeAt(review, receivedAt, 'submitted_at') ?? receivedAt
  const author = loginOf(pull, 'user')
  const own = author !== undefined && author === loginOf(review, 'user')
  const counts = !own && valueAt(review, 'user', 'type') !== 'Bot'
  return onlyChanges([
    {
      ...told,
      occurredAt: given,
      ...(counts && { reviewedAt: given }),
      ...(state === 'approved' && { approvedAt: given }),
    },
  ])
}

const DEPLOYED: Readonly<Record<string, DeploymentNews['state']>> = {
  pending: 'pending',
  queued: 'pending',
  waiting: 'pending',
  in_progress: 'running',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  cancelled: 'cancelled',
  inactive: 'inactive', // a later one took its place
}

/** A deployment as it is asked for; its statuses say how it goes. */
export function readDeployment(event: Event): Reading {
  const deployment = deploymentOf(valueAt(event.body, 'deployment'), event)
  return deployment ? onlyChanges([deployment]) : ignored('it names no deployment')
}

export function readDeploymentStatus(event: Event): Reading {
  const { body, receivedAt } = event
  const status = valueAt(body, 'deployment_status')
  const word = lineAt(status, 'state').toLowerCase()
  const state = entryOf(DEPLOYED, word)
  const deployment = deploymentOf(
    valueAt(body, 'deployment'),
    event,
    valueAt(status, 'environment'),
  )
  if (!deployment || state === undefined)
    return ignored(`a deployment is ${word || 'without a state'}, which says nothing here`)
  const now = timeAt(status, receivedAt, 'created_at', 'updated_at') ?? receivedAt
  const addresses = ['log_url', 'target_url', 'environment_url'].map((name) =>
    valueAt(status, name),
  )
  return onlyChanges([
    {
      ...deployment,
      state,
      url: toUrl(...addresses) ?? deployment.url,
      occurredAt: now,
      finishedAt: state === 'succeeded' || state === 'failed' ? now : undefined,
    },
  ])
}

/**
 * Services have no name at GitHub: it is the repository. `production_environment` is true by itself only for an
 * environment that is called `production`, so that its "no" says nothing about others.
 */
export function deploymentOf(
  deployment: unknown,
  { body, repository, receivedAt, settings }: Event,
  environmentNow?: unknown,
): DeploymentNews | undefined {
  const id = toKey(valueAt(deployment, 'id'))
  if (id === undefined) return undefined
  const environment = wordOf(environmentNow, valueAt(deployment, 'environment')) ?? 'production'
  const revision = toKey(valueAt(deployment, 'sha'))
  const what = wordOf(valueAt(deployment, 'ref')) ?? revision?.slice(0, 7) ?? repository
  const asked = timeAt(deployment, receivedAt, 'created_at', 'updated_at') ?? receivedAt
  return {
    kind: 'deployment',
    externalId: id,
    repository,
    title: toLine(`Deploy ${what} to ${environment}`),
    url: toUrl(valueAt(body, 'workflow_run', 'html_url'), valueAt(body, 'repository', 'html_url')),
    actor: loginOf(deployment, 'creator'),
    occurredAt: asked,
    service: lastPartOf(repository),
    environment,
    production:
      valueAt(deployment, 'production_environment') === true ||
      fitsAny(environment, settings.production),
    state: 'pending',
    revision,
    ...(/rollback/i.test(lineAt(deployment, 'task')) && { rollback: true }),
    startedAt: asked,
  }
}
