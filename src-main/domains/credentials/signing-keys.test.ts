import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VaultTier } from '#contract/credentials'
import { createAudit } from '#domains/audit'
import { connectDatabase, type Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { migrate } from '#platform/migrate'
import { createCredentials } from '.'
import { keyringMissing, startKeyring, type TestKeyring } from './keyring.suite'

function isSigned(text: string, signature: string, publicKey: string): boolean {
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
}

describe('keys that operators sign with', () => {
  let database: Database

  beforeEach(async () => {
    database = connectDatabase(':memory:')
    await migrate(database)
  })
  afterEach(() => database.close())

  async function start(tier: VaultTier, keychain?: TestKeyring) {
    const needs = {
      database,
      clock: { now: () => 1_000 },
      events: createEvents(),
      masking: createMasking(),
      log: silentLog(),
    }
    const audit = createAudit(needs)
    const given = { ...needs, audit, tier, console: 'ada@desk' }
    return (await createCredentials(keychain ? { ...given, keychain } : given)).signingKeys
  }

  test('in memory they are sealed like every secret, and gone with the session', async () => {
    const keys = await start('memory')
    const key = await keys.make()
    expect(key).toMatchObject({ keptIn: 'memory', sealed: expect.stringMatching(/^v1\./) })
    const sign = await keys.open(key)
    expect(isSigned('this', sign!('this'), key.publicKey)).toBe(true)
    expect(isSigned('that', sign!('this'), key.publicKey)).toBe(false)
    expect(await (await start('memory')).open(key)).toBeUndefined()
  })

  describe.skipIf(keyringMissing)('in a real Secret Service', { timeout: 30_000 }, () => {
    let keyring: TestKeyring

    beforeEach(async () => {
      keyring = await startKeyring()
    })
    afterEach(() => keyring.close())

    test('outlive the process, are not in the store, and can be forgotten', async () => {
      await keyring.enter('unlocked')
      const key = await (await start('os-keychain', keyring)).make()
      expect(key).toMatchObject({ keptIn: 'os-keychain', sealed: null })
      const again = await start('os-keychain', keyring)
      const sign = await again.open(key)
      expect(isSigned('this', sign!('this'), key.publicKey)).toBe(true)
      await again.forget(key)
      expect(await again.open(key)).toBeUndefined()
    })

    test('a locked keychain signs nothing and says so', async () => {
      await keyring.enter('unlocked')
      const keys = await start('os-keychain', keyring)
      const key = await keys.make()
      await keyring.enter('locked')
      await expect(keys.open(key)).rejects.toMatchObject({ code: 'vault_locked' })
      await expect(keys.make()).rejects.toMatchObject({ code: 'vault_locked' })
    })
  })
})
