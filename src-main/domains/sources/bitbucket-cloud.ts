import type { ChangeNews } from '#domains/changes'
import { type Reading, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { toTime } from './times'
import { entryOf, isObject, lineAt, listOf, toLine, toUrl, valueAt, wordOf } from './values'
import {
  type BuildNews,
  isDefaultBranch,
  lastPartOf,
  onlyChanges,
  pipelineSignals,
  type PullRequestNews,
  withDeployment,
} from './work'

/** The events of Bitbucket Cloud: pushes, pull requests, and the commit statuses that stand for builds and deployments. */
export function readCloud(request: SourceRequest, event: string): Reading {
  const repository = wordOf(valueAt(request.body, 'repository', 'full_name'))
  if (repository === undefined)
    throw new Unreadable('This webhook of Bitbucket names no repository.')
  if (event === 'repo:push') return readPush(request, repository)
  if (event.startsWith('pullrequest:')) return readPullRequest(request, repository, event)
  if (/^repo:commit_status_(created|updated)$/.test(event)) return readStatus(request, repository)
  return ignored(`“${event}” says nothing about changes`)
}

const personOf = (person: unknown) =>
  wordOf(valueAt(person, 'nickname'), valueAt(person, 'display_name'), valueAt(person, 'username'))

function readPush({ body, receivedAt }: SourceRequest, repository: string): Reading {
  const changes = listOf(valueAt(body, 'push', 'changes')).flatMap((change): ChangeNews[] => {
    const branch =
      valueAt(change, 'new', 'type') === 'branch'
        ? wordOf(valueAt(change, 'new', 'name'))
        : undefined
    const listed = listOf(valueAt(change, 'commits'))
    const commits = listed.length > 0 ? listed : [valueAt(change, 'new', 'target')]
    return commits.flatMap((commit) => commitOf(commit, { repository, branch, receivedAt }) ?? [])
  })
  if (changes.length > 0) return onlyChanges(changes)
  return ignored('the push brings no commit: a branch or tag was made or removed')
}

function commitOf(
  commit: unknown,
  {
    repository,
    branch,
    receivedAt,
  }: { repository: string; branch: string | undefined; receivedAt: number },
): ChangeNews | undefined {
  const revision = wordOf(valueAt(commit, 'hash'))
  if (revision === undefined) return undefined
  const authoredAt = toTime(valueAt(commit, 'date'), receivedAt) ?? receivedAt
  return {
    kind: 'commit',
    externalId: `${repository}@${revision}`,
    repository,
    title: lineAt(commit, 'message') || revision.slice(0, 12),
    url: toUrl(valueAt(commit, 'links', 'html', 'href')),
    actor: wordOf(
      valueAt(commit, 'author', 'user', 'display_name'),
      valueAt(commit, 'author', 'raw'),
    ),
    revision,
    branch,
    authoredAt,
    occurredAt: authoredAt,
  }
}

const STATES: Readonly<Record<string, NonNullable<PullRequestNews['state']>>> = {
  open: 'open',
  merged: 'merged',
  declined: 'closed',
  superseded: 'closed',
}

function readPullRequest(
  { body, receivedAt }: SourceRequest,
  repository: string,
  event: string,
): Reading {
  const pull = valueAt(body, 'pullrequest')
  const number = toLine(valueAt(pull, 'id'), 20)
  if (!isObject(pull) || number === '')
    throw new Unreadable('This event of Bitbucket has no pull request in it.')
  if (/comment/.test(event)) return ignored('a comment on a pull request')
  const occurredAt = toTime(valueAt(pull, 'updated_on'), receivedAt) ?? receivedAt
  const state = entryOf(EVENTS, event) ?? entryOf(STATES, lineAt(pull, 'state').toLowerCase())
  const news: ChangeNews = {
    kind: 'pull_request',
    externalId: `${repository}#${number}`,
    repository,
    title: lineAt(pull, 'title') || `Pull request ${number}`,
    url: toUrl(valueAt(pull, 'links', 'html', 'href')),
    actor: personOf(valueAt(pull, 'author')),
    number,
    state,
    draft: valueAt(pull, 'draft') === true,
    branch: wordOf(valueAt(pull, 'destination', 'branch', 'name')),
    headRevision: wordOf(valueAt(pull, 'source', 'commit', 'hash')),
    mergeRevision: wordOf(valueAt(pull, 'merge_commit', 'hash')),
    openedAt: toTime(valueAt(pull, 'created_on'), receivedAt),
    ...reviewsOf(body, pull, event, { receivedAt, occurredAt }),
    ...endOf(state, occurredAt),
    occurredAt,
  }
  return onlyChanges([news])
}

/** What an event says whatever the pull request's own state is. */
const EVENTS: Readonly<Record<string, 'merged' | 'closed'>> = {
  'pullrequest:fulfilled': 'merged',
  'pullrequest:rejected': 'closed',
}

/** When it was merged or closed. */
export function endOf(state: 'open' | 'merged' | 'closed' | undefined, endedAt: number) {
  if (state === undefined || state === 'open') return {}
  return { closedAt: endedAt, ...(state === 'merged' && { mergedAt: endedAt }) }
}

function reviewsOf(
  body: unknown,
  pull: object,
  event: string,
  { receivedAt, occurredAt }: { receivedAt: number; occurredAt: number },
) {
  const saidAt = toTime(valueAt(body, 'approval', 'date'), receivedAt) ?? occurredAt
  if (event === 'pullrequest:approved') return { reviewedAt: saidAt, approvedAt: saidAt }
  if (event === 'pullrequest:changes_request_created') return { reviewedAt: occurredAt }
  const approvedAt = approvalIn(pull, receivedAt)
  return approvedAt === undefined ? {} : { approvedAt }
}

/** When the first participant approved, as the pull request itself remembers it. */
function approvalIn(pull: object, receivedAt: number): number | undefined {
  const times = listOf(valueAt(pull, 'participants'))
    .filter((each) => valueAt(each, 'approved') === true)
    .flatMap((each) => toTime(valueAt(each, 'participated_on'), receivedAt) ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

const BUILDS: Readonly<Record<string, BuildNews['state']>> = {
  inprogress: 'running',
  successful: 'succeeded',
  failed: 'failed',
  stopped: 'cancelled',
}

/** Pipelines and other builders report here. There is no event for deployments: the names in the settings say which deploy. */
function readStatus({ body, receivedAt, settings }: SourceRequest, repository: string): Reading {
  const status = valueAt(body, 'commit_status')
  const state = entryOf(BUILDS, lineAt(status, 'state').toLowerCase())
  const key = lineAt(status, 'key')
  if (state === undefined || key === '')
    return ignored('a commit status without a key or a known state')
  const revision = revisionOf(status)
  const name = wordOf(valueAt(status, 'name')) ?? key
  const occurredAt = toTime(valueAt(status, 'updated_on'), receivedAt) ?? receivedAt
  const news: BuildNews = {
    kind: 'build',
    externalId: `${repository}/${revision ?? ''}/${key}`,
    repository,
    title: `${name} ${state}`,
    url: toUrl(valueAt(status, 'url')),
    actor: personOf(valueAt(body, 'actor')),
    name,
    state,
    branch: wordOf(valueAt(status, 'refname')),
    revision,
    startedAt: toTime(valueAt(status, 'created_on'), receivedAt),
    finishedAt: state === 'running' ? undefined : occurredAt,
    occurredAt,
  }
  const { branch } = news
  const service = lastPartOf(repository)
  const description = toLine(valueAt(status, 'description'), 500)
  const isDefault = branch !== undefined && isDefaultBranch(branch)
  return {
    signals: pipelineSignals(news, { service, isDefault, description }),
    changes: withDeployment(news, service, settings),
  }
}

/** The commit stands in the links of a status, as the last part of an address. */
function revisionOf(status: unknown): string | undefined {
  const own = wordOf(valueAt(status, 'commit', 'hash'))
  return (
    own ??
    /\/commit\/([0-9a-f]{7,40})\b/.exec(
      toLine(valueAt(status, 'links', 'commit', 'href'), 500),
    )?.[1]
  )
}
