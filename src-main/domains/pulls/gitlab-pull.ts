import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import {
  FIRST_LOOK_MS,
  type Found,
  misshapen,
  MOST_PAGES,
  type PullPlan,
  type Question,
  type Round,
} from './pull-plan'
import { firstMark, type Item, Mark, OVERLAP_MS, sift } from './sift'
import { textAt, timeAt, valueAt } from './values'

const Project = z.object({
  /** What its webhooks say about it, too. */
  said: z.object({
    path_with_namespace: z.string(),
    default_branch: z.string(),
    web_url: z.string(),
  }),
  askedAt: z.int(),
  marks: z.object({
    merge_requests: Mark,
    pipelines: Mark,
    deployments: Mark,
    commits: Mark.optional(), // not in cursors of earlier versions
  }),
})
type Project = z.infer<typeof Project>

const Cursor = z.object({ projects: z.record(z.string(), Project) })
type Cursor = z.infer<typeof Cursor>

const PAGE = 100
const DAY_MS = 24 * 3_600_000
/** Questions about single merge requests, in one pull of one project. */
const MOST_APPROVALS = 30
/** The list, what a record of it is called, and its own number. */
const LISTS = [
  ['merge_requests', 'merge_request', 'iid'],
  ['deployments', 'deployment', 'id'],
  ['pipelines', 'pipeline', 'id'],
] as const

/**
 * GitLab's REST API, version 4: commits of the default branch; merge requests with their approvals, pipelines and
 * deployments by their last change.
 * https://docs.gitlab.com/api/commits/ https://docs.gitlab.com/api/merge_requests/
 * https://docs.gitlab.com/api/merge_request_approvals/ https://docs.gitlab.com/api/pipelines/
 * https://docs.gitlab.com/api/deployments/
 */
export const gitlabPull: PullPlan = {
  form: {
    kind: 'gitlab',
    url: 'https://gitlab.com',
    urlHelp: 'Your own server: https://gitlab.example, with the path if it has one.',
    scope: {
      name: 'Projects',
      example: 'group/project',
      help: 'The path of each, with its groups, or its number.',
      least: 1,
    },
    credential: {
      needed: true,
      help: 'A personal, group or project access token with the scope read_api and the role Reporter.',
    },
  },
  checkScope(scope) {
    const wrong = scope.find((name) => !/^(\d+|[\w.-]+(\/[\w.-]+)+)$/.test(name))
    return wrong === undefined ? undefined : `“${wrong}” is no project: write group/project.`
  },
  async *pull(round, given) {
    const known = Cursor.safeParse(given).data ?? { projects: {} }
    const kept = Object.entries(known.projects).filter(([name]) => round.scope.includes(name))
    const cursor: Cursor = { projects: Object.fromEntries(kept) }
    for (const name of round.scope) {
      const project = await identify(round, name, known.projects[name])
      cursor.projects[name] = project
      const commits = await pullCommits(round, name, project)
      project.marks.commits = commits.mark
      yield { records: commits.records, cursor }
      for (const list of LISTS) {
        const { records, mark } = await pullList(round, name, project, list)
        project.marks[list[0]] = mark
        yield { records, cursor }
      }
    }
    yield { records: [], cursor, upTo: round.now }
  },
}

const pathOf = (name: string) => `/api/v4/projects/${encodeURIComponent(name)}`

async function identify(
  { ask, now }: Round,
  name: string,
  known: Project | undefined,
): Promise<Project> {
  if (known && now - known.askedAt < DAY_MS) return known
  const { body } = await ask({ path: pathOf(name) })
  const said = {
    path_with_namespace: textAt(body, 'path_with_namespace'),
    default_branch: textAt(body, 'default_branch'),
    web_url: textAt(body, 'web_url'),
  }
  if (said.path_with_namespace === '') throw misshapen('project of GitLab')
  return { said, askedAt: now, marks: known?.marks ?? begin(now) }
}

