import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionId, CredentialId, RunbookId, RunId } from '#contract/primitives'
import type { Database } from '#platform/database'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import type { Credentials } from '.'
import type { LeaseUse } from './lease'
import { caller, createVaultWorld, use, type VaultWorld } from './vault-world.suite'

const run = (runbookId: string): LeaseUse => ({
  purpose: 'run',
  subject: 'web-2',
  connectionId: newId<ConnectionId>('con'),
  run: {
    runId: newId<RunId>('run'),
    runbookId: runbookId as RunbookId,
    step: 'restart',
    operator: 'Grace',
  },
})

describe.each(stores)('leases on $name', ({ open }) => {
  let database: Database
  let world: VaultWorld
  let credentials: Credentials
  let id: CredentialId

  beforeEach(async () => {
    database = await open()
    world = createVaultWorld(database)
    credentials = await world.start('memory')
    const draft = { name: 'root', kind: 'password', secret: 'hunter two', passphrase: '' } as const
    id = (await credentials.create(draft, caller)).id
  })
  afterEach(async () => {
    world.close()
    await database.close()
  })
  const log = async (limit = 50, cursor: string | null = null) =>
    credentials.leases({ id, limit, cursor }, caller)
  const limit = (...runbooks: string[]) =>
    credentials.limit({ id, runbooks: runbooks as RunbookId[] }, caller)

  test('are written down: who used what, for which step of which run, newest first', async () => {
    await credentials.lease(id, { ...use, operator: 'Ada' })
    world.clock.time += 1000
    const wanted = run('disk-full')
    await credentials.lease(id, wanted)
    const { items, total } = await log()
    expect(total).toBe(2)
    expect(items[0]).toEqual({
      id: items[0]!.id,
      at: world.clock.time,
      purpose: 'run',
      subject: 'web-2',
      connectionId: wanted.connectionId,
      runId: wanted.run!.runId,
      runbookId: 'disk-full',
      step: 'restart',
      operator: 'Grace',
      refused: null,
    })
    expect(items[1]).toMatchObject({ purpose: 'test', operator: 'Ada', runId: null })
  })

  test('are read page by page', async () => {
    for (let n = 0; n < 5; n++) await credentials.lease(id, { ...use, subject: `web-${n}` })
    const first = await log(3)
    const second = await log(3, first.next)
    expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual([
      'web-4',
      'web-3',
      'web-2',
      'web-1',
      'web-0',
    ])
    expect(second.next).toBeNull()
  })

  test('of a limited credential go to its runbooks and to nothing else', async () => {
    await limit('disk-full', 'disk-full', 'restart-web')
    expect((await credentials.list({}, caller))[0]!.runbooks).toEqual(['disk-full', 'restart-web'])
    await credentials.lease(id, run('disk-full'))
    await credentials.admit(id, run('restart-web'))
    const others: LeaseUse[] = [
      run('drop-database'),
      use,
      { purpose: 'pull', subject: 'sentry' },
      { purpose: 'source', subject: 'github' },
      { purpose: 'export', subject: 'an encrypted file' },
    ]
    for (const other of others) {
      await expect(credentials.lease(id, other)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(credentials.admit(id, other)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const { items } = await log()
    expect(items[0]!.refused).toContain('root may be used by disk-full, restart-web alone')
    expect(
      (await world.actions()).filter((action) => action === 'credential.refused'),
    ).toHaveLength(10)
    await credentials.limit({ id, runbooks: null }, caller)
    await credentials.lease(id, use)
  })

  test('outlive the credential', async () => {
    await credentials.lease(id, use)
    await credentials.remove({ id }, caller)
    expect((await log()).items).toHaveLength(1)
  })

  test('are found under the new name after it was renamed', async () => {
    const other = { name: 'db', kind: 'password', secret: 'hunter two', passphrase: '' } as const
    await credentials.create(other, caller)
    await expect(credentials.rename({ id, name: 'DB' }, caller)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await credentials.rename({ id, name: 'Root' }, caller)).toMatchObject({ name: 'Root' })
    expect(await credentials.nameOf(id)).toBe('Root')
    expect((await credentials.lease(id, use)).secret.reveal()).toBe('hunter two')
  })
})
