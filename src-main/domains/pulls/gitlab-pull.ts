import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import {
  FIRST_LOOK_MS,
  type Found,
  misshapen,
  MOST_PAGES,
  type PullPlan,
  type Round,
} from './pull-plan'
import { firstMark, type Item, Mark, OVERLAP_MS, sift } from './sift'
import { textAt, timeAt } from './values'

const Project = z.object({
  /** What its webhooks say about it, too. */
  said: z.object({
    path_with_namespace: z.string(),
    default_branch: z.string(),
    web_url: z.string(),
  }),
  askedAt: z.int(),
  marks: z.object({ merge_requests: Mark, pipelines: Mark, deployments: Mark }),
})
type Project = z.infer<typeof Project>

const Cursor = z.object({ projects: z.record(z.string(), Project) })
type Cursor = z.infer<typeof Cursor>

const PAGE = 100
const DAY_MS = 24 * 3_600_000
/** The list, what a record of it is called, and its own number. */
const LISTS = [
  ['merge_requests', 'merge_request', 'iid'],
  ['deployments', 'deployment', 'id'],
  ['pipelines', 'pipeline', 'id'],
] as const

/**
 * GitLab's REST API, version 4: merge requests, pipelines and deployments of projects by their last change.
 * https://docs.gitlab.com/api/merge_requests/ https://docs.gitlab.com/api/pipelines/ https://docs.gitlab.com/api/deployments/
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
  return { records: fresh.flatMap(({ records }) => records), mark: next }
}

/** Oldest first, so that what does not fit into one pull comes with the next. */
async function read({ ask }: Round, path: string, since: Timestamp): Promise<unknown[]> {
  const rows: unknown[] = []
  let next: string | undefined = path
  for (let page = 0; page < MOST_PAGES && next !== undefined; page += 1) {
    const query = {
      updated_after: new Date(since).toISOString(),
      order_by: 'updated_at',
      sort: 'asc',
      per_page: PAGE,
      ...(path.endsWith('/merge_requests') && { scope: 'all', state: 'all' }),
    }
    const heard = await ask({ path: next, ...(page === 0 && { query }) })
    if (!Array.isArray(heard.body)) throw misshapen('list of GitLab')
    rows.push(...(heard.body as unknown[]))
    next = heard.next
  }
  return rows
}
