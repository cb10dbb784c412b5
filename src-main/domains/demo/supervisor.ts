import { createServer } from 'node:net'
import type { ChildProgram, Host } from '#platform/host'
import { UNITS, type Unit } from './units'
import type { WorldFolder } from './world-folder'

/** What systemd would say of a unit. */
export interface UnitState {
  readonly name: string
  readonly description: string
  readonly active: 'active' | 'inactive' | 'failed'
  readonly pid: number | undefined
  readonly url: string | undefined
  readonly restarts: number
}

/** Starts and ends the demo's services, each a process of its own with a port of its own. */
export interface Supervisor {
  state(name: string): UnitState | undefined
  all(): UnitState[]
  /** Everything that starts at boot. */
  startAll(): Promise<void>
  start(name: string): Promise<void>
  /** Ends the process, hung or not, and waits until it is gone. */
  stop(name: string): Promise<void>
  /** Ends it as a crash would: the unit is `failed` afterwards. */
  crash(name: string): Promise<void>
  close(): Promise<void>
}

interface Running {
  readonly child: ChildProgram
  readonly gone: Promise<void>
}

const START_TIMEOUT_MS = 15_000

export async function createSupervisor(host: Host, folder: WorldFolder): Promise<Supervisor> {
  const running = new Map<string, Running>()
  const failed = new Set<string>()
  const restarts = new Map<string, number>()
  const ports = new Map<string, number>()
  for (const unit of UNITS) if (unit.role === 'web') ports.set(unit.name, await freePort())

  const describe = describeWith({ running, failed, restarts, ports })
  const launch = launchWith({ host, folder, running, ports })

  const supervisor: Supervisor = {
    state: (name) => UNITS.filter((unit) => unit.name === name).map(describe)[0],
    all: () => UNITS.map(describe),
    async startAll() {
      const boot = UNITS.filter((unit) => unit.startsAtBoot)
      await Promise.all(boot.map(({ name }) => supervisor.start(name)))
    },
    async start(name) {
      if (running.has(name)) return
      failed.delete(name)
      restarts.set(name, (restarts.get(name) ?? -1) + 1)
      await launch(UNITS.find((unit) => unit.name === name)!)
    },
    async stop(name) {
      const current = running.get(name)
      current?.child.kill()
      await current?.gone
      failed.delete(name)
    },
    async crash(name) {
      await supervisor.stop(name)
      failed.add(name)
    },
    async close() {
      await Promise.all([...running.keys()].map((name) => supervisor.stop(name)))
    },
  }
  return supervisor
}

interface Records {
  readonly running: Map<string, Running>
  readonly failed: ReadonlySet<string>
  readonly restarts: ReadonlyMap<string, number>
  readonly ports: ReadonlyMap<string, number>
}

function describeWith({ running, failed, restarts, ports }: Records): (unit: Unit) => UnitState {
  return ({ name, description }) => {
    const port = ports.get(name)
    const idle = failed.has(name) ? 'failed' : 'inactive'
    return {
      name,
      description,
      active: running.has(name) ? 'active' : idle,
      pid: running.get(name)?.child.pid,
      url: port === undefined ? undefined : `http://127.0.0.1:${port}`,
      restarts: restarts.get(name) ?? 0,
    }
  }
}

interface Launching extends Pick<Records, 'running' | 'ports'> {
  readonly host: Host
  readonly folder: WorldFolder
}

function launchWith({ host, folder, running, ports }: Launching): (unit: Unit) => Promise<void> {
  return async ({ name, role }) => {
    const order = { name, role, folder: folder.unit(name), port: ports.get(name) ?? 0 }
    const child = host.startProgram('demo-app', [JSON.stringify(order)])
    const gone = new Promise<void>((done) => child.onExit(() => done()))
    running.set(name, { child, gone })
    void gone.then(() => running.get(name)?.child === child && running.delete(name))
    const timeout = AbortSignal.timeout(START_TIMEOUT_MS)
    await new Promise<void>((ready, refuse) => {
      child.onMessage(() => ready())
      child.onExit(() => ready()) // its state says that it is gone
      timeout.addEventListener('abort', () =>
        refuse(new Error(`${name} did not start within 15 s`)),
      )
    })
  }
}

/** A port that was free a moment ago; the services keep theirs over restarts, as on a real host. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
