import type { Timestamp } from '#contract/primitives'
import type { Repository } from './github-repository'
import { type Found, misshapen, type Question, type Round } from './pull-plan'
import { type Item, type Mark, OVERLAP_MS, sift } from './sift'
import { textAt, timeAt, valueAt } from './values'

/** What one list of a repository came to. */
interface Part {
  readonly records: readonly Found[]
  readonly learnt: Partial<Repository>
}

const PAGE = 100
const MOST_PAGES = 10
/** Runs and deployments are listed by their beginning: those of this time are looked at again. GitHub ends a job after 6 h. */
const LOOK_BACK_MS = 6 * 3_600_000
/** Questions about single things, in one pull of one repository. */
const MOST_SINGLE = 30

interface Window {
  readonly question: Question
  readonly rowsOf: (body: unknown) => unknown
  /** The time that the list is sorted by, newest first. */
  readonly timeOf: (row: unknown) => Timestamp | undefined
  readonly since: Timestamp
  readonly mark: Mark
}

/** The rows of a list since a time; undefined when nothing has changed. A tag counts only for a list of one page. */
async function read(
  { ask }: Round,
  { question, rowsOf, timeOf, since, mark }: Window,
): Promise<{ rows: unknown[]; etag: string | undefined } | undefined> {
  const rows: unknown[] = []
  let etag: string | undefined
  let asked: Question = { ...question, etag: mark.etag }
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const heard = await ask(asked)
    if (heard.notModified) return undefined
    const listed = rowsOf(heard.body)
    if (!Array.isArray(listed)) throw misshapen('list of GitHub')
    etag = page === 0 ? heard.etag : undefined
    const young = listed.filter((row) => (timeOf(row) ?? 0) >= since)
    rows.push(...young)
    if (young.length < listed.length || heard.next === undefined) break
    asked = { path: heard.next }
  }
  return { rows, etag }
}

const repositoryOf = ({ fullName, defaultBranch }: Repository) => ({
  full_name: fullName,
  default_branch: defaultBranch,
})

const isList = (body: unknown) => body

const committedAt = (commit: unknown) =>
  timeAt(valueAt(valueAt(commit, 'commit'), 'committer'), 'date')

/** Pages of commits in one pull: a merge may bring in many, older than itself. */
const MOST_COMMIT_PAGES = 3

/** Commits of the default branch down to one that is known, one record for all that are new. */
export async function listCommits(round: Round, repository: Repository): Promise<Part> {
  const { fullName, defaultBranch, commits: mark } = repository
  const query = { sha: defaultBranch, per_page: PAGE }
  let heard = await round.ask({ path: `/repos/${fullName}/commits`, query, etag: mark.etag })
  if (heard.notModified) return { records: [], learnt: {} }
  const { etag } = heard
  const isFirst = Object.keys(mark.seen).length === 0
  const isKnown = (commit: unknown) => Object.hasOwn(mark.seen, textAt(commit, 'sha'))
  const rows: unknown[] = []
  for (let page = 1; ; page += 1) {
    if (!Array.isArray(heard.body)) throw misshapen('list of commits of GitHub')
    rows.push(...(heard.body as unknown[]))
    const enough = isFirst || page === MOST_COMMIT_PAGES || heard.body.some(isKnown)
    if (enough || heard.next === undefined) break
    heard = await round.ask({ path: heard.next })
  }
  const isOld = (commit: unknown) => isFirst && (committedAt(commit) ?? 0) < mark.newest
  const fresh = rows.filter((commit) => !isKnown(commit) && !isOld(commit))
  const { mark: commits } = sift(rows.map(toCommit), mark, etag)
  if (fresh.length === 0) return { records: [], learnt: { commits } }
  const body = { repository: repositoryOf(repository), branch: defaultBranch, commits: fresh }
  const key = `commits ${fullName} ${textAt(fresh[0], 'sha')} ${fresh.length}`
  return { records: [{ what: 'commits', key, body }], learnt: { commits } }
}

const toCommit = (commit: unknown): Item => ({
  key: textAt(commit, 'sha'),
  version: '',
  at: committedAt(commit) ?? 0,
  records: [],
})

/** Pull requests by their last change, and the reviews of those that changed. */
export async function listPullRequests(round: Round, repository: Repository): Promise<Part> {
  const { fullName, pulls: mark } = repository
  const found = await read(round, {
    question: {
      path: `/repos/${fullName}/pulls`,
      query: { state: 'all', sort: 'updated', direction: 'desc', per_page: PAGE },
    },
    rowsOf: isList,
    timeOf: (row) => timeAt(row, 'updated_at'),
    since: mark.newest - OVERLAP_MS,
    mark,
  })
  if (!found) return { records: [], learnt: {} }
  const items = found.rows.map((pull): Item => {
    const key = textAt(pull, 'number')
    const version = textAt(pull, 'updated_at')
    const body = {
      action: textAt(pull, 'state') === 'closed' ? 'closed' : 'synchronize',
      pull_request: pull,
      repository: repositoryOf(repository),
    }
    const record = { what: 'pull_request', key: `pull ${fullName}#${key} ${version}`, body }
    return { key, version, at: timeAt(pull, 'updated_at') ?? round.now, records: [record] }
  })
  const { fresh, mark: pulls } = sift(items, mark, found.etag)
  const reviews: Found[] = []
  for (const { key, records } of fresh.slice(-MOST_SINGLE)) {
    const since = Date.parse(mark.seen[key] ?? '') || 0
    reviews.push(...(await listReviews(round, repository, records[0]!, since)))
  }
  return { records: [...fresh.flatMap(({ records }) => records), ...reviews], learnt: { pulls } }
}

