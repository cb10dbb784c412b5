import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, receive, request, check } = senderOf('github')

const REPOSITORY = { full_name: 'acme/shop', default_branch: 'main' }
const tell = (event: string, body: object, settings = {}) =>
  read({ repository: REPOSITORY, ...body }, { headers: { 'x-github-event': event }, settings })
const run = (more: object = {}) => ({
  action: 'completed',
  workflow: { name: 'Build', path: '.github/workflows/build.yml' },
  workflow_run: {
    id: 77,
    name: 'Build',
    display_title: 'Take cards',
    head_branch: 'main',
    head_sha: 'c0ffee',
    head_repository: { full_name: 'acme/shop' },
    event: 'push',
    status: 'completed',
    conclusion: 'failure',
    run_attempt: 2,
    created_at: '2026-11-20T10:00:00Z',
    run_started_at: '2026-11-20T10:01:00Z',
    updated_at: '2026-11-20T10:05:00Z',
    ...more,
  },
})
const deployed = (state: string, deployment: object = {}) => ({
  action: 'created',
  deployment_status: { state, environment: 'prod-eu', created_at: '2026-11-20T10:05:00Z' },
  deployment: {
    id: 5,
    sha: 'c0ffee',
    ref: 'main',
    environment: 'prod-eu',
    created_at: '2026-11-20T10:00:00Z',
    ...deployment,
  },
})
const review = (state: string, login: string, more: object = {}) => ({
  action: 'submitted',
  review: { state, user: { login, type: 'User' }, submitted_at: '2026-11-20T10:00:00Z', ...more },
  pull_request: {
    number: 2,
    title: 'Take cards',
    state: 'open',
    user: { login: 'kim' },
    created_at: '2026-11-20T09:00:00Z',
  },
})
const issue = (more: object = {}) => ({
  number: 1,
  title: 'Checkout fails',
  state: 'open',
  user: { login: 'kim' },
  labels: [{ name: 'bug' }, { name: 'priority: high' }],
  created_at: '2026-11-20T09:00:00Z',
  updated_at: '2026-11-20T10:00:00Z',
  html_url: 'https://github.com/acme/shop/issues/1',
  ...more,
})

const HELLO = 'Codertocat/Hello-World'
const changes = (...each: object[]) => ({ signals: [], changes: each })
const signals = (...each: object[]) => ({ signals: each })
const PULL = {
  kind: 'pull_request',
  externalId: `${HELLO}#2`,
  number: '2',
  title: 'Update the README with new information.',
  repository: HELLO,
  actor: 'Codertocat',
  branch: 'master',
  headRevision: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
  openedAt: timeOf('2019-05-15T15:20:33Z'),
}
const ISSUE = {
  fingerprint: `${HELLO}#1`,
  title: 'Spelling error in the README file',
  severity: undefined,
  service: 'Hello-World',
  actor: 'Codertocat',
  labels: { requester: 'Codertocat', labels: 'bug' },
  startsAt: timeOf('2019-05-15T15:20:18Z'),
}
const DEPLOYMENT = {
  kind: 'deployment',
  externalId: '145988746',
  service: 'Hello-World',
  environment: 'production',
  production: true,
  revision: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
  startedAt: timeOf('2019-05-15T15:20:53Z'),
}
const RUN = {
  kind: 'build',
  externalId: 'octo-org/octo-repo/289782451',
  name: 'test', // the run's own is empty
  branch: 'master',
  revision: '3484a3fb816e0859fd6e1cea078d76385ff50625',
  attempt: 1,
}
const NO_BRANCH = { ignored: 'a branch or a tag was made, which brings no commit' }
const NO_TAG = { ignored: 'a tag was pushed, which brings no commit' }

