import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, request, check } = senderOf('gitlab')

const PROJECT = { path_with_namespace: 'acme/web/shop', default_branch: 'main' }
const pipeline = (more: object = {}, builds: object[] = []) => ({
  object_kind: 'pipeline',
  object_attributes: {
    id: 31,
    ref: 'main',
    tag: false,
    sha: 'c0ffee',
    source: 'push',
    status: 'failed',
    created_at: '2026-11-20 10:00:00 UTC',
    finished_at: '2026-11-20 10:05:00 UTC',
    ...more,
  },
  user: { username: 'kim' },
  project: PROJECT,
  commit: { title: 'Take cards' },
  builds,
})
const mergeRequest = (action: string, more: object = {}) => ({
  object_kind: 'merge_request',
  user: { username: 'lee' },
  project: PROJECT,
  object_attributes: {
    iid: 15,
    title: 'Take cards',
    state: 'opened',
    target_branch: 'main',
    last_commit: { id: 'c0ffee' },
    created_at: '2026-11-20 09:00:00 UTC',
    updated_at: '2026-11-20 10:00:00 UTC',
    action,
    ...more,
  },
})
const deployment = (more: object = {}) => ({
  object_kind: 'deployment',
  deployment_id: 15,
  status: 'success',
  status_changed_at: '2026-11-20 11:00:00 +0100',
  environment: 'live-eu',
  project: PROJECT,
  short_sha: '279484c0',
  ...more,
})
const issue = (more: object = {}) => ({
  object_kind: 'issue',
  user: { username: 'kim' },
  project: PROJECT,
  object_attributes: {
    iid: 7,
    title: 'Checkout fails',
    state: 'opened',
    severity: 'unknown',
    created_at: '2026-11-20T09:00:00Z',
    updated_at: '2026-11-20T10:00:00Z',
    ...more,
  },
  labels: [{ title: 'bug' }, { title: 'severity::2' }],
})
const note = (attributes: object, about: object) => ({
  object_kind: 'note',
  user: { username: 'lee' },
  project: PROJECT,
  object_attributes: {
    note: 'needs work',
    author_id: 2,
    created_at: '2026-11-20 10:00:00 UTC',
    ...attributes,
  },
  ...about,
})
const AT = timeOf('2026-11-20T10:00:00Z')
const changes = (...each: object[]) => ({ signals: [], changes: each })
const build = (more: object) =>
  changes({ kind: 'build', name: 'pipeline', branch: 'master', state: 'succeeded', ...more })
const NO_TAG = { ignored: 'a tag was pushed, which brings no commit' }
const NO_RELEASE = { ignored: 'a release was written about: what runs is told by deployments' }