function begin(now: Timestamp): Project['marks'] {
  const mark = firstMark(now - FIRST_LOOK_MS)
  return { merge_requests: mark, pipelines: { ...mark }, deployments: { ...mark } }
}

async function pullList(
  round: Round,
  name: string,
  { said, marks }: Project,
  [list, what, number]: (typeof LISTS)[number],
): Promise<{ records: Found[]; mark: Mark }> {
  const mark = marks[list]
  const rows = await read(round, `${pathOf(name)}/${list}`, mark.newest - OVERLAP_MS)
  const items = rows.map((row): Item => {
    const key = textAt(row, number)
    const version = `${textAt(row, 'status') || textAt(row, 'state')} ${textAt(row, 'updated_at')}`
    const record: Found = {
      what,
      key: `${what} ${said.path_with_namespace} ${key} ${version}`,
      body: { [what]: row, project: said },
    }
    return { key, version, at: timeAt(row, 'updated_at') ?? round.now, records: [record] }
  })
  const { fresh, mark: next } = sift(items, mark)
  const records = fresh.flatMap(({ records: told }) => told)
  if (list !== 'merge_requests') return { records, mark: next }
  return { records: await withApprovals(round, name, records), mark: next }
}

/** Of the newest; GitLab lists who approved, and when, for one merge request at a time. */
async function withApprovals({ ask }: Round, name: string, records: Found[]): Promise<Found[]> {
  const told = records.slice(0, -MOST_APPROVALS)
  for (const record of records.slice(-MOST_APPROVALS)) {
    const number = textAt(valueAt(record.body, 'merge_request'), 'iid')
    const path = `${pathOf(name)}/merge_requests/${number}/approvals`
    const { status, body: approvals } = await ask({ path, also: [403, 404] })
    told.push(status >= 400 ? record : { ...record, body: { ...Object(record.body), approvals } })
  }
  return told
}

/** Commits of the default branch that are not known yet, one record for all of them. */
async function pullCommits(
  round: Round,
  name: string,
  { said, marks }: Project,
): Promise<{ records: Found[]; mark: Mark }> {
  const mark = marks.commits ?? firstMark(round.now - FIRST_LOOK_MS)
  const path = `${pathOf(name)}/repository/commits`
  const since = new Date(mark.newest - OVERLAP_MS).toISOString()
  const query = { ref_name: said.default_branch, since, per_page: PAGE }
  const rows = await readPages(round, { path, query, also: [404] }) // 404: the repository is empty
  const items = rows.map((row): Item => {
    const at = timeAt(row, 'committed_date') ?? round.now
    return { key: textAt(row, 'id'), version: '', at, records: [] }
  })
  const { fresh, mark: next } = sift(items, mark)
  if (fresh.length === 0) return { records: [], mark: next }
  const ids = new Set(fresh.map(({ key }) => key))
  const commits = rows.filter((row) => ids.has(textAt(row, 'id')))
  const key = `commits ${said.path_with_namespace} ${fresh.at(-1)!.key} ${fresh.length}`
  const body = { commits: { branch: said.default_branch, commits }, project: said }
  return { records: [{ what: 'commits', key, body }], mark: next }
}

/** Oldest first, so that what does not fit into one pull comes with the next. */
function read(round: Round, path: string, since: Timestamp): Promise<unknown[]> {
  const query = {
    updated_after: new Date(since).toISOString(),
    order_by: 'updated_at',
    sort: 'asc',
    per_page: PAGE,
    ...(path.endsWith('/merge_requests') && { scope: 'all', state: 'all' }),
  }
  return readPages(round, { path, query })
}

async function readPages({ ask }: Round, question: Question): Promise<unknown[]> {
  const rows: unknown[] = []
  let asked: Question | undefined = question
  for (let page = 0; page < MOST_PAGES && asked !== undefined; page += 1) {
    const { status, body, next } = await ask(asked)
    if (status === 404) break
    if (!Array.isArray(body)) throw misshapen('list of GitLab')
    rows.push(...(body as unknown[]))
    asked = next === undefined ? undefined : { path: next }
  }
  return rows
}
