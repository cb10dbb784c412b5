import { Refusal } from '#contract'
import type { TestProgress } from '#contract/connections'
import { type Connector, findImpossible, type Outcome, type Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { toRemoteProgram } from './remote-program'
import { fetchHostKey, type Line, openLine } from './line'
import { createPool, type Use } from './pool'
import { runRemote } from './run'
import { createSignIn } from './sign-in'

interface Needs {
  clock: Clock
  masking: Masking
  log: Log
  credentials: Credentials
}

/**
 * Runs on a host over SSH, one shared line a connection. It never talks to a host whose key was not accepted, and
 * sends no secret before the host has proven that key.
 */
export function createSsh({ clock, masking, log, credentials }: Needs): Connector {
  const pool = createPool(credentials)
  const closing = new AbortController()
  return {
    async perform(target, action, how) {
      const program = toRemoteProgram(action)
      const obstacle =
        findImpossible(action) ??
        (program.isTooLong
          ? 'The script with its values is larger than SSH hosts take.'
          : undefined)
      if (obstacle) return { status: 'not_started', reason: obstacle }
      const use = await reachUnlessAborted(pool.use(target), how.signal)
      if ('status' in use) return use
      try {
        how.onStarted?.(clock.now())
        const remote = { target, action, program, how, closing: closing.signal }
        return await runRemote({ pool, masking, log }, remote, use)
      } finally {
        use.release()
      }
    },
    async *test(target, signal) {
      const line = yield* openLine(target, createSignIn(target, credentials), signal)
      if (!line) return
      try {
        yield* testPermission(target, line, masking, signal)
      } finally {
        line.end()
      }
    },
    async readHostKey(target, signal) {
      try {
        return await fetchHostKey(target, signal)
      } catch (error) {
        throw new Refusal('unreachable', `${(error as Error).message} Nothing was changed.`, {
          cause: error,
        })
      }
    },
    forget: (id) => pool.forget(id),
    async close() {
      closing.abort()
      pool.close()
    },
  }
}

async function reachUnlessAborted(
  opening: Promise<Use>,
  signal: AbortSignal,
): Promise<Use | Outcome> {
  const aborted = Promise.withResolvers<'aborted'>()
  const abort = () => aborted.resolve('aborted')
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    const first = await Promise.race([aborted.promise, opening])
    if (first !== 'aborted') return first
    void opening.then(
      (use) => use.release(),
      () => {},
    )
    return { status: 'not_started', reason: 'It was cancelled before it began.' }
  } catch (error) {
    return { status: 'not_started', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const WHO_AM_I = {
  interpreter: ['/bin/sh', '-c'],
  script: 'id -un; uname -sn',
  env: [],
  cwd: null,
}

async function* testPermission(
  target: Target,
  line: Line,
  masking: Masking,
  signal: AbortSignal,
): AsyncGenerator<TestProgress> {
  const began = performance.now()
  const stage = { stage: 'permission', hostKey: null } as const
  yield { ...stage, state: 'running', detail: 'Running a harmless command', tookMs: 0 }
  const hangUp = () => line.end()
  signal.addEventListener('abort', hangUp, { once: true })
  const { passed, detail } = await askWho(target, line)
  signal.removeEventListener('abort', hangUp)
  const state = passed ? 'passed' : 'failed'
  yield { ...stage, state, detail: masking.mask(detail), tookMs: performance.now() - began }
}

async function askWho(target: Target, line: Line): Promise<{ passed: boolean; detail: string }> {
  const program = toRemoteProgram(WHO_AM_I)
  try {
    const { channel, closed, ended } = await line.exec(program.command, false)
    const reader = program.createReader()
    let answer = ''
    let complaint = ''
    channel.on('data', (bytes: Buffer) => (answer += reader.read(bytes).toString('utf8')))
    channel.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString('utf8')))
    channel.end()
    await closed
    const exit = await ended
    const [user, system] = answer.trim().split('\n')
    if (exit?.code === 0 && user)
      return { passed: true, detail: `Runs commands as ${user} on ${system}.` }
    const words = `${reader.noise()} ${complaint}`.trim() || line.problem() || 'nothing'
    return {
      passed: false,
      detail: `${target.username} was let in, but the host does not run its commands. It said: ${words.slice(0, 500)}`,
    }
  } catch (error) {
    return { passed: false, detail: `The host refused to run a command: ${String(error)}` }
  }
}
