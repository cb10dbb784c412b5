import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionDraft } from '#contract/connections'
import { caller, openWorld, type World } from './connector.suite'
import { addKey, canAdd, lastStage } from './ssh-world.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

const keygen = (...args: string[]) => execFileSync('ssh-keygen', ['-q', ...args])

const TYPES = [
  ['ed25519', []],
  ['ecdsa', ['-b', '256']],
  ['ecdsa', ['-b', '521']],
  ['rsa', ['-b', '2048']],
] as const

describe.skipIf(sshdMissing)('a key and its certificate', { timeout: 30_000 }, () => {
  let home: string
  let sshd: TestSshd
  let world: World
  const at = (name: string) => join(home, '.ssh', name)

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'qd-home-'))
    mkdirSync(join(home, '.ssh'))
    keygen('-t', 'ed25519', '-N', '', '-f', at('user-ca'))
    keygen('-t', 'ed25519', '-N', '', '-f', at('host-ca'))
    keygen('-t', 'ed25519', '-N', '', '-f', at('host-key'))
    keygen('-s', at('host-ca'), '-I', 'host', '-h', '-n', '127.0.0.1', at('host-key.pub'))
    sshd = await startSshd([
      `TrustedUserCAKeys ${at('user-ca.pub')}`,
      `HostKey ${at('host-key')}`,
      `HostCertificate ${at('host-key-cert.pub')}`,
      'MaxAuthTries 20',
    ])
  })
  afterAll(async () => {
    await sshd.close()
    rmSync(home, { recursive: true, force: true })
  })
  beforeEach(async () => {
    rmSync(at('id'), { force: true })
    rmSync(at('id.pub'), { force: true })
    rmSync(at('id-cert.pub'), { force: true })
    world = await openWorld(home)
    writeFileSync(
      at('config'),
      `Host db\n HostName 127.0.0.1\n Port ${sshd.port}\n IdentityFile ${at('id')}\n`,
    )
    writeFileSync(
      at('known_hosts'),
      `@cert-authority 127.0.0.1,[127.0.0.1]:* ${publicHalf('host-ca')}\n`,
    )
  })
  afterEach(() => world.close())

  const publicHalf = (name: string) => readFileSync(at(`${name}.pub`), 'utf8').trim()
  const certify = (...options: string[]) =>
    keygen('-s', at('user-ca'), '-I', 'ada', '-n', userInfo().username, ...options, at('id.pub'))
  const allow = (line: string) => writeFileSync(join(sshd.folder, 'authorized_keys'), `${line}\n`)
  async function signIn(change: Partial<ConnectionDraft> = {}) {
    const { id } = await world.connections.create(
      {
        name: 'db',
        kind: 'ssh',
        host: 'db',
        port: 22,
        username: null,
        auth: 'agent',
        credentialId: null,
        tags: [],
        ssh: { isAlias: true, jumpHosts: [], forwardAgent: false, sudoCredentialId: null },
        ...change,
      },
      caller,
    )
    return lastStage(world, id)
  }

  test.each(TYPES)(
    'of type %s %j signs in with its passphrase from the vault',
    async (type, size) => {
      keygen('-t', type, ...size, '-N', 'a long passphrase', '-f', at('id'))
      allow(publicHalf('id'))
      const { id: credentialId } = await addKey(
        world,
        readFileSync(at('id'), 'utf8'),
        'a long passphrase',
      )
      expect(await signIn({ auth: 'key', credentialId })).toMatchObject({
        stage: 'permission',
        state: 'passed',
      })
    },
  )

  test.each(TYPES)('of type %s %j signs in with its certificate', async (type, size) => {
    keygen('-t', type, ...size, '-N', '', '-f', at('id'))
    allow('')
    expect(await signIn({ name: 'without' })).toMatchObject({ stage: 'auth', state: 'failed' })
    certify('-V', '-1d:+1d')
    expect(await signIn()).toMatchObject({ stage: 'permission', state: 'passed' })
  })

  test('signs in with a certificate beside it while the vault or an agent has the key', async () => {
    keygen('-t', 'ecdsa', '-N', 'a long passphrase', '-f', at('id'))
    allow('')
    certify('-V', '-1d:+1d')
    const { id: credentialId } = await addKey(
      world,
      readFileSync(at('id'), 'utf8'),
      'a long passphrase',
    )
    expect(await signIn({ name: 'vault', auth: 'key', credentialId })).toMatchObject({
      state: 'passed',
    })

    keygen('-p', '-P', 'a long passphrase', '-N', '', '-f', at('id'))
    const socket = at('agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    await expect.poll(() => canAdd(at('id'), env), { timeout: 5_000 }).toBe(true)
    process.env['SSH_AUTH_SOCK'] = socket
    try {
      rmSync(at('id'))
      expect(await signIn({ name: 'agent' })).toMatchObject({ state: 'passed' })
    } finally {
      delete process.env['SSH_AUTH_SOCK']
      agent.kill()
    }
  })

  test('says that the certificate expired', async () => {
    keygen('-t', 'ed25519', '-N', '', '-f', at('id'))
    allow('')
    certify('-V', '-2d:-1d')
    const last = await signIn()
    expect(last).toMatchObject({ stage: 'auth', state: 'failed' })
    expect(last.detail).toMatch(/id-cert\.pub expired/)
  })

  test('of a host is accepted when its authority is known, and names the line', async () => {
    keygen('-t', 'ed25519', '-N', '', '-f', at('id'))
    allow(publicHalf('id'))
    const { id } = await world.connections.create(
      {
        name: 'db',
        kind: 'ssh',
        host: '127.0.0.1',
        port: sshd.port,
        username: userInfo().username,
        auth: 'agent',
        credentialId: null,
        tags: [],
      },
      caller,
    )
    const stages: string[] = []
    for await (const { stage, state, detail } of world.connections.test({ id }, caller))
      if (stage === 'host_key' && state !== 'running') stages.push(`${state} ${detail}`)
    expect(stages).toEqual([
      expect.stringMatching(/^passed .*certified by an authority.*known_hosts, line 1/),
    ])
  })

  test('of a host for another name is refused', async () => {
    keygen('-t', 'ed25519', '-N', '', '-f', at('id'))
    allow(publicHalf('id'))
    writeFileSync(
      at('config'),
      `Host db\n HostName localhost\n Port ${sshd.port}\n IdentityFile ${at('id')}\n`,
    )
    writeFileSync(at('known_hosts'), `@cert-authority * ${publicHalf('host-ca')}\n`)
    const last = await signIn()
    expect(last).toMatchObject({ stage: 'host_key', state: 'failed' })
    expect(last.detail).toContain('is for 127.0.0.1, not for localhost')
  })
})
