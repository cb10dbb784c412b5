import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking, type Masking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { createCredentials, type Credentials } from '.'

const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller
const use = { purpose: 'test', subject: 'web-2' } as const
const password = { name: 'db', kind: 'password', secret: 'correct horse', passphrase: '' } as const

describe.each(stores)('credentials on $name', ({ open }) => {
  let database: Database
  let credentials: Credentials
  let masking: Masking
  let keys: Keys
  let time = 1_000

  beforeAll(() => {
    keys = makeKeys()
  })
  afterAll(() => rmSync(keys.folder, { recursive: true }))
  beforeEach(async () => {
    database = await open()
    time = 1_000
    await start()
  })
  afterEach(() => database.close())

  async function start() {
    masking = createMasking()
    const needs = { database, clock: { now: () => time }, events: createEvents(), masking }
    const audit = createAudit(needs)
    const log = silentLog()
    const tier = 'memory'
    credentials = await createCredentials({ ...needs, audit, log, tier, console: 'ada@desk' })
  }
  const addKey = (secret: string, passphrase = '') =>
    credentials.create({ name: 'key', kind: 'private_key', secret, passphrase }, caller)
  async function everythingStored(): Promise<string> {
    const rows = await sql`select * from credentials`.execute(database.db)
    const entries = await sql`select * from audit_entries`.execute(database.db)
    return JSON.stringify([rows.rows, entries.rows])
  }

  test('give a secret out on lease alone, and write down for what', async () => {
    const made = await credentials.create(password, caller)
    expect(made).toEqual({
      publicKey: null,
      certificate: null,
      runbooks: null,
      readable: true,
      id: made.id,
      name: 'db',
      kind: 'password',
      fingerprint: null,
      createdAt: 1_000,
      lastUsedAt: null,
    })
    time = 2_000
    const leased = await credentials.lease(made.id, { ...use, subject: 'web-2' })
    expect(leased.secret.reveal()).toBe('correct horse')
    expect(inspect(leased) + JSON.stringify(leased) + String(leased.secret)).not.toContain('horse')
    expect(await credentials.list({}, caller)).toEqual([{ ...made, lastUsedAt: 2_000 }])
    const stored = await everythingStored()
    expect(stored).toContain('web-2')
    expect(stored).not.toContain('correct horse')
    expect(stored).not.toContain(Buffer.from('correct horse').toString('base64'))
  })

  test('mask what they hold', async () => {
    const { id } = await credentials.create(password, caller)
    await credentials.lease(id, use)
    expect(masking.mask('it is correct horse!')).toBe('it is •••••!')
  })

  test('replace a secret under the same name', async () => {
    const { id } = await credentials.create(password, caller)
    await credentials.rotate({ id, secret: 'battery staple', passphrase: '' }, caller)
    expect((await credentials.lease(id, use)).secret.reveal()).toBe('battery staple')
  })

  test('refuse a second one of the same name, in any case', async () => {
    await credentials.create(password, caller)
    const creating = credentials.create({ ...password, name: 'DB' }, caller)
    await expect(creating).rejects.toMatchObject({ code: 'conflict' })
  })

  test('refuse a secret too short to be masked', async () => {
    const creating = credentials.create({ ...password, secret: 'abc' }, caller)
    await expect(creating).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await credentials.list({}, caller)).toEqual([])
  })

  test('take a private key, and show the fingerprint that ssh-keygen shows', async () => {
    const { fingerprint, id } = await addKey(keys.plain)
    expect(fingerprint).toBe(keys.fingerprint)
    const { secret, passphrase } = await credentials.lease(id, use)
    expect(secret.reveal().trim()).toBe(keys.plain.trim())
    expect(passphrase).toBeUndefined()
  })

  test('take an encrypted private key with its passphrase alone', async () => {
    for (const passphrase of ['', 'wrong passphrase'])
      await expect(addKey(keys.locked, passphrase)).rejects.toMatchObject({ code: 'invalid_input' })
    const { fingerprint, id } = await addKey(keys.locked, keys.passphrase)
    expect(fingerprint).toBe(keys.fingerprint)
    expect((await credentials.lease(id, use)).passphrase?.reveal()).toBe(keys.passphrase)
  })

  test('refuse what is no private key', async () => {
    for (const text of [keys.public, 'not a key at all', keys.plain.slice(0, 120)])
      await expect(addKey(text)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('do not open a sealed secret that was moved or changed', async () => {
    const first = await credentials.create(password, caller)
    const second = await credentials.create(
      { ...password, name: 'other', secret: 'other one' },
      caller,
    )
    await sql`update credentials set sealed_secret =
      (select sealed_secret from credentials where id = ${first.id}) where id = ${second.id}`.execute(
      database.db,
    )
    await expect(credentials.lease(second.id, use)).rejects.toMatchObject({
      code: 'vault_locked',
    })
    expect((await credentials.lease(first.id, use)).secret.reveal()).toBe('correct horse')
  })

  test('are not removed while somebody uses them', async () => {
    const { id } = await credentials.create(password, caller)
    let user: string | undefined = 'It is used by web-2.'
    credentials.onRemove(async () => user)
    await expect(credentials.remove({ id }, caller)).rejects.toMatchObject({
      code: 'conflict',
      message: 'db was not removed. It is used by web-2.',
    })
    user = undefined
    await credentials.remove({ id }, caller)
    expect(await credentials.nameOf(id)).toBeUndefined()
    await expect(credentials.lease(id, use)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of an earlier session in memory cannot be read, and say so', async () => {
    const { id } = await credentials.create(password, caller)
    await start()
    const status = await credentials.vault({}, caller)
    expect(status).toMatchObject({ tier: 'memory', state: 'unlocked' })
    expect(status.detail).toContain('unreadable: db.')
    await expect(credentials.lease(id, use)).rejects.toMatchObject({
      code: 'vault_locked',
      message: expect.stringContaining('earlier session'),
    })
    await credentials.rotate({ id, secret: 'correct horse', passphrase: '' }, caller)
    expect((await credentials.lease(id, use)).secret.reveal()).toBe('correct horse')
    expect((await credentials.vault({}, caller)).detail).not.toContain('unreadable')
  })
})

interface Keys {
  readonly folder: string
  readonly plain: string
  readonly locked: string
  readonly public: string
  readonly fingerprint: string
  readonly passphrase: string
}

function keygen(...args: string[]): string {
  return execFileSync('ssh-keygen', args, { encoding: 'utf8' })
}

/** As an operator makes them. */
function makeKeys(): Keys {
  const folder = mkdtempSync(join(tmpdir(), 'qd-keys-'))
  const file = join(folder, 'key')
  const passphrase = 'a long passphrase'
  keygen('-q', '-t', 'ed25519', '-N', '', '-f', file)
  const plain = readFileSync(file, 'utf8')
  keygen('-q', '-p', '-P', '', '-N', passphrase, '-f', file)
  return {
    folder,
    plain,
    locked: readFileSync(file, 'utf8'),
    public: readFileSync(`${file}.pub`, 'utf8'),
    fingerprint: keygen('-lf', file).split(' ')[1]!,
    passphrase,
  }
}
