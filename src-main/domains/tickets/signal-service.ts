import type { TicketId } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import { newId } from '#platform/ids'
import type { Kept } from './ticket'
import { type Counted, dedupKeyOf, type TicketRepository } from './ticket-repository'
import { type Signal, type SignalEffect, takeSignal, type Taken } from './ticket-signals'
import type { TicketWriter, Written } from './ticket-writer'

interface Needs {
  repository: TicketRepository
  writer: TicketWriter
  clock: Clock
}

export interface Reception {
  /** Undefined when there is no ticket: it says that something is right of which nobody said that it is wrong. */
  readonly ticketId: TicketId | undefined
  readonly effect: SignalEffect
}

/** Takes signals by the hundred: one look-up and a few writes, however many there are. */
export function createSignalService({ repository, writer, clock }: Needs) {
  return {
    async takeSignals(tx: Db, signals: readonly Signal[]): Promise<Reception[]> {
      const now = clock.now()
      const keys = new Set(signals.map(dedupKeyOf))
      const known = await repository.lockCurrent(tx, [...keys])
      const batch = createBatch(known)
      const receptions = signals.map((signal): Reception => {
        const taken = takeSignal(batch.current(signal), signal, now, () => newId<TicketId>('tkt'))
        if (taken.effect !== 'unchanged') batch.add(signal, taken)
        return { ticketId: taken.kept?.ticket.id, effect: taken.effect }
      })
      await writer.write(tx, batch.written())
      for (const counted of batch.counted()) {
        await repository.count(tx, counted, now)
        writer.tell(tx, counted.ids)
      }
      return receptions
    },
  }
}

/** Tickets while the signals of one transaction pass over them: each is written once, as it is in the end. */
function createBatch(known: readonly Kept[]) {
  const current = new Map(known.map((kept) => [dedupKeyOf(kept.ticket), kept]))
  const before = new Map(known.map((kept) => [kept.ticket.id, kept]))
  const written = new Map<TicketId, Written>()
  const counted = new Map<TicketId, Omit<Counted, 'ids'>>()

  return {
    current: (signal: Signal) => current.get(dedupKeyOf(signal)),
    add(signal: Signal, { kept, followed, lines, fact, counted: onlyCounted = false }: Taken) {
      if (!kept) return
      const { id } = kept.ticket
      current.set(dedupKeyOf(signal), kept)
      if (onlyCounted && !written.has(id)) {
        const { deliveryId, heardAt } = kept.memory
        counted.set(id, { times: (counted.get(id)?.times ?? 0) + 1, deliveryId, heardAt })
        return
      }
      if (followed) note(followed, signal.source, [], [])
      note(kept, signal.source, lines, fact ? [fact] : [])
    },
    written: () => [...written.values()],
    /** Repeats of one delivery go in one statement. */
    counted(): Counted[] {
      const groups = new Map<string, Counted & { ids: TicketId[] }>()
      for (const [id, repeats] of counted) {
        const place = `${repeats.deliveryId}/${repeats.times}`
        const group = groups.get(place)
        if (group) group.ids.push(id)
        else groups.set(place, { ...repeats, ids: [id] })
      }
      return [...groups.values()]
    },
  }

  function note(kept: Kept, actor: string, lines: Written['lines'], facts: Written['facts']): void {
    const { id } = kept.ticket
    counted.delete(id) // the whole ticket is written, with its count
    const so = written.get(id)
    written.set(id, {
      before: before.get(id),
      kept,
      actor,
      lines: [...(so?.lines ?? []), ...lines],
      facts: [...(so?.facts ?? []), ...facts],
    })
  }
}
