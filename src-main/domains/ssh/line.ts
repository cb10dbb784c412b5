import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { connect as connectSocket, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { TestProgress } from '#contract/connections'
import type { HostKey, Target } from '#domains/connectors'
import { NO_MORE, type SignIn } from './sign-in'

/** An open, signed-in connection to a host. */
export interface Line {
  /** Starts a command. Rejects with `ExecRefused` when the host said no, so that nothing was started. */
  exec(command: string, pty: boolean): Promise<RemoteProcess>
  isOpen(): boolean
  /** Why it ended, in words. */
  problem(): string
  end(): void
}

export interface RemoteProcess {
  readonly channel: ssh2.ClientChannel
  /** How the command ended; undefined when the channel closed without a word about it. */
  readonly ended: Promise<Exit | undefined>
  /** The channel is closed and everything in it was read. */
  readonly closed: Promise<void>
}
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** The host understood and did not start the command. `isFull`: it takes no further command over this line. */
export class ExecRefused extends Error {
  override readonly name = 'ExecRefused'
  readonly isFull: boolean

  constructor(message: string, isFull: boolean) {
    super(message)
    this.isFull = isFull
  }
}

/** The line broke after the command was sent: it may have been started. */
export class LineLost extends Error {
  override readonly name = 'LineLost'
}

const CONNECT_MS = 10_000
const HANDSHAKE_MS = 20_000
/** A dead line is noticed when the third question in a row finds no answer to the two before: within 12 seconds. */
const KEEPALIVE_MS = 4_000
const KEEPALIVE_MISSES = 2
const WINDOW = { term: 'xterm-256color', cols: 120, rows: 40 }

/** Opens a line stage by stage. Ends with the line, or after a stage that is `failed` or `asks`, with undefined. */
export async function* openLine(
  target: Target,
  signIn: SignIn,
  signal: AbortSignal,
): AsyncGenerator<TestProgress, Line | undefined> {
  const report = createReporter()
  let socket: Socket | undefined
  let line: Line | undefined
  const giveUp = () => socket?.destroy(new Error('It was given up.'))
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    yield report.running('name', `Looking up ${target.host}`)
    const addresses = await lookUp(target)
    yield report.passed(`${target.host} is at ${addresses.join(', ')}`)
    yield report.running('tcp', `Connecting to port ${target.port}`)
    socket = await reach(target, addresses, signal)
    yield report.passed(`Port ${target.port} at ${socket.remoteAddress} answers`)
    yield report.running('host_key', 'Asking for the host key')
    const handshake = shakeHands(target, signIn, socket)
    const shown = await handshake.hostKey.catch((error: unknown) => {
      // It no longer has a key of the accepted kind: what does it show instead?
      if (!target.hostKeyType || !/no matching host key/i.test(String(error))) throw error
      return fetchHostKey(target, signal)
    })
    const objection = objectionTo(target, shown)
    if (objection) {
      yield report.stopped(objection.state, objection.detail, shown.fingerprint)
      return undefined
    }
    yield report.passed(`The host key is the accepted one, ${shown.fingerprint}`)
    yield report.running('auth', `Signing in as ${target.username}`)
    line = await handshake.signIn()
    yield report.passed(`The host let ${target.username} in`)
    return line
  } catch (error) {
    yield report.stopped('failed', error instanceof Error ? error.message : String(error), null)
    return undefined
  } finally {
    signal.removeEventListener('abort', giveUp)
    if (!line) socket?.destroy()
  }
}

/** The key a host shows now. Nothing is told to it but our version. Throws an error in words when it is not reached. */
export async function fetchHostKey(target: Target, signal: AbortSignal): Promise<HostKey> {
  const socket = await reach(target, await lookUp(target), signal)
  try {
    const nobody: SignIn = {
      answer: (_left, _partial, next) => next(NO_MORE),
      explain: String,
    }
    return await shakeHands({ ...target, hostKeyType: null }, nobody, socket).hostKey
  } finally {
    socket.destroy()
  }
}

async function lookUp({ host }: Target): Promise<string[]> {
  try {
    const found = await lookup(host ?? '', { all: true })
    return found.map(({ address }) => address)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOTFOUND' ? 'no name server knows it' : `the look-up failed (${code})`
    throw new Error(`The name ${host} was not found: ${why}.`, { cause: error })
  }
}

/** The first address that answers, tried in the resolver's order. */
async function reach({ port }: Target, addresses: string[], signal: AbortSignal): Promise<Socket> {
  const problems: string[] = []
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)])
  for (const address of addresses) {
    try {
      return await dial(address, port, deadline)
    } catch (error) {
      signal.throwIfAborted()
      const code = deadline.aborted ? 'ETIMEDOUT' : ((error as NodeJS.ErrnoException).code ?? '')
      problems.push(`${address}: ${UNREACHED[code] ?? String(error)}`)
      if (deadline.aborted) break
    }
  }
  throw new Error(`Port ${port} was not reached (${problems.join('; ')}).`)
}

const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer; a firewall may drop it, or the host is down',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to this network',
  ECONNRESET: 'the connection was cut off',
}

function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true })
    const stop = () => socket.destroy(new Error('It was given up.'))
    socket.once('error', reject)
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.off('error', reject)
      resolve(socket)
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}

interface Handshake {
  readonly hostKey: Promise<HostKey>
  /** Accepts the key that was shown, and signs in. */
  signIn(): Promise<Line>
}

