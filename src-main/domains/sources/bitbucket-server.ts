import type { ChangeNews } from '#domains/changes'
import { endOf } from './bitbucket-cloud'
import { type Reading, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { toEpoch, toTime } from './times'
import { entryOf, lineAt, listOf, toLine, toUrl, valueAt, wordOf } from './values'
import { branchOf, onlyChanges } from './work'

/** The events of Bitbucket Data Center: its times are epoch milliseconds inside and text outside of the pull request. */
export function readDataCenter(request: SourceRequest, event: string): Reading {
  if (event === 'repo:refs_changed') return readRefs(request)
  if (event.startsWith('pr:')) return readPullRequest(request, event)
  return ignored(`“${event}” says nothing about changes`)
}

function repositoryOf(repository: unknown): string | undefined {
  const project = wordOf(valueAt(repository, 'project', 'key'))
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
    told.set(lineAt(commit, 'id'), lineAt(commit, 'message'))
  const changes = listOf(valueAt(body, 'changes')).flatMap((change): ChangeNews[] => {
    const revision = wordOf(valueAt(change, 'toHash'))
    if (revision === undefined || GONE.test(revision)) return []
    const branch = branchOf(valueAt(change, 'refId'))
    return [
      {
        kind: 'commit',
        externalId: `${repository}@${revision}`,
        repository,
        title: told.get(revision) || `Pushed to ${branch ?? lineAt(change, 'ref', 'displayId')}`,
        actor: wordOf(valueAt(body, 'actor', 'displayName'), valueAt(body, 'actor', 'name')),
        revision,
        branch,
        authoredAt: occurredAt,
        occurredAt,
      },
    ]
  })
  if (changes.length > 0) return onlyChanges(changes)
  return ignored('the push brings no commit: a branch or tag was removed')
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
  if (/comment/.test(event)) return ignored('a comment on a pull request')
  const repository =
    repositoryOf(valueAt(pull, 'toRef', 'repository')) ?? 'a repository without a name'
  const occurredAt =
    toTime(valueAt(body, 'date'), receivedAt) ??
    toEpoch(valueAt(pull, 'updatedDate'), receivedAt) ??
    receivedAt
  const state = stateOf(pull, event)
  const author = valueAt(pull, 'author', 'user')
  const news: ChangeNews = {
    kind: 'pull_request',
    externalId: `${repository}#${number}`,
    repository,
    title: lineAt(pull, 'title') || `Pull request ${number}`,
    url: toUrl(valueAt(listOf(valueAt(pull, 'links', 'self'))[0], 'href')),
    actor: wordOf(valueAt(author, 'displayName'), valueAt(author, 'name')),
    number,
    state,
    draft: valueAt(pull, 'draft') === true,
    branch: wordOf(valueAt(pull, 'toRef', 'displayId')),
    headRevision: wordOf(valueAt(pull, 'fromRef', 'latestCommit')),
    mergeRevision: wordOf(valueAt(pull, 'properties', 'mergeCommit', 'id')),
    openedAt: toEpoch(valueAt(pull, 'createdDate'), receivedAt),
    ...reviewOf(event, occurredAt),
    ...endOf(state, toEpoch(valueAt(pull, 'closedDate'), receivedAt) ?? occurredAt),
    occurredAt,
  }
  return onlyChanges([news])
}

function stateOf(pull: unknown, event: string) {
  if (event === 'pr:deleted') return 'closed'
  return entryOf(STATES, lineAt(pull, 'state').toLowerCase())
}

function reviewOf(event: string, reviewedAt: number) {
  const said = /^pr:reviewer:(approved|needs_work)$/.exec(event)?.[1]
  if (said === undefined) return {}
  return { reviewedAt, ...(said === 'approved' && { approvedAt: reviewedAt }) }
}
