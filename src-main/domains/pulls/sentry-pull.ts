import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import {
  type Batch,
  FIRST_LOOK_MS,
  type Found,
  inBatches,
  misshapen,
  MOST_PAGES,
  type PullPlan,
  type Round,
} from './pull-plan'
import { isObject, textAt, timeAt, valueAt } from './values'

const Cursor = z.object({
  /** Counts pulls: a part of each key. */
  n: z.int(),
  /** Issues that are not resolved: what was told of each (`''`: it is about to be), and when it was last looked at. */
  open: z.record(z.string(), z.object({ version: z.string(), lookedAt: z.int() })),
})
type Cursor = z.infer<typeof Cursor>

const PAGE = 100
/** Quiet issues leave the list; whether they were resolved is asked one by one: so many in a pull, each so often. */
const MOST_LOOKS = 20
const LOOK_MS = 1_800_000

/**
 * Sentry's issues: those that are unresolved and were seen in the last day, and what became of those we know.
 * https://docs.sentry.io/api/events/list-an-organizations-issues/
 */
export const sentryPull: PullPlan = {
  form: {
    kind: 'sentry',
    url: 'https://sentry.io',
    urlHelp:
      'https://us.sentry.io or https://de.sentry.io, where your organisation is; or your own Sentry.',
    scope: {
      name: 'Organisation and search',
      example: 'acme',
      help: 'First the slug of the organisation. Then, if you like, what to search for: project:web, level:error.',
      least: 1,
    },
    credential: {
      needed: true,
      help: 'The token of an internal integration with Issue & Event: Read, or a personal token with event:read and org:read.',
    },
  },
  checkScope: ([organisation = '']) =>
    /^[\w-]+$/.test(organisation)
      ? undefined
      : `“${organisation}” is no slug of an organisation: it is the first part of its address, like acme in acme.sentry.io.`,
  async *pull(round, given) {
    const known = Cursor.safeParse(given).data
    const listed = await listIssues(round)
    const looked = await lookAtOthers(round, known ?? { n: 0, open: {} }, listed)
    yield* tell(round.now, known, listed, looked)
  },
}

type Issues = ReadonlyMap<string, unknown>

const organisationOf = ({ scope }: Pick<Round, 'scope'>) =>
  `/api/0/organizations/${encodeURIComponent(scope[0]!)}`

async function listIssues(round: Round): Promise<Issues> {
  const found = new Map<string, unknown>()
  const query = ['is:unresolved', 'lastSeen:-24h', ...round.scope.slice(1)].join(' ')
  let path: string | undefined = `${organisationOf(round)}/issues/`
  for (let page = 0; page < MOST_PAGES && path !== undefined; page += 1) {
    const first = { query: { query, sort: 'date', limit: PAGE } }
    const { body, next } = await round.ask({ path, ...(page === 0 && first) })
    if (!Array.isArray(body)) throw misshapen('list of issues of Sentry')
    for (const issue of body) found.set(textAt(issue, 'id'), issue)
    path = next
  }
  found.delete('')
  return found
}

/** Known ones that are not listed, the longest unseen first; null for one that is there no more. */
async function lookAtOthers(round: Round, { open }: Cursor, listed: Issues): Promise<Issues> {
  const found = new Map<string, unknown>()
  const due = Object.entries(open)
    .filter(([id, { lookedAt }]) => !listed.has(id) && round.now - lookedAt >= LOOK_MS)
    .toSorted(([, a], [, b]) => a.lookedAt - b.lookedAt)
  for (const [id] of due.slice(0, MOST_LOOKS)) {
    const path = `${organisationOf(round)}/issues/${encodeURIComponent(id)}/`
    const { body } = await round.ask({ path, also: [404] })
    found.set(id, isObject(body) ? body : null)
  }
  return found
}

function* tell(
  now: Timestamp,
  known: Cursor | undefined,
  listed: Issues,
  looked: Issues,
): Generator<Batch> {
  const { n, open } = known ?? { n: 0, open: {} }
  const unknown = [...listed.keys()].filter((id) => open[id] === undefined)
  const begun = Object.fromEntries(unknown.map((id) => [id, { version: '', lookedAt: 0 }]))
  const pending: Cursor = { n, open: { ...open, ...begun } }
  const after: Cursor = { n: n + 1, open: { ...open } }
  const records: Found[] = []
  for (const [id, issue] of [...listed, ...looked]) {
    const version = versionOf(issue)
    const what = newsOf(issue, open[id]?.version, known === undefined, now)
    if (what !== undefined)
      records.push({ what, key: `${what} ${id} ${version} ${n}`, body: issue ?? { id } })
    if (isOver(issue)) delete after.open[id]
    else after.open[id] = { version, lookedAt: now }
  }
  // What was delivered and is resolved after a crash is still asked about.
  if (unknown.length > 0) yield { records: [], cursor: pending }
  yield* inBatches(records, pending, after, now)
}

const isOver = (issue: unknown) => issue === null || textAt(issue, 'status') !== 'unresolved'

function versionOf(issue: unknown): string {
  const statusDetails = valueAt(issue, 'statusDetails')
  const said = ['status', 'substatus', 'priority'].map((name) => textAt(issue, name))
  return [...said, textAt(statusDetails, 'inRelease')].join(' ').trim()
}

/** In the words of its webhooks: what has happened to an issue since it was told last. */
function newsOf(
  issue: unknown,
  before: string | undefined,
  first: boolean,
  now: Timestamp,
): string | undefined {
  if (isOver(issue)) return textAt(issue, 'status') === 'ignored' ? 'archived' : 'resolved'
  if (before === versionOf(issue)) return undefined
  const isYoung = now - (timeAt(issue, 'firstSeen') ?? 0) < FIRST_LOOK_MS
  return first || isYoung || Boolean(before) ? 'created' : 'unresolved'
}
