import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import type { Credentials } from '.'
import { caller, createVaultWorld, PASSPHRASE, use, type VaultWorld } from './vault-world.suite'

const draft = (name: string, secret: string) =>
  ({ name, kind: 'password', secret, passphrase: '' }) as const

async function everything(credentials: Credentials): Promise<Record<string, string>> {
  const all = await credentials.list({}, caller)
  const entries = all.map(async ({ id, name }) => {
    const { secret } = await credentials.lease(id, use)
    return [name, secret.reveal()] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

describe.each(stores)('exported credentials on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let other: Database
  let world: VaultWorld
  let elsewhere: VaultWorld
  let from: Credentials
  let to: Credentials

  beforeEach(async () => {
    database = await open()
    other = await open()
    world = createVaultWorld(database)
    elsewhere = createVaultWorld(other)
    from = await world.start('os-keychain')
    to = await elsewhere.start('os-keychain')
  })
  afterEach(async () => {
    world.close()
    elsewhere.close()
    await Promise.all([database.close(), other.close()])
  })

  async function exportAll(passphrase = PASSPHRASE): Promise<string> {
    const ids = (await from.list({}, caller)).map(({ id }) => id)
    return (await from.exportAll({ ids, passphrase }, caller)).file
  }
  const take = (file: string, choices = {}, passphrase = PASSPHRASE) =>
    to.importAll({ file, passphrase, choices }, caller)
  async function why(text: string, passphrase = PASSPHRASE): Promise<string> {
    try {
      await take(text, {}, passphrase)
      return 'taken'
    } catch (error) {
      return (error as Error).message
    }
  }

  test('come back whole in another vault', async () => {
    await from.create(draft('db', 'hunter two'), caller)
    const key = await from.generate({ name: 'deploy', type: 'ed25519' }, caller)
    const limited = ['disk-full' as RunbookId]
    await from.limit({ id: key.id, runbooks: limited }, caller)
    const ids = (await from.list({}, caller)).map(({ id }) => id)
    await from.limit({ id: key.id, runbooks: null }, caller)
    const { file, count } = await from.exportAll({ ids, passphrase: PASSPHRASE }, caller)
    expect(count).toBe(2)
    expect(file).not.toContain('hunter two')
    expect(file).not.toContain('deploy')
    expect(await take(file)).toEqual({ added: 2, replaced: 0, skipped: 0 })
    const [db, deploy] = await to.list({}, caller)
    expect(deploy).toMatchObject({ name: 'deploy', publicKey: key.publicKey })
    expect((await to.lease(db!.id, use)).secret.reveal()).toBe('hunter two')
    expect(await world.actions()).toContain('credentials.exported')
    expect(await elsewhere.actions()).toContain('credentials.imported')
    const { items } = await from.leases({ id: key.id, cursor: null, limit: 10 }, caller)
    expect(items[0]).toMatchObject({ purpose: 'export', operator: 'Ada' })
  })

  test('ask what to do about a name that is taken, and then do just that', async () => {
    await from.create(draft('same', 'the same one'), caller)
    await from.create(draft('skipped', 'secret one'), caller)
    await from.create(draft('replaced', 'secret two'), caller)
    await from.create(draft('both', 'secret three'), caller)
    await to.create(draft('same', 'the same one'), caller)
    for (const name of ['skipped', 'replaced', 'both'])
      await to.create(draft(name, 'old'.repeat(3)), caller)
    const file = await exportAll()
    const { items } = await to.readExport({ file, passphrase: PASSPHRASE }, caller)
    expect(items.map(({ name, conflict }) => [name, conflict])).toEqual([
      ['both', 'name'],
      ['replaced', 'name'],
      ['same', 'same'],
      ['skipped', 'name'],
    ])
    await expect(take(file)).rejects.toMatchObject({ code: 'conflict' })
    const choices = { skipped: 'skip', replaced: 'replace', both: 'keep_both' }
    expect(await take(file, choices)).toEqual({ added: 1, replaced: 1, skipped: 2 })
    expect(await everything(to)).toEqual({
      same: 'the same one',
      skipped: 'oldoldold',
      replaced: 'secret two',
      both: 'oldoldold',
      'both (2)': 'secret three',
    })
  })

  test('are taken in whole or not at all', async () => {
    await from.create(draft('a', 'secret one'), caller)
    await from.create(draft('z', 'secret two'), caller)
    await to.create({ name: 'z', kind: 'token', secret: 'a token', passphrase: '' }, caller)
    const file = await exportAll()
    await expect(take(file, { z: 'replace' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await everything(to)).toEqual({ z: 'a token' })
  })

  test('say when the passphrase is wrong, the file damaged, foreign or too new', async () => {
    await from.create(draft('db', 'hunter two'), caller)
    const file = await exportAll()
    expect(await why(file, 'another passphrase')).toContain('passphrase is another one')
    expect(await why(file.slice(0, -40))).toContain('damaged')
    expect(await why('{"format":"something else"}')).toContain('no export')
    expect(await why(file.replace('"version": 1', '"version": 2'))).toContain('newer')
    expect(await why(file.replace('"N": 131072', '"N": 1073741824'))).toContain('more work')
    expect(await why(file.replace(/"madeAt": \d+/, '"madeAt": 1'))).toContain('changed after')
    const { sealed } = JSON.parse(file) as { sealed: string }
    const bytes = Buffer.from(sealed, 'base64')
    bytes[0]! ^= 1
    expect(await why(file.replace(sealed, bytes.toString('base64')))).toContain('changed after')
    expect(await to.list({}, caller)).toEqual([])
  })

  test('need a passphrase worth the name, and an open vault', async () => {
    await from.create(draft('db', 'hunter two'), caller)
    await expect(exportAll('short')).rejects.toMatchObject({ code: 'invalid_input' })
    await from.lock({}, caller)
    await expect(exportAll()).rejects.toMatchObject({ code: 'vault_locked' })
  })
})
