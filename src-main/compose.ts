import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { contract } from '#contract'
import { createBridge } from '#bridge/serve'
import { createApprovals } from '#domains/approvals'
import { createAudit } from '#domains/audit'
import { createConnections } from '#domains/connections'
import { createCredentials } from '#domains/credentials'
import { createDemo } from '#domains/demo'
import { createHost } from '#domains/host'
import { createInsights } from '#domains/insights'
import { createIntake } from '#domains/intake'
import { createNotifications } from '#domains/notifications'
import { createPeople } from '#domains/people'
import { createPlans } from '#domains/plans'
import { classify } from '#domains/risk'
import { createRunbooks } from '#domains/runbooks'
import { createRuns } from '#domains/runs'
import { createSettings } from '#domains/settings'
import { createTickets } from '#domains/tickets'
import { createTriage } from '#domains/triage'
import type { Application } from '#hosts/application'
import { systemClock as clock } from '#platform/clock'
import { endedUncleanly, lockDataFolder, openDataFolder } from '#platform/data-folder'
import { createEvents } from '#platform/events'
import type { Host } from '#platform/host'
import { createLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { createScheduler } from '#platform/scheduler'
import { openStore } from '#platform/store'
import type { Config } from '#platform/config'

/** The whole application, floor by floor. Nothing else calls a `create…` of a domain. */
export async function compose(host: Host, config: Config) {
  const folder = openDataFolder(config.dataFolder)
  const suspicious = endedUncleanly(folder)
  const lock = lockDataFolder(folder, host.kind)
}
