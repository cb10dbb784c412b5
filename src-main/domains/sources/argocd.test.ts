import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf, timeOf } from './sender.suite'

const { reader, read, receive, request } = senderOf('argocd')
const payloads = payloadsOf('argocd')
const START = timeOf('2026-11-20T10:00:00Z')

const EXPECTED: Readonly<Record<string, object>> = {
  on_deployed: {
    signals: [{ state: 'resolved', service: 'checkout', endsAt: START + 42_000 }],
    changes: [
      {
        kind: 'deployment',
        service: 'checkout',
        environment: 'shop',
        production: false,
        state: 'succeeded',
        revision: 'f3937462080c6946ff5ec4b5fa393e7c22388e4c',
        repository: 'acme/checkout-deploy',
        startedAt: START,
        finishedAt: START + 42_000,
      },
    ],
  },
  on_sync_failed: {
    signals: [{ state: 'firing', severity: 'high', title: 'checkout failed to sync' }],
    changes: [{ kind: 'deployment', state: 'failed' }],
  },
  on_health_degraded: {
    signals: [
      {
        state: 'firing',
        title: 'checkout is degraded',
        description: 'Deployment "checkout" exceeded its progress deadline',
      },
    ],
  },
}

describe('Argo CD', () => {
  for (const [name, payload] of payloads) {
    const expected = EXPECTED[name] ?? { ignored: expect.stringContaining('template') }
    test(`${name} is read`, async () => {
      expect(await receive(payload.bytes, payload.headers)).toMatchObject(expected)
    })
  }

  test('a failed sync and the next good one have one fingerprint', () => {
    const [wrong, right] = (['firing', 'resolved'] as const).map(
      (status) => read(reader.example(status, NOW, null)).signals[0]!.fingerprint,
    )
    expect(wrong).toBe(right)
  })

  test('a second failure on the same revision, and a rollback to an earlier one, are deliveries of their own', () => {
    const body = reader.example('firing', NOW, null) as Record<string, unknown>
    const key = (parts: object) => reader.deliveryKey(request({ ...body, ...parts }))
    expect(key({})).toBe(key({}))
    expect(key({ startedAt: '2026-11-20T09:00:00Z' })).not.toBe(key({}))
    expect(key({ trigger: 'on-health-degraded' })).toBeUndefined()
  })

  test('the environments of the settings are production', () => {
    const body = reader.example('resolved', NOW, null)
    const [change] = read(body, { settings: { production: ['te*'] } }).changes!
    expect(change).toMatchObject({ environment: 'test', production: true })
  })

  keepsItsPromises('argocd', [reader.example('firing', NOW, null)])
  firesAndIsResolved('argocd')
})
