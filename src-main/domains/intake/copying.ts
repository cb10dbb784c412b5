import { Refusal } from '#contract'
import type { Timestamp } from '#contract/primitives'
import type { Database, Db } from '#platform/database'
import { transact } from '#platform/database'
import {
  createDeliveryRepository,
  type DeliveryRepository,
  type KeptDelivery,
} from './delivery-repository'
import type { Gate } from './gate'
import type { Processing } from './processing'
import { createSourceRepository, type SourceRepository } from './source-repository'

interface Needs {
  db: Db
  sources: SourceRepository
  deliveries: DeliveryRepository
  processing: Processing
  gate: Gate
}

export interface Copying {
  /** The store to read; nothing in it is changed. */
  readonly from: Database
  /** Called before each delivery with the time at which it came: tickets open, resolve and reopen by it. */
  readonly setNow: (at: Timestamp) => void
  readonly progress: (done: number) => void
}

/** Deliveries read between two looks at the other store. */
const SLICE = 200

/**
 * Takes in again what another store kept, in the order in which it came, with its ids and its times, so that the same
 * tickets come of it. Only into a store that has taken nothing in: refused with `conflict`. How many there were.
 */
export function createCopying({ db, sources, deliveries, processing, gate }: Needs) {
  return async function copyFrom({ from, setNow, progress }: Copying): Promise<number> {
    const counts = await deliveries.counts()
    if (counts.some(({ count }) => count > 0))
      throw new Refusal(
        'conflict',
        'This store has taken deliveries in already, so nothing was replayed. Name a new folder with --data FOLDER.',
      )
    for (const source of await createSourceRepository(from.db, from.kind).all())
      await transact(db, (tx) =>
        sources.save(
          { ...source, secretId: null, previousSecretId: null, previousUntil: null },
          tx,
        ),
      )
    await gate.reload()
    const theirs = createDeliveryRepository(from.db, from.kind)
    let done = 0
    for (let after = ''; ;) {
      const slice = await theirs.nextKept(after, SLICE)
      if (slice.length === 0) return done
      for (const { kept, key } of slice) {
        const { id, source, receivedAt, proof, via } = kept.delivery
        setNow(receivedAt)
        const { headers, body } = kept
        const arrived = { id, source, receivedAt, proof, via, key, headers, body }
        const why = whyUnread(kept)
        if (why !== undefined) await deliveries.add([{ ...arrived, status: 'dead', reason: why }])
        else {
          const [added] = await deliveries.add([{ ...arrived, status: 'stored', reason: '' }])
          if (added!.status === 'stored') await processing.again({ ...kept, delivery: added! })
        }
        after = id
        progress(++done)
      }
    }
  }
}

/** The secrets are not copied with the sources: what was not proven over there cannot be proven here. */
function whyUnread({ delivery, body }: KeptDelivery): string | undefined {
  const { proof, reason } = delivery
  if (proof === 'pending') return 'Its signature was not checked before it was copied.'
  return body === null || proof === 'failed' ? reason : undefined
}