const EXPECTED = {
  docs_push: {
    note: 'GitLab left out 2 more commits of this push',
    changes: [
      {
        externalId: 'mike/diaspora@b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327',
        title: "Merge branch 'some-feature' into 'master'",
        branch: 'master',
        authoredAt: timeOf('2011-12-12T14:27:31+02:00'),
      },
      { externalId: 'mike/diaspora@da1560886d4f094c3e6c9ef40349f7d38b5d27d7' },
    ],
  },
  captured_push: changes({ kind: 'commit', branch: 'master', title: 'added readme' }),
  captured_branch_create: changes({
    externalId: 'gitlab-org/hello-world@c4c79227ed610f1151f05bbc5be33b4f340d39c8',
    branch: 'feature',
  }),
  hookdeck_push_hook: { ignored: 'the push to manage brings no commit' },
  captured_tag_create: NO_TAG,
  docs_tag_push: NO_TAG,
  hookdeck_tag_push_hook: NO_TAG,
  docs_release: NO_RELEASE,
  gop_release_event: NO_RELEASE,
  hookdeck_release_hook: NO_RELEASE,
  docs_merge_request: changes({
    externalId: 'gitlabhq/gitlab-test!1',
    title: 'MS-Viewport',
    state: 'open',
    draft: false,
    branch: 'master',
    openedAt: timeOf('2013-12-03T17:23:34Z'),
  }),
  argocd_gitlab_merge_request_open_event: changes({ externalId: 'group/name!1', actor: 'root' }),
  argocd_gitlab_merge_request_approval_event: changes({
    externalId: 'group/name!1',
    state: 'open',
    reviewedAt: timeOf('2013-12-03T17:23:34Z'),
  }),
  captured_merge_request_subgroup: changes({
    externalId: 'group1/group2/group3/grp2repo!1',
    state: 'open',
    openedAt: timeOf('2017-12-10T17:01:11Z'),
  }),
  captured_pull_request_create: changes({ externalId: 'gitlab-org/hello-world!1', state: 'open' }),
  captured_pull_request_close: changes({
    externalId: 'gitlab-org/hello-world!1',
    state: 'closed',
    closedAt: timeOf('2017-12-10T17:02:46Z'),
  }),
  docs_note_merge_request: changes({
    externalId: 'gitlab-org/gitlab-test!1',
    reviewedAt: timeOf('2015-05-17T18:21:36Z'),
  }),
  docs_pipeline: build({
    externalId: 'gitlab-org/gitlab-test/31',
    revision: 'bcbb5ec396a2c0f828686f14fac9b80b780504f2',
    finishedAt: timeOf('2016-08-12T15:26:29Z'),
  }),
  captured_pipeline_hook: build({ externalId: 'gitlab-org/gitlab-test/31' }),
  captured_pipeline_subgroup: build({ externalId: 'group1/group2/group3/grp2repo/31' }),
  gop_pipeline_event: build({ externalId: 'gitlab-org/gitlab-test/31' }),
  docs_build: changes({ kind: 'build', name: 'test', state: 'queued', startedAt: undefined }),
  docs_job: changes({
    kind: 'build',
    name: 'auto_deploy:start',
    state: 'succeeded',
    branch: 'main',
    attempt: 2,
    startedAt: timeOf('2023-01-10T13:50:05Z'),
    finishedAt: timeOf('2023-01-10T13:50:54Z'),
  }),
  deployment_failed: changes({
    kind: 'deployment',
    externalId: '15',
    service: 'test-deployment-webhooks',
    environment: 'staging',
    production: false,
    state: 'failed',
    revision: '279484c09fbe69ededfced8c1bb6e6d24616b468', // from the address of the commit
    finishedAt: timeOf('2021-04-28T19:50:00Z'),
  }),
  docs_issue: {
    signals: [
      {
        fingerprint: 'gitlabhq/gitlab-test#23',
        state: 'firing',
        title: 'New API: create/update/delete file',
        severity: 'high',
        service: 'gitlab-test',
        startsAt: timeOf('2013-12-03T17:15:43Z'),
      },
    ],
  },
  hookdeck_issue_hook: {
    signals: [
      { fingerprint: 'hookdeckwrite/hookdeck-write#1', state: 'firing', severity: undefined },
    ],
  },
  captured_issue_closed: {
    signals: [
      {
        fingerprint: 'gitlab-org/hello-world#1',
        state: 'resolved',
        severity: 'critical',
        endsAt: timeOf('2017-12-10T16:41:28Z'),
      },
    ],
  },
}

const keyOf = (headers: Record<string, string>, body: object = {}) =>
  reader.deliveryKey(request(body, { headers }))

