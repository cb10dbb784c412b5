import type { DeliveryId } from '#contract/primitives'
import type { Changes } from '#domains/changes'
import type { Screen } from '#domains/screening'
import type { Arrival, Signal, Tickets } from '#domains/tickets'
import { type Db, transact } from '#platform/database'
import type {
  Delivery,
  DeliveryRepository,
  KeptDelivery,
  Outcome,
  Status,
  Step,
} from './delivery-repository'
import { tallyOf, type Understood } from './reading'
import { type Fate, toFates, traceOf } from './trace'

/** What a signal goes through on its way to a ticket, and a change to its kind. */
export interface Ways {
  tickets: Pick<Tickets, 'takeSignals'>
  screening: Pick<Screen, 'screen' | 'follow'>
  changes: Pick<Changes, 'takeChanges'>
}

export interface Read {
  readonly kept: KeptDelivery
  readonly understood: Understood
}
/** Takes deliveries for this transaction, and says what each was before. */
export type Claim = (tx: Db) => Promise<ReadonlyMap<DeliveryId, Status>>

interface Needs extends Ways {
  db: Db
  deliveries: DeliveryRepository
  /** Hears of every delivery that was read, after the commit. */
  tell: (deliveries: readonly Delivery[]) => void
}

/** Signals to tickets, changes to their kind, and deliveries to what they turned out to be: all are kept, or none. */
export function createSettling(needs: Needs) {
  const { db, deliveries, tell } = needs
  return async function settle(
    reads: readonly Read[],
    claim: Claim,
    timed: (ms: number) => void = () => {},
  ): Promise<Delivery[]> {
    const settled = await transact(db, async (tx) => {
      const began = performance.now()
      const claimed = await claim(tx)
      const ours = reads.filter(({ kept }) => claimed.has(kept.delivery.id))
      const fates = await decide(
        needs,
        tx,
        ours.flatMap(({ understood }) => understood.signals),
      )
      let at = 0
      const outcomes: Outcome[] = []
      for (const { kept, understood } of ours) {
        const mine = fates.slice(at, (at += understood.signals.length))
        const told = await takeChanges(needs, tx, kept.delivery.source, understood)
        outcomes.push({
          delivery: toDelivery(kept.delivery, understood, mine),
          from: claimed.get(kept.delivery.id)!,
          trace: [...traceOf(mine), ...told],
        })
      }
      await deliveries.settle(tx, outcomes)
      timed(performance.now() - began)
      return outcomes.map(({ delivery }) => delivery)
    })
    tell(settled)
    return settled
  }
}

/** Rules first, then tickets, then what belongs together. */
async function decide(
  { screening, tickets }: Needs,
  tx: Db,
  signals: readonly Signal[],
): Promise<Fate[]> {
  const screened = await screening.screen(tx, signals)
  const passing = signals.filter((_, n) => screened[n]!.verdict === 'pass')
  const arrivals = signals.flatMap((signal, n): Arrival[] => {
    const { verdict, owner, incident } = screened[n]!
    if (verdict !== 'pass') return []
    return [
      owner || incident
        ? { ...signal, ...(owner && { owner }), ...(incident && { incident }) }
        : signal,
    ]
  })
  const receptions = await tickets.takeSignals(tx, arrivals)
  const after = await screening.follow(tx, passing, receptions)
  return toFates(signals, screened, receptions, after)
}

async function takeChanges(
  { changes }: Needs,
  tx: Db,
  source: string,
  { changes: news }: Understood,
): Promise<Step[]> {
  if (news.length === 0) return []
  const taken = await changes.takeChanges(tx, source, news)
  return taken.slice(0, 20).map(({ effect }, n) => ({
    stage: 'change',
    outcome: effect === 'unchanged' ? 'noted' : 'passed',
    text: `${news[n]!.kind.replace('_', ' ')} ${news[n]!.title}: ${effect}`,
  }))
}

function toDelivery(delivery: Delivery, understood: Understood, fates: readonly Fate[]): Delivery {
  const { status, reason, summary } = understood
  const ticketIds = fates.flatMap(({ reception }) => reception?.ticketId ?? [])
  return { ...delivery, status, reason, summary, ...tallyOf(understood, ticketIds) }
}
