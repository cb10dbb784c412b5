import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { type Event, userOf } from './gitlab-event'
import { fitsAny } from './globs'
import type { Reading } from './source'
import { ignored } from './telling'
import { timeAt, toTime } from './times'
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
  branchOf,
  type DeploymentNews,
  lastPartOf,
  onlyChanges,
  type PullRequestNews,
} from './work'

/** Each commit of a push to a branch. GitLab lists at most 20; `total_commits_count` says how many there were. */
export function readPush({ body, project, receivedAt }: Event): Reading {
  const branch = branchOf(valueAt(body, 'ref'))
  if (branch === undefined) return ignored('a tag was pushed, which brings no commit')
  if (/^0+$/.test(lineAt(body, 'after'))) return ignored(`the branch ${branch} was deleted`)
  const commits = listOf(valueAt(body, 'commits')).flatMap((commit): ChangeNews[] => {
    const revision = toKey(valueAt(commit, 'id'))
    if (revision === undefined) return []
    const authoredAt = toTime(valueAt(commit, 'timestamp'), receivedAt) ?? receivedAt
    const message = toText(valueAt(commit, 'message'), 2000).split('\n')[0]
    return [
      {
        kind: 'commit',
        externalId: `${project}@${revision}`,
        repository: project,
        title: wordOf(valueAt(commit, 'title'), message) ?? revision,
        url: toUrl(valueAt(commit, 'url')),
        actor: wordOf(valueAt(commit, 'author', 'name')),
        occurredAt: authoredAt,
        revision,
        branch,
        authoredAt,
      },
    ]
  })
  if (commits.length === 0) return ignored(`the push to ${branch} brings no commit`)
  const left = (toCount(valueAt(body, 'total_commits_count')) ?? 0) - commits.length
  const note = left > 0 ? { note: `GitLab left out ${left} more commits of this push` } : {}
  return { ...onlyChanges(commits), ...note }
}

function mergeRequestOf(
  request: unknown,
  { project, receivedAt }: Event,
): PullRequestNews | undefined {
  const number = toKey(valueAt(request, 'iid'))
  if (number === undefined) return undefined
  return {
    kind: 'pull_request',
    externalId: `${project}!${number}`,
    repository: project,
    number,
    title: lineAt(request, 'title') || `!${number}`,
    url: toUrl(valueAt(request, 'url')),
    occurredAt: timeAt(request, receivedAt, 'updated_at', 'created_at') ?? receivedAt,
    branch: wordOf(valueAt(request, 'target_branch')),
    headRevision: toKey(valueAt(request, 'last_commit', 'id')),
    openedAt: timeAt(request, receivedAt, 'created_at'),
  }
}

const STATES: Readonly<Record<string, NonNullable<PullRequestNews['state']>>> = {
  opened: 'open',
  reopened: 'open',
  locked: 'open', // while it is being merged
  merged: 'merged',
  closed: 'closed',
}

export function readMergeRequest(event: Event): Reading {
  const { body } = event
  const request = valueAt(body, 'object_attributes')
  const told = mergeRequestOf(request, event)
  if (!told) return ignored('it names no merge request')
  const word = lineAt(request, 'state')
  const action = lineAt(request, 'action')
  return onlyChanges([
    {
      ...told,
      ...(action === 'open' && { actor: userOf(body) }),
      ...reviewBy(action, told.occurredAt),
      ...reviewsOf(valueAt(request, 'approvals'), event),
      ...endOf(request, action, told.occurredAt, event),
      state: entryOf(STATES, word),
      draft: (valueAt(request, 'draft') ?? valueAt(request, 'work_in_progress')) === true,
    },
  ])
}

/** `approval` is one person's yes, `approved` the one with which the rules are fulfilled. */
function reviewBy(
  action: string,
  now: Timestamp,
): Pick<PullRequestNews, 'reviewedAt' | 'approvedAt'> {
  if (action === 'approved') return { reviewedAt: now, approvedAt: now }
  return action === 'approval' ? { reviewedAt: now } : {}
}

