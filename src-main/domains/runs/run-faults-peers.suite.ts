import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { startSshd } from '#peers/sshd'
import { connectDatabase } from '#platform/database'
import { FAR, WEBS } from './run-faults-books.suite'

/** Where the console under test keeps its runs, and what can be done to the way there. */
export interface FaultStore {
  readonly location: string
  /** Ends what the server does for this console; or cuts its lines on the way. Nothing on SQLite. */
  endBackends(): Promise<void>
  cutLines(): void
  close(): Promise<void>
}

export async function openSqlite(folder: string): Promise<FaultStore> {
  const location = join(folder, 'store.sqlite')
  return { location, endBackends: async () => {}, cutLines() {}, close: async () => {} }
}

/** A schema of its own, reached through a line that can be cut. */
export async function openPostgres(url: string): Promise<FaultStore> {
  const name = `qd_${randomBytes(6).toString('hex')}`
  const admin = connectDatabase(url)
  await sql`create schema ${sql.id(name)}`.execute(admin.db)
  const real = new URL(url)
  const wire = await openWire(real.hostname, Number(real.port || 5432))
  const address = new URL(url)
  address.host = `127.0.0.1:${wire.port}`
  address.searchParams.set('search_path', name)
  address.searchParams.set('application_name', name)
  const endBackends = async () => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = ${name}`.execute(admin.db)
  }
  return {
    location: address.href,
    endBackends,
    cutLines: wire.cut,
    async close() {
      await endBackends()
      wire.close()
      await sql`drop schema ${sql.id(name)} cascade`.execute(admin.db)
      await admin.close()
    },
  }
}

async function openWire(host: string, port: number) {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = connect(port, host)
    keep(near)
    keep(far)
    near.pipe(far).pipe(near)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy())
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      cut()
      server.close()
    },
  }
}

/** A real sshd at four addresses of this machine, and an agent that holds the key to it. */
export async function openHosts() {
  const sshd = await startSshd(WEBS.map((host) => `ListenAddress ${host}`))
  const folder = mkdtempSync(join(tmpdir(), 'qd-agent-'))
  const [socket, key] = [join(folder, 'agent'), join(folder, 'key')]
  const said = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' })
  writeFileSync(key, sshd.userKey, { mode: 0o600 })
  execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  return {
    sshd,
    agent: socket,
    hosts: [['far', FAR] as const, ...WEBS.map((host, n) => [`web-${n + 1}`, host] as const)],
    async close() {
      process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(said)![1]))
      await sshd.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type Hosts = Awaited<ReturnType<typeof openHosts>>

/** Puts the runbooks where a console finds them. */
export function placeBooks(folder: string, books: readonly { name: string; markdown: string }[]) {
  const place = join(folder, 'resources', 'runbooks')
  mkdirSync(place, { recursive: true })
  for (const { name, markdown } of books) writeFileSync(join(place, `${name}.md`), markdown)
}
