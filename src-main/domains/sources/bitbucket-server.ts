import type { ChangeNews } from '#domains/changes'
import { endOf } from './bitbucket-cloud'
import { type Reading, type SourceRequest, Unreadable } from './source'
import { toLine, toTime, valueAt } from './values'
import { at, branchOf, listOf, toEpoch, toUrl, wordOf } from './values-c'

/** The events of Bitbucket Data Center: its times are epoch milliseconds inside and text outside of the pull request. */
export function readDataCenter(request: SourceRequest, event: string): Reading {
  if (event === 'repo:refs_changed') return readRefs(request)
  if (event.startsWith('pr:')) return readPullRequest(request, event)
  return { signals: [], ignored: `“${event}” says nothing about changes` }
}

function repositoryOf(repository: unknown): string | undefined {
  const project = wordOf(at(repository, 'project', 'key'))
  const slug = wordOf(valueAt(repository, 'slug'), valueAt(repository, 'name'))
  return project === undefined || slug === undefined ? undefined : `${project}/${slug}`
}

const GONE = /^0+$/

function readRefs({ body, receivedAt }: SourceRequest): Reading {
  const repository = repositoryOf(valueAt(body, 'repository'))
  if (repository === undefined)
    throw new Unreadable('This webhook of Bitbucket names no repository.')
  const occurredAt = toTime(valueAt(body, 'date'), receivedAt) ?? receivedAt
  const told = new Map<string, string>()
  for (const commit of [...listOf(valueAt(body, 'commits')), valueAt(body, 'toCommit')])
    told.set(toLine(valueAt(commit, 'id')), toLine(valueAt(commit, 'message')))
  const changes = listOf(valueAt(body, 'changes')).flatMap((change): ChangeNews[] => {
    const revision = wordOf(valueAt(change, 'toHash'))
    if (revision === undefined || GONE.test(revision)) return []
    const branch = branchOf(valueAt(change, 'refId'))
    return [
      {
        kind: 'commit',
        externalId: `${repository}@${revision}`,
        repository,
        title:
          told.get(revision) || `Pushed to ${branch ?? toLine(at(change, 'ref', 'displayId'))}`,
        actor: wordOf(at(body, 'actor', 'displayName'), at(body, 'actor', 'name')),
        revision,
        branch,
        authoredAt: occurredAt,
        occurredAt,
      },
    ]
  })
  if (changes.length > 0) return { signals: [], changes }
  return { signals: [], ignored: 'the push brings no commit: a branch or tag was removed' }
}

const STATES: Readonly<Record<string, 'open' | 'merged' | 'closed'>> = {
  open: 'open',
  merged: 'merged',
  declined: 'closed',
}

function readPullRequest({ body, receivedAt }: SourceRequest, event: string): Reading {
  const pull = valueAt(body, 'pullRequest')
  const number = toLine(valueAt(pull, 'id'), 20)
  if (number === '') throw new Unreadable('This event of Bitbucket has no pull request in it.')
  if (/comment/.test(event)) return { signals: [], ignored: 'a comment on a pull request' }
  const repository = repositoryOf(at(pull, 'toRef', 'repository')) ?? 'a repository without a name'
  const occurredAt =
    toTime(valueAt(body, 'date'), receivedAt) ??
    toEpoch(valueAt(pull, 'updatedDate'), receivedAt) ??
    receivedAt
  const state = stateOf(pull, event)
  const author = at(pull, 'author', 'user')
  const news: ChangeNews = {
    kind: 'pull_request',
    externalId: `${repository}#${number}`,
    repository,
    title: toLine(valueAt(pull, 'title')) || `Pull request ${number}`,
    url: toUrl(at(listOf(at(pull, 'links', 'self'))[0], 'href')),
    actor: wordOf(valueAt(author, 'displayName'), valueAt(author, 'name')),
    number,
    state,
    draft: valueAt(pull, 'draft') === true,
    branch: wordOf(at(pull, 'toRef', 'displayId')),
    headRevision: wordOf(at(pull, 'fromRef', 'latestCommit')),
    mergeRevision: wordOf(at(pull, 'properties', 'mergeCommit', 'id')),
    openedAt: toEpoch(valueAt(pull, 'createdDate'), receivedAt),
    ...reviewOf(event, occurredAt),
    ...endOf(state, toEpoch(valueAt(pull, 'closedDate'), receivedAt) ?? occurredAt),
    occurredAt,
  }
  return { signals: [], changes: [news] }
}

function stateOf(pull: unknown, event: string) {
  if (event === 'pr:deleted') return 'closed'
  return STATES[toLine(valueAt(pull, 'state')).toLowerCase()]
}

function reviewOf(event: string, reviewedAt: number) {
  const said = /^pr:reviewer:(approved|needs_work)$/.exec(event)?.[1]
  if (said === undefined) return {}
  return { reviewedAt, ...(said === 'approved' && { approvedAt: reviewedAt }) }
}
