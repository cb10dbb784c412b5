import type { Events } from '#platform/events'
import type { Scheduler } from '#platform/scheduler'
import type { Gate } from './gate'
import type { Processing } from './processing'
import type { Proofs } from './proofs'
import type { createRetention } from './retention'

interface Needs {
  events: Events
  scheduler: Scheduler
  gate: Gate
  processing: Processing
  proofs: Proofs
  retention: ReturnType<typeof createRetention>
  endRotations: () => Promise<void>
}

/** How often what was left behind is looked for: a store in trouble, another console that died. */
const LEFTOVERS_MS = 30_000
/** How soon a source that another console on the same store changed is known here. */
const SOURCES_MS = 5_000
const RETENTION_MS = 60_000

/** Comes back to what nobody else would: leftovers, a port that was taken, a vault that opened, old deliveries. */
export function createWatch(needs: Needs) {
  const { events, scheduler, gate, processing, proofs, retention, endRotations } = needs
  const stops: (() => void)[] = []
  return {
    start(): void {
      stops.push(
        events.subscribe('settings.changed', () => void gate.keepOpen()),
        events.subscribe('credentials.changed', proofs.forget),
        scheduler.every('intake.leftovers', LEFTOVERS_MS, async () => {
          processing.ring()
          await gate.keepOpen()
        }),
        scheduler.every('intake.proofs', SOURCES_MS, processing.recheck),
        scheduler.every('intake.sources', SOURCES_MS, gate.reload),
        scheduler.every('intake.rotations', LEFTOVERS_MS, endRotations),
        scheduler.every(
          'intake.retention',
          RETENTION_MS,
          async () => void (await retention.sweep()),
        ),
      )
    },
    stop(): void {
      for (const stop of stops.splice(0)) stop()
    },
  }
}
