import type { Audit } from '#domains/audit'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import { createDeliveryRepository, type NewDelivery } from './delivery-repository'
import { createDeliveryService } from './delivery-service'
import { createDesk } from './desk'
import { createGate, type Gate } from './gate'
import { createGroupCommit } from './group-commit'
import { createProcessing, type Processing } from './processing'
import { createSourceRepository } from './source-repository'
import { createSourceService } from './source-service'
import { createTraffic, MINUTES } from './traffic'

// Intake: every delivery kept verbatim before anything else happens, then read into signals. Knows no triage.
export interface Intake extends Serves<'intake'> {
  /** Opens the listener and finishes what a crash left `stored`. A taken port is a status, not a crash. */
  start(): Promise<void>
  /** Takes nothing more in, and ends when what is being read is done. */
  stop(): Promise<void>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  scheduler: Scheduler
  settings: { current(): { readonly intakePort: number } }
  tickets: Pick<Tickets, 'takeSignals'>
  /** Wins over the setting, for this start. */
  port?: number | undefined
}

/** How often what was left behind is looked for: a store in trouble, another console that died. */
const LEFTOVERS_MS = 30_000
/** How soon a source that another console on the same store changed is known here. */
const SOURCES_MS = 5_000

export function createIntake(needs: Needs): Intake {
  const { database, clock, events, audit, log, scheduler, settings, tickets, port } = needs
  const { db, kind } = database
  const sources = createSourceRepository(db)
  const deliveries = createDeliveryRepository(db, kind)
  const traffic = createTraffic({ clock, events })
  const gate = createGate({
    sources,
    traffic,
    log,
    port: () => port ?? settings.current().intakePort,
    tell: () => events.publish('intake.changed', {}),
  })
  const { sourceOf } = gate
  const { tell } = traffic
  const commit = createGroupCommit(async (group: readonly NewDelivery[]) => {
    const kept = await deliveries.add(group)
    for (const { source, receivedAt } of kept) traffic.count(source, receivedAt)
    tell(kept.filter(({ status }) => status !== 'stored'))
    processing.ring()
    return kept
  })
  const { pressure } = commit
  const processing = createProcessing({ db, deliveries, tickets, sourceOf, pressure, tell, log })
  const desk = createDesk({ clock, log, sourceOf, keep: commit.add })
  const shared = { db, clock, events, audit, sources, deliveries, processing, traffic, gate }
  const watch = createWatch({ events, scheduler, gate, processing })
  return {
    ...createDeliveryService(shared),
    ...createSourceService(shared),
    async start() {
      await gate.reload()
      const since = clock.now() - MINUTES * 60_000
      for (const { source, minute, count } of await deliveries.perMinute(since))
        traffic.count(source, minute * 60_000, count)
      processing.ring()
      await gate.start(desk)
      watch.start()
    },
    async stop() {
      watch.stop()
      await gate.stop()
      await commit.idle()
      await processing.stop()
      traffic.stop()
    },
  }
}

interface Watched extends Pick<Needs, 'events' | 'scheduler'> {
  gate: Gate
  processing: Processing
}

/** Comes back to what nobody else would: leftovers, a port that was taken, what another console changed. */
function createWatch({ events, scheduler, gate, processing }: Watched) {
  const stops: (() => void)[] = []
  return {
    start(): void {
      stops.push(
        events.subscribe('settings.changed', () => void gate.keepOpen()),
        scheduler.every('intake.leftovers', LEFTOVERS_MS, async () => {
          processing.ring()
          await gate.keepOpen()
        }),
        scheduler.every('intake.sources', SOURCES_MS, gate.reload),
      )
    },
    stop(): void {
      for (const stop of stops.splice(0)) stop()
    },
  }
}
