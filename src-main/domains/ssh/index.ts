import { Refusal } from '#contract'
import type { TestProgress } from '#contract/connections'
import {
  type Connector,
  findImpossible,
  type Outcome,
  type Target,
  useOf,
} from '#domains/connectors'
import type { Credentials, LeaseUse } from '#domains/credentials'
import { ConfigProblem, type Openssh } from '#domains/openssh'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { toKnownHostKeys } from './host-key'
import { createJourney } from './journey'
import type { Line } from './line'
import { createPool, type Pool, type Use, type Way } from './pool'
import { prepare } from './prepare'
import { toRemoteProgram } from './remote-program'
import { type Hop, toHops, toRoute } from './route'
import { type RemoteRun, runRemote } from './run'
import { createSignIn } from './sign-in'
import { createSudo } from './sudo'

interface Needs {
  clock: Clock
  masking: Masking
  log: Log
  credentials: Credentials
  openssh: Openssh
}

/**
 * Runs on a host over SSH, one shared line a host. It never talks to a host whose key was not accepted, and sends no
 * secret before the host has proven that key.
 */
export function createSsh(needs: Needs): Connector {
  const { clock, masking, credentials, openssh } = needs
  const signIn = (hop: Hop, use: LeaseUse) => createSignIn(hop, use, credentials)
  const pool = createPool({ createSignIn: signIn, now: clock.now })
  const closing = new AbortController()
  return {
    async perform(target, action, how) {
      const obstacle = findImpossible(action)
      if (obstacle) return { status: 'not_started', reason: obstacle }
      const way = toWay(target, openssh)
      if ('status' in way) return way
      const use = await reachUnlessAborted(pool.use(way), how.signal)
      if ('status' in use) return use
      try {
        return await performOver({ ...needs, pool, closing: closing.signal }, use, {
          way,
          target,
          action,
          how,
        })
      } finally {
        use.release()
      }
    },
    async *test(target, signal) {
      const lines = createJourney({
        createSignIn: (hop) => signIn(hop, useOf(target)),
        now: clock.now,
      })
      try {
        const line = yield* lines.open(hopsOrRefuse(target, openssh), signal)
        if (line) yield* testPermission(target, line, masking, signal)
      } finally {
        lines.end()
      }
    },
    async readHostKey(target, signal, jumpHost) {
      const lines = createJourney({
        createSignIn: (hop) => signIn(hop, useOf(target)),
        now: clock.now,
      })
      try {
        return await lines.readKey(hopsOrRefuse(target, openssh), jumpHost, signal)
      } catch (error) {
        throw new Refusal('unreachable', `${(error as Error).message} Nothing was changed.`, {
          cause: error,
        })
      } finally {
        lines.end()
      }
    },
    route: (target) => toRoute(target, openssh),
    knownHosts: (target) => hopsOrRefuse(target, openssh).flatMap(toKnownHostKeys),
    forget: (id) => pool.forget(id),
    async close() {
      closing.abort()
      pool.close()
    },
  }
}

type Job = Pick<RemoteRun, 'way' | 'target' | 'action' | 'how'>

async function performOver(
  needs: Needs & { readonly pool: Pool; readonly closing: AbortSignal },
  use: Use,
  job: Job,
): Promise<Outcome> {
  const { way, target, action, how } = job
  const sudo = action.sudo && createSudo(action.sudo, useOf(target), needs.credentials)
  const terminal = sudo && { sudoPrompt: sudo.prompt, isShown: action.pty }
  const prepared = await prepare(needs, way, action, terminal)
  if ('status' in prepared) return prepared
  const { program, remove } = prepared
  try {
    if (how.signal.aborted) return CANCELLED
    how.onStarted?.(needs.clock.now())
    return await runRemote(needs, { ...job, program, sudo, closing: needs.closing }, use)
  } finally {
    await remove?.()
  }
}

function toWay(target: Target, openssh: Openssh): Way | Outcome {
  try {
    return { id: target.id, hops: toHops(target, openssh), use: useOf(target) }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    return { status: 'not_started', reason: error.message }
  }
}

function hopsOrRefuse(target: Target, openssh: Openssh): readonly Hop[] {
  const way = toWay(target, openssh)
  if ('status' in way) throw new Refusal('unsupported', (way as { reason: string }).reason)
  return way.hops
}

const CANCELLED = { status: 'not_started', reason: 'It was cancelled before it began.' } as const

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
    return CANCELLED
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
