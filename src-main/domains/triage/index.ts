import type { Audit } from '#domains/audit'
import type { Runbooks } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import { loadSeverityModel } from './severity-model'
import { createTriageRepository } from './triage-repository'
import { createTriageService, type TriageDomain } from './triage-service'

// Triage: the verdict on a ticket, with reasons. Proposes; never closes a ticket and never starts a run.
export type { TriageDomain }
// How severity is learnt and measured, for `npm run train` and `npm run eval`.
export { BUCKETS, featuresOf, type Sparse } from './severity-features'
export { marksOf } from './severity-marks'
export {
  choose,
  CLASSES,
  loadSeverityModel,
  readSeverityReport,
  scoresOf,
  type PackedSeverity,
  type SeverityFile,
  type SeverityReport,
  toParts,
} from './severity-model'

interface Needs {
  /** Folder with models/. */
  resources: string
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  scheduler: Scheduler
  tickets: Tickets
  runbooks: Pick<Runbooks, 'rank' | 'ready'>
}

/** What news and a crash left behind is picked up this often. */
const SWEEP_MS = 30_000
const SLICE_MS = 10

export function createTriage(needs: Needs): TriageDomain {
  const { database, events, scheduler, log } = needs
  const triage = createTriageService({
    ...needs,
    db: database.db,
    repository: createTriageRepository(database.db),
    model: loadSeverityModel(needs.resources),
    // PostgreSQL flushes elsewhere, and consoles that lock many tickets would wait for each other.
    alone: database.kind === 'sqlite', // a data folder is locked by its console
    sliceMs: database.kind === 'sqlite' ? SLICE_MS : 0,
  })
  const sweepSoon = () => {
    triage.sweep().catch((error: unknown) => log.error({ err: error }, 'triage could not sweep'))
  }
  const stopListening = events.subscribe('tickets.changed', sweepSoon)
  const stopSweeping = scheduler.every(
    'triage.sweep',
    SWEEP_MS,
    async () => void (await triage.sweep()),
  )
  sweepSoon()
  return {
    ...triage,
    async stop() {
      stopListening()
      stopSweeping()
      await triage.stop()
    },
  }
}
