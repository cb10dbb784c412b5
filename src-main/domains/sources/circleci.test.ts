import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf, timeOf } from './sender.suite'

describe('CircleCI', () => {
  const { reader, read, receive, check } = senderOf('circleci')
  const EXPECTED: Readonly<Record<string, object>> = {
    workflow_completed_for_github_oauth_and_bitbucket_cloud: {
      signals: [{ state: 'resolved', service: 'webhook-service' }],
      changes: [
        {
          kind: 'build',
          repository: 'circleci/webhook-service',
          name: 'build-test-deploy',
          state: 'succeeded',
          branch: 'main',
          revision: '1dc6aa69429bff4806ad6afe58d3d8f57e25973e',
          actor: 'Author Name',
          finishedAt: timeOf('2021-09-01T22:49:34.170Z'),
        },
      ],
    },
    workflow_completed_failed: {
      signals: [{ state: 'firing', severity: 'high' }],
      changes: [{ kind: 'build', state: 'failed' }],
    },
    zulip_github_tag_workflow_completed: {
      signals: [],
      changes: [{ kind: 'build', state: 'succeeded', branch: undefined }],
    },
    zulip_ping: { signals: [], ignored: 'a ping: the webhook works' },
  }
  for (const [name, payload] of payloadsOf('circleci'))
    test(`${name} is read`, async () => {
      expect(await receive(payload.bytes, payload.headers)).toMatchObject(EXPECTED[name] ?? {})
    })

  test('a pipeline of a GitHub App is read from its trigger parameters', () => {
    const body = reader.example('firing', NOW, null) as Record<string, object>
    const pipeline = {
      trigger_parameters: {
        github_app: { branch: 'main', checkout_sha: 'c0ffee1', commit_title: 'Mend it' },
      },
    }
    expect(read({ ...body, pipeline }).changes).toMatchObject([
      { branch: 'main', revision: 'c0ffee1', title: 'build-test failed: Mend it' },
    ])
  })

  test('a workflow that the settings name deploys', () => {
    const body = reader.example('resolved', NOW, null) as Record<string, object>
    const workflow = { ...body['workflow'], name: 'deploy-production' }
    const { changes } = read({ ...body, workflow }, { settings: { deployments: ['deploy-*'] } })
    expect(changes).toMatchObject([
      { kind: 'build' },
      { kind: 'deployment', service: 'test', environment: 'production', production: true },
    ])
  })

  test('a job says no more than its workflow, so it is no signal', () => {
    const body = reader.example('firing', NOW, null) as Record<string, object>
    const { signals, changes } = read({ ...body, type: 'job-completed', job: body['workflow'] })
    expect(signals).toEqual([])
    expect(changes).toMatchObject([{ kind: 'build', state: 'failed' }])
  })

  test.each([
    ['hello world', 'secret', '734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a'],
    [
      'an-important-request-payload',
      'hunter123',
      '9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa',
    ],
  ])('the signature of “%s” is checked, a newer scheme beside it or not', (text, secret, hex) => {
    const body = Buffer.from(text)
    for (const value of [`v1=${hex}`, `v2=00,v1=${hex}`])
      expect(check({ headers: { 'circleci-signature': value }, body, secrets: [secret] }).ok).toBe(
        true,
      )
    const wrong = { headers: { 'circleci-signature': `v2=${hex}` }, body, secrets: [secret] }
    expect(check(wrong).ok).toBe(false)
  })

  keepsItsPromises('circleci', [reader.example('firing', NOW, null)])
  firesAndIsResolved('circleci')
})
