import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestProgress } from '#contract/connections'
import { actionOn, caller, openWorld, perform, processesWith, type World } from './connector.suite'

const PASSWORD = 'open sesame, please'

/** A server that takes what OpenSSH takes only with accounts and PAM set up for it: the ssh2 package's own. */
async function startServer(method: 'password' | 'keyboard-interactive', questions: string[]) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const tries: string[] = []
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    client.on('error', () => {}) // a client that hangs up is no trouble
    client.on('authentication', (context) => {
      if (context.method !== method) return context.reject([method])
      tries.push(context.method)
      if (context.method === 'password')
        return context.password === PASSWORD ? context.accept() : context.reject()
      if (context.method !== 'keyboard-interactive') return
      context.prompt(
        questions.map((prompt) => ({ prompt, echo: false })),
        (answers) => (answers.join() === PASSWORD ? context.accept() : context.reject()),
      )
    })
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec()
        // Not detached: a server that, unlike OpenSSH's, makes no session for a command.
        const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] })
        child.stdout.pipe(channel, { end: false })
        child.stderr.pipe(channel.stderr, { end: false })
        child.on('close', (code) => {
          channel.exit(code ?? 255)
          channel.end()
        })
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { port, tries, close: () => new Promise((resolve) => server.close(resolve)) }
}

describe('signing in with a password', { timeout: 30_000 }, () => {
  let world: World
  let server: Awaited<ReturnType<typeof startServer>>
  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(async () => {
    await world.close()
    await server.close()
  })

  async function connect(secret = PASSWORD) {
    const { credentials, connections } = world
    const given = { name: 'pw', kind: 'password', secret, passphrase: '' } as const
    const { id: credentialId } = await credentials.create(given, caller)
    const { id } = await connections.create(
      {
        name: 'web-2',
        kind: 'ssh',
        host: 'localhost',
        port: server.port,
        username: 'deploy',
        auth: 'password',
        credentialId,
        tags: [],
      },
      caller,
    )
    const { hostKey } = await lastStage(id)
    await connections.trustHostKey({ id, hostKey: hostKey! }, caller)
    return connections.get({ id }, caller)
  }
  async function lastStage(id: Awaited<ReturnType<typeof connect>>['id']): Promise<TestProgress> {
    let last: TestProgress | undefined
    for await (const progress of world.connections.test({ id }, caller)) last = progress
    return last!
  }

  test('works', async () => {
    server = await startServer('password', [])
    const { id } = await connect()
    expect(await lastStage(id)).toMatchObject({ stage: 'permission', state: 'passed' })
    expect(server.tries).toEqual(['password'])
  })

  test('works where the host asks for it as a question', async () => {
    server = await startServer('keyboard-interactive', ['Password: '])
    const { id } = await connect()
    expect(await lastStage(id)).toMatchObject({ stage: 'permission', state: 'passed' })
  })

  test('is tried once', async () => {
    server = await startServer('password', [])
    const { id } = await connect('not the password')
    expect(await lastStage(id)).toMatchObject({ stage: 'auth', state: 'failed' })
    expect(server.tries).toEqual(['password'])
  })

  test('never answers a question it was not made for with the password', async () => {
    server = await startServer('keyboard-interactive', ['Password: ', 'Code: '])
    const { id } = await connect()
    const detail = expect.stringContaining('The host asks "Password:", "Code:"')
    expect(await lastStage(id)).toMatchObject({ stage: 'auth', state: 'failed', detail })
  })

  test('several steps at once share one wrong try', async () => {
    server = await startServer('password', [])
    const connection = await connect('not the password')
    const subject = { world, connection, close: world.close }
    const all = await Promise.all([1, 2, 3].map(() => perform(subject, actionOn(subject, 'true'))))
    for (const { outcome } of all) expect(outcome).toMatchObject({ status: 'not_started' })
    expect(server.tries).toEqual(['password'])
  })

  test('leads to programs that can be stopped even where the host makes no session for them', async () => {
    server = await startServer('password', [])
    const connection = await connect()
    const subject = { world, connection, close: world.close }
    const mark = `session-${process.pid}`
    const cancel = new AbortController()
    const action = actionOn(subject, 'sleep 1000 & echo up; sleep 1000', { env: { QD_MARK: mark } })
    const { outcome } = await perform(subject, action, {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    })
    expect(outcome).toEqual({ status: 'cancelled', stopped: true })
    expect(processesWith(mark)).toEqual([])
  })
})
