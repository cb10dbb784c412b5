import { describe } from 'vitest'
import type { ConnectionDraft } from '#contract/connections'
import { caller, connectorSuite, openWorld, type Subject, type World } from './connector.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

async function connectWithKey(world: World, sshd: TestSshd, change: Partial<ConnectionDraft> = {}) {
  const { credentials, connections } = world
  const key = await credentials.create(
    { name: 'deploy key', kind: 'private_key', secret: sshd.userKey, passphrase: '' },
    caller,
  )
  const { id } = await connections.create(
    {
      name: 'web-2',
      kind: 'ssh',
      host: sshd.host,
      port: sshd.port,
      username: sshd.username,
      auth: 'key',
      credentialId: key.id,
      tags: [],
      ...change,
    },
    caller,
  )
  return connections.trustHostKey({ id, hostKey: sshd.hostKey }, caller)
}

async function openWithKey(): Promise<Subject> {
  const sshd = await startSshd()
  const world = await openWorld()
  const connection = await connectWithKey(world, sshd)
  return {
    world,
    connection,
    async close() {
      await world.close()
      await sshd.close()
    },
  }
}

describe.skipIf(sshdMissing)('OpenSSH', () => {
  connectorSuite('SSH', openWithKey)
})
