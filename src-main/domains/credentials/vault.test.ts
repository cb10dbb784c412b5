import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VaultStatus } from '#contract/credentials'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { connectDatabase, type Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { migrate } from '#platform/migrate'
import { createCredentials } from '.'
import { keyringMissing, startKeyring, type TestKeyring } from './keyring.suite'

const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller
const use = { purpose: 'test', subject: 'web-2' } as const
const password = { name: 'db', kind: 'password', secret: 'correct horse', passphrase: '' } as const

interface Chosen {
  tier?: VaultStatus['tier']
  console?: string
}

describe.skipIf(keyringMissing)('the vault in the keychain', { timeout: 30_000 }, () => {
  let database: Database
  let keyring: TestKeyring

  beforeEach(async () => {
    database = connectDatabase(':memory:')
    await migrate(database)
    keyring = await startKeyring()
  })
  afterEach(async () => {
    await keyring.close()
    await database.close()
  })

  /** As the app does it at each start. */
  function start({ tier = 'os-keychain', console = 'ada@desk' }: Chosen = {}) {
    const needs = {
      database,
      clock: { now: () => 1_000 },
      events: createEvents(),
      masking: createMasking(),
      log: silentLog(),
    }
    const audit = createAudit(needs)
    return createCredentials({ ...needs, audit, tier, console, keychain: keyring })
  }
  async function startWithSecret() {
    await keyring.enter('unlocked')
    const credentials = await start()
    const { id } = await credentials.create(password, caller)
    return id
  }

  test('opens what an earlier start sealed', async () => {
    const id = await startWithSecret()
    await keyring.enter('unlocked')
    const credentials = await start()
    expect(await credentials.vault({}, caller)).toMatchObject({
      tier: 'os-keychain',
      state: 'unlocked',
      detail: '',
    })
    const { secret } = await credentials.lease(id, use)
    expect(secret.reveal()).toBe('correct horse')
  })

  test('without a keychain says so, stores nothing, and opens once there is one', async () => {
    await keyring.enter('absent')
    const credentials = await start()
    const status = await credentials.vault({}, caller)
    expect(status).toMatchObject({ tier: 'os-keychain', state: 'unavailable' })
    expect(status.detail).toContain('--vault memory')
    const creating = credentials.create(password, caller)
    await expect(creating).rejects.toMatchObject({ code: 'vault_locked' })
    expect(await credentials.list({}, caller)).toEqual([])
    await keyring.enter('unlocked')
    expect(await credentials.unlock({}, caller)).toMatchObject({ state: 'unlocked' })
    await credentials.create(password, caller)
  })

  test('with a locked keychain gives nothing out until it is unlocked', async () => {
    const id = await startWithSecret()
    await keyring.enter('locked')
    const credentials = await start()
    expect(await credentials.vault({}, caller)).toMatchObject({ state: 'locked' })
    expect(await credentials.list({}, caller)).toMatchObject([{ name: 'db' }])
    await expect(credentials.lease(id, use)).rejects.toMatchObject({ code: 'vault_locked' })
    await keyring.enter('unlocked')
    const { secret } = await credentials.lease(id, use) // it asks again by itself
    expect(secret.reveal()).toBe('correct horse')
  })

  test('does not wait for a keychain that hangs', async () => {
    await keyring.enter('unlocked')
    await start()
    keyring.freeze()
    const credentials = await start()
    const status = await credentials.vault({}, caller)
    expect(status).toMatchObject({ state: 'unavailable' })
    expect(status.detail).toContain('Did not receive a reply')
  })

  test('whose key is gone makes no new one over old secrets, but does when they are removed', async () => {
    const id = await startWithSecret()
    keyring.forgetEverything()
    await keyring.enter('unlocked')
    const credentials = await start()
    const status = await credentials.vault({}, caller)
    expect(status).toMatchObject({ state: 'mismatch' })
    expect(status.detail).toContain('1 secret is sealed')
    await expect(credentials.lease(id, use)).rejects.toMatchObject({ code: 'vault_locked' })
    await expect(credentials.create({ ...password, name: 'other' }, caller)).rejects.toMatchObject({
      code: 'vault_locked',
    })
    await credentials.remove({ id }, caller)
    expect(await credentials.unlock({}, caller)).toMatchObject({ state: 'unlocked' })
    await credentials.create(password, caller)
  })

  test('is not left for another tier without a word', async () => {
    const id = await startWithSecret()
    const inMemory = await start({ tier: 'memory' })
    const status = await inMemory.vault({}, caller)
    expect(status).toMatchObject({ tier: 'memory', state: 'mismatch' })
    expect(status.detail).toContain('Start it without that option')
    await expect(inMemory.lease(id, use)).rejects.toMatchObject({ code: 'vault_locked' })
    const back = await start()
    expect((await back.lease(id, use)).secret.reveal()).toBe('correct horse')
  })

  test('is not taken up silently after sessions in memory', async () => {
    await keyring.enter('unlocked')
    const inMemory = await start({ tier: 'memory' })
    const { id } = await inMemory.create(password, caller)
    const credentials = await start()
    const status = await credentials.vault({}, caller)
    expect(status).toMatchObject({ tier: 'os-keychain', state: 'mismatch' })
    expect(status.detail).toContain('--vault memory')
    await credentials.remove({ id }, caller)
    expect(await credentials.unlock({}, caller)).toMatchObject({ state: 'unlocked' })
  })

  test('takes a new key, and nothing is changed when it is locked meanwhile', async () => {
    const id = await startWithSecret()
    await keyring.enter('unlocked')
    const credentials = await start()
    const rekey = { to: 'os-keychain', passphrase: '', newPassphrase: '' } as const
    await credentials.rekey(rekey, caller)
    expect((await credentials.lease(id, use)).secret.reveal()).toBe('correct horse')
    await keyring.enter('locked')
    await expect(credentials.rekey(rekey, caller)).rejects.toMatchObject({ code: 'unreachable' })
    await keyring.enter('unlocked')
    const again = await start()
    expect((await again.lease(id, use)).secret.reveal()).toBe('correct horse')
  })

  test('is locked by hand and opens when it is asked again, if the keychain does', async () => {
    const id = await startWithSecret()
    await keyring.enter('unlocked')
    const credentials = await start()
    await credentials.lock({}, caller)
    await expect(credentials.lease(id, use)).rejects.toMatchObject({ code: 'vault_locked' })
    await keyring.enter('locked')
    expect(await credentials.unlock({}, caller)).toMatchObject({ state: 'locked' })
    await keyring.enter('unlocked')
    expect(await credentials.unlock({}, caller)).toMatchObject({ state: 'unlocked' })
    expect((await credentials.lease(id, use)).secret.reveal()).toBe('correct horse')
  })

  test('of one console does not open for another one', async () => {
    const id = await startWithSecret()
    const other = await start({ console: 'ada@laptop' })
    expect(await other.vault({}, caller)).toMatchObject({ state: 'unlocked' })
    await expect(other.lease(id, use)).rejects.toMatchObject({
      code: 'vault_locked',
      message: expect.stringContaining('ada@desk'),
    })
  })
})