describe('GitLab', () => {
  readsItsPayloads('gitlab', ['gitlab'], EXPECTED)

  test('merged is when it was last changed, and a later change of it has no such time', () => {
    const merged = { state: 'merged', merge_commit_sha: 'abc' }
    expect(read(mergeRequest('merge', merged)).changes).toMatchObject([
      { externalId: 'acme/web/shop!15', state: 'merged', mergeRevision: 'abc', mergedAt: AT },
    ])
    expect(read(mergeRequest('update', merged)).changes).toMatchObject([
      { state: 'merged', mergedAt: undefined },
    ])
    const squashed = { state: 'merged', merge_commit_sha: null, squash_commit_sha: 'def' }
    expect(read(mergeRequest('merge', squashed)).changes).toMatchObject([{ mergeRevision: 'def' }])
  })

  test('one approval is a review, and only the last one that was needed approves', () => {
    const [one] = read(mergeRequest('approval')).changes!
    expect(one).toMatchObject({ reviewedAt: AT })
    expect(one).not.toHaveProperty('approvedAt')
    expect(read(mergeRequest('approved')).changes).toMatchObject([
      { reviewedAt: AT, approvedAt: AT },
    ])
    for (const action of ['unapproved', 'unapproval', 'update'])
      expect(read(mergeRequest(action)).changes![0]).not.toHaveProperty('reviewedAt')
  })

  test('a note of somebody else on a merge request is a review, one of the author or a program is none', () => {
    const about = { merge_request: { iid: 15, author_id: 1, title: 'x' } }
    const on = { noteable_type: 'MergeRequest' }
    expect(read(note(on, about)).changes).toMatchObject([{ reviewedAt: AT }])
    for (const body of [
      note({ ...on, author_id: 1 }, about),
      note({ ...on, system: true }, about),
      { ...note(on, about), user: { username: 'project_7_bot_1a2b' } },
    ])
      expect(read(body).ignored).toMatch(/is no review/)
  })

  test.each([
    ['created', 'queued'],
    ['waiting_for_resource', 'queued'],
    ['manual', 'queued'],
    ['running', 'running'],
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'cancelled'],
    ['skipped', 'skipped'],
  ])('a pipeline that is %s is %s', (status, state) => {
    expect(read(pipeline({ status, ref: 'x' }))).toMatchObject({
      signals: [],
      changes: [{ state }],
    })
  })

  test('a failing default branch is wrong until a pipeline succeeds there', () => {
    const failed = { name: 'lint', status: 'failed' }
    const allowed = { name: 'slow', status: 'failed', allow_failure: true }
    const [wrong] = read(pipeline({}, [failed, allowed])).signals
    const [right] = read(pipeline({ id: 32, status: 'success', source: 'web' })).signals
    expect(wrong).toMatchObject({
      fingerprint: 'acme/web/shop/pipeline@main',
      state: 'firing',
      severity: 'high',
      description: 'Take cards\nFailed: lint',
      startsAt: timeOf('2026-11-20T10:05:00Z'),
    })
    expect(right).toMatchObject({ fingerprint: wrong!.fingerprint, state: 'resolved' })
    // What fails by night does not come right by a push.
    const [nightly] = read(pipeline({ source: 'schedule' })).signals
    expect(nightly?.fingerprint).toBe('acme/web/shop/scheduled pipeline@main')
  })

  test.each([
    ['another branch', { ref: 'feature' }],
    ['a tag that is called like the branch', { tag: true }],
    ['a merge request', { source: 'merge_request_event' }],
    ['a child of another pipeline', { source: 'parent_pipeline' }],
    ['one that was stopped', { status: 'canceled' }],
  ])('%s makes no signal, only news', (_what, more) => {
    const { signals, changes: told } = read(pipeline(more))
    expect([signals, told?.length]).toEqual([[], 1])
  })

  test('a job that deploys by the settings is a deployment, too', () => {
    const job = {
      object_kind: 'build',
      build_id: 9,
      build_name: 'deploy-production',
      build_status: 'success',
      sha: 'c0ffee',
      project_name: 'Acme / shop',
    }
    const settings = { deployments: ['deploy-*'] }
    expect(read(job).changes).toMatchObject([{ externalId: 'Acme/shop/job-9' }])
    expect(read(job, { settings }).changes).toMatchObject([
      { kind: 'build' },
      { kind: 'deployment', environment: 'production', production: true, state: 'succeeded' },
    ])
  })

  test('production is what the tier says, and the settings where GitLab has no guess', () => {
    const told = (more: object) =>
      read(deployment(more), { settings: { production: ['live-*'] } }).changes![0]
    expect(told({ environment_tier: 'production' })).toMatchObject({ production: true })
    expect(told({ environment_tier: 'staging' })).toMatchObject({ production: false })
    expect(told({ environment_tier: 'other' })).toMatchObject({ production: true })
    expect(told({})).toMatchObject({ production: true, occurredAt: AT, revision: '279484c0' })
    const commit_url = 'https://x.example/-/commit/ffff84c09fbe69ededfced8c1bb6e6d24616b468'
    expect(told({ commit_url })).toMatchObject({ revision: '279484c0' }) // of another commit
    expect(told({ status: 'running' })).toMatchObject({ startedAt: AT, finishedAt: undefined })
    expect(read(deployment({ status: 'odd' })).ignored).toMatch(/a deployment is odd/)
  })

  test('an incident can be acknowledged, and an issue has the severity of its labels', () => {
    expect(read(issue()).signals).toMatchObject([
      { fingerprint: 'acme/web/shop#7', state: 'firing', severity: 'high' },
    ])
    const paged = { severity: 'critical', escalation_status: 'acknowledged' }
    expect(read(issue(paged)).signals).toMatchObject([
      { state: 'acknowledged', severity: 'critical', actor: 'kim' },
    ])
    expect(read(issue({ action: 'reopen' })).signals).toMatchObject([{ startsAt: AT }])
    const moved = read(issue({ state: 'closed', moved_to_id: 3 })).signals[0]
    expect(moved).toMatchObject({ state: 'resolved', endsAt: AT })
    expect(moved?.withdrawn).toMatch(/another project/)
  })

  test('a note on an issue is a note of who wrote it', () => {
    const about = { issue: { iid: 7, title: 'Checkout fails' } }
    expect(read(note({ noteable_type: 'Issue' }, about)).signals).toMatchObject([
      {
        fingerprint: 'acme/web/shop#7',
        state: 'noted',
        note: 'needs work',
        actor: 'lee',
        startsAt: AT,
      },
    ])
    expect(read(note({ noteable_type: 'Issue', system: true }, about)).ignored).toBeDefined()
    expect(read(note({ noteable_type: 'Snippet' }, {})).ignored).toMatch(/Snippet/)
  })

  test('a deleted branch, other events and what is no webhook are said in words', () => {
    const gone = {
      object_kind: 'push',
      ref: 'refs/heads/x',
      after: '0'.repeat(40),
      project: PROJECT,
    }
    expect(read(gone).ignored).toBe('the branch x was deleted')
    expect(read({ object_kind: 'wiki_page' }).ignored).toMatch(/^wiki_page \(wiki_page\) changes/)
    expect(read({ event_name: 'project_create' }).ignored).toBeDefined()
    expect(() => read({ object_kind: 'push' })).toThrow(Unreadable)
    expect(() => read({ hello: 1 })).toThrow(Unreadable)
  })

  test('a retry is known by its key, and before GitLab 17.4 by its event and body together', () => {
    expect(keyOf({ 'idempotency-key': 'f5e57090', 'webhook-id': 'other' })).toBe('f5e57090')
    expect(keyOf({ 'webhook-id': 'f5e57090' })).toBe('f5e57090')
    // Hooks that another hook has caused have its event's id.
    const old = { 'x-gitlab-event-uuid': '13792a34', 'x-gitlab-webhook-uuid': '6f5b9e1a' }
    expect(keyOf(old)).toBe(keyOf(old))
    expect(keyOf(old)).not.toBe(keyOf(old, { object_kind: 'push' }))
    expect(keyOf(old)).not.toBe(keyOf({ ...old, 'x-gitlab-webhook-uuid': 'other' }))
    expect(keyOf({})).toBeUndefined()
  })

  test('the token comes in the clear, and is never kept', () => {
    const headers = { 'x-gitlab-token': 'secrettoken' }
    expect(check({ headers, secrets: ['secrettoken'] })).toEqual({ ok: true })
    expect(check({ headers, secrets: ['another-secret'] }).ok).toBe(false)
    expect(check({ headers: {}, secrets: ['secrettoken'] }).ok).toBe(false)
    expect(reader.secretHeaders).toContain('x-gitlab-token')
  })

  test('a signing token signs like Standard Webhooks, and counts before the token', () => {
    const key = Buffer.alloc(32, 7)
    const secrets = [`whsec_${key.toString('base64')}`]
    const body = Buffer.from(JSON.stringify(pipeline()))
    const sign = (seconds: number, by = key) => ({
      'webhook-id': 'f5e57090',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${createHmac('sha256', by)
        .update(`f5e57090.${seconds}.`)
        .update(body)
        .digest('base64')}`,
    })
    const now = NOW / 1000
    const { 'webhook-timestamp': _time, ...timeless } = sign(now)
    expect(check({ headers: sign(now), body, secrets })).toEqual({ ok: true })
    for (const given of [
      { headers: sign(now), body: Buffer.concat([body, Buffer.from(' ')]), secrets },
      { headers: sign(now, Buffer.alloc(32, 8)), body, secrets },
      { headers: sign(now - 301), body, secrets },
      { headers: sign(now + 301), body, secrets },
      { headers: timeless, body, secrets },
      {
        headers: { ...sign(now, Buffer.alloc(32, 8)), 'x-gitlab-token': secrets[0]! },
        body,
        secrets,
      },
      { headers: {}, body, secrets },
    ])
      expect(check(given).ok).toBe(false)
  })

  keepsItsPromises('gitlab', [
    pipeline({}, [{ name: 'x', status: 'failed', started_at: '2026-11-20 10:01:00 UTC' }]),
    mergeRequest('merge', { state: 'merged', merge_commit_sha: 'abc' }),
    deployment({ status: 'running', environment_tier: 'other' }),
    issue({ state: 'closed', closed_at: '2026-11-20T10:00:00Z' }),
    note({ noteable_type: 'Issue' }, { issue: { iid: 7 } }),
    note({ noteable_type: 'MergeRequest' }, { merge_request: { iid: 7, author_id: 1 } }),
    { object_kind: 'push', ref: 'refs/heads/x', project: PROJECT, commits: [{ id: 'a' }] },
    { object_kind: 'build', build_id: 9, build_status: 'running', repository: { homepage: 'x' } },
  ])
  firesAndIsResolved('gitlab')
})
