import { existsSync, readFileSync } from 'node:fs'
import { assert, constantFrom, jsonValue, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SourceKind, SourceSettings } from '#contract/intake'
import { KINDS } from './kinds'
import { PULLED } from './pulled'
import { type Reading, type SourceRequest, Unreadable } from './source'

const FIXTURES = new URL('../../../../shared/fixtures/webhooks/', import.meta.url)
const missing = existsSync(FIXTURES) ? undefined : 'real payloads are not in ../shared'
if (missing && process.env['CI']) throw new Error(missing)
if (missing) console.warn(`skipped: ${missing}`)

type Json = Record<string, any> // oxlint-disable-line typescript/no-explicit-any -- payloads of others
const payload = (path: string) =>
  JSON.parse(readFileSync(new URL(`${path}.json`, FIXTURES), 'utf8')) as Json

const request = (body: unknown, headers: Record<string, string> = {}): SourceRequest => ({
  headers,
  contentType: 'application/json',
  body,
  receivedAt: Date.parse('2026-11-20T12:00:00Z'),
  mapping: null,
  settings: SourceSettings.parse({}),
})
const sent = (kind: SourceKind, body: unknown, headers?: Record<string, string>): Reading =>
  KINDS[kind].read(request(body, headers))
const pulled = (kind: SourceKind, what: string, body: unknown): Reading =>
  PULLED[kind]!(request(body, { 'x-quarterdeck-pulled': what }))

describe.skipIf(missing)('a record of an API is read as the webhook about the same thing', () => {
  test('Alertmanager: the same alert, firing and over', () => {
    const webhook = payload('alertmanager/v3_firing_and_resolved')
    const signals = sent('alertmanager', webhook).signals
    for (const [at, alert] of (webhook['alerts'] as Json[]).entries()) {
      const state = alert['status'] === 'resolved' ? 'resolved' : 'active'
      const [signal] = pulled('alertmanager', 'alert', { ...alert, status: { state } }).signals
      const told = signals[at]!
      expect(signal).toMatchObject({
        fingerprint: told.fingerprint,
        state: told.state,
        title: told.title,
        startsAt: told.startsAt,
        endsAt: told.endsAt,
        severity: told.severity,
      })
    }
  })

  test('PagerDuty: an incident by its state, and a note on it', () => {
    const webhook = payload('pagerduty/signed_incident_triggered')
    const { number, ...data } = webhook['event'].data as Json
    const incident = { ...data, incident_number: number, last_status_change_at: data['created_at'] }
    const [told] = sent('pagerduty', webhook).signals
    const [signal] = pulled('pagerduty', 'incident.triggered', incident).signals
    expect(signal).toMatchObject({
      fingerprint: told!.fingerprint,
      state: 'firing',
      title: told!.title,
      service: told!.service,
      startsAt: told!.startsAt,
      severity: told!.severity,
    })
    const over = { ...incident, last_status_change_at: '2026-11-19T00:00:00Z' }
    expect(pulled('pagerduty', 'incident.resolved', over).signals).toMatchObject([
      { fingerprint: told!.fingerprint, state: 'resolved', endsAt: Date.parse('2026-11-19') },
    ])
    const note = {
      type: 'annotate_log_entry',
      created_at: '2026-11-19T00:00:00Z',
      channel: { type: 'note', summary: 'Looking' },
      agent: { summary: 'Bea' },
      incident: { id: data['id'], type: 'incident_reference', summary: 'x' },
    }
    expect(pulled('pagerduty', 'incident.annotated', note).signals).toMatchObject([
      { fingerprint: told!.fingerprint, state: 'noted', note: 'Looking', actor: 'Bea' },
    ])
  })

  test('Sentry: an issue by what happened to it', () => {
    const webhook = payload('sentry/zulip_issue_resolved')
    const [told] = sent('sentry', webhook, { 'sentry-hook-resource': 'issue' }).signals
    const issue = webhook['data'].issue as Json
    const { fingerprint, title, service } = told!
    const [signal] = pulled('sentry', 'resolved', issue).signals
    expect(signal).toMatchObject({ fingerprint, title, service, state: 'resolved' })
    expect(pulled('sentry', 'created', issue).signals[0]).toMatchObject({
      fingerprint,
      state: 'firing',
      startsAt: Date.parse(issue['firstSeen']),
    })
  })

  test('GitHub: pull requests and deployments are the same changes', () => {
    const cases = [
      ['pull_request', 'github/pull_request_closed'],
      ['pull_request_review', 'github/pull_request_review_submitted'],
      ['deployment', 'github/deployment_created'],
    ] as const
    for (const [event, path] of cases) {
      const webhook = payload(path)
      const told = sent('github', webhook, { 'x-github-event': event })
      expect(pulled('github', event, webhook)).toEqual(told)
    }
    const push = payload('github/push_1')
    const told = sent('github', push, { 'x-github-event': 'push' }).changes!
    const commits = (push['commits'] as Json[]).map((commit) => ({
      sha: commit['id'],
      html_url: commit['url'],
      author: { login: commit['author'].username },
      commit: {
        message: commit['message'],
        author: { name: commit['author'].name, date: commit['timestamp'] },
      },
    }))
    const branch = (push['ref'] as string).replace('refs/heads/', '')
    const { repository } = push
    expect(pulled('github', 'commits', { commits, branch, repository }).changes).toEqual(told)
  })

  test('GitLab: commits are the same changes as those of a push', () => {
    const push = payload('gitlab/docs_push')
    const listed = (push['commits'] as Json[]).map(({ timestamp, url: web_url, ...commit }) => ({
      ...commit,
      web_url,
      committed_date: timestamp,
      author_name: commit['author'].name,
    }))
    const branch = (push['ref'] as string).replace('refs/heads/', '')
    const commits = { branch, commits: listed }
    expect(pulled('gitlab', 'commits', { commits, project: push['project'] }).changes).toEqual(
      sent('gitlab', push).changes,
    )
  })

  test('GitLab: merge requests and pipelines are the same changes', () => {
    const asked = payload('gitlab/docs_merge_request')
    const { last_commit: commit, url, ...attributes } = asked['object_attributes'] as Json
    const { project } = asked
    const [told] = sent('gitlab', asked).changes!
    const row = { ...attributes, sha: commit.id, web_url: url, author: { username: 'bea' } }
    const [change] = pulled('gitlab', 'merge_request', { merge_request: row, project }).changes!
    expect(change).toMatchObject({
      externalId: told!.externalId,
      title: told!.title,
      url: told!.url,
      repository: told!.repository,
      actor: 'bea',
      kind: 'pull_request',
    })

    const pipeline = payload('gitlab/docs_pipeline')
    const webhook = sent('gitlab', pipeline)
    const { url: page, finished_at: ended, ...rest } = pipeline['object_attributes'] as Json
    const listed = { ...rest, web_url: page, updated_at: ended }
    const read = pulled('gitlab', 'pipeline', { pipeline: listed, project: pipeline['project'] })
    const { externalId, ...facts } = webhook.changes![0]!
    expect(read.changes).toMatchObject([
      { externalId, occurredAt: facts.occurredAt, repository: facts.repository, kind: 'build' },
    ])
    expect(read.signals.map((signal) => signal.fingerprint)).toEqual(
      webhook.signals.map((signal) => signal.fingerprint),
    )
  })
})

