import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import { listCommits, listDeployments, listPullRequests, listRuns } from './github-lists'
import { Repository } from './github-repository'
import { FIRST_LOOK_MS, misshapen, type PullPlan, type Round } from './pull-plan'
import { firstMark } from './sift'
import { textAt, valueAt } from './values'

const Cursor = z.object({ repositories: z.record(z.string(), Repository) })
type Cursor = z.infer<typeof Cursor>

const DAY_MS = 24 * 3_600_000
const PARTS = [listCommits, listPullRequests, listDeployments, listRuns] as const

/**
 * GitHub's REST API: commits of the default branch, pull requests with their reviews, deployments with their statuses,
 * and runs of Actions. Lists that have not changed cost nothing of the hourly limit.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export const githubPull: PullPlan = {
  form: {
    kind: 'github',
    url: 'https://api.github.com',
    urlHelp: 'Your own server: https://github.example/api/v3.',
    scope: {
      name: 'Repositories',
      example: 'owner/name',
      help: 'Each as owner/name. Every one costs at least four questions a pull; GitHub answers 5,000 an hour.',
      least: 1,
    },
    credential: {
      needed: true,
      help: 'A fine-grained token with read access to Actions, Contents, Deployments and Pull requests of these repositories.',
    },
  },
  headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  checkScope(scope) {
    const wrong = scope.find((name) => !/^[\w.-]+\/[\w.-]+$/.test(name) || /\.\./.test(name))
    return wrong === undefined ? undefined : `“${wrong}” is no repository: write owner/name.`
  },
  async *pull(round, given) {
    const known = Cursor.safeParse(given).data ?? { repositories: {} }
    const cursor: Cursor = { repositories: keep(known, round.scope) }
    for (const name of round.scope) {
      const repository = await identify(round, name, known.repositories[name])
      cursor.repositories[name] = repository
      for (const list of PARTS) {
        const { records, learnt } = await list(round, repository)
        Object.assign(repository, learnt)
        yield { records, cursor }
      }
    }
    yield { records: [], cursor, upTo: round.now }
  },
}

function keep({ repositories }: Cursor, scope: readonly string[]) {
  return Object.fromEntries(Object.entries(repositories).filter(([name]) => scope.includes(name)))
}

async function identify(
  { ask, now }: Round,
  name: string,
  known: Repository | undefined,
): Promise<Repository> {
  if (known && now - known.askedAt < DAY_MS) return known
  const { body } = await ask({ path: `/repos/${name}` })
  const [fullName, defaultBranch] = [textAt(body, 'full_name'), textAt(body, 'default_branch')]
  if (fullName === '' || valueAt(body, 'id') === undefined) throw misshapen('repository of GitHub')
  return { ...(known ?? begin(now)), fullName, defaultBranch, askedAt: now }
}

function begin(now: Timestamp) {
  const mark = firstMark(now - FIRST_LOOK_MS)
  return { commits: mark, pulls: mark, deployments: mark, statuses: {}, runs: mark }
}
