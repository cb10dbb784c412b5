import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SSHD = '/usr/sbin/sshd'

/** Why suites that need OpenSSH's server cannot run here; undefined when they can. */
export const sshdMissing = existsSync(SSHD)
  ? undefined
  : 'OpenSSH server is not installed (apt-get install openssh-server)'
if (sshdMissing && process.env['CI']) throw new Error(`CI must have every peer: ${sshdMissing}`)
if (sshdMissing) console.warn(`skipped: ${sshdMissing}`)

/** OpenSSH's own server on loopback, with throw-away keys, for the account that runs the tests. */
export interface TestSshd {
  readonly host: string
  readonly port: number
  readonly username: string
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly hostKey: string
  /** Type and base64, as known_hosts has it. */
  readonly publicHostKey: () => string
  /** A key that may sign in. */
  readonly userKey: string
  /** The same key, encrypted. */
  readonly lockedUserKey: string
  readonly passphrase: string
  /** A key that nobody let in. */
  readonly strangersKey: string
  /** Its folder, for files of a test. */
  readonly folder: string
  /** Ends every connection and serves again with another host key of the same kind. */
  changeHostKey(): Promise<string>
  /** Ends every connection that is open, without a word; the server goes on. */
  cutConnections(signal?: NodeJS.Signals): void
  /** `kill -9` of the server and of all that serves connections; then it is started again. */
  crash(): Promise<void>
  close(): Promise<void>
}

export async function startSshd(options: readonly string[] = []): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'qd-sshd-'))
  const at = (name: string) => join(folder, name)
  const passphrase = 'correct horse battery'
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  makeKey(at('user'))
  makeKey(at('locked'), at('user'), passphrase)
  makeKey(at('stranger'))
  makeKey(at('host'))
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')))
  const port = await freePort()
  writeFileSync(at('sshd_config'), configOf(port, folder, options))
  let server = await serve(at('sshd_config'), port)
  return {
    host: '127.0.0.1',
    port,
    username: userInfo().username,
    hostKey: fingerprintOf(at('host.pub')),
    publicHostKey: () => readFileSync(at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' '),
    userKey: readFileSync(at('user'), 'utf8'),
    lockedUserKey: readFileSync(at('locked'), 'utf8'),
    passphrase,
    strangersKey: readFileSync(at('stranger'), 'utf8'),
    folder,
    async changeHostKey() {
      cut(server, 'SIGKILL')
      await end(server)
      rmSync(at('host'))
      makeKey(at('host'))
      server = await serve(at('sshd_config'), port)
      return fingerprintOf(at('host.pub'))
    },
    cutConnections(signal = 'SIGKILL') {
      cut(server, signal)
    },
    async crash() {
      cut(server, 'SIGKILL')
      await end(server, 'SIGKILL')
      server = await serve(at('sshd_config'), port)
    },
    async close() {
      cut(server, 'SIGKILL')
      await end(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf(port: number, folder: string, options: readonly string[]): string {
  return [
    ...options, // the first of several wins
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'LogLevel ERROR',
    'MaxStartups 100',
    'SetEnv SHLVL=2', // keeps bash from reading the account's .bashrc, which may take its time
    '',
  ].join('\n')
}

/** A new key, or `from` sealed with a passphrase. */
function makeKey(file: string, from?: string, passphrase = ''): void {
  if (!from) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file])
    return
  }
  writeFileSync(file, readFileSync(from), { mode: 0o600 })
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', file])
}

function fingerprintOf(file: string): string {
  return execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1]!
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function serve(config: string, port: number): Promise<ChildProcess> {
  const server = spawn(SSHD, ['-f', config, '-D', '-e'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  server.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()))
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error(`sshd did not start: ${complaint}`)
    if (await answers(port)) return server
    await sleep(50)
  }
  throw new Error(`sshd does not answer: ${complaint}`)
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error as Error)
  // It speaks no HTTP: anything but "nobody listens" is an answer.
  const cause = response instanceof Error ? (response.cause as { code?: string }) : undefined
  return cause?.code !== 'ECONNREFUSED'
}

async function end(server: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill(signal)
  await gone
}

function cut(server: ChildProcess, signal: NodeJS.Signals): void {
  for (const pid of connectionsOf(server)) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // else it ended with its parent
    }
  }
}

/** The processes that serve connections: children of the listener and, with privilege separation, theirs. */
function connectionsOf(server: ChildProcess): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = readStat(name)
    if (stat?.command !== 'sshd') continue
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)])
  }
  const under = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...under(child)])
  return under(server.pid!)
}

function readStat(pid: string): { command: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      command: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      parent: Number(parent),
    }
  } catch {
    return undefined // it ended while we looked
  }
}
