import type { Duplex } from 'node:stream'
import type ssh2 from 'ssh2'

/** An open, signed-in connection to a host. */
export interface Line {
  /** Starts a command. Rejects with `ExecRefused` when the host said no, so that nothing was started. */
  exec(command: string, pty: boolean): Promise<RemoteProcess>
  /** A stream to another machine, as this host reaches it. Rejects in words. */
  forward(host: string, port: number): Promise<Duplex>
  isOpen(): boolean
  /** Resolves when it ended, whoever ended it. */
  readonly ended: Promise<void>
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

const WINDOW = { term: 'xterm-256color', cols: 120, rows: 40 }

type State = () => { isOpen: boolean; problem: string }

/** `lendsAgent`: programs that run over it may use the agent's keys. */
export function toLine(client: ssh2.Client, state: State, lendsAgent: boolean): Line {
  const ended = new Promise<void>((resolve) => client.once('close', resolve))
  return {
    isOpen: () => state().isOpen,
    problem: () => state().problem,
    ended,
    end: () => void client.end(),
    exec: (command, pty) => exec(client, state, command, { pty, lendsAgent }),
    forward: (host, port) =>
      new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
          if (!error) return resolve(stream)
          reject(new Error(`it did not reach ${host}, port ${port}: ${wordsOf(error)}`))
        })
      }),
  }
}

/** RFC 4254, 5.1: 1 is "administratively prohibited". */
function wordsOf({ message, reason }: Error & { reason?: unknown }): string {
  if (reason === 1) return 'it does not forward connections (AllowTcpForwarding)'
  return message.replace(/^\(SSH\) Channel open failure: */i, '')
}

function exec(
  client: ssh2.Client,
  state: State,
  command: string,
  { pty, lendsAgent }: { pty: boolean; lendsAgent: boolean },
): Promise<RemoteProcess> {
  return new Promise((resolve, reject) => {
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
      const options = { ...(pty ? { pty: WINDOW } : {}), agentForward: lendsAgent }
      client.exec(command, options as ssh2.ExecOptions, settle)
    } catch (error) {
      reject(new ExecRefused(String(error), true)) // thrown before anything was sent
    }
  })
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
