import { beforeEach, describe, expect, test } from 'vitest'
import type { CredentialId } from '#contract/primitives'
import { SourceSettings } from '#contract/intake'
import { Refusal } from '#contract'
import type { Credentials } from '#domains/credentials'
import { silentLog } from '#platform/log'
import { createProofs } from './proofs'
import type { KeptSource } from './source-repository'

type Lease = Awaited<ReturnType<Credentials['lease']>>

const NOON = Date.UTC(2026, 0, 1, 12)
let now = NOON
let visited: string[] = []
let asked = 0
let vaultOpen = true
let proofs: ReturnType<typeof createProofs>

beforeEach(() => {
  now = NOON
  visited = []
  asked = 0
  vaultOpen = true
  proofs = createProofs({
    clock: { now: () => now },
    log: silentLog(),
    credentials: {
      async lease() {
        asked++
        if (!vaultOpen) throw new Refusal('vault_locked', 'The vault is locked.')
        return { secret: { reveal: () => 'It is a secret' } } as unknown as Lease
      },
    },
    async fetchText(url) {
      visited.push(url)
      throw new Refusal('unreachable', 'There is no network.')
    },
  })
})

const source = (kind: KeptSource['kind'], parts: Partial<KeptSource> = {}) =>
  ({ name: kind, kind, settings: SourceSettings.parse({}), secretId: null, ...parts }) as KeptSource
const sns = source('cloudwatch-sns')
const message = (certificate: string) => ({
  headers: {},
  receivedAt: now,
  body: Buffer.from(
    JSON.stringify({
      Type: 'Notification',
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:ops',
      Message: 'A',
      Timestamp: new Date(now).toISOString(),
      SignatureVersion: '2',
      Signature: 'AAAA',
      SigningCertURL: urlOf(certificate),
    }),
  ),
})
const urlOf = (name: string) =>
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${name}.pem`
const github = source('github', { secretId: 'crd_1' as CredentialId })
const push = { headers: { 'x-hub-signature-256': 'sha256=00' }, body: Buffer.from('{}') }

describe('certificates', () => {
  test('one that cannot be had keeps no other waiting, and is left alone for a minute', async () => {
    for (const name of ['a', 'a', 'b', 'a', 'b'])
      expect(await proofs.check(sns, message(name))).toMatchObject({ proof: 'pending' })
    expect(visited).toEqual(['a', 'b'].map(urlOf))
    now += 60_001
    await proofs.check(sns, message('a'))
    expect(visited).toEqual(['a', 'b', 'a'].map(urlOf))
  })

  test('a flood is no flood of ours: at once, by one name or by many', async () => {
    await Promise.all(Array.from({ length: 50 }, () => proofs.check(sns, message('a'))))
    expect(visited).toEqual([urlOf('a')])
    for (let n = 0; n < 50; n++) await proofs.check(sns, message(`n${n}`))
    expect(visited.length).toBeLessThanOrEqual(10)
  })

  test('those that wait are looked at again once nothing rests', async () => {
    expect(await proofs.canCheck(sns)).toBe(true)
    await proofs.check(sns, message('a'))
    expect(await proofs.canCheck(sns)).toBe(false)
    now += 60_001
    expect(await proofs.canCheck(sns)).toBe(true)
  })
})

describe('the vault', () => {
  test('while it is locked it is asked now and then, and not for each delivery', async () => {
    vaultOpen = false
    for (let n = 0; n < 50; n++)
      expect(await proofs.check(github, { ...push, receivedAt: now })).toMatchObject({
        proof: 'pending',
      })
    expect(await proofs.canCheck(github)).toBe(false)
    expect(asked).toBe(1)
    vaultOpen = true
    proofs.forget()
    expect(await proofs.canCheck(github)).toBe(true)
    vaultOpen = false
    proofs.forget()
    await proofs.canCheck(github)
    now += 60_001
    vaultOpen = true
    expect(await proofs.canCheck(github)).toBe(true)
  })
})

describe('what is only asked about', () => {
  test('moves nothing and visits nobody', async () => {
    expect(await proofs.foresee(github, { ...push, receivedAt: now })).toMatchObject({
      proof: 'failed',
    })
    expect(proofs.stateOf(github).state).toBe('ready')
    expect(await proofs.foresee(sns, message('a'))).toMatchObject({ proof: 'pending' })
    expect(visited).toEqual([])
    expect(await proofs.canCheck(sns)).toBe(true)
  })
})
