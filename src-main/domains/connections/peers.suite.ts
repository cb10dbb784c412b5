import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  existsSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Authority, Pair } from './certificates.suite'

/** A server with throw-away data on loopback. */
export interface Peer {
  readonly port: number
  /** Runs SQL with the database's own client, as its superuser. */
  sql(text: string): string
  close(): Promise<void>
}

const isRoot = process.getuid?.() === 0
const postgresBin = findPostgres()
/** Why there is no such server here; undefined when there is. In CI it has to be there. */
export const postgresMissing = missing('PostgreSQL', postgresBin !== undefined)
export const mariadbMissing = missing('MariaDB', existsSync('/usr/sbin/mariadbd'))

function missing(name: string, there: boolean): string | undefined {
  if (there) return undefined
  if (process.env['CI']) throw new Error(`CI must have ${name}`)
  console.warn(`skipped with ${name}: it is not installed`)
  return name
}

function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const newest = readdirSync(root).toSorted((a, b) => Number(b) - Number(a))[0]
  return newest && join(root, newest, 'bin')
}

/** Servers refuse to run as root: then the account of their package does. */
function as(account: string, program: string, args: readonly string[]): [string, string[]] {
  if (!isRoot) return [program, [...args]]
  const who = [`--reuid=${account}`, `--regid=${account}`, '--clear-groups']
  return ['setpriv', [...who, program, ...args]]
}

function folderFor(account: string): string {
  const folder = mkdtempSync(join(tmpdir(), `qd-${account}-`))
  if (isRoot) chownSync(folder, idOf(account, '-u'), idOf(account, '-g'))
  return folder
}

function idOf(account: string, flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, account], { encoding: 'utf8' }))
}

function give(account: string, folder: string, { certFile, keyFile }: Pair): void {
  for (const [from, to] of [
    [certFile, 'server.crt'],
    [keyFile, 'server.key'],
  ] as const) {
    const path = join(folder, to)
    copyFileSync(from, path)
    chmodSync(path, 0o600)
    if (isRoot) chownSync(path, idOf(account, '-u'), idOf(account, '-g'))
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilItAnswers(look: () => unknown, child: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      look()
      return
    } catch (error) {
      if (tries > 150 || child.exitCode !== null) throw error
      await pause(100)
    }
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null) child.kill(signal)
  else return
  await gone
}

/** Accounts: `qd` (trusted), `ada` with the password `s3cret-of-ada`, `cert` with a certificate for that name. */
export async function startPostgres(server: Pair, authority: Authority): Promise<Peer> {
  const folder = folderFor('postgres')
  const data = join(folder, 'data')
  const run = (program: string, args: readonly string[]) =>
    execFileSync(...as('postgres', join(postgresBin!, program), args), {
      encoding: 'utf8',
      stdio: 'pipe',
      cwd: folder,
    })
  run('initdb', ['-D', data, '-U', 'qd', '--auth=trust'])
  give('postgres', data, server)
  writeFileSync(join(data, 'ca.crt'), authority.ca, { mode: 0o644 })
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all all trust\nhost all ada 127.0.0.1/32 scram-sha-256\nhostssl all cert 127.0.0.1/32 cert\nhost all all 127.0.0.1/32 trust\n',
  )
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    ssl: 'on',
    ssl_ca_file: 'ca.crt',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [program, args] = as('postgres', join(postgresBin!, 'postgres'), ['-D', data, ...options])
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder })
  const sql = (text: string) =>
    run('psql', [
      '-X',
      '-A',
      '-t',
      '-h',
      folder,
      '-p',
      String(port),
      '-U',
      'qd',
      '-d',
      'postgres',
      '-c',
      text,
    ])
  await untilItAnswers(() => sql('select 1'), child)
  sql(
    "create role ada login password 's3cret-of-ada'; create role cert login; create role low login",
  )
  return {
    port,
    sql: (text) => sql(text).trim(),
    async close() {
      await end(child, 'SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Accounts: `root` without a password over its socket; `ada` with `s3cret-of-ada`; `low`, which may only read. */
export async function startMariadb(server: Pair): Promise<Peer> {
  const folder = folderFor('mysql')
  const data = join(folder, 'data')
  const user = isRoot ? ['--user=mysql'] : []
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', ...user],
    { stdio: 'pipe' },
  )
  give('mysql', data, server)
  const port = await freePort()
  const socket = join(folder, 'socket')
  const child = spawn(
    '/usr/sbin/mariadbd',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--pid-file=${join(folder, 'pid')}`,
      `--ssl-cert=${join(data, 'server.crt')}`,
      `--ssl-key=${join(data, 'server.key')}`,
      ...user,
    ],
    { stdio: 'ignore' },
  )
  const sql = (text: string) =>
    execFileSync(
      'mariadb',
      ['--no-defaults', `--socket=${socket}`, '-uroot', '-N', '-B', '-e', text],
      {
        encoding: 'utf8',
        stdio: 'pipe',
      },
    )
  await untilItAnswers(() => sql('select 1'), child)
  sql(`create database shop;
    create user ada@'127.0.0.1' identified by 's3cret-of-ada'; grant all on shop.* to ada@'127.0.0.1';
    create user low@'127.0.0.1' identified by 's3cret-of-ada'; grant select on shop.* to low@'127.0.0.1'`)
  return {
    port,
    sql: (text) => sql(text).trim(),
    async close() {
      await end(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a proxy does when the client says something: cut before it arrives, or after, so that no answer comes back. */
export type Cut = {
  readonly at: string
  readonly when: 'before' | 'after'
  readonly forGood?: boolean
}

/** A line in between that breaks where it is told to. Everything after `at` in the same direction is not passed on. */
export async function startProxy(port: number) {
  const sockets = new Set<Socket>()
  let cut: Cut | undefined
  let closed = false
  const server = createServer((client) => {
    if (closed) {
      client.destroy()
      return
    }
    const upstream = connect(port, '127.0.0.1')
    let isCut = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        if (!isCut || cut?.when !== 'after') upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      const hit = cut !== undefined && bytes.toString('latin1').toLowerCase().includes(cut.at)
      if (!hit || cut?.when === 'after') upstream.write(bytes)
      if (!hit) return
      isCut = true
      if (cut?.forGood) closed = true
      client.destroy()
      if (cut?.when === 'before') upstream.destroy()
      // What was passed on is worked on, and its answer goes nowhere.
      else setTimeout(() => upstream.destroy(), 500)
      cut = undefined
    })
    upstream.on('data', (bytes) => {
      if (!isCut) client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    cut(next: Cut) {
      cut = next
      closed = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