describe('a record of an API', () => {
  test('of GitLab tells when a merge request was opened and merged, and where a deployment went', () => {
    const project = { path_with_namespace: 'acme/shop', web_url: 'https://gl.example/acme/shop' }
    const merge_request = {
      iid: 7,
      title: 'Fix',
      state: 'merged',
      sha: 'abc',
      target_branch: 'main',
      created_at: '2026-11-19T10:00:00Z',
      updated_at: '2026-11-19T13:00:00Z',
      merged_at: '2026-11-19T12:00:00Z',
      merge_commit_sha: 'def',
    }
    expect(pulled('gitlab', 'merge_request', { merge_request, project }).changes).toMatchObject([
      {
        externalId: 'acme/shop!7',
        state: 'merged',
        mergeRevision: 'def',
        openedAt: Date.parse('2026-11-19T10:00Z'),
        mergedAt: Date.parse('2026-11-19T12:00Z'),
      },
    ])
    const approved_by = ['10:30', '11:30'].map((at) => ({ approved_at: `2026-11-19T${at}:00Z` }))
    const asked = { merge_request, project, approvals: { approved: true, approved_by } }
    expect(pulled('gitlab', 'merge_request', asked).changes).toMatchObject([
      {
        reviewedAt: Date.parse('2026-11-19T10:30Z'),
        approvedAt: Date.parse('2026-11-19T11:30Z'),
      },
    ])
    const deployment = {
      id: 42,
      status: 'success',
      sha: 'a'.repeat(40),
      updated_at: '2026-11-19T12:30:00Z',
      environment: { name: 'prod', tier: 'production' },
      user: { username: 'bea' },
    }
    expect(pulled('gitlab', 'deployment', { deployment, project }).changes).toMatchObject([
      {
        kind: 'deployment',
        externalId: '42',
        environment: 'prod',
        production: true,
        state: 'succeeded',
        revision: 'a'.repeat(40),
        actor: 'bea',
      },
    ])
  })

  test('of Grafana has the fingerprint of all labels, and shows those that are for people', () => {
    const labels = { __alert_rule_uid__: 'u', alertname: 'DiskFull', severity: 'critical' }
    const annotations = { __value_string__: '[ var=A ]', summary: 'Disk is full' }
    const startsAt = '2026-11-20T11:00:00Z'
    const state = { labels, annotations, state: 'Alerting', activeAt: startsAt }
    const [byState] = pulled('grafana', 'alert', state).signals
    const fingerprint = byState!.fingerprint
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/)
    const alert = { fingerprint, labels, annotations, startsAt, status: { state: 'active' } }
    const [byAlert] = pulled('grafana', 'alert', alert).signals
    expect(byAlert).toEqual(byState)
    expect(byAlert).toMatchObject({ title: 'Disk is full', state: 'firing', severity: 'critical' })
    expect(Object.keys(byAlert!.labels)).toEqual(['alertname', 'severity'])
    const gone = { labels, activeAt: startsAt, state: 'Normal', endsAt: '2026-11-20T11:30:00Z' }
    expect(pulled('grafana', 'alert', gone).signals).toMatchObject([
      { fingerprint, state: 'resolved', endsAt: Date.parse('2026-11-20T11:30Z') },
    ])
  })

  test.each(Object.keys(PULLED) as SourceKind[])('of %s can hold anything', (kind) => {
    const whats = [
      'alert',
      'incident.annotated',
      'created',
      'commits',
      'pipeline',
      'deployment',
      '',
    ]
    assert(
      property(jsonValue(), constantFrom(...whats), (body, what) => {
        try {
          expect(Array.isArray(pulled(kind, what, body).signals)).toBe(true)
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error
        }
      }),
    )
  })
})
