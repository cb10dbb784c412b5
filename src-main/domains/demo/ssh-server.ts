import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2, { type Connection as SshConnection, type ServerChannel, type Session } from 'ssh2'

/** An SSH server on loopback whose host is the demo's folder. It runs what it is asked to in a real shell there. */
export interface SshServer {
  readonly port: number
  readonly username: string
  readonly password: string
  /** As ssh-keygen prints it: `SHA256:…`. */
  readonly hostKey: string
  close(): Promise<void>
}

interface Place {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

const SHELL = '/bin/sh'

/** Listens on 127.0.0.1 only, with a host key and a password made for this one start. */
export async function startSshServer(place: Place): Promise<SshServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const username = 'deploy'
  const password = randomBytes(24).toString('base64url')
  const children = new Set<ChildProcess>()
  const lines = new Set<SshConnection>()
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (line) => {
    lines.add(line)
    line.on('close', () => lines.delete(line))
    line.on('error', () => line.end()) // a broken line is the client's to notice
    line.on('authentication', (attempt) => {
      const right =
        attempt.method === 'password' &&
        attempt.username === username &&
        isSame(attempt.password, password)
      if (right) attempt.accept()
      else attempt.reject(['password'])
    })
    line.on('ready', () => line.on('session', (accept) => answerSession(accept(), place, children)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    username,
    password,
    hostKey: fingerprintOf(privateKey),
    async close() {
      for (const child of children) endGroup(child, 'SIGKILL')
      for (const line of lines) line.end()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function fingerprintOf(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw parsed
  const hash = createHash('sha256').update(parsed.getPublicSSH()).digest('base64')
  return `SHA256:${hash.replace(/=+$/, '')}`
}

function answerSession(session: Session, place: Place, children: Set<ChildProcess>): void {
  let running: ChildProcess | undefined
  session.on('pty', (accept) => accept?.())
  session.on('env', (accept) => accept?.())
  session.on('signal', (accept, _reject, { name }) => {
    accept?.()
    if (running) endGroup(running, `SIG${name}` as NodeJS.Signals)
  })
  session.on('exec', (accept, _reject, { command }) => {
    running = run(command, accept(), place)
    children.add(running)
    running.on('exit', () => children.delete(running!))
  })
}

function run(
  command: string,
  channel: ServerChannel,
  { folder, environment }: Place,
): ChildProcess {
  const child = spawn(SHELL, ['-c', command], { cwd: folder, env: environment, detached: true })
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  channel.pipe(child.stdin)
  child.stdin.on('error', () => {}) // the program did not want its input any more
  channel.on('close', () => endGroup(child, 'SIGHUP'))
  child.on('error', (error) => channel.stderr.write(`${error.message}\n`))
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.replace(/^SIG/, ''))
    else channel.exit(code ?? 1)
    channel.end()
  })
  return child
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has ended between the look and the kill: that is what was wanted.
  }
}