/** As the API lists them: who said yes and when, and whether the rules are fulfilled. */
function reviewsOf(
  approvals: unknown,
  { receivedAt }: Event,
): Pick<PullRequestNews, 'reviewedAt' | 'approvedAt'> {
  const times = listOf(valueAt(approvals, 'approved_by')).flatMap(
    (given) => timeAt(given, receivedAt, 'approved_at') ?? [],
  )
  if (times.length === 0) return {}
  const approved = valueAt(approvals, 'approved') === true
  return { reviewedAt: Math.min(...times), ...(approved && { approvedAt: Math.max(...times) }) }
}

/** A merge has no time of its own: it is when the request was last changed, which that event tells. */
function endOf(
  request: unknown,
  action: string,
  now: Timestamp,
  { receivedAt }: Event,
): Pick<PullRequestNews, 'mergeRevision' | 'mergedAt' | 'closedAt'> {
  const state = valueAt(request, 'state')
  const when = (name: string) =>
    timeAt(request, receivedAt, name) ??
    (action === 'merge' || action === 'close' ? now : undefined)
  if (state === 'closed') return { closedAt: when('closed_at') }
  if (state !== 'merged') return {}
  const commit = valueAt(request, 'merge_commit_sha') ?? valueAt(request, 'squash_commit_sha')
  return { mergeRevision: toKey(commit), mergedAt: when('merged_at') }
}

const BOT = /(^|[_-])bot($|[_-])/i

/** A note of a person other than the author is a review: GitLab tells of no others. */
export function readReviewNote(event: Event): Reading {
  const { body, receivedAt } = event
  const [note, request] = [valueAt(body, 'object_attributes'), valueAt(body, 'merge_request')]
  const told = mergeRequestOf(request, event)
  if (!told) return ignored('it names no merge request')
  const author = lineAt(request, 'author_id')
  const own = author !== '' && author === lineAt(note, 'author_id')
  if (own || valueAt(note, 'system') === true || BOT.test(userOf(body) ?? ''))
    return ignored('a note of the author or of a program on a merge request is no review')
  const given = timeAt(note, receivedAt, 'created_at', 'updated_at') ?? receivedAt
  return onlyChanges([{ ...told, occurredAt: given, reviewedAt: given }])
}

const DEPLOYED: Readonly<Record<string, DeploymentNews['state']>> = {
  created: 'pending',
  blocked: 'pending',
  running: 'running',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  skipped: 'cancelled',
}

export function readDeployment(event: Event): Reading {
  const { body } = event
  const id = toKey(valueAt(body, 'deployment_id'))
  const word = lineAt(body, 'status').toLowerCase()
  const state = entryOf(DEPLOYED, word)
  return id === undefined || state === undefined
    ? ignored(`a deployment is ${word || 'without a state'}, which says nothing here`)
    : onlyChanges([deploymentOf(id, state, event)])
}

function deploymentOf(id: string, state: DeploymentNews['state'], event: Event): DeploymentNews {
  const { body, project, receivedAt } = event
  const environment = lineAt(body, 'environment') || 'production'
  const now = timeAt(body, receivedAt, 'status_changed_at') ?? receivedAt
  const over = state !== 'pending' && state !== 'running'
  return {
    kind: 'deployment',
    externalId: id,
    repository: project,
    title: wordOf(valueAt(body, 'commit_title')) ?? toLine(`Deploy to ${environment}`),
    url: toUrl(valueAt(body, 'deployable_url'), valueAt(body, 'commit_url')),
    actor: userOf(body),
    occurredAt: now,
    service: lastPartOf(project),
    environment,
    production: isProduction(environment, event),
    state,
    revision: revisionOf(body),
    startedAt: state === 'running' ? now : undefined,
    finishedAt: over ? now : undefined,
  }
}

/** GitLab guesses a tier from the name; `other` means that it could not. */
function isProduction(environment: string, { body, settings }: Event): boolean {
  const tier = lineAt(body, 'environment_tier')
  if (/^(production|staging|testing|development)$/.test(tier)) return tier === 'production'
  return fitsAny(environment, settings.production)
}

/** Only 8 characters are told, but the address of the commit has them all. */
function revisionOf(body: unknown): string | undefined {
  const short = lineAt(body, 'short_sha')
  const full = /\/commit\/([0-9a-f]{40,64})$/.exec(toLine(valueAt(body, 'commit_url'), 1000))?.[1]
  return full?.startsWith(short) === true ? full : short || undefined
}
