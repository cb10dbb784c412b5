import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionDraft } from '#contract/connections'
import type { CredentialId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import { createCredentials, type Credentials } from '#domains/credentials'
import { createOpenssh } from '#domains/openssh'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { type Connections, createConnections } from '.'
import { createConnectors } from './connectors.suite'

const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller

function draft(change: Partial<ConnectionDraft> = {}): ConnectionDraft {
  return {
    name: 'web-2',
    kind: 'ssh',
    host: '10.0.0.7',
    port: 22,
    username: 'deploy',
    auth: 'agent',
    credentialId: null,
    tags: [],
    ...change,
  }
}

describe.each(stores)('connections on $name', ({ open }) => {
  let database: Database
  let connections: Connections
  let credentials: Credentials
  const events = createEvents()
  const clock = { now: () => 1_000 }
  const home = '/nonexistent' // no files of whoever runs this

  beforeEach(async () => {
    database = await open()
    await start()
  })
  afterEach(async () => {
    await connections.close()
    await database.close()
  })

  async function start() {
    const needs = { database, clock, events, masking: createMasking(), log: silentLog() }
    const audit = createAudit(needs)
    const console = 'ada@desk'
    credentials = await createCredentials({ ...needs, audit, tier: 'memory', console })
    const openssh = createOpenssh({ home, machineFolder: home })
    const connectors = await createConnectors({ ...needs, credentials, openssh })
    connections = await createConnections({ ...needs, audit, credentials, connectors, openssh })
  }
  async function audited(): Promise<string[]> {
    const audit = createAudit({ database, clock })
    const { items } = await audit.list({ cursor: null, limit: 50, text: 'connection.' }, caller)
    return items.map(({ actor, action }) => `${actor} ${action}`)
  }
  const addKind = (kind: 'password' | 'token') =>
    credentials.create({ name: kind, kind, secret: 'some secret', passphrase: '' }, caller)

  test('this machine is there from the first start, once', async () => {
    await start()
    expect(await connections.list({}, caller)).toMatchObject([
      { name: 'This machine', kind: 'local', host: null, hostKey: null, lastTest: null },
    ])
    expect(await audited()).toEqual(['quarterdeck connection.created'])
  })

  test('are made, changed and removed, each time told and written down', async () => {
    let told = 0
    const stop = events.subscribe('connections.changed', () => void told++)
    const made = await connections.create(draft({ tags: ['role=web'] }), caller)
    expect(made).toMatchObject({ name: 'web-2', tags: ['role=web'], createdAt: 1_000 })
    const changed = await connections.update({ id: made.id, draft: draft({ port: 2222 }) }, caller)
    expect(changed).toMatchObject({ id: made.id, port: 2222, tags: [] })
    expect(await connections.find(made.id)).toEqual(changed)
    await connections.remove({ id: made.id }, caller)
    expect(await connections.find(made.id)).toBeUndefined()
    stop()
    expect(told).toBe(3)
    expect(await audited()).toEqual([
      'Ada connection.removed',
      'Ada connection.updated',
      'Ada connection.created',
      'quarterdeck connection.created',
    ])
  })

  test.each([
    ['without a host', { host: null }, 'invalid_input'],
    ['without a user', { username: null }, 'invalid_input'],
    ['with a key that was not chosen', { auth: 'key' }, 'invalid_input'],
    ['called local', { name: 'Local' }, 'invalid_input'],
    ['with the name of another one in other case', { name: 'THIS machine' }, 'conflict'],
  ] as const)('are refused %s', async (_, change, code) => {
    await expect(connections.create(draft(change), caller)).rejects.toMatchObject({ code })
    expect(await connections.list({}, caller)).toHaveLength(1)
  })

  test('are refused with a credential of the wrong kind, or one that is gone', async () => {
    const { id: credentialId } = await addKind('token')
    const withToken = connections.create(draft({ auth: 'password', credentialId }), caller)
    await expect(withToken).rejects.toMatchObject({ code: 'invalid_input' })
    await credentials.remove({ id: credentialId }, caller)
    const withNothing = connections.create(draft({ auth: 'password', credentialId }), caller)
    await expect(withNothing).rejects.toMatchObject({ code: 'not_found' })
  })

  test('keep their credential from being removed, and show its name', async () => {
    const { id: credentialId } = await addKind('password')
    const made = await connections.create(draft({ auth: 'password', credentialId }), caller)
    expect(made.credentialName).toBe('password')
    const removing = credentials.remove({ id: credentialId }, caller)
    await expect(removing).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('web-2'),
    })
    await connections.remove({ id: made.id }, caller)
    await credentials.remove({ id: credentialId }, caller)
  })

  test('do not keep what their kind does not use', async () => {
    const credentialId = 'crd_01J9Q3ZZZZZZZZZZZZZZZZZZZZ' as CredentialId
    const change = { name: 'other', kind: 'local', auth: 'key', credentialId } as const
    expect(await connections.create(draft(change), caller)).toMatchObject({
      host: null,
      username: null,
      auth: 'agent',
      credentialId: null,
    })
  })

  test('leave this machine in place', async () => {
    const here = (await connections.resolve('local'))!
    const removing = connections.remove({ id: here.id }, caller)
    await expect(removing).rejects.toMatchObject({ code: 'conflict' })
    const changing = connections.update({ id: here.id, draft: draft() }, caller)
    await expect(changing).rejects.toMatchObject({ code: 'conflict' })
  })

  test('are not changed while somebody above says that they are used', async () => {
    const { id } = await connections.create(draft(), caller)
    connections.onChange(async () => 'Run run_1 uses it.')
    const changing = connections.update({ id, draft: draft({ port: 23 }) }, caller)
    await expect(changing).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('run_1'),
    })
  })

  test('to a database of a host do not hide the host itself', async () => {
    await connections.create(draft({ name: 'machine', host: 'db-1' }), caller)
    const tls = { mode: 'verify', ca: null, clientCertificateId: null } as const
    const specifics = { kind: 'postgres', database: 'orders', tls } as const
    const given = { name: 'orders', kind: 'postgres', host: 'db-1', port: 5432, specifics } as const
    const made = await connections.create(draft(given), caller)
    expect(made).toMatchObject({ specifics, auth: 'password' })
    expect((await connections.resolve('db-1:9100', 'program'))?.name).toBe('machine')
    expect((await connections.resolve('db-1', 'statement'))?.name).toBe('orders')
    expect(await connections.resolve('db-1', 'request')).toBeUndefined()
    expect(await connections.resolve('db-1')).toBeUndefined()
  })

  test('of a kind without what it needs are refused', async () => {
    const wrong = [{ kind: 'postgres' }, { kind: 'sqlite' }, { kind: 'http' }] as const
    for (const change of wrong)
      await expect(connections.create(draft(change), caller)).rejects.toMatchObject({
        code: 'invalid_input',
      })
    const other: Partial<ConnectionDraft> = {
      kind: 'sqlite',
      specifics: { kind: 'local', environment: [] },
    }
    await expect(connections.create(draft(other), caller)).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('are found by name, tag and host, and not when several fit', async () => {
    const hosts = [
      draft({ name: 'web-1', host: '10.0.0.1', tags: ['role=web', 'web-1:9100'] }),
      draft({ name: 'web-2', host: '10.0.0.2', tags: ['role=web', '10.0.0.1'] }),
      draft({ name: 'db', host: 'db.example.org', port: 2222, tags: ['web-3'] }),
      draft({ name: 'db as root', host: 'db2.example.org', username: 'root' }),
      draft({ name: 'db as me', host: 'db2.example.org' }),
    ]
    for (const host of hosts) await connections.create(host, caller)
    const expected = {
      'web-1': 'web-1',
      '  WEB-2 ': 'web-2',
      'WEB-1:9100': 'web-1', // a tag
      '10.0.0.1': 'web-2', // a tag goes before a host
      'DB.example.org': 'db',
      'db.example.org:2222': 'db',
      '10.0.0.2:9100': 'web-2', // an exporter's port, as alerts give it
      LOCAL: 'This machine',
      localhost: 'This machine',
      'role=web': undefined,
      'db2.example.org': undefined,
      web: undefined,
      '': undefined,
    }
    const found = Object.keys(expected).map(async (selector) => {
      const connection = await connections.resolve(selector)
      return [selector, connection?.name]
    })
    expect(Object.fromEntries(await Promise.all(found))).toEqual(expected)
  })
})
