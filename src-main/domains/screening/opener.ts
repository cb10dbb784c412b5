import type { Arrival, Reception, Tickets } from '#domains/tickets'
import type { Db } from '#platform/database'
import type { Grouping } from './grouping'
import type { HeldSignal } from './plan'
import { wishesOf } from './rule-book'
import type { RuleShelf } from './rule-shelf'
import type { KindOf } from './screen'

interface Needs {
  shelf: RuleShelf
  grouping: Grouping
  tickets: Pick<Tickets, 'takeSignals' | 'addToTimeline'>
  kindOf: KindOf
}

/** Opens the tickets of held signals, with all that the rules ask of them and a line that says since when they waited. */
export function createOpener({ shelf, grouping, tickets, kindOf }: Needs) {
  return async function open(tx: Db, waiting: readonly HeldSignal[]): Promise<Reception[]> {
    const book = shelf.current()
    const arrivals = waiting.map(({ signal }): Arrival => ({
      ...signal,
      ...wishesOf(book, signal, kindOf(signal.source) ?? ''),
    }))
    const receptions = await tickets.takeSignals(tx, arrivals)
    const lines = waiting.flatMap(({ since, stage, times, signal }, n) => {
      const { ticketId, effect } = receptions[n]!
      if (ticketId === undefined || effect === 'unchanged') return []
      const by = stage === 'window' ? 'maintenance' : 'a threshold'
      return [
        {
          ticketId,
          kind: 'signal' as const,
          actor: 'rules',
          title: `It was held by ${by} since ${new Date(since).toISOString()}`,
          detail: times === 1 ? '' : `told ${times} times meanwhile`,
          deliveryId: signal.deliveryId,
        },
      ]
    })
    if (lines.length > 0) await tickets.addToTimeline(tx, lines)
    await grouping.follow(tx, arrivals, receptions)
    return receptions
  }
}
export type Opener = ReturnType<typeof createOpener>
