import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { type FakeApi, openApi, openWorld, type World } from './pulls-world.suite'

const KINDS = {
  prom: 'prometheus',
  graf: 'grafana',
  pd: 'pagerduty',
  sen: 'sentry',
  gh: 'github',
  gl: 'gitlab',
} as const

let database: Database
let world: World
let api: FakeApi

beforeEach(async () => {
  database = await stores[0]!.open()
  world = await openWorld(database, KINDS)
  api = await openApi(() => undefined)
})
afterEach(async () => {
  await world.pulls.stop()
  await api.close()
  await database.close()
})

const ago = (minutes: number) => new Date(world.time.now - minutes * 60_000).toISOString()
const said = (records: readonly { what: string; key: string }[]) =>
  records.map(({ what, key }) => (key.startsWith(what) ? key : `${what} ${key}`))
const well = { failures: 0, problem: '' }

const incident = (id: string, status = 'triggered', more: object = {}) => ({
  id,
  type: 'incident',
  incident_number: 7,
  status,
  urgency: 'high',
  created_at: '2026-11-20T11:00:00Z',
  last_status_change_at: '2026-11-20T11:00:00Z',
  ...more,
})

const issue = (id: string, more: object = {}) => ({
  id,
  shortId: `WEB-${id}`,
  status: 'unresolved',
  substatus: 'new',
  firstSeen: ago(5),
  lastSeen: ago(1),
  ...more,
})

const run = (id: number, status: string, conclusion: string | null, minutes: number) => ({
  id,
  status,
  conclusion,
  run_attempt: 1,
  head_branch: 'main',
  created_at: ago(minutes),
  updated_at: ago(minutes),
})

const commit = (sha: string) => ({
  sha,
  commit: { message: sha, author: { date: ago(90) }, committer: { date: ago(60) } },
})

const pull = (number: number, minutes: number, state = 'open') => ({
  number,
  state,
  title: `Pull ${number}`,
  updated_at: ago(minutes),
})

const tagOf = (body: unknown) =>
  `W/"${Buffer.from(JSON.stringify(body)).toString('base64url').slice(-40)}"`

const row = (iid: number, status: string, minutes: number) => ({
  id: 100 + iid,
  iid,
  status,
  state: status,
  updated_at: ago(minutes),
})

const headersOf = (body: unknown) => ({
  etag: tagOf(body),
  'x-ratelimit-remaining': '4000',
  'x-ratelimit-reset': '9999999999',
})

describe('Prometheus', () => {
  test('tells what fires, not what is pending, and what is gone with its labels', async () => {
    const labels = { alertname: 'DiskFull', instance: 'db-1' }
    const firing = { labels, annotations: {}, state: 'firing', activeAt: ago(5), value: '1e+00' }
    let alerts: unknown[] = [firing, { ...firing, labels: { alertname: 'Soon' }, state: 'pending' }]
    api.answer = ({ pathname }) => {
      if (pathname === '/prom/api/v1/alerts')
        return { body: { status: 'success', data: { alerts } } }
      if (pathname === '/prom/api/v1/status/runtimeinfo')
        return { body: { status: 'success', data: { startTime: ago(600) } } }
      return undefined
    }
    await world.set('prom', `${api.url}/prom/`)
    expect((await world.run('prom')).records).toMatchObject([{ body: firing }])
    alerts = []
    const { records, state } = await world.run('prom')
    expect(state).toMatchObject(well)
    const resolvedAt = new Date(world.time.now).toISOString()
    expect(records).toMatchObject([{ body: { labels, state: 'inactive', resolvedAt } }])
  })
})

describe('Grafana', () => {
  test('falls back to the states of rules where its alerts go to another Alertmanager', async () => {
    const labels = { __alert_rule_uid__: 'a1', alertname: 'DiskFull' }
    const state = (word: string) => ({ labels, annotations: {}, state: word, activeAt: ago(1) })
    let alerts = [state('Alerting (NoData)')]
    api.answer = ({ pathname, searchParams }) =>
      pathname === '/api/prometheus/grafana/api/v1/alerts' &&
      searchParams.get('includeInternalLabels') === 'true'
        ? { body: { status: 'success', data: { alerts } } }
        : undefined
    await world.set('graf', api.url)
    expect((await world.run('graf')).records).toMatchObject([{ body: alerts[0] }])
    alerts = [state('Normal')]
    expect((await world.run('graf')).records).toMatchObject([{ body: { labels, state: 'Normal' } }])
  })
})

