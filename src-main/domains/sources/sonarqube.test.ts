import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf, timeOf } from './sender.suite'

describe('SonarQube', () => {
  const { reader, read, receive, check } = senderOf('sonarqube')
  for (const [name, payload] of payloadsOf('sonarqube'))
    test(`${name} is read`, async () => {
      const { changes, signals } = await receive(payload.bytes, payload.headers)
      expect(signals).toMatchObject([
        {
          state: 'firing',
          severity: 'medium',
          service: 'test-sonar',
          startsAt: timeOf('2021-03-08T18:25:04Z'),
        },
      ])
      expect(signals[0]!.description).toContain('coverage is 0.0, should be at least 80')
      expect(changes).toMatchObject([{ kind: 'build', state: 'failed', branch: 'master' }])
    })

  test('the task may succeed where the gate fails, and has no gate where it fails itself', () => {
    const body = reader.example('firing', NOW, null) as object
    const failed = read({ ...body, status: 'FAILED', qualityGate: undefined })
    expect(failed.signals).toMatchObject([
      { state: 'firing', title: 'The analysis of Quarterdeck test failed' },
    ])
    expect(read({ ...body, status: 'CANCELLED', qualityGate: undefined }).ignored).toContain(
      'cancelled',
    )
  })

  test('a gate that changes without an analysis is news', () => {
    const { deliveryKey } = reader
    const key = (changedAt: string) =>
      deliveryKey({ ...senderOf('sonarqube').request({ taskId: 'a', changedAt }) })
    expect(key('2026-01-01')).not.toBe(key('2026-01-02'))
  })

  test('its signature is checked', () => {
    const body = Buffer.from('{"hello":"wörld"}')
    const headers = {
      'x-sonar-webhook-hmac-sha256': createHmac('sha256', 'opdesk-test-secret')
        .update(body)
        .digest('hex'),
    }
    expect(headers['x-sonar-webhook-hmac-sha256']).toBe(
      '08ab51d1bd6994df2129a207e7c0b8b049f844e194c8d651637d273064ec0a1f',
    )
    expect(check({ headers, body, secrets: ['opdesk-test-secret'] }).ok).toBe(true)
    expect(check({ headers, body: Buffer.from('x'), secrets: ['opdesk-test-secret'] }).ok).toBe(
      false,
    )
  })

  keepsItsPromises('sonarqube', [reader.example('firing', NOW, null)])
  firesAndIsResolved('sonarqube')
})
