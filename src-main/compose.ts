import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { contract, Refusal } from '#contract'
import { hasRole, type RoleName } from '#contract/define'
import { type Bridge, createBridge } from '#bridge/serve'
import { createApprovalArchive, createApprovals } from '#domains/approvals'
import { createAudit } from '#domains/audit'
import { createChanges } from '#domains/changes'
import { createConnections } from '#domains/connections'
import { createCredentials } from '#domains/credentials'
import { createDatabases } from '#domains/databases'
import { createDemo } from '#domains/demo'
import { createEgress } from '#domains/egress'
import { createExports } from '#domains/exports'
import { createHandovers } from '#domains/handovers'
import { createHost } from '#domains/host'
import { createImporters } from '#domains/importers'
import { createInsights } from '#domains/insights'
import { createIntake } from '#domains/intake'
import { createNotifications } from '#domains/notifications'
import { createLocal } from '#domains/local'
import { createOpenssh } from '#domains/openssh'
import { createPeople } from '#domains/people'
import { createPlans } from '#domains/plans'
import { createPolicies } from '#domains/policies'
import { createPulls } from '#domains/pulls'
import { classify } from '#domains/risk'
import { createQuality } from '#domains/quality'
import { createRevisions } from '#domains/revisions'
import { createRunbooks } from '#domains/runbooks'
import { createRunArchive, createRuns } from '#domains/runs'
import { createScreening } from '#domains/screening'
import { createSettings } from '#domains/settings'
import { createSsh } from '#domains/ssh'
import { createTickets } from '#domains/tickets'
import { createTriage } from '#domains/triage'
import { createWeb } from '#domains/web'
import type { Caller } from '#platform/caller'
import { type Clock, systemClock } from '#platform/clock'
import type { Config } from '#platform/config'
import {
  type DataFolder,
  endedUncleanly,
  lockDataFolder,
  openDataFolder,
} from '#platform/data-folder'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import type { Host, PowerEvent } from '#platform/host'
import { createLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { createScheduler } from '#platform/scheduler'
import { openStore } from '#platform/store'

/**
 * The whole application, floor by floor. Nothing else calls a `create…` of a domain. Another clock is for reading past
 * deliveries at their own time.
 */
export async function compose(host: Host, config: Config, clock: Clock = systemClock) {
  const folder = openDataFolder(config.dataFolder)
  const suspicious = endedUncleanly(folder)
  const lock = lockDataFolder(folder, host.kind)
  try {
    const database = await openStore(folder, { url: config.databaseUrl, suspicious })
    return await build(host, config, clock, folder, database, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Why runs pause at their next step border when the machine says so. */
const PAUSES: Partial<Record<PowerEvent, string>> = {
  suspend: 'the machine went to sleep',
  lock: 'the screen was locked',
  network: 'the network changed',
}

async function build(
  host: Host,
  config: Config,
  clock: Clock,
  folder: DataFolder,
  database: Database,
  unlock: () => void,
) {
  const masking = createMasking()
  const log = createLog(masking, config.logLevel)
  const events = createEvents()
  const scheduler = createScheduler(log)
  const account = userInfo().username
  const console = `${account}@${hostname()}`

  const audit = createAudit({ database, clock })
  const ground = { database, clock, events, audit, log, masking, scheduler, host, console }
  const settings = await createSettings(ground)
  const policyFile = () => {
    const chosen = settings.current().policyFile
    return { path: chosen || join(folder.path, 'policy.yaml'), chosen: chosen !== '' }
  }
  const { signingKeys, ...credentials } = await createCredentials({
    ...ground,
    tier: config.vaultTier,
    dataFolder: folder.path,
    idleMinutes: () => settings.current().vaultIdleMinutes,
  })
  const people = await createPeople({ ...ground, account, signing: signingKeys })
  const policies = await createPolicies({ ...ground, file: policyFile })
  const egress = await createEgress({ ...ground, settings })
  const machine = createHost({ ...ground, machine: host, folder, version: QUARTERDECK_VERSION })

  const runbooks = await createRunbooks({
    ...ground,
    resources: host.resources,
    dataFolder: folder.path,
    classify,
  })
  const importers = createImporters({ ...ground, runbooks })
  const openssh = createOpenssh()
  const connectors = {
    local: createLocal(ground),
    ssh: createSsh({ ...ground, credentials, openssh }),
    ...createDatabases({ ...ground, credentials, startProgram: host.startProgram }),
    http: createWeb({ ...ground, credentials, egress }),
  }
  const connections = await createConnections({ ...ground, credentials, connectors, openssh })
  const tickets = createTickets({ ...ground, people })
  const changes = createChanges({ ...ground, ticketFacts: (id) => tickets.find(id) })

  const screening = await createScreening({
    ...ground,
    people,
    tickets,
    // Intake stands above and is there when it is asked.
    kindOf: (source) => intake.kindOf(source),
    pastSignals: (since) => intake.pastSignals(since),
  })
  const intake = createIntake({
    ...ground,
    tickets,
    changes,
    screening,
    credentials,
    egress,
    settings,
    version: QUARTERDECK_VERSION,
    port: config.intakePort,
  })
  const revisions = createRevisions({ ...ground, runbooks })
  const plans = createPlans({ runbooks, tickets, connections, classify, policies, people })
  const approvals = createApprovals({ ...ground, people, settings, explain: connections.explain })
  const quality = createQuality({ ...ground, runbooks })

  const triage = createTriage({ ...ground, resources: host.resources, tickets, runbooks })

  const runs = createRuns({
    ...ground,
    plans,
    approvals,
    quality,
    connections,
    tickets,
    dataFolder: folder.path,
  })

  const exports = createExports({
    ...ground,
    archive: createRunArchive(database, folder.path),
    approvals: createApprovalArchive(database),
    version: QUARTERDECK_VERSION,
    resources: host.resources,
    dataFolder: folder.path,
  })
  const handovers = createHandovers({ clock, tickets, runs, triage, changes })
  const insights = createInsights({ ...ground, tickets, approvals, runs, intake, credentials })
  const never = new AbortController().signal
  const caller = (): Caller => ({ operator: people.current(), signal: never })
  const pulls = createPulls({ ...ground, credentials, egress, intake, caller })
  const notifications = createNotifications({ ...ground, approvals, runs, settings, caller })
  const demo = createDemo({
    ...ground,
    connections,
    credentials,
    intake,
    tickets,
    triage,
    runs,
    approvals,
    settings,
  })

  const domains = {
    host: machine,
    settings,
    people,
    policies,
    audit,
    egress,
    credentials,
    connections,
    runbooks,
    revisions,
    importers,
    tickets,
    changes,
    screening,
    intake,
    pulls,
    plans,
    approvals,
    quality,
    triage,
    runs,
    exports,
    handovers,
    insights,
    demo,
  }
  const bridge: Bridge = createBridge({
    contract,
    domains,
    events,
    log,
    caller: people.now,
  })
  host.onPower?.((event) => {
    const failed = (error: unknown) =>
      log.error({ err: error, event }, 'a power event was not answered')
    if (event === 'lock') credentials.lockWithScreen()
    const reason = PAUSES[event]
    if (reason) runs.pauseAll(reason).catch(failed)
    if (event !== 'resume') return
    runs.wake().catch(failed)
    triage.sweep().catch(failed)
    pulls.reconcile().catch(failed)
  })
  await quality.begin(runs.past)
  await runs.recover()

  return {
    bridge,
    events,
    log,
    caller,
    settings,
    credentials,
    intake,
    tickets,
    pulls,
    demo,
    /** For orders from the command line, which no bridge checks. Throws Refusal `forbidden`. */
    async admit(role: RoleName): Promise<void> {
      const me = await people.now()
      if (hasRole(me.role, role)) return
      throw new Refusal(
        'forbidden',
        `This needs the role ${role}, and ${me.name} is ${me.role} in this store. Nothing was changed. An admin changes roles under Settings.`,
      )
    },
    /** Top floor first: nobody is called after they are gone. */
    async close(): Promise<void> {
      await demo.close()
      notifications.stop()
      bridge.close()
      await pulls.stop()
      await intake.stop()
      await screening.stop()
      await triage.stop()
      await runs.stop()
      await quality.stop()
      await scheduler.stop()
      await connections.close()
      await revisions.stop()
      await runbooks.close()
      await database.close()
      unlock()
    },
  }
}
