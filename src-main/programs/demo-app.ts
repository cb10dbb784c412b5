import { createServer, type ServerResponse } from 'node:http'
import { existsSync, readFileSync, statSync, appendFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { connectParent } from '#platform/child-program'

// A small web service of the demo's world: a process of its own with a real port. It can really hang, really run out
// of room, really wait for a lock and really serve a broken release. Its folder is its only state.

interface Order {
  readonly role: 'web' | 'job'
  readonly name: string
  readonly folder: string
  readonly port: number
}

const parent = connectParent()
const order = JSON.parse(process.argv[2] ?? '{}') as Order
const LOCK_WAIT_MS = 250
const SLOW_MS = 700

function log(line: string): void {
  appendFileSync(
    join(order.folder, 'log', 'service.log'),
    `${new Date().toISOString()} ${order.name} ${line}\n`,
  )
}

/** Bytes in the log folder: what the quota counts. */
function usedBytes(): number {
  const folder = join(order.folder, 'log')
  return readdirSync(folder).reduce((all, name) => all + statSync(join(folder, name)).size, 0)
}

function findProblem(): string | undefined {
  const quota = join(order.folder, 'quota')
  if (existsSync(quota) && usedBytes() > Number(readFileSync(quota, 'utf8'))) {
    return 'no space left on device, writing the order journal'
  }
  const release = join(order.folder, 'current', 'release.json')
  if (existsSync(release)) {
    const { version, broken } = JSON.parse(readFileSync(release, 'utf8')) as {
      version: string
      broken?: string
    }
    if (broken) return `${broken} (release ${version})`
  }
  return findLock()
}

/** Until the time in the file, every answer takes this long. */
function findSlowness(): number {
  const slow = join(order.folder, 'slow-until')
  return existsSync(slow) && Number(readFileSync(slow, 'utf8')) > Date.now() ? SLOW_MS : 0
}

function findLock(): string | undefined {
  const path = join(order.folder, 'database')
  if (!existsSync(path)) return undefined
  const database = new Sqlite(readFileSync(path, 'utf8'), { timeout: LOCK_WAIT_MS })
  try {
    database.prepare('insert into orders (at) values (?)').run(Date.now())
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    database.close()
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(`${JSON.stringify(body)}\n`)
}

/** Blocks this process for good, as a deadlock does: only ending it helps. The file is the order, obeyed once. */
function hang(): void {
  rmSync(join(order.folder, 'hang'))
  log('waiting for a worker that never answers')
  const never = new Int32Array(new SharedArrayBuffer(4))
  const born = process.ppid
  // A hung process hears no signal of ours, so it looks for itself whether the console is still there.
  while (process.ppid === born) Atomics.wait(never, 0, 0, 500)
  process.exit(0)
}

function reply(response: ServerResponse, startedAt: number): void {
  const problem = findProblem()
  if (problem) log(`error: ${problem}`)
  const uptime = Math.round((Date.now() - startedAt) / 1000)
  answer(
    response,
    problem ? 503 : 200,
    problem ? { status: 'failing', problem } : { status: 'ok', uptime },
  )
}

function serve(): void {
  const startedAt = Date.now()
  const server = createServer((_, response) => {
    // A file asks for the hang, so that a restarted process starts healthy once somebody has removed it.
    if (existsSync(join(order.folder, 'hang'))) hang()
    const slowMs = findSlowness()
    if (slowMs > 0) setTimeout(() => answer(response, 200, { status: 'ok', slowMs }), slowMs)
    else reply(response, startedAt)
  })
  server.listen(order.port, '127.0.0.1', () => {
    log(`listening on port ${order.port}`)
    parent.post({ ready: true })
  })
}

/** A report that forgot to end its transaction: nobody else can write until this process is gone. */
function holdLock(): void {
  const database = new Sqlite(readFileSync(join(order.folder, 'database'), 'utf8'), {
    timeout: 5000,
  })
  database.exec('begin exclusive')
  log('building the monthly report, holding the orders database')
  parent.post({ ready: true })
  // The interval holds the connection: one that nobody refers to is collected, and its lock with it.
  setInterval(() => {
    if (database.inTransaction) log('still building the monthly report')
  }, 2000)
}

parent.onGone(() => process.exit(0)) // the console is gone: leave nothing behind
if (order.role === 'web') serve()
else holdLock()
