import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProgramAction } from '#contract/actions'
import { actionOn, caller, openWorld, perform, type Subject } from './connector.suite'
import { addKey } from './ssh-world.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

const PASSWORD = 'Kanarienvogel-4711'
const USER = `qdsudo${process.pid}`
const RULES = `/etc/sudoers.d/${USER}`

const missing =
  sshdMissing ??
  (existsSync('/usr/bin/sudo') ? undefined : 'sudo is not installed (apt-get install sudo)') ??
  (process.getuid?.() === 0 ? undefined : 'only root can make an account for it')
if (missing && process.env['CI']) throw new Error(`CI must have every peer: ${missing}`)
if (missing) console.warn(`skipped: ${missing}`)

describe.skipIf(missing)('sudo with a password of the vault', { timeout: 30_000 }, () => {
  let sshd: TestSshd
  let subject: Subject
  let sudo: NonNullable<ProgramAction['sudo']>

  beforeAll(async () => {
    execFileSync('useradd', ['-m', '-s', '/bin/sh', USER])
    execFileSync('chpasswd', { input: `${USER}:${PASSWORD}\n` })
    writeFileSync(RULES, `Defaults:${USER} timestamp_timeout=0\n${USER} ALL=(ALL) ALL\n`, {
      mode: 0o440,
    })
    sshd = await startSshd()
    chmodSync(sshd.folder, 0o755)
    const world = await openWorld()
    const { id: credentialId } = await addKey(world, sshd.userKey)
    const { id } = await world.connections.create(
      {
        name: 'web-2',
        kind: 'ssh',
        host: sshd.host,
        port: sshd.port,
        username: USER,
        auth: 'key',
        credentialId,
        tags: [],
      },
      caller,
    )
    const connection = await world.connections.trustHostKey({ id, hostKey: sshd.hostKey }, caller)
    subject = { world, connection, close: world.close }
  })
  afterAll(async () => {
    await subject.close()
    await sshd.close()
    rmSync(RULES)
    execFileSync('userdel', ['-r', USER], { stdio: 'ignore' })
  })
  beforeEach(async () => {
    sudo = await credential(`sudo ${performance.now()}`, PASSWORD)
  })

  async function credential(
    name: string,
    secret: string,
  ): Promise<NonNullable<ProgramAction['sudo']>> {
    const given = { name, kind: 'password', secret, passphrase: '' } as const
    const { id: credentialId } = await subject.world.credentials.create(given, caller)
    return { credentialId, credentialName: name }
  }
  async function leases(): Promise<number> {
    const { audit } = subject.world
    const { items } = await audit.list({ cursor: null, limit: 200, text: 'leased' }, caller)
    return items.filter(({ detail }) => detail.includes('sudo on web-2')).length
  }
  const run = (script: string, change: Partial<ProgramAction> = {}) =>
    perform(subject, { ...actionOn(subject, script), sudo, ...change })

  test('is typed when sudo asks, each time, and nothing of it is seen', async () => {
    const before = await leases()
    const { outcome, stdout, stderr } = await run(
      'echo before; sudo id -un; echo "a b" | sudo tee /dev/null; sudo id -u',
    )
    expect(outcome).toMatchObject({ exitCode: 0 })
    expect(stdout).toBe('before\nroot\na b\n0\n')
    expect(stderr).toBe('')
    expect(await leases()).toBe(before + 3)
  })

  test('is typed in a terminal of the step as well', async () => {
    const { stdout } = await run('test -t 0 && sudo id -un', { pty: true })
    expect(stdout).toBe('root\r\n')
  })

  test('is in no argument, variable or line of the program', async () => {
    const look =
      'cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr "\\\\0" "\\\\n" | grep -c Kanarien || true'
    const { stdout } = await run(`sudo sh -c '${look}'`)
    expect(stdout).not.toContain(PASSWORD)
    // The look itself carries the first half of the word.
    const whole = `sudo sh -c 'grep -l ${PASSWORD.slice(0, 5)}""${PASSWORD.slice(5)} /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true'`
    expect((await run(whole)).stdout).toBe('')
  })

  test('is typed once when it is wrong, and the step says so', async () => {
    const wrong = await credential('old password', 'not the password')
    const before = await leases()
    const { outcome, stderr } = await run('sudo id -un; echo harm', { sudo: wrong })
    expect(outcome).toMatchObject({ status: 'exited' })
    expect(outcome).not.toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('sudo on web-2 did not take the password "old password"')
    expect(await leases()).toBe(before + 1)
  }, 30_000)

  test('is not typed at a question that only looks like it', async () => {
    const before = await leases()
    const fake = `printf '%s' "$SUDO_PROMPT" >/dev/tty; read -r answer </dev/tty & wait_for=$!; sleep 2; kill $wait_for; echo over`
    const { stdout, stderr } = await run(fake)
    expect(stderr).toContain('Nothing was typed')
    expect(stdout).toContain('over')
    expect(await leases()).toBe(before)
  })

  test('is not asked for where nothing needs it', async () => {
    const before = await leases()
    expect((await run('echo hello; cat; echo end')).stdout).toBe('hello\nend\n')
    expect(await leases()).toBe(before)
  })

  test('is gone from the vault: nothing is started', async () => {
    const gone = await credential('gone', PASSWORD)
    await subject.world.credentials.remove({ id: gone.credentialId }, caller)
    const { outcome, started } = await run('sudo id -un', { sudo: gone })
    expect(outcome).toMatchObject({ status: 'not_started' })
    expect(started).toBe(0)
  })

  test('leaves a program under sudo that can be stopped', async () => {
    const cancel = new AbortController()
    const action = { ...actionOn(subject, 'sudo sh -c "echo up; sleep 98765"'), sudo }
    const { outcome } = await perform(subject, action, {
      signal: cancel.signal,
      onOutput: (text) => text.includes('up') && cancel.abort(),
    })
    expect(outcome).toEqual({ status: 'cancelled', stopped: true })
    expect(await running('sleep 98765')).toBe(false)
  }, 30_000)
})

/** Whether root still runs it: it cannot be found by its environment. */
async function running(command: string): Promise<boolean> {
  const all = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
  return all.split('\n').some((line) => line.trim() === command)
}
