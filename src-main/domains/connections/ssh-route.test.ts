import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionDraft, TestProgress } from '#contract/connections'
import type { ConnectionId } from '#contract/primitives'
import { actionOn, caller, openWorld, perform, type World } from './connector.suite'
import { addKey, canAdd } from './ssh-world.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

const knownLine = (sshd: TestSshd) => `[127.0.0.1]:${sshd.port} ${sshd.publicHostKey()}`
const at = (sshd: TestSshd) => `127.0.0.1:${sshd.port}`
const draft = (change: Partial<ConnectionDraft>): ConnectionDraft => ({
  name: 'db-1',
  kind: 'ssh',
  host: 'db',
  port: 22,
  username: null,
  auth: 'agent',
  credentialId: null,
  tags: [],
  ...change,
})

describe.skipIf(sshdMissing)('the way to a host', { timeout: 30_000 }, () => {
  let home: string
  let world: World
  let sshds: TestSshd[]
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'qd-home-'))
    mkdirSync(join(home, '.ssh'))
    world = await openWorld(home)
    sshds = []
  })
  afterEach(async () => {
    await world.close()
    for (const sshd of sshds) await sshd.close()
    rmSync(home, { recursive: true, force: true })
  })

  const write = (name: string, lines: string[]) =>
    writeFileSync(join(home, '.ssh', name), `${lines.join('\n')}\n`, { mode: 0o600 })
  async function start(...options: string[]): Promise<TestSshd> {
    const sshd = await startSshd(options)
    sshds.push(sshd)
    return sshd
  }
  async function testAll(id: ConnectionId): Promise<TestProgress[]> {
    const all: TestProgress[] = []
    for await (const progress of world.connections.test({ id }, caller)) all.push(progress)
    return all
  }
  const alias = { isAlias: true, jumpHosts: [], forwardAgent: false, sudoCredentialId: null }
  async function run(id: ConnectionId, script: string) {
    const connection = await world.connections.get({ id }, caller)
    const subject = { world, connection, close: world.close }
    return perform(subject, actionOn(subject, script))
  }
  const host = (name: string, sshd: TestSshd, ...more: string[]) => [
    `Host ${name}`,
    '  HostName 127.0.0.1',
    `  Port ${sshd.port}`,
    `  IdentityFile ${join(home, '.ssh', `key-${name}`)}`,
    ...more.map((line) => `  ${line}`),
  ]

  /** gate → inner → db, each with a key of its own. */
  async function threeHosts() {
    const [gate, inner, db] = [await start(), await start(), await start()]
    for (const [name, sshd] of Object.entries({ gate, inner, db }))
      write(`key-${name}`, [sshd.userKey])
    write('config', [
      ...host('gate', gate),
      ...host('inner', inner, 'ProxyJump gate'),
      ...host('db', db, 'ProxyJump inner'),
      'Host *',
      '  IdentitiesOnly yes',
    ])
    return { gate, inner, db }
  }

  test('leads over the hosts of ~/.ssh/config, each with its own key and sign-in', async () => {
    const { gate, inner, db } = await threeHosts()
    write('known_hosts', [gate, inner, db].map(knownLine))
    const made = await world.connections.create(draft({ ssh: alias }), caller)
    expect(made.route).toMatchObject({
      host: '127.0.0.1',
      port: db.port,
      username: db.username,
      jumpHosts: [{ port: gate.port }, { port: inner.port }],
      problem: null,
    })
    const stages = await testAll(made.id)
    const passed = stages
      .filter(({ state }) => state === 'passed')
      .map(({ stage, jumpHost = '' }) => `${stage} ${jumpHost}`.trim())
    expect(passed).toEqual([
      ...['name', 'tcp', 'host_key', 'auth'].map((stage) => `${stage} ${at(gate)}`),
      ...['tcp', 'host_key', 'auth'].map((stage) => `${stage} ${at(inner)}`),
      'tcp',
      'host_key',
      'auth',
      'permission',
    ])
    expect(stages.find(({ detail }) => detail.includes('known_hosts'))!.detail).toContain('line 1')
    expect((await run(made.id, 'echo "$SSH_CONNECTION"')).stdout).toContain(` ${db.port}\n`)
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => run(made.id, `echo ${n}`)))
    expect(all.map(({ stdout }) => stdout)).toEqual(all.map((_, n) => `${n}\n`))
  })

  test('stops at the first host whose key nobody knows; it is confirmed once', async () => {
    const { gate, inner, db } = await threeHosts()
    write('known_hosts', [gate, db].map(knownLine))
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    const jumpHost = `127.0.0.1:${inner.port}`
    const asked = (await testAll(id)).at(-1)!
    expect(asked).toMatchObject({
      stage: 'host_key',
      state: 'asks',
      jumpHost,
      hostKey: inner.hostKey,
    })
    const { outcome } = await run(id, 'true')
    expect(outcome).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining(inner.hostKey),
    })

    const before = actionOn(
      { world, connection: await world.connections.get({ id }, caller), close: world.close },
      'true',
    )
    const trusted = await world.connections.trustHostKey(
      { id, hostKey: inner.hostKey, jumpHost },
      caller,
    )
    expect(trusted.route!.jumpHosts[1]).toMatchObject({ hostKey: inner.hostKey })
    expect(trusted.hostKey).toBeNull()
    expect((await run(id, 'echo there')).stdout).toBe('there\n')
    // It was made when the way was another one.
    const late = await world.connections.perform(before, { signal: caller.signal, onOutput() {} })
    expect(late).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining('jump host'),
    })
  })

  test('refuses a host on the way whose key changed, and tells it nothing', async () => {
    const { gate, inner, db } = await threeHosts()
    write('known_hosts', [gate, inner, db].map(knownLine))
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    const changed = await inner.changeHostKey()
    const last = (await testAll(id)).at(-1)!
    expect(last).toMatchObject({ stage: 'host_key', state: 'failed', hostKey: changed })
    expect(last.detail).toContain('HAS CHANGED')
    expect(last.detail).toContain(`${join(home, '.ssh', 'known_hosts')}, line 2`)
  })

  test('is another one when ~/.ssh/config says so: what was approved for the old one does not run', async () => {
    const { gate, inner, db } = await threeHosts()
    write('known_hosts', [gate, inner, db].map(knownLine))
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    const subject = {
      world,
      connection: await world.connections.get({ id }, caller),
      close: world.close,
    }
    const action = actionOn(subject, 'echo harm')
    write(
      'config',
      host('db', gate).map((line) => line.replace('key-db', 'key-gate')),
    )
    const { outcome } = await perform(subject, action)
    expect(outcome).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining('the port and a jump host'),
    })
    write('config', ['Host db', '  ProxyCommand nc %h %p'])
    const now = await world.connections.get({ id }, caller)
    expect(now.route!.problem).toContain('ProxyCommand')
    const unclear = await perform(subject, action)
    expect(unclear.outcome).toMatchObject({ reason: expect.stringContaining('ProxyCommand') })
  })

  test('leads over jump hosts that the connection names, with credentials of the vault', async () => {
    const [gate, db] = [await start(), await start()]
    const { id: gateKey } = await addKey(world, gate.lockedUserKey, gate.passphrase)
    const { id: dbKey } = await addKey(world, db.userKey)
    const jump = {
      host: '127.0.0.1',
      port: gate.port,
      username: gate.username,
      auth: 'key',
      credentialId: gateKey,
    } as const
    const { id } = await world.connections.create(
      draft({
        host: '127.0.0.1',
        port: db.port,
        username: db.username,
        auth: 'key',
        credentialId: dbKey,
        ssh: { ...alias, isAlias: false, jumpHosts: [jump] },
      }),
      caller,
    )
    await expect(world.credentials.remove({ id: gateKey }, caller)).rejects.toMatchObject({
      code: 'conflict',
    })
    const jumpHost = `127.0.0.1:${gate.port}`
    await world.connections.trustHostKey({ id, hostKey: gate.hostKey, jumpHost }, caller)
    await world.connections.trustHostKey({ id, hostKey: db.hostKey }, caller)
    expect((await run(id, 'echo over')).stdout).toBe('over\n')
  })

  test('says which host on the way does not let it through', async () => {
    const { gate, db } = { gate: await start('AllowTcpForwarding no'), db: await start() }
    for (const [name, sshd] of Object.entries({ gate, db })) write(`key-${name}`, [sshd.userKey])
    write('config', [...host('gate', gate), ...host('db', db, 'ProxyJump gate')])
    write('known_hosts', [gate, db].map(knownLine))
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    const last = (await testAll(id)).at(-1)!
    expect(last).toMatchObject({
      stage: 'tcp',
      state: 'failed',
      detail: expect.stringContaining('AllowTcpForwarding'),
    })
    expect(last.detail).toContain('jump host gate')
  })

  test('says which key of the files has a passphrase', async () => {
    const sshd = await start()
    write('key-db', [sshd.lockedUserKey])
    write('config', host('db', sshd))
    write('known_hosts', [knownLine(sshd)])
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    const last = (await testAll(id)).at(-1)!
    expect(last).toMatchObject({ stage: 'auth', state: 'failed' })
    expect(last.detail).toMatch(/key-db has a passphrase: add it to the agent/)
  })

  test.each([
    ['hashed', (sshd: TestSshd) => [hashed(knownLine(sshd), home)], 'passed', 'Runs commands'],
    [
      'for every host',
      (sshd: TestSshd) => [`* ${sshd.publicHostKey()}`],
      'passed',
      'Runs commands',
    ],
    [
      'revoked',
      (sshd: TestSshd) => [knownLine(sshd), `@revoked * ${sshd.publicHostKey()}`],
      'failed',
      'IS REVOKED',
    ],
  ] as const)('knows a key that is %s', async (_, lines, state, words) => {
    const sshd = await start()
    write('key-db', [sshd.userKey])
    write('config', host('db', sshd))
    write('known_hosts', lines(sshd))
    const { id } = await world.connections.create(draft({ ssh: alias }), caller)
    expect(await world.connections.knownHosts({ id }, caller)).not.toEqual([])
    const last = (await testAll(id)).at(-1)!
    expect(last).toMatchObject({ state, detail: expect.stringContaining(words) })
  })

  test('lends the agent to the target when the connection says so, and only then', async () => {
    const sshd = await start()
    write('key-db', [sshd.userKey])
    const socket = join(home, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    await expect
      .poll(() => canAdd(join(home, '.ssh', 'key-db'), env), { timeout: 5_000 })
      .toBe(true)
    process.env['SSH_AUTH_SOCK'] = socket
    try {
      write('config', [...host('db', sshd), '  ForwardAgent yes'])
      write('known_hosts', [knownLine(sshd)])
      const kept = await world.connections.create(draft({ ssh: alias }), caller)
      const ask = 'ssh-add -l || echo none'
      expect((await run(kept.id, ask)).stdout).toBe('none\n')
      const ssh = { ...alias, forwardAgent: true }
      const lent = await world.connections.create(draft({ name: 'lent', ssh }), caller)
      expect((await run(lent.id, ask)).stdout).toContain('SHA256:')
    } finally {
      delete process.env['SSH_AUTH_SOCK']
      agent.kill()
    }
  })

  test('is listed from ~/.ssh/config, to choose from', async () => {
    const sshd = await start()
    write('config', [
      ...host('db', sshd),
      ...host('web', sshd, 'ProxyJump db'),
      'Host odd',
      '  ProxyCommand x',
    ])
    write('known_hosts', [knownLine(sshd)])
    await world.connections.create(draft({ ssh: alias }), caller)
    const { file, hosts } = await world.connections.sshConfig({}, caller)
    expect(file).toBe(join(home, '.ssh', 'config'))
    expect(hosts).toMatchObject([
      {
        alias: 'db',
        connectionName: 'db-1',
        isKnown: true,
        route: { port: sshd.port, jumpHosts: [] },
      },
      { alias: 'web', connectionName: null, route: { jumpHosts: [{ port: sshd.port }] } },
      { alias: 'odd', route: { problem: expect.stringContaining('ProxyCommand') } },
    ])
  })
})

/** The line as `ssh-keygen -H` hides the host's name. */
function hashed(line: string, folder: string): string {
  const file = join(folder, 'to-hash')
  writeFileSync(file, `${line}\n`)
  execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
  return readFileSync(file, 'utf8').trim()
}