describe('PagerDuty', () => {
  let open: ReturnType<typeof incident>[] = []
  let entries: unknown[] = []
  const single = new Map<string, unknown>()
  const answers: FakeApi['answer'] = ({ pathname, searchParams }) => {
    if (pathname === '/incidents') {
      const offset = Number(searchParams.get('offset'))
      const page = open.slice(offset, offset + 100)
      return { body: { incidents: page, more: open.length > offset + 100 } }
    }
    if (pathname === '/log_entries') return { body: { log_entries: entries, more: false } }
    const found = single.get(pathname.replace('/incidents/', ''))
    return found === undefined ? undefined : { body: { incident: found } }
  }

  test('every open incident once, then what happens to it, in the words of its webhooks', async () => {
    api.answer = answers
    open = Array.from({ length: 130 }, (_, n) => incident(`P${n}`))
    const credentialId = await world.token('pd-key-value')
    await world.set('pd', api.url, { credentialId, scope: ['PSERVICE'] })
    const first = await world.run('pd')
    expect(first.records).toHaveLength(130)
    const { headers, query } = api.requests[0]!
    expect(headers).toMatchObject({
      authorization: 'Token token=pd-key-value',
      accept: 'application/vnd.pagerduty+json;version=2',
    })
    expect(query.getAll('statuses[]')).toEqual(['triggered', 'acknowledged'])
    expect(query.getAll('service_ids[]')).toEqual(['PSERVICE'])

    const later = { last_status_change_at: '2026-11-20T12:01:30Z' }
    const resolved = incident('P2', 'resolved', later)
    single.set('P2', resolved)
    const priority = { priority: { id: 'PR1', summary: 'P1' } }
    open = [incident('P0', 'acknowledged', later), incident('P1', 'triggered', priority)]
    entries = [
      {
        id: 'R1',
        type: 'annotate_log_entry',
        created_at: '2026-11-20T12:01:40Z',
        incident: { id: 'P0' },
      },
      {
        id: 'R2',
        type: 'notify_log_entry',
        created_at: '2026-11-20T12:01:41Z',
        incident: { id: 'P0' },
      },
    ]
    const next = await world.run('pd')
    expect(next.state).toMatchObject(well)
    const what = next.records.map((record) => record.what)
    expect(what.slice(0, 2)).toEqual(['incident.acknowledged', 'incident.priority_updated'])
    expect(what.at(-1)).toBe('incident.annotated')
    expect(next.records).toContainEqual(
      expect.objectContaining({ what: 'incident.resolved', body: resolved }),
    )
    entries = []
    expect((await world.run('pd')).records).toEqual([])
  })

  test('an incident that is acknowledged before it is seen is told from its beginning', async () => {
    api.answer = answers
    open = [incident('P1', 'acknowledged')]
    await world.set('pd', api.url)
    const { records } = await world.run('pd')
    expect(records.map(({ what }) => what)).toEqual(['incident.triggered', 'incident.acknowledged'])
  })
})

describe('Sentry', () => {
  let pages: unknown[][] = []
  const single = new Map<string, unknown>()

  beforeEach(() => {
    single.clear()
    api.answer = ({ pathname, searchParams }) => {
      if (pathname === '/api/0/organizations/acme/issues/') {
        const at = Number(searchParams.get('cursor') ?? 0)
        const link = `<${api.url}${pathname}?cursor=${at + 1}>; rel="next"; results="${at + 1 < pages.length}"; cursor="${at + 1}"`
        return { body: pages[at] ?? [], headers: { link } }
      }
      const found = single.get(pathname.replaceAll(/^.*issues\/|\/$/g, ''))
      return found === undefined ? undefined : { body: found }
    }
  })

  test('reads every page, and tells what is new, resolved, gone and back again', async () => {
    pages = [[issue('1'), issue('2')], [issue('3')]]
    await world.set('sen', api.url, { scope: ['acme', 'level:error'] })
    const first = await world.run('sen')
    expect(first.records.map(({ what }) => what)).toEqual(['created', 'created', 'created'])
    expect(api.requests[0]!.query.get('query')).toBe('is:unresolved lastSeen:-24h level:error')

    pages = [[issue('3')]]
    single.set('1', issue('1', { status: 'resolved' }))
    expect((await world.run('sen')).records).toEqual([]) // asked about half an hour later
    world.time.now += 1_800_000
    const later = await world.run('sen')
    expect(said(later.records).map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'resolved 1',
      'resolved 2', // deleted or merged
    ])
    const before = { substatus: 'regressed', firstSeen: ago(3 * 24 * 60) }
    pages = [[issue('1', before), issue('3')]]
    expect((await world.run('sen')).records).toMatchObject([{ what: 'unresolved' }])
    expect((await world.run('sen')).records).toEqual([])
  })
})