async function listReviews(
  { ask }: Round,
  repository: Repository,
  { body: told }: Found,
  since: Timestamp,
): Promise<Found[]> {
  const { fullName } = repository
  const pull = valueAt(told, 'pull_request')
  const path = `/repos/${fullName}/pulls/${textAt(pull, 'number')}/reviews`
  const { body } = await ask({ path, query: { per_page: PAGE } })
  if (!Array.isArray(body)) throw misshapen('list of reviews of GitHub')
  return body
    .filter((review) => (timeAt(review, 'submitted_at') ?? 0) > since)
    .map((review): Found => ({
      what: 'pull_request_review',
      key: `review ${fullName} ${textAt(review, 'id')} ${textAt(review, 'state')}`,
      body: {
        action: 'submitted',
        review,
        pull_request: pull,
        repository: repositoryOf(repository),
      },
    }))
}

const OVER = /^(success|failure|error|inactive)$/

/** Deployments of the last hours, and the newest status of those that go on. */
export async function listDeployments(round: Round, repository: Repository): Promise<Part> {
  const { fullName, deployments: mark } = repository
  const found = await read(round, {
    question: { path: `/repos/${fullName}/deployments`, query: { per_page: PAGE } },
    rowsOf: isList,
    timeOf: (row) => timeAt(row, 'created_at'),
    since: Math.min(mark.newest, round.now) - LOOK_BACK_MS,
    mark: { newest: mark.newest, seen: {} }, // a status does not always change the list
  })
  const rows = found?.rows ?? []
  const items = rows.map((deployment): Item => {
    const key = textAt(deployment, 'id')
    const body = { action: 'created', deployment, repository: repositoryOf(repository) }
    const record = { what: 'deployment', key: `deployment ${fullName} ${key}`, body }
    const at = timeAt(deployment, 'created_at') ?? round.now
    return { key, version: '', at, records: [record] }
  })
  const { fresh, mark: deployments } = sift(items, mark)
  const { records, statuses } = await listStatuses(round, repository, rows.toReversed())
  return {
    records: [...fresh.flatMap((item) => item.records), ...records],
    learnt: { deployments, statuses },
  }
}

/** Of each deployment that goes on, what is new. */
async function listStatuses(
  round: Round,
  repository: Repository,
  deployments: readonly unknown[],
): Promise<{ records: Found[]; statuses: Repository['statuses'] }> {
  const records: Found[] = []
  const statuses: Repository['statuses'] = {}
  let asked = 0
  for (const deployment of deployments) {
    const id = textAt(deployment, 'id')
    const before = repository.statuses[id]
    if (before) statuses[id] = before
    if (before?.over === true || asked === MOST_SINGLE) continue
    asked += 1
    const status = await newestStatus(round, repository.fullName, id)
    const own = textAt(status, 'id')
    if (own === '' || own === before?.id) continue
    statuses[id] = { id: own, over: OVER.test(textAt(status, 'state')) }
    records.push({
      what: 'deployment_status',
      key: `deployment ${repository.fullName} ${id} status ${own}`,
      body: { deployment_status: status, deployment, repository: repositoryOf(repository) },
    })
  }
  return { records, statuses }
}

async function newestStatus({ ask }: Round, fullName: string, id: string): Promise<unknown> {
  const path = `/repos/${fullName}/deployments/${encodeURIComponent(id)}/statuses`
  const { body } = await ask({ path, query: { per_page: PAGE } })
  if (!Array.isArray(body)) throw misshapen('list of deployment statuses of GitHub')
  // GitHub lists the newest first; `inactive` only says that a later deployment took over.
  return body.find((status) => textAt(status, 'state') !== 'inactive') ?? body[0]
}

/** Runs of Actions of the last hours, by their attempt and how far they are. */
export async function listRuns(round: Round, repository: Repository): Promise<Part> {
  const { fullName, runs: mark } = repository
  const found = await read(round, {
    question: { path: `/repos/${fullName}/actions/runs`, query: { per_page: PAGE } },
    rowsOf: (body) => valueAt(body, 'workflow_runs'),
    timeOf: (row) => timeAt(row, 'created_at'),
    since: Math.min(mark.newest, round.now) - LOOK_BACK_MS,
    mark,
  })
  if (!found) return { records: [], learnt: {} }
  const items = found.rows.map((run): Item => {
    const key = textAt(run, 'id')
    const version = ['run_attempt', 'status', 'conclusion']
      .map((name) => textAt(run, name))
      .join(' ')
    const body = {
      action: textAt(run, 'status') === 'completed' ? 'completed' : 'in_progress',
      workflow_run: run,
      repository: repositoryOf(repository),
    }
    const record = { what: 'workflow_run', key: `run ${fullName} ${key} ${version}`, body }
    return { key, version, at: timeAt(run, 'updated_at') ?? round.now, records: [record] }
  })
  const { fresh, mark: runs } = sift(items, mark, found.etag)
  return { records: fresh.flatMap(({ records }) => records), learnt: { runs } }
}
