import type { DeliveryId, Timestamp } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Delivery, NewDelivery } from './delivery-repository'

interface Needs {
  clock: Clock
  log: Log
  keep: (delivery: NewDelivery) => Promise<Delivery>
}

/** Who is refused often is written down once in this time; the next line says how often it was meanwhile. */
const REFUSAL_MS = 60_000
/** Names that were refused and are remembered for that; a flood of made-up names shares one place. */
const MOST_NAMES = 50
/** Wrongly signed bodies of one source that are kept in that time, so that a secret set right can be replayed. */
const MOST_BODIES = 20

interface Place {
  since: Timestamp
  more: number
  bodies: number
}

/** Refused requests as dead letters, so few that nobody can flood the list. */
export function createRefusals({ clock, log, keep }: Needs) {
  const places = new Map<string, Place>()

  function placeOf(name: string, at: Timestamp): { place: string; so: Place; isNew: boolean } {
    const place = places.has(name) || places.size < MOST_NAMES ? name : 'unknown'
    const known = places.get(place)
    if (known && at - known.since < REFUSAL_MS) return { place, so: known, isNew: false }
    const so = { since: at, more: 0, bodies: 0 }
    places.set(place, so)
    return { place, so: { ...so, more: known?.more ?? 0 }, isNew: true }
  }

  return {
    /** Was there room to keep one more refused body of this source? */
    takesBody(name: string): boolean {
      const at = clock.now()
      placeOf(name, at)
      const so = places.get(name) ?? places.get('unknown')!
      so.bodies++
      return so.bodies <= MOST_BODIES
    },
    note(name: string, why: string, proof: Delivery['proof'] = 'token'): void {
      const at = clock.now()
      const { place, so, isNew } = placeOf(name, at)
      if (!isNew) {
        so.more++
        return
      }
      const more = so.more > 0 ? ` ${so.more} more like it came before.` : ''
      const refusal: NewDelivery = {
        id: newId<DeliveryId>('dlv'),
        source: place,
        receivedAt: at,
        status: 'dead',
        proof,
        via: 'sent',
        reason: `${why}${more} Its body was not kept.`,
        key: null,
        headers: {},
        body: null,
      }
      keep(refusal).catch((error: unknown) => log.error({ error }, 'a refusal could not be kept'))
    },
  }
}
export type Refusals = ReturnType<typeof createRefusals>
