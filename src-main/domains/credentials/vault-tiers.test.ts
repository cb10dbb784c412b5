import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Refusal } from '#contract'
import type { VaultTier } from '#contract/credentials'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import type { Credentials } from '.'
import { caller, createVaultWorld, PASSPHRASE, use, type VaultWorld } from './vault-world.suite'

const password = { name: 'db', kind: 'password', secret: 'hunter two', passphrase: '' } as const
const NEW_PASSPHRASE = 'another staple entirely'

const status = (credentials: Credentials) => credentials.vault({}, caller)
const unlock = (credentials: Credentials, passphrase = PASSPHRASE) =>
  credentials.unlock({ passphrase }, caller)
async function reveal(credentials: Credentials): Promise<string> {
  const [first] = await credentials.list({}, caller)
  return (await credentials.lease(first!.id, use)).secret.reveal()
}
const rekey = (credentials: Credentials, to: VaultTier, passphrase = '', newPassphrase = '') =>
  credentials.rekey({ to, passphrase, newPassphrase }, caller)

describe.each(stores)('the tiers of the vault on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let world: VaultWorld

  beforeEach(async () => {
    database = await open()
    world = createVaultWorld(database)
  })
  afterEach(async () => {
    world.close()
    await database.close()
  })

  /** A vault of that tier with one secret in it. */
  async function begin(tier: VaultTier) {
    const credentials = await world.start(tier)
    if (tier === 'passphrase') await unlock(credentials)
    await credentials.create(password, caller)
    return credentials
  }
  const keyFiles = () => readdirSync(join(world.dataFolder, 'vault'))

  test('passphrase asks for one at first, then for the same, and opens with nothing else', async () => {
    const first = await world.start('passphrase')
    expect(await status(first)).toMatchObject({ state: 'locked', asks: 'new_passphrase' })
    await expect(first.create(password, caller)).rejects.toMatchObject({ code: 'vault_locked' })
    await expect(unlock(first, 'short')).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await unlock(first)).toMatchObject({ state: 'unlocked' })
    await first.create(password, caller)
    const second = await world.start('passphrase')
    expect(await status(second)).toMatchObject({ state: 'locked', asks: 'passphrase', sealed: 1 })
    await expect(reveal(second)).rejects.toMatchObject({ code: 'vault_locked' })
    await expect(unlock(second, 'correct horse batterz')).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await unlock(second)
    expect(await reveal(second)).toBe('hunter two')
    expect(world.keychain.entries.size).toBe(0)
  })

  test('passphrase takes the same letters from a system that composes them differently', async () => {
    const first = await world.start('passphrase')
    await unlock(first, 'Größe über alles, wirklich'.normalize('NFC'))
    const second = await world.start('passphrase')
    await unlock(second, 'Größe über alles, wirklich'.normalize('NFD'))
    expect(await status(second)).toMatchObject({ state: 'unlocked' })
  })

  test('passphrase makes who guesses wait longer and longer', async () => {
    await begin('passphrase')
    const credentials = await world.start('passphrase')
    for (let n = 0; n < 3; n++)
      await expect(unlock(credentials, 'wrong')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(unlock(credentials)).rejects.toMatchObject({ code: 'too_much' })
    const { retryAt } = await status(credentials)
    expect(retryAt).toBe(world.clock.time + 5_000)
    world.clock.time += 5_000
    await expect(unlock(credentials, 'wrong')).rejects.toMatchObject({ code: 'invalid_input' })
    world.clock.time += 5_000
    await expect(unlock(credentials)).rejects.toMatchObject({ code: 'too_much' })
    world.clock.time += 5_000
    expect(await unlock(credentials)).toMatchObject({ state: 'unlocked', retryAt: null })
  })

  test('passphrase is followed at the next start without an option; the careless tiers are not', async () => {
    await begin('passphrase')
    expect(await status(await world.start())).toMatchObject({ tier: 'passphrase' })
    const careless = await world.start('insecure-file')
    expect(await status(careless)).toMatchObject({ state: 'mismatch', sealedIn: 'passphrase' })
  })

  test('insecure-file keeps its key in a file for its owner alone, and says so all the time', async () => {
    const credentials = await begin('insecure-file')
    const [file] = keyFiles()
    expect(statSync(join(world.dataFolder, 'vault', file!)).mode & 0o777).toBe(0o600)
    expect((await status(credentials)).detail).toContain('whoever can read that folder')
    const again = await world.start('insecure-file')
    expect(await reveal(again)).toBe('hunter two')
    const without = await world.start()
    expect(await status(without)).toMatchObject({ tier: 'os-keychain', state: 'mismatch' })
    expect((await status(without)).detail).toContain('without `--vault insecure-file`')
    expect(world.keychain.entries.size).toBe(0)
  })

  test('insecure-file does not use a key that others could read', async () => {
    await begin('insecure-file')
    const file = join(world.dataFolder, 'vault', keyFiles()[0]!)
    chmodSync(file, 0o644)
    const credentials = await world.start('insecure-file')
    expect(await status(credentials)).toMatchObject({ state: 'locked' })
    expect((await status(credentials)).detail).toContain('chmod 600')
    chmodSync(file, 0o600)
    await credentials.unlock({}, caller)
    expect(await reveal(credentials)).toBe('hunter two')
  })

  test('each can be left for another one, with every secret', async () => {
    let credentials = await begin('insecure-file')
    await rekey(credentials, 'passphrase', '', PASSPHRASE)
    expect(keyFiles()).toEqual([])
    credentials = await world.start()
    await unlock(credentials)
    expect(await reveal(credentials)).toBe('hunter two')
    await expect(rekey(credentials, 'os-keychain')).rejects.toMatchObject({ code: 'invalid_input' })
    await rekey(credentials, 'os-keychain', PASSPHRASE)
    expect(world.keychain.entries.size).toBe(1)
    credentials = await world.start()
    expect(await status(credentials)).toMatchObject({ tier: 'os-keychain', state: 'unlocked' })
    expect(await reveal(credentials)).toBe('hunter two')
    await expect(rekey(credentials, 'insecure-file')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rekey(credentials, 'memory')).rejects.toMatchObject({ code: 'forbidden' })
    expect((await world.actions()).filter((action) => action === 'vault.moved')).toHaveLength(2)
  })

  test('a start in another tier shows a lock screen from which the secrets can be moved there', async () => {
    await begin('os-keychain')
    const credentials = await world.start('insecure-file')
    expect(await status(credentials)).toMatchObject({ state: 'mismatch', sealedIn: 'os-keychain' })
    expect((await status(credentials)).detail).toContain('or move the secrets here')
    await rekey(credentials, 'insecure-file')
    expect(await reveal(credentials)).toBe('hunter two')
    expect(world.keychain.entries.size).toBe(0)
  })

  test('a new key reseals everything and the old one is gone from the keychain', async () => {
    const credentials = await begin('os-keychain')
    const [before] = world.keychain.entries.keys()
    await rekey(credentials, 'os-keychain')
    expect([...world.keychain.entries.keys()]).toHaveLength(1)
    expect(world.keychain.entries.has(before!)).toBe(false)
    expect(await reveal(credentials)).toBe('hunter two')
    expect(await reveal(await world.start())).toBe('hunter two')
    expect(await world.actions()).toContain('vault.key_rotated')
  })

  test('a new passphrase takes the place of the old one, which has to be known', async () => {
    const credentials = await begin('passphrase')
    const wrong = rekey(credentials, 'passphrase', 'not this one', NEW_PASSPHRASE)
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input' })
    await rekey(credentials, 'passphrase', PASSPHRASE, NEW_PASSPHRASE)
    const next = await world.start()
    await expect(unlock(next)).rejects.toMatchObject({ code: 'invalid_input' })
    await unlock(next, NEW_PASSPHRASE)
    expect(await reveal(next)).toBe('hunter two')
  })

  test('a keychain that takes no new key leaves everything as it was', async () => {
    const credentials = await begin('os-keychain')
    world.keychain.failWith('unavailable')
    await expect(rekey(credentials, 'os-keychain')).rejects.toMatchObject({ code: 'unreachable' })
    world.keychain.failWith(undefined)
    expect(await reveal(credentials)).toBe('hunter two')
    expect(await reveal(await world.start())).toBe('hunter two')
    expect(world.keychain.entries.size).toBe(1)
  })

  test('a secret that was damaged stops a rotation, because it would be lost', async () => {
    const credentials = await begin('os-keychain')
    const { sql } = await import('kysely')
    await sql`update credentials set sealed_secret = 'v1.AAAA'`.execute(database.db)
    await expect(rekey(credentials, 'os-keychain')).rejects.toMatchObject({ code: 'conflict' })
    expect(await reveal(await world.start()).catch((error: Error) => error.message)).toContain(
      'damaged',
    )
  })

  test('starting over keeps the labels, so that secrets can be entered again', async () => {
    await begin('passphrase')
    const credentials = await world.start()
    await credentials.startOver({ newPassphrase: NEW_PASSPHRASE }, caller)
    const [label] = await credentials.list({}, caller)
    expect(label).toMatchObject({ name: 'db', readable: false })
    expect((await status(credentials)).detail).toContain('unreadable: db.')
    await expect(credentials.lease(label!.id, use)).rejects.toMatchObject({ code: 'vault_locked' })
    await credentials.rotate({ id: label!.id, secret: 'hunter three', passphrase: '' }, caller)
    const again = await world.start()
    await unlock(again, NEW_PASSPHRASE)
    expect(await reveal(again)).toBe('hunter three')
    await expect(again.startOver({ newPassphrase: '' }, caller)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test.each(['os-keychain', 'passphrase', 'memory', 'insecure-file'] as const)(
    '%s gives nothing out while it is locked, not even a new lease that would ask by itself',
    async (tier) => {
      const credentials = await begin(tier)
      const locked = await credentials.lock({}, caller)
      expect(locked).toMatchObject({ state: 'locked', lockedBy: 'operator' })
      expect(credentials.isOpen()).toBe(false)
      await expect(reveal(credentials)).rejects.toMatchObject({ code: 'vault_locked' })
      await expect(rekey(credentials, 'os-keychain')).rejects.toMatchObject({
        code: 'vault_locked',
      })
      await unlock(credentials)
      expect(await reveal(credentials)).toBe('hunter two')
      expect(await world.actions()).toEqual(
        expect.arrayContaining(['vault.locked', 'vault.unlocked']),
      )
    },
  )

  test('nobody at the console locks it after a while; nobody ever there does not', async () => {
    world.idle.minutes = 15
    const credentials = await begin('os-keychain')
    world.clock.time += 3_600_000
    world.idle.look()
    expect(await status(credentials)).toMatchObject({ state: 'unlocked' })
    await credentials.present({}, caller)
    world.clock.time += 14 * 60_000
    world.idle.look()
    expect(await status(credentials)).toMatchObject({ state: 'unlocked' })
    world.clock.time += 60_000
    world.idle.look()
    expect(await status(credentials)).toMatchObject({ state: 'locked', lockedBy: 'idle' })
    await credentials.unlock({}, caller)
    world.idle.minutes = 0
    world.clock.time += 3_600_000
    world.idle.look()
    expect(await status(credentials)).toMatchObject({ state: 'unlocked' })
  })

  test('a locked screen locks it too', async () => {
    const credentials = await begin('os-keychain')
    credentials.lockWithScreen()
    expect(await status(credentials)).toMatchObject({ state: 'locked', lockedBy: 'screen' })
  })

  test('a secret that is entered while the key changes is never sealed with the old one', async () => {
    const credentials = await begin('os-keychain')
    const enter = async (name: string) => {
      try {
        return (await credentials.create({ ...password, name }, caller)).name
      } catch (error) {
        return (error as Refusal).code
      }
    }
    const entering = Array.from({ length: 20 }, (_, n) => enter(`db ${n}`))
    await rekey(credentials, 'os-keychain')
    const ends = await Promise.all(entering)
    const again = await world.start()
    const all = await again.list({}, caller)
    expect(all.every(({ readable }) => readable)).toBe(true)
    expect(all).toHaveLength(1 + ends.filter((end) => end.startsWith('db')).length)
    for (const { id } of all)
      expect((await again.lease(id, use)).secret.reveal()).toBe('hunter two')
  })
})
