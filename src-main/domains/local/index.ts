import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import type { Readable } from 'node:stream'
import { Refusal } from '#contract'
import type { ProgramAction } from '#contract/actions'
import type { TestProgress } from '#contract/connections'
import {
  ABANDONED,
  awaitInterruption,
  type Connector,
  createOutput,
  findImpossible,
  type Interruption,
  type Outcome,
  type Perform,
  toExit,
  toInterrupted,
} from '#domains/connectors'
import type { Clock } from '#platform/clock'
import type { Masking } from '#platform/masking'
import { stopTree } from './process-tree'
import { runInTerminal } from './terminal'

const SILENT_MS = 500

interface Needs {
  clock: Clock
  masking: Masking
}

/**
 * Runs on this machine, argv without a shell, in a session of its own; with `pty` in a pseudo terminal, else with an
 * empty standard input.
 */
export function createLocal({ clock, masking }: Needs): Connector {
  const closing = new AbortController()
  return {
    async perform(target, action, how) {
      const obstacle =
        findImpossible(action) ?? findUnable(action) ?? (await findMissingFolder(action.cwd))
      if (obstacle) return { status: 'not_started', reason: obstacle }
      if (how.signal.aborted) return { status: 'not_started', reason: 'It was cancelled before.' }
      how.onStarted?.(clock.now())
      const { specifics } = target
      const allowed = specifics?.kind === 'local' ? specifics.environment : []
      const env = environmentOf(action, allowed)
      if (!action.pty) return run({ action, env, how }, masking, closing.signal)
      return runInTerminal({ action, how, masking, closing: closing.signal, env })
    },
    test: testThisMachine,
    async readHostKey() {
      throw new Refusal('unsupported', 'This machine has no host key to confirm.')
    },
    forget() {},
    async close() {
      closing.abort()
    },
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

interface Order {
  readonly action: ProgramAction
  readonly env: NodeJS.ProcessEnv
  readonly how: Perform
}

async function run(
  { action, env, how }: Order,
  masking: Masking,
  closing: AbortSignal,
): Promise<Outcome> {
  const child = start(action, env)
  if (child instanceof Error) return { status: 'not_started', reason: explain(child, action) }
  const output = createOutput(masking, how.onOutput)
  child.stdout.on('data', (bytes: Buffer) => output.write('stdout', bytes))
  child.stderr.on('data', (bytes: Buffer) => output.write('stderr', bytes))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, closing)
  const first = await Promise.race([endOf(child, action), interrupted.happened])
  interrupted.dispose()
  const outcome = typeof first === 'string' ? await interrupt(first, child, action) : first
  if (outcome.status !== 'not_started') await output.drained(closed, SILENT_MS)
  output.end()
  for (const pipe of [child.stdout, child.stderr]) pipe.destroy()
  return outcome
}

function start(action: ProgramAction, env: NodeJS.ProcessEnv): Child | Error {
  const [program, ...options] = action.interpreter
  try {
    return spawn(program!, [...options, action.script], {
      cwd: action.cwd ?? undefined,
      env,
      detached: true, // a session and process group of its own, so that all of it can be ended
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    return error as Error
  }
}

function endOf(child: Child, action: ProgramAction): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      // With a pid it did start; then the end is told by `exit`.
      if (child.pid === undefined)
        resolve({ status: 'not_started', reason: explain(error, action) })
    })
    child.once('exit', (code, signal) => resolve(toExit(code, signal)))
  })
}

async function interrupt(by: Interruption, child: Child, action: ProgramAction): Promise<Outcome> {
  if (by !== 'closing')
    return toInterrupted(by, action, child.pid === undefined || (await stopTree(child.pid)))
  child.unref()
  return ABANDONED
}

function explain(
  { code = '', message }: NodeJS.ErrnoException,
  { interpreter }: ProgramAction,
): string {
  const known: Readonly<Record<string, string>> = {
    ENOENT: `There is no program ${interpreter[0]} on this machine.`,
    EACCES: `This account may not run ${interpreter[0]} on this machine.`,
    E2BIG: 'The script with its values is larger than this system takes.',
  }
  return known[code] ?? `This machine did not start it: ${message}`
}

function findUnable({ sudo, asFile }: ProgramAction): string | undefined {
  if (sudo) return 'A password for sudo is given over SSH only, not on this machine.'
  return asFile && 'A script as a file is run over SSH only, not on this machine.'
}

async function findMissingFolder(cwd: string | null): Promise<string | undefined> {
  if (cwd === null) return undefined
  const found = await stat(cwd).catch(() => undefined)
  return found?.isDirectory() ? undefined : `There is no folder ${cwd} on this machine.`
}

/** What a program needs to find its way about; nothing else of ours is handed on, least of all tokens. */
const INHERITED =
  /^(PATH|HOME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|USER|LOGNAME|SHELL|XDG_RUNTIME_DIR|SystemRoot|SystemDrive|ComSpec|PATHEXT|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles)$/i

function environmentOf({ env }: ProgramAction, allowed: readonly string[]): NodeJS.ProcessEnv {
  const values = Object.fromEntries(env.map(({ name, value }) => [name, value]))
  return { ...inheritedEnvironment(allowed), ...values }
}

function inheritedEnvironment(allowed: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => INHERITED.test(name) || allowed.includes(name)),
  )
}

async function* testThisMachine(): AsyncGenerator<TestProgress> {
  const began = performance.now()
  const stage = { stage: 'permission', hostKey: null } as const
  yield { ...stage, state: 'running', detail: 'Starting a program on this machine', tookMs: 0 }
  const problem = await findSpawnProblem()
  const detail = problem ?? `Runs commands as ${userInfo().username} on ${hostname()}.`
  const state = problem ? 'failed' : 'passed'
  yield { ...stage, state, detail, tookMs: performance.now() - began }
}

function findSpawnProblem(): Promise<string | undefined> {
  const child = spawn(process.platform === 'win32' ? 'cmd.exe' : '/bin/sh', [
    process.platform === 'win32' ? '/c' : '-c',
    'exit 0',
  ])
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`No program can be started here: ${error.message}`))
    child.once('exit', (code) =>
      resolve(code === 0 ? undefined : `The system's shell ended with ${code}.`),
    )
  })
}
