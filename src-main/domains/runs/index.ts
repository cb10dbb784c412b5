import type { Audit } from '#domains/audit'
import type { Approvals } from '#domains/approvals'
import type { Connections } from '#domains/connections'
import type { Plans } from '#domains/plans'
import type { QualityDomain } from '#domains/quality'
import type { Tickets } from '#domains/tickets'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import type { Scheduler } from '#platform/scheduler'
import { createRunOutput } from './run-output'
import { createOutputRepository } from './run-output-repository'
import { OUTPUT_LIMITS, type OutputLimits } from './run-output-writer'
import { createRunRepository } from './run-repository'
import { createRunService, type Runs } from './run-service'
import type { Command } from './run-state'

// Runs: one execution of a snapshot of a plan. The machine decides, the driver does; each event is on disk first.
export { createRunArchive, type RunArchive } from './run-archive'
export { type Rehearsed, REHEARSED_TICKET, rehearse, type Script } from './run-rehearsal'
export type { Runs }

interface Needs {
  database: Database
  clock: Clock
  events: Events
  log: Log
  masking: Masking
  scheduler: Scheduler
  audit: Audit
  tickets: Tickets
  plans: Plans
  approvals: Approvals
  quality: Pick<QualityDomain, 'record'>
  connections: Connections
  /** Where output goes that is too long for the store. */
  dataFolder: string
  /** Which console drives the runs that are started here: the operator's account and the machine. */
  console: string
  /** How many steps may be on targets at once; default 25. */
  concurrency?: number
  outputLimits?: OutputLimits
  /** How long a stop waits for running steps; default 2 s. */
  graceMs?: number
}

const CONCURRENCY = 25
const ALERTS = new Set<Command['type']>(['watch_alert', 'await_alert'])
const GRACE_MS = 2000
/** News come at once; this finds what they missed: an answer from another console, a failure of a moment. */
const LOOK_MS = 1000
/** Where no other console answers, each approval that is waited for is asked about with every so many looks only. */
const ANSWERS_EVERY = 10

/** Call `recover` once when everything is composed. */
export function createRuns(needs: Needs): Runs {
  const { database, clock, log, events, scheduler } = needs
  const output = createRunOutput({
    repository: createOutputRepository(database.db),
    clock,
    log,
    folder: needs.dataFolder,
    limits: needs.outputLimits ?? OUTPUT_LIMITS,
  })
  const { look, reconcile, ...runs } = createRunService({
    ...needs,
    output,
    repository: createRunRepository(database),
    concurrency: needs.concurrency ?? CONCURRENCY,
    graceMs: needs.graceMs ?? GRACE_MS,
  })
  const every = database.kind === 'sqlite' ? ANSWERS_EVERY : 1
  let looks = 0
  scheduler.every('runs.reconcile', LOOK_MS, () => reconcile(looks++ % every === 0))
  events.subscribe('approvals.changed', ({ runId }) => look(({ id }) => id === runId))
  events.subscribe('tickets.changed', () => look((_, { type }) => ALERTS.has(type)))
  return runs
}