function shakeHands(target: Target, signIn: SignIn, socket: Socket): Handshake {
  const client = new ssh2.Client()
  const hostKey = Promise.withResolvers<HostKey>()
  const ready = Promise.withResolvers<Line>()
  // Each may fail while nobody waits for it yet; whoever waits later still hears it.
  hostKey.promise.catch(() => {})
  ready.promise.catch(() => {})
  let shown: HostKey | undefined
  let accept: ((permitted: boolean) => void) | undefined
  let problem = ''
  let isOpen = false
  const fail = (why: string) => {
    isOpen = false
    problem ||= why
    hostKey.reject(new Error(problem))
    ready.reject(new Error(signIn.explain(problem)))
  }
  client
    .on('ready', () => {
      isOpen = true
      ready.resolve(toLine(client, () => ({ isOpen, problem })))
    })
    .on('error', (error) => fail(`The connection broke: ${error.message}`))
    .on('close', () => fail('The host closed the connection.'))
    .on('change password', () => {
      fail('The password has expired on the host and must be changed there first.')
      client.end()
    })
  client.connect({
    sock: socket,
    username: target.username ?? '',
    authHandler: (left, isPartial, next) => {
      signIn.answer(left, isPartial, next) // ssh2 would take a returned value for the answer
    },
    readyTimeout: HANDSHAKE_MS,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVE_MISSES,
    ...(target.hostKeyType
      ? { algorithms: { serverHostKey: algorithmsOf(target.hostKeyType) } }
      : {}),
    hostVerifier: (blob: Buffer, verify: (permitted: boolean) => void) => {
      const key = toHostKey(blob)
      // Keys are agreed on anew every gigabyte: the host has to show the same one then.
      if (shown) return verify(key.fingerprint === shown.fingerprint)
      shown = key
      accept = verify
      hostKey.resolve(key)
    },
  })
  return {
    hostKey: hostKey.promise,
    signIn() {
      accept?.(true)
      return ready.promise
    },
  }
}

function toLine(client: ssh2.Client, state: () => { isOpen: boolean; problem: string }): Line {
  return {
    isOpen: () => state().isOpen,
    problem: () => state().problem,
    end: () => void client.end(),
    exec: (command, pty) =>
      new Promise((resolve, reject) => {
        const settle = (
          error: (Error & { reason?: unknown }) | undefined,
          channel: ssh2.ClientChannel,
        ) => {
          if (!error) return resolve(watch(channel))
          // When the line dies, its open questions are answered as if the host had said no.
          if (!state().isOpen) return reject(new LineLost(state().problem))
          reject(new ExecRefused(error.message, error.reason !== undefined))
        }
        try {
          client.exec(command, pty ? { pty: WINDOW } : {}, settle)
        } catch (error) {
          reject(new ExecRefused(String(error), true)) // thrown before anything was sent
        }
      }),
  }
}

/** Listens at once: a short program's end arrives in the same packet as its beginning. */
function watch(channel: ssh2.ClientChannel): RemoteProcess {
  const closed = new Promise<void>((resolve) => channel.once('close', resolve))
  const ended = new Promise<Exit | undefined>((resolve) => {
    channel.once('exit', (code: number | null, signal?: string) =>
      resolve({ code, signal: signal ?? null }),
    )
    void closed.then(() => resolve(undefined))
  })
  return { channel, ended, closed }
}

/** A host key as `ssh-keygen -l` prints it. The blob begins with the key's type (RFC 4253, 6.6). */
function toHostKey(blob: Buffer): HostKey {
  const hash = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return {
    fingerprint: `SHA256:${hash}`,
    type: blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1'),
  }
}

/** A host has several keys. Asking for the accepted kind alone keeps it from showing another of its own. */
function algorithmsOf(type: string): ssh2.ServerHostKeyAlgorithm[] {
  if (type === 'ssh-rsa') return ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']
  return [type as ssh2.ServerHostKeyAlgorithm]
}

function objectionTo({ name, hostKey }: Target, shown: HostKey) {
  if (hostKey === shown.fingerprint) return undefined
  if (hostKey === null) {
    const detail =
      `The host shows its key for the first time: ${shown.fingerprint} (${shown.type}). ` +
      'Compare it with what whoever runs the host gives you, or with `ssh-keygen -lf` on it, then accept it.'
    return { state: 'asks', detail } as const
  }
  const detail =
    `THE HOST KEY OF ${name} HAS CHANGED. Accepted was ${hostKey}, it shows ${shown.fingerprint} (${shown.type}) now. ` +
    'Somebody may be listening in, or the host was installed anew. Nothing was sent to it. Ask whoever runs it.'
  return { state: 'failed', detail } as const
}

type Stage = TestProgress['stage']

function createReporter() {
  let stage: Stage = 'name'
  let began = performance.now()
  const progress = (
    state: TestProgress['state'],
    detail: string,
    hostKey: string | null = null,
  ) => ({
    stage,
    state,
    detail,
    hostKey,
    tookMs: state === 'running' ? 0 : performance.now() - began,
  })
  return {
    running(next: Stage, detail: string): TestProgress {
      stage = next
      began = performance.now()
      return progress('running', detail)
    },
    passed: (detail: string): TestProgress => progress('passed', detail),
    stopped: progress as (
      state: 'failed' | 'asks',
      detail: string,
      hostKey: string | null,
    ) => TestProgress,
  }
}
