import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionDraft, TestProgress } from '#contract/connections'
import type { Keyboard } from '#domains/connectors'
import type { RunbookId } from '#contract/primitives'
import { newId } from '#platform/ids'
import {
  actionOn,
  caller,
  connectorSuite,
  openWorld,
  perform,
  processesWith,
  type Subject,
  type World,
} from './connector.suite'
import { addConnection, addKey, canAdd, connect, lastStage } from './ssh-world.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

describe.skipIf(sshdMissing)('OpenSSH', { timeout: 30_000 }, () => {
  test('a line that is open already is no way around a limit or a locked vault', async () => {
    const sshd = await startSshd()
    const { world, connection, close } = await connect(sshd)
    const action = actionOn({ world, connection, close }, 'true')
    const performFor = (runbookId: string) =>
      world.connections.perform(action, {
        signal: caller.signal,
        onOutput: () => {},
        run: {
          runId: newId('run'),
          runbookId: runbookId as RunbookId,
          step: 'it',
          operator: 'Ada',
        },
      })
    const id = connection.credentialId!
    await world.credentials.limit({ id, runbooks: ['allowed' as RunbookId] }, caller)
    expect(await performFor('allowed')).toMatchObject({ status: 'exited', exitCode: 0 })
    expect(await performFor('another')).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining('the runbook allowed alone'),
    })
    await world.credentials.lock({}, caller)
    expect(await performFor('allowed')).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining('locked by hand'),
    })
    await close()
    await sshd.close()
  })

  connectorSuite('SSH', async () => {
    const sshd = await startSshd()
    const subject = await connect(sshd)
    return {
      ...subject,
      async close() {
        await subject.close()
        await sshd.close()
      },
    }
  })

  describe('signing in', () => {
    let sshd: TestSshd
    let world: World
    beforeAll(async () => {
      sshd = await startSshd()
    })
    afterAll(() => sshd.close())
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())

    async function tryWith(change: Partial<ConnectionDraft>): Promise<TestProgress> {
      const { id } = await addConnection(world, sshd, change)
      await world.connections.trustHostKey({ id, hostKey: sshd.hostKey }, caller)
      return lastStage(world, id)
    }

    test('works with a key that has a passphrase', async () => {
      const { id: credentialId } = await addKey(world, sshd.lockedUserKey, sshd.passphrase)
      expect(await tryWith({ auth: 'key', credentialId })).toMatchObject({ state: 'passed' })
    })

    test("works with an agent's key", async () => {
      const socket = join(sshd.folder, 'agent')
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      const env = { ...process.env, SSH_AUTH_SOCK: socket }
      await expect.poll(() => canAdd(join(sshd.folder, 'user'), env), { timeout: 5_000 }).toBe(true)
      process.env['SSH_AUTH_SOCK'] = socket
      try {
        expect(await tryWith({ auth: 'agent' })).toMatchObject({ state: 'passed' })
      } finally {
        delete process.env['SSH_AUTH_SOCK']
        agent.kill()
      }
    })

    test('says that no agent runs', async () => {
      delete process.env['SSH_AUTH_SOCK']
      const detail = expect.stringContaining('No SSH agent runs')
      expect(await tryWith({ auth: 'agent' })).toMatchObject({
        stage: 'auth',
        state: 'failed',
        detail,
      })
    })

    test('says that the host refused the key', async () => {
      const { id: credentialId } = await addKey(world, sshd.strangersKey)
      const detail = expect.stringContaining('authorized_keys')
      const end = await tryWith({ auth: 'key', credentialId })
      expect(end).toMatchObject({ stage: 'auth', state: 'failed', detail })
    })

    test('says that the password is wrong, and asks no second time', async () => {
      const given = {
        name: 'root',
        kind: 'password',
        secret: 'not the password',
        passphrase: '',
      } as const
      const { id: credentialId } = await world.credentials.create(given, caller)
      const detail = 'The host refused the password "root" for ' + sshd.username + '.'
      const end = await tryWith({ auth: 'password', credentialId })
      expect(end).toMatchObject({ stage: 'auth', state: 'failed', detail })
    })

    test('gives the secret out once for all that runs over one line', async () => {
      const { id: credentialId } = await addKey(world, sshd.userKey)
      const { id } = await addConnection(world, sshd, { auth: 'key', credentialId })
      const connection = await world.connections.trustHostKey({ id, hostKey: sshd.hostKey }, caller)
      const subject = { world, connection, close: world.close }
      for (let n = 0; n < 3; n++)
        expect((await perform(subject, actionOn(subject, 'true'))).outcome).toMatchObject({
          exitCode: 0,
        })
      const { items } = await world.audit.list({ cursor: null, limit: 50, text: 'leased' }, caller)
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({
        subject: credentialId,
        detail: expect.stringContaining('web-2'),
      })
      expect(JSON.stringify(items)).not.toContain(sshd.userKey.split('\n')[1])
    })
  })

  describe('a host that is not reached', () => {
    let world: World
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())
    const nowhere = { host: '127.0.0.1', port: 1, username: 'deploy' } as TestSshd

    test('is told from a name that is not known', async () => {
      const { id } = await addConnection(world, nowhere, { host: 'no-such-host.invalid' })
      const detail = expect.stringContaining('no-such-host.invalid')
      expect(await lastStage(world, id)).toMatchObject({ stage: 'name', state: 'failed', detail })
    })

    test('is told from one that refuses', async () => {
      const { id } = await addConnection(world, nowhere)
      const detail = expect.stringContaining('nothing listens there')
      expect(await lastStage(world, id)).toMatchObject({ stage: 'tcp', state: 'failed', detail })
      const { lastTest } = await world.connections.get({ id }, caller)
      expect(lastTest).toEqual({ at: 1_000, ok: false, summary: detail })
    })

    test('has nothing run on it', async () => {
      const { id } = await addConnection(world, nowhere)
      const connection = await world.connections.get({ id }, caller)
      const subject = { world, connection, close: world.close }
      const { outcome, started } = await perform(subject, actionOn(subject, 'true'))
      expect(outcome).toMatchObject({ status: 'not_started' })
      expect(started).toBe(0)
    })
  })

  describe('the host key', () => {
    let sshd: TestSshd
    let subject: Subject
    beforeEach(async () => {
      sshd = await startSshd()
      subject = await connect(sshd)
    })
    afterEach(async () => {
      await subject.close()
      await sshd.close()
    })

    test('is asked about when it is new, and nothing runs before it is accepted', async () => {
      const { world } = subject
      const connection = await addConnection(world, sshd, { name: 'new' })
      expect(connection.hostKey).toBeNull()
      const asked = await lastStage(world, connection.id)
      expect(asked).toMatchObject({ stage: 'host_key', state: 'asks', hostKey: sshd.hostKey })
      const fresh = { ...subject, connection }
      const { outcome } = await perform(fresh, actionOn(fresh, 'true'))
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining(sshd.hostKey),
      })
    })

    test('is not accepted when it is another one than was shown', async () => {
      const { connections } = subject.world
      const hostKey = `SHA256:${'A'.repeat(43)}`
      const { id } = subject.connection
      const trusting = connections.trustHostKey({ id, hostKey }, caller)
      await expect(trusting).rejects.toMatchObject({ code: 'conflict' })
      expect(await connections.get({ id }, caller)).toMatchObject({ hostKey: sshd.hostKey })
    })

    test('is refused loudly when it changed, until somebody accepts the new one', async () => {
      const { world, connection } = subject
      const { id } = connection
      const action = actionOn(subject, 'true')
      expect((await perform(subject, action)).outcome).toMatchObject({ exitCode: 0 })
      const hostKey = await sshd.changeHostKey()
      const last = await lastStage(world, id)
      expect(last).toMatchObject({ stage: 'host_key', state: 'failed', hostKey })
      expect(last.detail).toContain('HAS CHANGED')
      await expect
        .poll(async () => (await perform(subject, action)).outcome)
        .toMatchObject({ status: 'not_started', reason: expect.stringContaining('HAS CHANGED') })

      await world.connections.trustHostKey({ id, hostKey }, caller)
      const { outcome } = await perform(subject, action)
      expect(outcome).toMatchObject({ status: 'not_started' }) // it was made for the old one
      const now = { ...subject, connection: await world.connections.get({ id }, caller) }
      expect((await perform(now, actionOn(now, 'true'))).outcome).toMatchObject({ exitCode: 0 })
    })

    test('is forgotten with the address it belongs to, and only then', async () => {
      const { connections } = subject.world
      const { id, kind, host, port, username, auth, credentialId } = subject.connection
      const draft = { name: 'web-3', kind, host, port, username, auth, credentialId, tags: [] }
      expect(await connections.update({ id, draft }, caller)).toMatchObject({
        hostKey: sshd.hostKey,
      })
      const moved = { ...draft, host: 'localhost' }
      expect(await connections.update({ id, draft: moved }, caller)).toMatchObject({
        hostKey: null,
      })
    })
  })

  describe('a line', () => {
    let sshd: TestSshd
    let subject: Subject
    beforeEach(async () => {
      sshd = await startSshd()
      subject = await connect(sshd)
    })
    afterEach(async () => {
      await subject.close()
      await sshd.close()
    })

    test('that breaks while a program runs leaves its outcome unknown; the next one opens a new line', async () => {
      const { outcome } = await perform(subject, actionOn(subject, 'echo up; sleep 2'), {
        onOutput: () => sshd.cutConnections(),
      })
      expect(outcome).toMatchObject({ status: 'lost', reason: expect.stringContaining('web-2') })
      const { stdout } = await perform(subject, actionOn(subject, 'echo again'))
      expect(stdout).toBe('again\n')
    })

    test('that goes silent is noticed', async () => {
      const mark = `silent-${process.pid}`
      const action = actionOn(subject, 'echo up; sleep 1000', { env: { QD_MARK: mark } })
      const { outcome } = await perform(subject, action, {
        onOutput: () => sshd.cutConnections('SIGSTOP'),
      })
      expect(outcome).toMatchObject({ status: 'lost' })
      for (const pid of processesWith(mark)) process.kill(pid, 'SIGKILL')
    }, 40_000)

    test('that breaks during a cancel does not keep it from reaching the program', async () => {
      const mark = `line-${process.pid}`
      const cancel = new AbortController()
      // It does not stop by itself, so the line is cut while it is being stopped.
      const script = "trap '' TERM; echo up; while :; do sleep 0.1; done"
      const action = actionOn(subject, script, { env: { QD_MARK: mark } })
      const { outcome } = await perform(subject, action, {
        signal: cancel.signal,
        onOutput() {
          cancel.abort()
          setTimeout(() => sshd.cutConnections(), 1_000)
        },
      })
      expect(outcome).toMatchObject({ status: 'cancelled' })
      await expect.poll(() => processesWith(mark), { timeout: 10_000 }).toEqual([])
    }, 30_000)

    test('cannot be changed while something runs over it', async () => {
      const { connections } = subject.world
      const { id, name, kind, host, port, username, auth, credentialId } = subject.connection
      const draft = { name, kind, host, port, username, auth, credentialId, tags: ['role=web'] }
      let refused: Promise<unknown> | undefined
      const change = async () => connections.update({ id, draft }, caller)
      await perform(subject, actionOn(subject, 'echo up; sleep 0.5'), {
        onOutput: () => void (refused = change().catch((error: unknown) => error)),
      })
      expect(await refused).toMatchObject({ code: 'conflict' })
      expect(await connections.update({ id, draft }, caller)).toMatchObject({ tags: ['role=web'] })
    })

    test('is closed with everything else, and what ran is left to look after', async () => {
      const mark = `close-${process.pid}`
      const { outcome } = await perform(
        subject,
        actionOn(subject, 'echo up; sleep 1000', { env: { QD_MARK: mark } }),
        { onOutput: () => void subject.world.connections.close() },
      )
      expect(outcome).toMatchObject({ status: 'lost' })
      const left = processesWith(mark)
      expect(left.length).toBeGreaterThan(0)
      for (const pid of left) process.kill(pid, 'SIGKILL')
    })
  })

  describe('a terminal', () => {
    let sshd: TestSshd
    let subject: Subject
    beforeAll(async () => {
      sshd = await startSshd()
      subject = await connect(sshd)
    })
    afterAll(async () => {
      await subject.close()
      await sshd.close()
    })

    test('is there when the action wants one', async () => {
      const script = 'test -t 0 && test -t 1 && echo "a terminal $TERM"; stty size; exit 3'
      const { stdout, outcome } = await perform(subject, actionOn(subject, script, { pty: true }))
      expect(stdout).toBe('a terminal xterm-256color\r\n40 120\r\n')
      expect(outcome).toMatchObject({ exitCode: 3 })
    })

    test('is typed to and resized by whoever takes the keyboard', async () => {
      let keyboard: Keyboard | undefined
      const script = `read -r first; echo "got $first"; trap 'stty size' WINCH; echo ready; while ! read -r word; do :; done; echo "$word"`
      const { stdout } = await perform(subject, actionOn(subject, script, { pty: true }), {
        onKeyboard(given) {
          keyboard = given
          keyboard.type('hello\r')
        },
        onOutput(text) {
          if (text.includes('ready')) {
            keyboard?.resize(99, 33)
            setTimeout(() => keyboard?.type('bye\r'), 300)
          }
        },
      })
      expect(stdout).toContain('got hello\r\n')
      expect(stdout).toContain('33 99\r\n')
      expect(stdout).toMatch(/bye\r\n$/)
      keyboard!.type('too late') // goes nowhere
    })

    test('can be interrupted from the keyboard', async () => {
      const action = actionOn(subject, 'echo up; sleep 1000', { pty: true })
      let keyboard: Keyboard | undefined
      const { outcome } = await perform(subject, action, {
        onKeyboard: (given) => void (keyboard = given),
        onOutput(text) {
          // dash loses an interrupt that comes while it starts a program.
          if (text.includes('up')) setTimeout(() => keyboard?.type('\u0003'), 500)
        },
      })
      expect(outcome).toMatchObject({ status: 'exited', exitCode: 130 })
    })

    test('is cleared of everything when it is cancelled', async () => {
      const mark = `pty-${process.pid}`
      const cancel = new AbortController()
      const script = "trap '' HUP; sleep 1000 & echo up; sleep 1000"
      const action = actionOn(subject, script, { pty: true, env: { QD_MARK: mark } })
      const { outcome } = await perform(subject, action, {
        signal: cancel.signal,
        onOutput: () => cancel.abort(),
      })
      expect(outcome).toEqual({ status: 'cancelled', stopped: true })
      expect(processesWith(mark)).toEqual([])
    })
  })

  describe('a host with its own ideas', () => {
    let sshd: TestSshd | undefined
    let subject: Subject
    afterEach(async () => {
      await subject.close()
      await sshd?.close()
    })
    async function open(...options: string[]) {
      sshd = await startSshd(options)
      subject = await connect(sshd)
    }

    test('that takes one command a line gets more lines', async () => {
      await open('MaxSessions 1')
      const scripts = ['sleep 0.3; echo a', 'sleep 0.3; echo b', 'sleep 0.3; echo c']
      const all = await Promise.all(
        scripts.map((script) => perform(subject, actionOn(subject, script))),
      )
      expect(all.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n'])
    })

    test('that takes one command a line can still be told to stop', async () => {
      await open('MaxSessions 1')
      const mark = `one-${process.pid}`
      const cancel = new AbortController()
      const action = actionOn(subject, 'echo up; sleep 1000', { env: { QD_MARK: mark } })
      const { outcome } = await perform(subject, action, {
        signal: cancel.signal,
        onOutput: () => cancel.abort(),
      })
      expect(outcome).toEqual({ status: 'cancelled', stopped: true })
      expect(processesWith(mark)).toEqual([])
    })

    test('is one of many that get the same commands at once', async () => {
      const hosts = Array.from({ length: 12 }, (_, n) => `127.0.0.${n + 2}`)
      await open('MaxSessions 2', ...hosts.map((host) => `ListenAddress ${host}`))
      const { world } = subject
      const { credentialId } = subject.connection
      const subjects = await Promise.all(
        hosts.map(async (host) => {
          const draft = { name: host, host, auth: 'key', credentialId } as const
          const { id } = await addConnection(world, sshd!, draft)
          const trust = { id, hostKey: sshd!.hostKey }
          return { ...subject, connection: await world.connections.trustHostKey(trust, caller) }
        }),
      )
      const script = 'sleep 0.2; echo "$SSH_CONNECTION" | cut -d " " -f 3'
      const all = await Promise.all(
        subjects.flatMap((one) => [1, 2, 3, 4].map(() => perform(one, actionOn(one, script)))),
      )
      expect(all.map(({ stdout }) => stdout.trim())).toEqual(
        hosts.flatMap((host) => [host, host, host, host]),
      )
    }, 30_000)

    test('that runs a command of its own leaves the outcome unknown, and fails the test', async () => {
      await open('ForceCommand echo "backup done"')
      const { outcome } = await perform(subject, actionOn(subject, 'true'))
      expect(outcome).toMatchObject({
        status: 'lost',
        reason: expect.stringContaining('backup done'),
      })
      const last = await lastStage(subject.world, subject.connection.id)
      expect(last).toMatchObject({ stage: 'permission', state: 'failed' })
      expect(last.detail).toContain('backup done')
    })

    test('that greets everybody does not get its greeting into the output', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'qd-greeting-'))
      const greeter = join(folder, 'greeter')
      const script = '#!/bin/sh\necho Welcome\nexec /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n'
      writeFileSync(greeter, script, { mode: 0o755 })
      await open(`ForceCommand ${greeter}`)
      expect((await perform(subject, actionOn(subject, 'echo hello'))).stdout).toBe('hello\n')
      rmSync(folder, { recursive: true })
    })

    test('that takes keys only says so to a password', async () => {
      await open('PasswordAuthentication no', 'KbdInteractiveAuthentication no')
      const { world } = subject
      const given = {
        name: 'pw',
        kind: 'password',
        secret: 'some password',
        passphrase: '',
      } as const
      const { id: credentialId } = await world.credentials.create(given, caller)
      const { id } = await addConnection(world, sshd!, {
        name: 'pw',
        auth: 'password',
        credentialId,
      })
      await world.connections.trustHostKey({ id, hostKey: sshd!.hostKey }, caller)
      const detail = expect.stringContaining('does not take passwords; it takes publickey')
      expect(await lastStage(world, id)).toMatchObject({ stage: 'auth', state: 'failed', detail })
    })
  })
})
