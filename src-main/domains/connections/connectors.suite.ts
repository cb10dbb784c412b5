import { createDatabases } from '#domains/databases'
import { createEgress } from '#domains/egress'
import { createLocal } from '#domains/local'
import { createSsh } from '#domains/ssh'
import { createWeb } from '#domains/web'
import type { Connectors } from './connection-service'
import { startProgram } from './programs.suite'

type Needs = Parameters<typeof createSsh>[0] &
  Omit<Parameters<typeof createEgress>[0], 'settings' | 'console'>

/** The real ones, as the app makes them. */
export async function createConnectors(needs: Needs): Promise<Connectors> {
  const settings = { current: () => ({ offline: false }) }
  const egress = await createEgress({ ...needs, settings, console: 'ada@desk' })
  return {
    local: createLocal(needs),
    ssh: createSsh(needs),
    ...createDatabases({ ...needs, startProgram }),
    http: createWeb({ ...needs, egress }),
  }
}
