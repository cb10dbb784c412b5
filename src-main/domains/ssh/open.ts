import type { Duplex } from 'node:stream'
import type { TestProgress } from '#contract/connections'
import { lookUp, reach } from './dial'
import { fetchHostKey, shakeHands } from './handshake'
import { createHostKeyPolicy, type HostKeyPolicy, type ShownKey } from './host-key'
import type { Line } from './line'
import type { Hop } from './route'
import type { SignIn } from './sign-in'

/** Opens a line stage by stage. Ends with the line, or after a stage that is `failed` or `asks`, with undefined. */
export type Opening = AsyncGenerator<TestProgress, Line | undefined>

export interface Way {
  readonly hop: Hop
  /** The line to the machine before; undefined for the first. */
  readonly through: { readonly line: Line; readonly name: string } | undefined
  readonly signIn: SignIn
  readonly now: () => number
}

/** To one machine, directly or through another one. */
export async function* openLine(way: Way, signal: AbortSignal): Opening {
  const { hop, signIn, now } = way
  const report = createReporter(hop)
  let socket: Duplex | undefined
  let line: Line | undefined
  const giveUp = () => socket?.destroy(new Error('It was given up.'))
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    socket = yield* connect(way, report, signal)
    yield report.running('host_key', 'Asking for the host key')
    const policy = createHostKeyPolicy(hop, now)
    const handshake = shakeHands(hop, policy.wanted(), signIn, socket)
    const shown = await handshake.hostKey.catch((error: unknown) =>
      askForAnyKey(way, policy, error, signal),
    )
    const { state, detail } = policy.judge(shown)
    if (state !== 'passed') {
      const isFinal = state === 'refused'
      yield report.stopped(isFinal ? 'failed' : state, detail, isFinal ? null : shown.fingerprint)
      return undefined
    }
    yield report.passed(detail)
    yield report.running('auth', `Signing in as ${hop.username}`)
    line = await handshake.signIn()
    yield report.passed(`The host let ${hop.username} in`)
    return line
  } catch (error) {
    yield report.stopped('failed', error instanceof Error ? error.message : String(error), null)
    return undefined
  } finally {
    signal.removeEventListener('abort', giveUp)
    if (!line) socket?.destroy()
  }
}

/** Throws an error in words when the machine is not reached. */
export async function readKey(way: Way, signal: AbortSignal): Promise<ShownKey> {
  return fetchHostKey(way.hop, await connectQuietly(way, signal))
}

/** It no longer has a key of the known kind: what does it show instead? */
function askForAnyKey(
  way: Way,
  policy: HostKeyPolicy,
  error: unknown,
  signal: AbortSignal,
): Promise<ShownKey> {
  if (!Array.isArray(policy.wanted()) || !/no matching host key/i.test(String(error))) throw error
  return readKey(way, signal)
}

async function* connect(
  { hop, through }: Way,
  report: Reporter,
  signal: AbortSignal,
): AsyncGenerator<TestProgress, Duplex> {
  if (through) {
    yield report.running('tcp', `Asking for port ${hop.port} of ${hop.host} over ${through.name}`)
    const stream = await forward(hop, through)
    yield report.passed(`Port ${hop.port} of ${hop.host} answers over ${through.name}`)
    return stream
  }
  yield report.running('name', `Looking up ${hop.host}`)
  const addresses = await lookUp(hop)
  yield report.passed(`${hop.host} is at ${addresses.join(', ')}`)
  yield report.running('tcp', `Connecting to port ${hop.port}`)
  const socket = await reach(hop, addresses, signal)
  yield report.passed(`Port ${hop.port} at ${socket.remoteAddress} answers`)
  return socket
}

async function connectQuietly({ hop, through }: Way, signal: AbortSignal): Promise<Duplex> {
  return through ? forward(hop, through) : reach(hop, await lookUp(hop), signal)
}

async function forward(hop: Hop, { line, name }: NonNullable<Way['through']>): Promise<Duplex> {
  try {
    return await line.forward(hop.host, hop.port)
  } catch (error) {
    throw new Error(`The way leads over ${name}, but ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

type Stage = TestProgress['stage']
type Reporter = ReturnType<typeof createReporter>

function createReporter({ jumpHost }: Hop) {
  let stage: Stage = 'name'
  let began = performance.now()
  const progress = (
    state: TestProgress['state'],
    detail: string,
    hostKey: string | null = null,
  ): TestProgress => ({
    stage,
    state,
    detail,
    hostKey,
    tookMs: state === 'running' ? 0 : performance.now() - began,
    ...(jumpHost !== null && { jumpHost }),
  })
  return {
    running(next: Stage, detail: string): TestProgress {
      stage = next
      began = performance.now()
      return progress('running', detail)
    },
    passed: (detail: string) => progress('passed', detail),
    stopped: progress as (
      state: 'failed' | 'asks',
      detail: string,
      hostKey: string | null,
    ) => TestProgress,
  }
}
