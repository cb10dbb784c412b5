import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf, timeOf } from './sender.suite'

describe('Bitbucket', () => {
  const { reader, read, receive, check, request } = senderOf('bitbucket')
  const payloads = payloadsOf('bitbucket')
  const EXPECTED: Readonly<Record<string, object>> = {
    captured_pr_updated: {
      changes: [
        {
          kind: 'pull_request',
          externalId: 'brydzewski/foo#1',
          state: 'open',
          branch: 'master',
          openedAt: timeOf('2018-07-02T21:51:39.492Z'),
        },
      ],
    },
    hookdeck_pullrequest_fulfilled: {
      changes: [
        {
          kind: 'pull_request',
          state: 'merged',
          mergeRevision: 'ed2903eec378',
          mergedAt: timeOf('2023-03-08T06:12:22.485Z'),
          approvedAt: timeOf('2023-03-08T06:12:10.654Z'),
        },
      ],
    },
    captured_push: {
      changes: [{ kind: 'commit', branch: 'master', repository: 'brydzewski/foo' }],
    },
    gop_repo_commit_status_updated: {
      changes: [{ kind: 'build', name: 'Unit Tests (Python)', state: 'succeeded' }],
    },
    dc_pr_merged: {
      changes: [
        {
          kind: 'pull_request',
          number: '5',
          state: 'merged',
          mergeRevision: 'cbf26be7bfc8394906abbd571498fb8d28888b58',
          mergedAt: 1551433034286,
        },
      ],
    },
    dc_pr_opened: { changes: [{ kind: 'pull_request', state: 'open' }] },
    captured_push_branch_delete: { ignored: expect.stringContaining('no commit') },
    dc_repo_refs_changed: { ignored: expect.stringContaining('removed') },
    gop_issue_created: { ignored: expect.stringContaining('nothing about changes') },
  }
  for (const [name, payload] of payloads)
    test(`${name} is read`, async () => {
      const reading = await receive(payload.bytes, payload.headers)
      expect(reading).toMatchObject(EXPECTED[name] ?? { signals: [] })
    })

  test.each([
    [
      'signed_cloud',
      'Gkvl$k$wyNpQAF42',
      'f205c729821c6954aff2afe72b965c34015b4baf96ea8ddc2cc44999c014a035',
    ],
    [
      'signed_datacenter',
      'this is secret',
      '87e3e7b7e4567f528342a75b6d88c619f272c68a4d0d565c68d596a830213164',
    ],
  ])('the real signature of %s fits its bytes and no others', (name, secret, hex) => {
    const payload = payloads.get(name)
    if (!payload) return
    const headers = { 'x-hub-signature': `sha256=${hex}` }
    expect(check({ headers, body: payload.bytes, secrets: [secret] }).ok).toBe(true)
    const bent = Buffer.concat([payload.bytes, Buffer.from(' ')])
    expect(check({ headers, body: bent, secrets: [secret] }).ok).toBe(false)
    // SHA-1 under the same header name is another sender's.
    const sha1 = createHmac('sha1', secret).update(payload.bytes).digest('hex')
    expect(
      check({
        headers: { 'x-hub-signature': `sha1=${sha1}` },
        body: payload.bytes,
        secrets: [secret],
      }).ok,
    ).toBe(false)
  })

  test('a status that the settings name deploys', () => {
    const body = reader.example('resolved', NOW, null) as { commit_status: object }
    const commit_status = { ...body.commit_status, name: 'Deploy to production', key: 'DEPLOY' }
    const { changes } = read(
      { ...body, commit_status },
      { headers: reader.exampleHeaders!('resolved'), settings: { deployments: ['deploy*'] } },
    )
    expect(changes).toMatchObject([{ kind: 'build' }, { kind: 'deployment', production: true }])
  })

  test('retries of one delivery have one key', () => {
    const headers = { 'x-request-uuid': 'a' }
    expect(reader.deliveryKey(request({}, { headers }))).toBe('a')
    expect(reader.deliveryKey(request({}))).toBeUndefined()
  })

  keepsItsPromises('bitbucket', [reader.example('firing', NOW, null)], {
    headers: [
      reader.exampleHeaders!('firing'),
      { 'x-event-key': 'pullrequest:updated' },
      { 'x-event-key': 'repo:push' },
      { 'x-event-key': 'pr:merged' },
    ],
  })
  firesAndIsResolved('bitbucket')
})
