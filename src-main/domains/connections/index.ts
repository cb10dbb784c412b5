import type { Audit } from '#domains/audit'
import type { Credentials } from '#domains/credentials'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { createConnectionRepository } from './connection-repository'
import { type Connections, createConnectionService } from './connection-service'
import type { Outcome } from './connector'
import { createLocalConnector } from './local-connector'
import { createSshConnector } from './ssh-connector'

// Named targets and how to reach them. Executes actions it is handed; never decides whether they may run.
export type { Connections, Outcome }

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  masking: Masking
  log: Log
  credentials: Credentials
}

/** At the first start it makes the connection `This machine`. */
export function createConnections(needs: Needs): Promise<Connections> {
  const repository = createConnectionRepository(needs.database.db)
  const connectors = { local: createLocalConnector(needs), ssh: createSshConnector(needs) }
  return createConnectionService({ ...needs, repository, connectors })
}
