import type { Connection } from '#contract/connections'
import type { DemoStatus } from '#contract/demo'
import type { Connections } from '#domains/connections'
import type { Credentials } from '#domains/credentials'
import type { Intake } from '#domains/intake'
import type { Caller } from '#platform/caller'
import type { Host } from '#platform/host'
import type { World } from './scenario'
import { type SshServer, startSshServer } from './ssh-server'
import { createSupervisor } from './supervisor'
import { startSystemManager } from './system-manager'
import { startWatchdog, type Watchdog } from './watchdog'
import { buildWorldFolder } from './world-folder'

/** The demo's names for what it puts into the product; a crash may leave them, so a new start removes them first. */
export const DEMO_HOST = 'demo-host'
const DEMO_CREDENTIAL = 'demo deploy password'
export const DEMO_SOURCE = 'demo-watchdog'

/** Everything that runs while the demo is on. */
export interface LittleWorld {
  readonly world: World
  readonly watchdog: Watchdog
  readonly caller: Caller
  services(): DemoStatus['services']
  /** Ends its processes and removes its files; and, when somebody asks for it, its connection, credential and source. */
  close(caller: Caller | undefined): Promise<void>
}

interface Needs {
  host: Host
  connections: Connections
  credentials: Credentials
  intake: Intake
}

/** Starts the world and introduces it to the product by the same doors an operator uses. */
export async function buildLittleWorld(needs: Needs, caller: Caller): Promise<LittleWorld> {
  const folder = buildWorldFolder()
  const supervisor = await createSupervisor(needs.host, folder)
  const manager = startSystemManager(folder, supervisor)
  const ssh = await startSshServer({ folder: folder.path, environment: folder.environment })
  const world: World = { folder, supervisor, graffiti: new Map() }
  const closeWorld = async () => {
    manager.stop()
    await ssh.close()
    await supervisor.close()
    folder.remove()
  }
  try {
    await supervisor.startAll()
    await forget(needs, caller)
    await introduceHost(needs, ssh, caller)
    const source = await needs.intake.addSource(
      { name: DEMO_SOURCE, kind: 'alertmanager', title: 'Demo watchdog', mapping: null },
      caller,
    )
    const watchdog = startWatchdog({
      supervisor,
      hook: source.url,
      graffiti: world.graffiti,
      hostName: DEMO_HOST,
      labelsOf: (service) => labelsOf(world, service),
    })
    return {
      world,
      watchdog,
      caller,
      services: () => describeServices(world, watchdog),
      async close(by) {
        await watchdog.stop()
        await closeWorld()
        if (by) await forget(needs, by)
      },
    }
  } catch (error) {
    await closeWorld()
    throw error
  }
}

/** What the alert rules of this host put on every alert, so that runbooks know where to look. */
function labelsOf({ folder, supervisor }: World, service: string): Record<string, string> {
  const url = new URL('/healthz', supervisor.state(service)?.url)
  const place = {
    unit: service,
    path: folder.unit(service),
    url: url.href,
    port: url.port,
    health_path: url.pathname,
  }
  if (service === 'storefront') return { ...place, deploy_path: folder.unit(service) }
  if (service !== 'orders-api') return place
  return { ...place, database: folder.database, batch_unit: 'report-job' }
}

function describeServices({ supervisor }: World, watchdog: Watchdog): DemoStatus['services'] {
  return supervisor
    .all()
    .filter((unit) => unit.url !== undefined)
    .map(({ name, url, active }) => {
      const finding = watchdog.findings().get(name)
      const detail = finding?.ok === false ? finding.problem : active
      return { name, url: url!, healthy: finding?.ok ?? active === 'active', detail }
    })
}

async function introduceHost(
  { connections, credentials }: Needs,
  ssh: SshServer,
  caller: Caller,
): Promise<void> {
  const credential = await credentials.create(
    { name: DEMO_CREDENTIAL, kind: 'password', secret: ssh.password, passphrase: '' },
    caller,
  )
  const connection = await connections.create(
    {
      name: DEMO_HOST,
      kind: 'ssh',
      host: '127.0.0.1',
      port: ssh.port,
      username: ssh.username,
      auth: 'password',
      credentialId: credential.id,
      tags: ['demo'],
    },
    caller,
  )
  await connections.trustHostKey({ id: connection.id, hostKey: ssh.hostKey }, caller)
}

const isOurs = ({ name, tags }: Connection) => name === DEMO_HOST && tags.includes('demo')

async function forget({ connections, credentials, intake }: Needs, caller: Caller): Promise<void> {
  for (const { id } of (await connections.list({}, caller)).filter(isOurs))
    await connections.remove({ id }, caller)
  for (const { id, name } of await credentials.list({}, caller)) {
    if (name === DEMO_CREDENTIAL) await credentials.remove({ id }, caller)
  }
  const sources = await intake.sources({}, caller)
  if (sources.some(({ name }) => name === DEMO_SOURCE))
    await intake.removeSource({ name: DEMO_SOURCE }, caller)
}