describe('GitHub', () => {
  const name = 'acme/shop'
  const world0 = {
    commits: [] as unknown[],
    pulls: [] as unknown[],
    runs: [] as unknown[],
    deployments: [] as unknown[],
    reviews: [] as unknown[],
    statuses: [] as unknown[],
  }

  beforeEach(() => {
    Object.assign(world0, {
      commits: [commit('c1')],
      pulls: [pull(1, 30)],
      runs: [run(9, 'in_progress', null, 10)],
      deployments: [{ id: 5, sha: 'c1', created_at: ago(10) }],
      reviews: [],
      statuses: [],
    })
    api.answer = ({ pathname }) => {
      const path = pathname.replace(`/repos/${name}`, '')
      const bodies: Record<string, unknown> = {
        '': { id: 1, full_name: name, default_branch: 'main' },
        '/commits': world0.commits,
        '/pulls': world0.pulls,
        '/pulls/1/reviews': world0.reviews,
        '/pulls/2/reviews': [],
        '/deployments': world0.deployments,
        '/deployments/5/statuses': world0.statuses,
        '/actions/runs': { total_count: 1, workflow_runs: world0.runs },
      }
      const body = bodies[path]
      return body === undefined ? undefined : { body, headers: headersOf(body) }
    }
  })

  test('brings in commits, pull requests, deployments and runs, and then only what is new', async () => {
    await world.set('gh', api.url, { scope: [name], credentialId: await world.token() })
    const first = await world.run('gh')
    expect(first.state).toMatchObject(well)
    expect(first.records.map(({ what }) => what)).toEqual([
      'commits',
      'pull_request',
      'deployment',
      'workflow_run',
    ])
    expect(first.records[0]!.body).toMatchObject({
      branch: 'main',
      repository: { full_name: name },
    })

    const asked = api.requests.length
    expect((await world.run('gh')).records).toEqual([])
    const tagged = api.requests.slice(asked).filter(({ headers }) => headers['if-none-match'])
    expect(tagged.map(({ path }) => path.split('/').at(-1))).toEqual(['commits', 'pulls', 'runs'])

    Object.assign(world0, {
      commits: [commit('c3'), commit('c2'), commit('c1')],
      pulls: [pull(2, 0), pull(1, 1, 'closed')],
      reviews: [{ id: 44, state: 'APPROVED', submitted_at: ago(2), user: { login: 'bea' } }],
      statuses: [{ id: 70, state: 'success', created_at: ago(1) }],
      runs: [run(9, 'completed', 'failure', 10)],
    })
    const next = await world.run('gh')
    expect(next.records.map(({ what }) => what)).toEqual([
      'commits',
      'pull_request',
      'pull_request',
      'pull_request_review',
      'deployment_status',
      'workflow_run',
    ])
    expect((next.records[0]!.body as { commits: unknown[] }).commits).toHaveLength(2)
    expect((await world.run('gh')).records).toEqual([])
    const path = `/repos/${name}/deployments/5/statuses`
    expect(api.requests.filter((request) => request.path === path)).toHaveLength(3) // a success is the end
  })

  test('stops when the hourly limit is used up, keeps what it has, and waits', async () => {
    const answer = api.answer
    api.answer = (url, request) => {
      const reply = answer(url, request)
      if (!url.pathname.endsWith('/pulls') || reply === undefined || reply === 'silence')
        return reply
      const reset = String(Math.floor(world.time.now / 1000) + 900)
      const date = new Date(world.time.now).toUTCString()
      return {
        ...reply,
        headers: { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      }
    }
    await world.set('gh', api.url, { scope: [name] })
    const { state, records } = await world.run('gh')
    expect(records.map(({ what }) => what)).toEqual(['commits'])
    expect(state).toMatchObject({ failures: 0, circuit: 'closed' })
    expect(state.problem).toContain('asked too often')
    expect(state.nextAt! - world.time.now).toBeGreaterThan(880_000)
  })

  test('a repository that the token may not see is a matter of permission', async () => {
    await world.set('gh', api.url, { scope: ['acme/secret'] })
    expect((await world.run('gh')).state.problem).toContain('may not see it')
  })

  test('a next page elsewhere is not asked for', async () => {
    const answer = api.answer
    api.answer = (url, request) => {
      const reply = answer(url, request)
      if (!url.pathname.endsWith('/runs') || reply === undefined || reply === 'silence')
        return reply
      return { ...reply, headers: { link: '<https://evil.example/runs?page=2>; rel="next"' } }
    }
    await world.set('gh', api.url, { scope: [name] })
    expect((await world.run('gh')).state.problem).toContain('evil.example')
  })
})

describe('GitLab', () => {
  test('reads lists by their last change, page by page, and tells each change once', async () => {
    const path = '/api/v4/projects/acme%2Fweb%2Fshop'
    const row8 = row(8, 'failed', 10)
    const lists: Record<string, unknown[]> = {
      merge_requests: [row(1, 'opened', 30)],
      pipelines: [row(7, 'running', 20), row8],
      deployments: [row(3, 'success', 5)],
      commits: [
        { id: 'b2', committed_date: ago(10) },
        { id: 'b1', committed_date: ago(40) },
      ],
    }
    const approvals = { approved: true, approved_by: [{ approved_at: ago(31) }] }
    api.answer = (url, { url: raw = '' }) => {
      if (!raw.startsWith(path)) return undefined
      const list = url.pathname.split('/').at(-1)!
      if (list === 'approvals') return { body: approvals }
      if (raw === path)
        return {
          body: {
            id: 1,
            path_with_namespace: 'acme/web/shop',
            default_branch: 'main',
            web_url: 'x',
          },
        }
      const page = Number(url.searchParams.get('page') ?? 1)
      const rows = lists[list] ?? []
      const place = list === 'commits' ? 'repository/commits' : list
      const next = `<${api.url}${path}/${place}?page=${page + 1}>; rel="next"`
      const headers: Record<string, string> = page < rows.length ? { link: next } : {}
      return { body: rows.slice(page - 1, page), headers }
    }
    await world.set('gl', api.url, { scope: ['acme/web/shop'], credentialId: await world.token() })
    const first = await world.run('gl')
    expect(first.state).toMatchObject({ ...well, upTo: world.time.now })
    expect(first.records.map(({ what }) => what)).toEqual([
      'commits',
      'merge_request',
      'deployment',
      'pipeline',
      'pipeline',
    ])
    expect(first.records[0]!.body).toMatchObject({ commits: { branch: 'main', commits: [{}, {}] } })
    expect(first.records[1]!.body).toMatchObject({ merge_request: { iid: 1 }, approvals })
    expect(first.records[3]!.body).toMatchObject({ project: { default_branch: 'main' } })
    const asked = api.requests.find(({ path: each }) => each.endsWith('/deployments'))!
    expect(asked.query.get('order_by')).toBe('updated_at')

    lists['pipelines'] = [row8, row(7, 'success', 0)]
    expect(said((await world.run('gl')).records)).toEqual([
      expect.stringContaining('pipeline acme/web/shop 107 success'),
    ])
  })

  test('goes without approvals and commits where a project has none to show', async () => {
    api.answer = ({ pathname }) => {
      const list = pathname.split('/').at(-1)!
      if (list === 'approvals' || list === 'commits') return { status: 404, body: {} }
      if (list === 'merge_requests') return { body: [row(1, 'opened', 30)] }
      if (list === 'pipelines' || list === 'deployments') return { body: [] }
      return { body: { path_with_namespace: 'acme/shop', default_branch: null, web_url: 'x' } }
    }
    await world.set('gl', api.url, { scope: ['acme/shop'], credentialId: await world.token() })
    const { records, state } = await world.run('gl')
    expect(state).toMatchObject(well)
    expect(records.map(({ what }) => what)).toEqual(['merge_request'])
  })
})
