import type { Db, StoreKind } from '#platform/database'
import { createDeliveryReads } from './delivery-read-repository'
import { createDeliveryWrites } from './delivery-write-repository'

export type { Delivery, KeptDelivery, NewDelivery, Outcome, Status, Step } from './delivery-row'

/** The one place that knows the tables of deliveries. */
export function createDeliveryRepository(db: Db, kind: StoreKind) {
  return { ...createDeliveryWrites(db, kind), ...createDeliveryReads(db) }
}
export type DeliveryRepository = ReturnType<typeof createDeliveryRepository>
