import { execFileSync } from 'node:child_process'
import type { ConnectionDraft, TestProgress } from '#contract/connections'
import type { ConnectionId } from '#contract/primitives'
import { caller, openWorld, type Subject, type World } from './connector.suite'
import type { TestSshd } from './sshd.suite'

export async function addKey({ credentials }: World, secret: string, passphrase = '') {
  const given = { name: `key ${secret.length}.${passphrase.length}`, kind: 'private_key' } as const
  return credentials.create({ ...given, secret, passphrase }, caller)
}

export async function addConnection(
  world: World,
  sshd: TestSshd,
  change: Partial<ConnectionDraft> = {},
) {
  return world.connections.create(
    {
      name: 'web-2',
      kind: 'ssh',
      host: sshd.host,
      port: sshd.port,
      username: sshd.username,
      auth: 'agent',
      credentialId: null,
      tags: [],
      ...change,
    },
    caller,
  )
}

export async function connect(sshd: TestSshd): Promise<Subject> {
  const world = await openWorld()
  const { id: credentialId } = await addKey(world, sshd.userKey)
  const { id } = await addConnection(world, sshd, { auth: 'key', credentialId })
  const connection = await world.connections.trustHostKey({ id, hostKey: sshd.hostKey }, caller)
  return { world, connection, close: world.close }
}

export async function lastStage({ connections }: World, id: ConnectionId): Promise<TestProgress> {
  let last: TestProgress | undefined
  for await (const progress of connections.test({ id }, caller)) last = progress
  return last!
}

/** True when the agent took the key: it may not be up yet. */
export function canAdd(key: string, env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync('ssh-add', ['-q', key], { env, stdio: 'ignore' })
    return true
  } catch {
    return false // the agent is not up yet
  }
}
