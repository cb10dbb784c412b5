import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionDraft } from '#contract/connections'
import { createAudit } from '#domains/audit'
import { createCredentials } from '#domains/credentials'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { type Connections, createConnections } from '.'

const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller

describe.each(stores)('connections on $name', ({ open }) => {
  let database: Database
  let connections: Connections

  beforeEach(async () => {
    database = await open()
    connections = await start()
  })
  afterEach(async () => {
    await connections.close()
    await database.close()
  })

  async function start() {
    const clock = { now: () => 1_000 }
    const needs = { database, clock, events: createEvents(), masking: createMasking() }
    const audit = createAudit(needs)
    const log = silentLog()
    const credentials = await createCredentials({
      ...needs,
      audit,
      log,
      tier: 'memory',
      console: 'ada@desk',
    })
    return createConnections({ ...needs, audit, log, credentials })
  }

  const draft = (change: Partial<ConnectionDraft> = {}): ConnectionDraft => ({
    name: 'web-2',
    kind: 'ssh',
    host: '10.0.0.7',
    port: 22,
    username: 'deploy',
    auth: 'agent',
    credentialId: null,
    tags: [],
    ...change,
  })

  test('this machine is there from the first start, once', async () => {
    await start()
    expect(await connections.list({}, caller)).toMatchObject([
      { name: 'This machine', kind: 'local' },
    ])
    expect(await connections.resolve('LOCAL')).toMatchObject({ kind: 'local' })
  })

  test('a program runs on this machine', async () => {
    const here = await connections.resolve('local')
    const seen: string[] = []
    const outcome = await connections.perform(
      {
        version: 1,
        target: connections.toTarget(here!),
        interpreter: ['/bin/sh', '-eu', '-c'],
        script: 'echo "hello $QD_WHO"',
        env: [{ name: 'QD_WHO', value: "it's me", untrusted: true }],
        cwd: null,
        pty: false,
        timeoutMs: 10_000,
      },
      { signal: caller.signal, onOutput: (channel, text) => seen.push(channel, text) },
    )
    expect(outcome).toEqual({ status: 'exited', exitCode: 0, signal: null })
    expect(seen).toEqual(['stdout', "hello it's me\n"])
  })
})