const EXPECTED = {
  push_1: NO_TAG,
  push_branch: NO_TAG, // it is a tag that was deleted, whatever the file is called
  push_tag: NO_TAG,
  push_branch_delete: { ignored: 'the branch feature-branch was deleted' },
  push_new_branch: changes({
    kind: 'commit',
    externalId: `${HELLO}@6113728f27ae82c7b1a177c8d03f9e96e0adf246`,
    title: 'Initial commit',
    branch: 'master',
    actor: 'Codertocat',
    authoredAt: timeOf('2019-05-15T15:19:25Z'),
  }),
  pull_request_opened: changes({ ...PULL, state: 'open', draft: false, mergeRevision: undefined }),
  pull_request_opened_null_body: changes({ ...PULL, state: 'open' }),
  pull_request_ready_for_review: changes({ ...PULL, state: 'open' }),
  pull_request_closed: changes({
    ...PULL,
    state: 'closed', // not merged, though it has a merge_commit_sha
    mergedAt: undefined,
    mergeRevision: undefined,
    closedAt: timeOf('2019-05-15T15:21:18Z'),
  }),
  pull_request_review_submitted: changes({
    ...PULL,
    occurredAt: timeOf('2019-05-15T15:20:38Z'),
  }),
  deployment_created: changes({ ...DEPLOYMENT, state: 'pending' }),
  deployment_status_failure: changes({
    ...DEPLOYMENT,
    state: 'failed',
    finishedAt: timeOf('2019-05-15T15:20:55Z'),
  }),
  workflow_run_requested: changes({ ...RUN, state: 'queued', startedAt: undefined }),
  workflow_run_requested_conclusion_action_required: changes({ ...RUN, state: 'queued' }),
  workflow_run_completed_failure: {
    changes: [{ ...RUN, state: 'failed', finishedAt: timeOf('2020-10-05T16:33:49Z') }],
    signals: [
      {
        fingerprint: 'octo-org/octo-repo/test@master',
        state: 'firing',
        severity: 'high',
        title: 'test fails on master of octo-org/octo-repo',
        service: 'octo-repo',
        startsAt: timeOf('2020-10-05T16:33:49Z'),
      },
    ],
  },
  workflow_job_completed_success: changes({
    kind: 'build',
    externalId: `${HELLO}/job-289782451`,
    name: 'CodeQL / linters',
    state: 'succeeded',
    startedAt: timeOf('2021-08-05T10:34:58Z'),
    finishedAt: timeOf('2021-08-05T10:38:16Z'),
  }),
  workflow_job_queued_with_deployment: changes(
    { kind: 'build', name: 'Env Test / test', state: 'queued', startedAt: undefined },
    {
      kind: 'deployment',
      externalId: '875096709',
      environment: 'Test',
      production: false,
      state: 'pending',
    },
  ),
  check_run_completed: changes({
    kind: 'build',
    externalId: `${HELLO}/check-128620228`,
    name: 'Octocoders-linter',
    branch: 'changes',
    state: 'succeeded',
  }),
  status: changes({
    kind: 'build',
    externalId: `${HELLO}/default@6113728f27ae82c7b1a177c8d03f9e96e0adf246`,
    name: 'default',
    state: 'succeeded',
    branch: undefined, // both branches have gone on since
  }),
  issues_opened: signals({ ...ISSUE, state: 'firing' }),
  issues_labeled: signals({ ...ISSUE, state: 'firing' }),
  issues_reopened: signals({
    ...ISSUE,
    state: 'firing',
    startsAt: timeOf('2021-10-11T16:40:56Z'), // the new episode
  }),
  issues_closed: signals({ ...ISSUE, state: 'resolved', endsAt: timeOf('2019-05-15T16:00:00Z') }),
  issue_comment_created: signals({
    fingerprint: `${HELLO}#1`,
    state: 'noted',
    note: "You are totally right! I'll get this fixed right away.",
    actor: 'Codertocat',
  }),
  dependabot_alert_created: signals({
    fingerprint: 'wolfy1339/pika-pack/dependabot/20',
    state: 'firing',
    title: 'semver: semver vulnerable to Regular Expression Denial of Service',
    severity: 'medium',
    labels: { package: 'semver', cve: 'CVE-2022-25883', fixed_in: '7.5.2' },
    startsAt: timeOf('2023-06-24T13:57:12Z'),
  }),
  code_scanning_alert_created: signals({
    fingerprint: `${HELLO}/code-scanning/10`,
    state: 'firing',
    title: 'Query built from user-controlled sources',
    severity: 'high',
    labels: { tool: 'CodeQL', rule: 'java/sql-injection', line: '84' },
  }),
  create_tag_or_branch: NO_BRANCH,
  hookdeck_create: NO_BRANCH,
  ping: { ignored: 'GitHub tries the address: it works' },
  hookdeck_ping: { ignored: 'GitHub tries the address: it works' },
  hookdeck_issue_comment: { ignored: 'a comment on a pull request' },
  release_published: { signals: [] },
  merge_group_checks_requested: { signals: [] },
}

