import type { Audit } from '#domains/audit'
import type { Credentials } from '#domains/credentials'
import type { Outcome } from '#domains/connectors'
import type { Openssh } from '#domains/openssh'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { createConnectionRepository } from './connection-repository'
import { type Connections, type Connectors, createConnectionService } from './connection-service'

// Named targets and how to reach them. Executes actions it is handed; never decides whether they may run.
export type { Connections, Outcome }

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  credentials: Credentials
  masking: Masking
  connectors: Connectors
  openssh: Openssh
  log: Log
}

/** At the first start it makes the connection `This machine`. */
export function createConnections(needs: Needs): Promise<Connections> {
  const repository = createConnectionRepository(needs.database.db)
  return createConnectionService({ ...needs, repository })
}
