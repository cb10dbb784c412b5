import type { DeliveryId, Timestamp } from '#contract/primitives'
import type { Signal } from '#domains/tickets'
import type { Log } from '#platform/log'
import type { DeliveryRepository } from './delivery-repository'
import { readDelivery } from './reading'
import type { KeptSource } from './source-repository'

interface Needs {
  deliveries: Pick<DeliveryRepository, 'processedSince'>
  sourceOf: (name: string) => KeptSource | undefined
  log: Log
}

/** Deliveries that are read between two looks at what else there is to do. */
const SLICE = 25

/** What signals came since then, read again from what was kept, newest first: to try a rule before it is made. */
export function createPast({ deliveries, sourceOf, log }: Needs) {
  return async function* pastSignals(since: Timestamp): AsyncGenerator<Signal> {
    let before: DeliveryId | undefined
    for (;;) {
      const slice = await deliveries.processedSince(since, before, SLICE)
      if (slice.length === 0) return
      for (const kept of slice) {
        const { signals } = await readDelivery(kept, sourceOf(kept.delivery.source), log)
        yield* signals
        before = kept.delivery.id
      }
      await new Promise((resolve) => void setImmediate(resolve))
    }
  }
}