const deploymentOf = (more: object, production = ['prod-*']) =>
  tell('deployment', deployed('', more), { production }).changes![0]
const byName = (name: string) =>
  tell('workflow_run', run({ name, conclusion: 'success' }), { deployments: ['deploy*'] }).changes
const checkBy = (slug: string) => ({
  check_run: {
    id: 1,
    name: 'lint',
    conclusion: 'failure',
    app: { slug },
    check_suite: { head_branch: 'main' },
  },
})
const commit = (id: string) => ({
  id,
  message: `${id}\n\nmore`,
  timestamp: '2026-11-20T10:00:00Z',
})
const alert = (state: string, more: object = {}) =>
  tell('dependabot_alert', {
    action: state,
    alert: { number: 20, state, created_at: '2026-11-20T09:00:00Z', ...more },
  }).signals[0]
const sign = (signed: Buffer | string) =>
  `sha256=${createHmac('sha256', 'a-secret-of-tests').update(signed).digest('hex')}`

describe('GitHub', () => {
  readsItsPayloads('github', ['github', 'github-actions'], EXPECTED)

  test('merged is what says so, with the commit that deployments will name', () => {
    const pull = {
      number: 2,
      state: 'closed',
      merged: true,
      merge_commit_sha: 'abc',
      merged_at: '2026-11-20T10:00:00Z',
      closed_at: '2026-11-20T10:00:00Z',
    }
    const merged = {
      state: 'merged',
      mergeRevision: 'abc',
      mergedAt: timeOf('2026-11-20T10:00:00Z'),
    }
    expect(tell('pull_request', { pull_request: pull }).changes).toMatchObject([merged])
    const { merged: _merged, ...unsaid } = pull
    expect(tell('pull_request', { pull_request: unsaid }).changes).toMatchObject([merged])
  })

  test('a review says when, and nothing about the state; replies of the author and bots are none', () => {
    const at = timeOf('2026-11-20T10:00:00Z')
    const [approved] = tell('pull_request_review', review('approved', 'lee')).changes!
    expect(approved).toMatchObject({ externalId: 'acme/shop#2', reviewedAt: at, approvedAt: at })
    expect(approved).not.toHaveProperty('state')
    const [commented] = tell('pull_request_review', review('changes_requested', 'lee')).changes!
    expect(commented).toMatchObject({ reviewedAt: at })
    expect(commented).not.toHaveProperty('approvedAt')
    for (const more of [
      review('commented', 'kim'),
      review('commented', 'x', { user: { type: 'Bot' } }),
    ])
      expect(tell('pull_request_review', more).changes![0]).not.toHaveProperty('reviewedAt')
    const dismissed = { ...review('dismissed', 'lee'), action: 'dismissed' }
    expect(tell('pull_request_review', dismissed).ignored).toBe('a review was dismissed, not given')
  })

  test.each([
    ['queued', 'pending', false],
    ['in_progress', 'running', false],
    ['success', 'succeeded', true],
    ['failure', 'failed', true],
    ['error', 'failed', true],
    ['inactive', 'inactive', false], // a later one took its place
  ])('a deployment that is %s is %s', (word, state, finished) => {
    const [told] = tell('deployment_status', deployed(word)).changes!
    expect(told).toMatchObject({ externalId: '5', state, environment: 'prod-eu', production: true })
    expect(told).toHaveProperty('finishedAt', finished ? timeOf('2026-11-20T10:05:00Z') : undefined)
    expect(tell('deployment_status', deployed(word)).signals).toEqual([])
  })

  test('production is what GitHub calls so, or what fits the settings', () => {
    expect(deploymentOf({ production_environment: false })).toMatchObject({ production: true })
    expect(deploymentOf({ production_environment: false }, [])).toMatchObject({ production: false })
    expect(deploymentOf({ production_environment: true }, [])).toMatchObject({ production: true })
    expect(deploymentOf({ task: 'deploy:rollback' })).toMatchObject({ rollback: true })
  })

  test('a failing default branch is wrong until the same workflow succeeds there', () => {
    const [wrong] = tell('workflow_run', run()).signals
    const [right] = tell('workflow_run', run({ id: 78, conclusion: 'success' })).signals
    expect([wrong?.state, right?.state]).toEqual(['firing', 'resolved'])
    expect(wrong).toMatchObject({
      fingerprint: 'acme/shop/Build@main',
      severity: 'high',
      description: 'Take cards',
    })
    expect(right).toMatchObject({ fingerprint: wrong!.fingerprint, endsAt: wrong!.startsAt })
  })

  test.each([
    ['another branch', { head_branch: 'feature' }],
    ['the same branch of a fork', { head_repository: { full_name: 'else/shop' } }],
    ['a pull request', { event: 'pull_request' }],
    ['one that was stopped', { conclusion: 'cancelled' }],
    ['one that goes on', { status: 'in_progress', conclusion: null }],
  ])('%s makes no signal, only news', (_what, more) => {
    const reading = tell('workflow_run', run(more))
    expect(reading.signals).toEqual([])
    expect(reading.changes).toMatchObject([{ externalId: 'acme/shop/77', attempt: 2 }])
  })

  test('a workflow that deploys by the settings is a deployment, too', () => {
    expect(byName('Build')).toHaveLength(1)
    expect(byName('Deploy')![1]).toMatchObject({
      kind: 'deployment',
      service: 'shop',
      environment: 'production',
      production: true,
      state: 'succeeded',
      revision: 'c0ffee',
    })
    expect(byName('deploy to staging')![1]).toMatchObject({
      environment: 'staging',
      production: false,
    })
  })

  test('checks and statuses of others on the newest commit of the default branch count like runs', () => {
    const status = (state: string, sha: string) =>
      tell('status', {
        sha: 'c0ffee',
        state,
        context: 'ci/other',
        branches: [{ name: 'main', commit: { sha } }],
      }).signals
    expect(status('error', 'c0ffee')).toMatchObject([{ fingerprint: 'acme/shop/ci/other@main' }])
    expect(status('success', 'c0ffee')).toMatchObject([{ state: 'resolved' }])
    expect([status('pending', 'c0ffee'), status('error', 'older')]).toEqual([[], []])
    expect(tell('check_run', checkBy('other')).signals).toMatchObject([{ state: 'firing' }])
    expect(tell('check_run', checkBy('github-actions')).ignored).toMatch(/told as a workflow run/)
    const suite = { check_suite: { id: 1, conclusion: 'failure', head_branch: 'main' } }
    expect(tell('check_suite', suite)).toMatchObject({
      signals: [],
      changes: [{ state: 'failed' }],
    })
  })

  test('a commit is news of its branch, and the newest is told even if the list is cut', () => {
    const push = { ref: 'refs/heads/a/b', commits: [commit('a1')], head_commit: commit('b2') }
    expect(tell('push', push).changes).toMatchObject([
      { externalId: 'acme/shop@a1', title: 'a1', branch: 'a/b' },
      { externalId: 'acme/shop@b2' },
    ])
    expect(tell('push', { ref: 'refs/heads/x', commits: [] }).ignored).toBe(
      'the push to x brings no commit',
    )
  })

  test('an issue has the severity of its labels, and one that will not be done did not recover', () => {
    expect(tell('issues', { action: 'opened', issue: issue() }).signals[0]).toMatchObject({
      fingerprint: 'acme/shop#1',
      severity: 'high',
    })
    const closed = (state_reason: string) =>
      tell('issues', { action: 'closed', issue: issue({ state: 'closed', state_reason }) })
        .signals[0]
    expect(closed('completed')).not.toHaveProperty('withdrawn')
    expect(closed('not_planned')?.withdrawn).toBe('it was closed as not planned at GitHub')
    expect(
      tell('issues', { action: 'deleted', issue: issue() }).signals[0]?.withdrawn,
    ).toBeDefined()
    expect(tell('issues', { action: 'reopened', issue: issue() }).signals[0]?.startsAt).toBe(
      timeOf('2026-11-20T10:00:00Z'),
    )
    expect(tell('issues', { action: 'assigned', issue: issue() }).ignored).toMatch(/assigned/)
  })

  test('a comment on a pull request belongs to work, not to a ticket', () => {
    const comment = { body: 'x', user: { login: 'lee' }, created_at: '2026-11-20T10:00:00Z' }
    const onPull = { action: 'created', comment, issue: issue({ pull_request: { url: '' } }) }
    expect(tell('issue_comment', onPull).ignored).toBe('a comment on a pull request')
  })

  test('a fixed alert is resolved, a dismissed one did not recover', () => {
    expect(alert('fixed', { fixed_at: '2026-11-20T10:00:00Z' })).toMatchObject({
      fingerprint: 'acme/shop/dependabot/20',
      state: 'resolved',
      endsAt: timeOf('2026-11-20T10:00:00Z'),
    })
    expect(alert('dismissed', { dismissed_reason: 'tolerable_risk' })?.withdrawn).toBe(
      'dismissed at GitHub: tolerable_risk',
    )
  })

  test('events that change nothing here are ignored in words', () => {
    expect(tell('star', {}).ignored).toBe('the event star changes nothing that is followed here')
    expect(tell('constructor', {}).ignored).toMatch(/^the event constructor/)
    expect(() => tell('push', { repository: undefined })).toThrow(Unreadable)
    expect(() => read({ hello: 1 })).toThrow(Unreadable)
  })

  test('a body without its headers is known by what only its event has', () => {
    expect(read({ repository: REPOSITORY, ...run() }).changes).toMatchObject([{ kind: 'build' }])
    expect(read({ repository: REPOSITORY, ...deployed('success') }).changes).toMatchObject([
      { state: 'succeeded' },
    ])
  })

  test('a form holds the JSON in its field, and is signed as the form that it is', async () => {
    const json = JSON.stringify({ repository: REPOSITORY, ...run() })
    const bytes = Buffer.from(new URLSearchParams({ payload: json }).toString())
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-github-event': 'workflow_run',
    }
    expect((await receive(bytes, headers)).signals).toHaveLength(1)
    const given = (signature: string) => ({
      headers: { ...headers, 'x-hub-signature-256': signature },
      body: bytes,
    })
    expect(check(given(sign(bytes)))).toEqual({ ok: true })
    expect(check(given(sign(json))).ok).toBe(false)
    await expect(receive(Buffer.from('payload=%7B'), headers)).rejects.toThrow(Unreadable)
  })

  test("the vector of GitHub's own pages verifies, and nothing else does", () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    const headers = { 'x-hub-signature-256': signature }
    const body = Buffer.from('Hello, World!')
    const secrets = ["It's a Secret to Everybody"]
    expect(check({ headers, body, secrets })).toEqual({ ok: true })
    // While a secret is rotated, the one before still counts.
    expect(check({ headers, body, secrets: ['new', ...secrets] })).toEqual({ ok: true })
    const sha1 = `sha1=${createHmac('sha1', secrets[0]!).update(body).digest('hex')}`
    for (const given of [
      { headers, body: Buffer.from('Hello, World?'), secrets },
      { headers, body, secrets: ['another-secret'] },
      { headers: {}, body, secrets },
      { headers: { 'x-hub-signature': sha1 }, body, secrets },
      { headers: { 'x-hub-signature-256': sha1 }, body, secrets },
    ])
      expect(check(given).ok).toBe(false)
  })

  test('a redelivery keeps its id, and bodies may be as large as GitHub sends them', () => {
    const headers = { 'x-github-delivery': '0ac17b40-bbaa-11ed' }
    expect(reader.deliveryKey(request({}, { headers }))).toBe('0ac17b40-bbaa-11ed')
    expect(reader.mostBytes).toBe(26 * 1024 * 1024)
  })

  keepsItsPromises(
    'github',
    [
      run(),
      deployed('success'),
      review('approved', 'lee'),
      { action: 'created', issue: issue(), comment: { body: 'x' } },
      { action: 'created', alert: { number: 1, security_advisory: { severity: 'low' } } },
      { sha: 'c0ffee', state: 'error', context: 'x', branches: [{ name: 'main', commit: {} }] },
      { check_run: { id: 1, name: 'x', app: { slug: 'y' }, check_suite: {} } },
      { ref: 'refs/heads/x', pusher: {}, commits: [{ id: 'a', message: 'b', author: {} }] },
      { pull_request: { number: 1, head: { sha: 'x' }, base: { ref: 'y' } } },
    ].map((body) => ({ repository: REPOSITORY, ...body })),
    { headers: [{}, { 'x-github-event': 'issues' }, { 'x-github-event': 'code_scanning_alert' }] },
  )
  firesAndIsResolved('github')
})
