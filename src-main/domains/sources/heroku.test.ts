import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf } from './sender.suite'

const { reader, read, receive, check } = senderOf('heroku')
const SECRET = 'opdesk-test-secret'

const release = (data: object, more: object = {}) => {
  const body = reader.example('resolved', NOW, null) as { data: object }
  return { ...body, ...more, data: { ...body.data, ...data } }
}

const build = (status: string) => read(release({ status }, { resource: 'build' })).changes![0]

describe('Heroku', () => {
  for (const [name, payload] of payloadsOf('heroku')) {
    const expected =
      name === 'api_release_update'
        ? { changes: [{ service: 'sample-app-0008', state: 'failed', rollback: false }] }
        : { ignored: expect.stringContaining('neither a release nor a build') }
    test(`${name} is read or ignored in words`, async () => {
      const reading = await receive(payload.bytes, payload.headers)
      expect(reading).toMatchObject({ signals: [], ...expected })
    })
  }

  test.each([
    ['Deploy 1a2b3c4', { state: 'succeeded', revision: '1a2b3c4', rollback: false }],
    ['Promote shop-staging v12 1a2b3c4', { state: 'succeeded', rollback: false }],
    ['Rollback to v6', { state: 'succeeded', rollback: true }],
  ])('the release “%s” is a deployment', (description, expected) => {
    expect(read(release({ description })).changes).toMatchObject([
      { kind: 'deployment', ...expected },
    ])
  })

  test.each(['Set FOO config vars', 'Attach DATABASE (@ref:postgresql)', 'Enable Logplex'])(
    'the release “%s” deploys nothing',
    (description) => {
      expect(read(release({ description })).ignored).toContain('deploys nothing')
    },
  )

  test('an app says by its name which environment it is', () => {
    const app = { app: { name: 'shop-staging' } }
    expect(read(release(app)).changes).toMatchObject([
      { environment: 'staging', production: false, service: 'shop-staging' },
    ])
    expect(read(release({})).changes).toMatchObject([{ environment: 'test' }])
  })

  test('a build is one change while it runs and when it ends', () => {
    expect(build('pending')).toMatchObject({ kind: 'build', state: 'running' })
    expect(build('failed')).toMatchObject({ state: 'failed' })
    expect(build('pending')!.externalId).toBe(build('failed')!.externalId)
  })

  test('its signature is checked over the bytes', () => {
    const body = Buffer.from('{"hello":"wörld"}')
    const signature = createHmac('sha256', SECRET).update(body).digest('base64')
    expect(signature).toBe('CKtR0b1plN8hKaIH58C4sEn4ROGUyNZRY30nMGTsCh8=')
    const headers = { 'heroku-webhook-hmac-sha256': signature }
    expect(check({ headers, body, secrets: [SECRET] }).ok).toBe(true)
    expect(check({ headers, body: Buffer.from('{}'), secrets: [SECRET] }).ok).toBe(false)
    expect(check({ headers, body, secrets: ['another secret'] }).ok).toBe(false)
    expect(check({ body, secrets: [SECRET] }).ok).toBe(false)
  })

  keepsItsPromises('heroku', [
    release({ description: 'Deploy 1a2b3c4' }),
    release({}, { resource: 'build' }),
  ])
})
