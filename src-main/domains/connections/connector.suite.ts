import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Action, ProgramAction } from '#contract/actions'
import type { Connection } from '#contract/connections'
import { createAudit } from '#domains/audit'
import type { Keyboard } from '#domains/connectors'
import { createCredentials } from '#domains/credentials'
import { createOpenssh } from '#domains/openssh'
import type { Caller } from '#platform/caller'
import { connectDatabase } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { migrate } from '#platform/migrate'
import { createConnections, type Outcome } from '.'
import { createConnectors } from './connectors.suite'

export const caller = {
  operator: { name: 'Ada' },
  signal: new AbortController().signal,
} as Caller

/** Connections with a real store and vault, as the app makes them. `home` has the operator's `.ssh`; default: none. */
export async function openWorld(home = '/nonexistent') {
  const database = connectDatabase(':memory:')
  await migrate(database)
  const needs = {
    database,
    clock: { now: () => 1_000 },
    events: createEvents(),
    masking: createMasking(),
    log: silentLog(),
  }
  const audit = createAudit(needs)
  const console = 'ada@desk'
  const credentials = await createCredentials({ ...needs, audit, tier: 'memory', console })
  const openssh = createOpenssh({ home, machineFolder: join(home, 'etc') })
  const connectors = await createConnectors({ ...needs, credentials, openssh })
  const connections = await createConnections({
    ...needs,
    audit,
    credentials,
    connectors,
    openssh,
  })
  return {
    ...needs,
    audit,
    credentials,
    connections,
    async close() {
      await connections.close()
      await database.close()
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

export interface Subject {
  readonly world: World
  readonly connection: Connection
  close(): Promise<void>
}

type Change = Partial<Omit<ProgramAction, 'env'>> & { env?: Record<string, string> }

/** An action as a plan freezes it. */
export function actionOn(
  { world, connection }: Subject,
  script: string,
  change: Change = {},
): ProgramAction {
  const { env = {}, ...rest } = change
  return {
    version: 1,
    type: 'program',
    target: world.connections.toTarget(connection),
    interpreter: ['/bin/sh', '-eu', '-c'],
    script,
    env: Object.entries(env).map(([name, value]) => ({ name, value, untrusted: true })),
    cwd: null,
    pty: false,
    timeoutMs: 60_000,
    ...rest,
  }
}

export interface Seen {
  outcome: Outcome
  stdout: string
  stderr: string
  chunks: [channel: string, text: string][]
  started: number
}

export async function perform(
  { world }: Subject,
  action: Action,
  {
    signal = caller.signal,
    onOutput = (_text: string) => {},
    onKeyboard = (_keyboard: Keyboard) => {},
  } = {},
): Promise<Seen> {
  const seen = { stdout: '', stderr: '', chunks: [] as [string, string][], started: 0 }
  const outcome = await world.connections.perform(action, {
    signal,
    onKeyboard,
    onStarted: () => void seen.started++,
    onOutput(channel, text) {
      seen[channel] += text
      seen.chunks.push([channel, text])
      onOutput(text)
    },
  })
  return { ...seen, outcome }
}

/** Processes of this machine that carry `mark` in their environment. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && hasInEnvironment(name, mark))
    .map(Number)
}

function hasInEnvironment(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)
  } catch {
    return false // it ended while we looked, or belongs to somebody else
  }
}

/** What every connector promises. */
export function connectorSuite(name: string, open: () => Promise<Subject>): void {
  describe(`a ${name} connection`, () => {
    let subject: Subject
    let folder: string

    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'qd-connector-')))
      subject = await open()
    })
    afterAll(async () => {
      await subject.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const run = (script: string, change?: Change) =>
      perform(subject, actionOn(subject, script, change))

    test.each([0, 1, 7, 255])('tells the exit code %i', async (code) => {
      const { outcome, started } = await run(`exit ${code}`)
      expect(outcome).toEqual({ status: 'exited', exitCode: code, signal: null })
      expect(started).toBe(1)
    })

    test('tells which signal ended the program', async () => {
      const { outcome } = await run('kill -KILL $$')
      expect(outcome).toEqual({ status: 'exited', exitCode: 137, signal: 'SIGKILL' })
    })

    test('keeps standard output and standard error apart, each in order', async () => {
      const { stdout, stderr, chunks } = await run(
        'echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three; echo four >&2',
      )
      expect(stdout).toBe('one\nthree\n')
      expect(stderr).toBe('two\nfour\n')
      expect(chunks.slice(0, 2)).toEqual([
        ['stdout', 'one\n'],
        ['stderr', 'two\n'],
      ])
    })

    test('hands values over byte for byte, whatever is in them', async () => {
      const value = fc
        .string({ unit: 'binary', maxLength: 60 })
        .map((text) => text.replaceAll('\0', ''))
      const hostile = fc.constantFrom(
        "'; touch /tmp/owned; '",
        '$(touch /tmp/owned)',
        '`id`',
        '-n',
        '\\',
        "'\\''",
        '!!',
        'a\nb\r\nc',
        '',
        ' leading and trailing ',
        '%s%n\\0',
        '~root/*',
        '{a,b}',
        '\u202Eevil\u202C',
      )
      const values = fc.array(fc.oneof(value, hostile), { minLength: 1, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(values, async (given) => {
          const names = given.map((_, n) => `QD_V${n}`)
          const env = Object.fromEntries(given.map((text, n) => [`QD_V${n}`, text]))
          const words = names.map((variable) => `"$${variable}"`).join(' ')
          const { stdout } = await run(String.raw`printf '%s\0' ${words}`, { env })
          expect(stdout.split('\0').slice(0, -1)).toEqual(given)
        }),
        { numRuns: 25 },
      )
    }, 30_000)

    test('reads the script as it is written', async () => {
      const script = `printf '%s' 'it'"'"'s \\ "x" $HOME !'\n# a comment with ' and "\nprintf '\\n%s' "$(echo nested)"`
      expect((await run(script)).stdout).toBe(`it's \\ "x" $HOME !\nnested`)
    })

    test('gives nothing of our own environment but what a program needs', async () => {
      process.env['QD_TEST_SECRET_OF_OURS'] = 'canary'
      const { stdout } = await run('env')
      expect(stdout).not.toContain('canary')
      expect(stdout).toMatch(/^PATH=/m)
      expect(stdout).toMatch(/^HOME=/m)
    })

    test('shows text that is cut in the middle of a character as one', async () => {
      const { stdout, chunks } = await run(
        String.raw`printf 'gr\303'; sleep 0.3; printf '\274n \360\237'; sleep 0.3; printf '\232\242\n'`,
      )
      expect(stdout).toBe('grün 🚢\n')
      expect(chunks.length).toBeGreaterThan(1)
    })

    test('keeps colours', async () => {
      expect((await run(String.raw`printf '\033[31mred\033[0m'`)).stdout).toBe(
        '\u001B[31mred\u001B[0m',
      )
    })

    test('brings ten megabytes through, whole', async () => {
      const { stdout, outcome } = await run('seq 1 1500000')
      expect(outcome).toMatchObject({ exitCode: 0 })
      expect(stdout.length).toBeGreaterThan(10_000_000)
      expect(stdout.startsWith('1\n2\n')).toBe(true)
      expect(stdout.endsWith('\n1499999\n1500000\n')).toBe(true)
    })

    test('runs in the folder it is told', async () => {
      expect((await run('pwd', { cwd: folder })).stdout).toBe(`${folder}\n`)
    })

    test('does not start in a folder that is not there', async () => {
      const { outcome } = await run('echo harm', { cwd: join(folder, "it's not") })
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining("it's not"),
      })
    })

    test('does not start a program that is not there', async () => {
      const { outcome } = await run('x', { interpreter: ['/opt/no such/python3', '-c'] })
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining('python3'),
      })
    })

    test('does not start what no program can be given', async () => {
      const { outcome, started } = await run('true', { env: { QD_X: 'a\0b' } })
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining('NUL'),
      })
      expect(started).toBe(0)
    })

    test('does not start a program whose values are larger than the system takes', async () => {
      const { outcome, started } = await run('true', { env: { QD_X: 'x'.repeat(3_000_000) } })
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining('larger'),
      })
      expect(started).toBeLessThan(2)
    })

    test('gives the program an empty standard input', async () => {
      expect((await run('cat; echo done')).stdout).toBe('done\n')
    })

    test('does not wait for a child that was left running', async () => {
      const { outcome, stdout } = await run('sleep 60 & echo "left $!"')
      expect(outcome).toMatchObject({ status: 'exited', exitCode: 0 })
      process.kill(Number(stdout.trim().split(' ')[1]), 'SIGKILL')
    })

    test('stops a whole tree of processes when it is cancelled', async () => {
      const mark = `cancel-${name}-${process.pid}`
      const cancel = new AbortController()
      const tree =
        'sleep 1000 & timeout 900 sleep 1000 & (sleep 1000 | sleep 1000) & echo up; sleep 1000'
      const { outcome } = await perform(
        subject,
        actionOn(subject, tree, { env: { QD_MARK: mark } }),
        {
          signal: cancel.signal,
          onOutput: () => cancel.abort(),
        },
      )
      expect(outcome).toEqual({ status: 'cancelled', stopped: true })
      expect(processesWith(mark)).toEqual([])
    })

    test('stops what does not want to stop, when its time is over', async () => {
      const mark = `timeout-${name}-${process.pid}`
      const { outcome, stdout } = await run(
        "trap 'echo not me' TERM; sh -c \"trap '' TERM; sleep 1000\" & echo up; while :; do sleep 0.1; done",
        { env: { QD_MARK: mark }, timeoutMs: 1_000 },
      )
      expect(outcome).toMatchObject({ status: 'timed_out', stopped: true })
      expect(stdout).toMatch(/^up\nnot me\n/)
      expect(processesWith(mark)).toEqual([])
    }, 30_000)

    test('does not start what was cancelled before', async () => {
      const { outcome, started } = await perform(subject, actionOn(subject, 'echo harm'), {
        signal: AbortSignal.abort(),
      })
      expect(outcome).toMatchObject({ status: 'not_started' })
      expect(started).toBe(0)
    })

    test('masks a secret that comes in two pieces', async () => {
      subject.world.masking.add('hunter2-canary')
      const { stdout } = await run('printf "a hunter2-"; sleep 0.3; printf "canary b hunter2"')
      expect(stdout).toBe('a ••••• b hunter2')
    })

    test('runs several things at once', async () => {
      const all = await Promise.all(
        Array.from({ length: 15 }, (_, n) => run(`sleep 0.2; echo ${n}`)),
      )
      expect(all.map(({ stdout }) => stdout)).toEqual(all.map((_, n) => `${n}\n`))
    })

    test.each(['kind', 'host', 'port', 'username', 'hostKey', 'credentialId'] as const)(
      'does not start an action for a target with another %s',
      async (field) => {
        const action = actionOn(subject, 'echo harm')
        const other = { [field]: field === 'port' ? 1 : 'other' }
        const target: Action['target'] = { ...action.target, ...other }
        const { outcome, started } = await perform(subject, { ...action, target })
        expect(outcome).toMatchObject({ status: 'not_started' })
        expect(started).toBe(0)
      },
    )

    test('passes its test, stage by stage, and remembers it', async () => {
      const { connections } = subject.world
      const { id } = subject.connection
      const states: string[] = []
      for await (const { stage, state } of connections.test({ id }, caller))
        states.push(`${stage} ${state}`)
      const stages = subject.connection.kind === 'ssh' ? ['name', 'tcp', 'host_key', 'auth'] : []
      expect(states).toEqual(
        [...stages, 'permission'].flatMap((stage) => [`${stage} running`, `${stage} passed`]),
      )
      expect(await connections.get({ id }, caller)).toMatchObject({
        lastTest: { at: 1_000, ok: true },
      })
    })
  })
}
