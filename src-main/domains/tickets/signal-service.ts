import type { TicketId } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import { newId } from '#platform/ids'
import type { Arrival, Signal, SignalEffect, Taken } from './signal'
import type { Kept } from './ticket'
import type { Counted, TicketRepository } from './ticket-repository'
import { dedupKeyOf } from './ticket-row'
import { takeSignal } from './ticket-signals'
import type { TicketWriter, Written } from './ticket-writer'
import type { TimelineRepository } from './timeline-repository'

interface Needs {
  db: Db
  repository: TicketRepository
  timeline: TimelineRepository
  writer: TicketWriter
  clock: Clock
}

export interface Reception {
  /** Undefined when there is no ticket: it says that something is right of which nobody said that it is wrong. */
  readonly ticketId: TicketId | undefined
  readonly effect: SignalEffect
}

/** Takes signals by the hundred: one look-up and a few writes, however many there are. */
export function createSignalService(needs: Needs) {
  const { db, repository, writer, clock } = needs
  return {
    async takeSignals(tx: Db, signals: readonly Arrival[]): Promise<Reception[]> {
      const now = clock.now()
      const known = await repository.lockCurrent(tx, keysOf(signals))
      const batch = createBatch(known)
      const isNew = await createNoteCheck(needs, tx, signals)
      const receptions = signals.map((signal): Reception => {
        const taken = takeSignal(batch.current(signal), signal, now, newTicketId)
        if (taken.effect === 'unchanged' || !isNew(taken, signal)) return unchanged(taken)
        batch.add(signal, taken)
        return { ticketId: taken.kept?.ticket.id, effect: taken.effect }
      })
      await writer.write(tx, batch.written())
      for (const counted of batch.counted()) {
        await repository.count(tx, counted, now)
        writer.tell(tx, counted.ids)
      }
      return receptions
    },
    /** What `takeSignals` would do now. Nothing is locked and nothing is written; a ticket that would open has no id. */
    async foresee(signals: readonly Signal[], tx: Db = db): Promise<Reception[]> {
      const now = clock.now()
      const known = await repository.findCurrentAll(tx, keysOf(signals))
      const batch = createBatch(known)
      const isNew = await createNoteCheck(needs, tx, signals)
      const there = new Set(known.map(({ ticket }) => ticket.id))
      return signals.map((signal): Reception => {
        const taken = takeSignal(batch.current(signal), signal, now, newTicketId)
        const id = taken.kept?.ticket.id
        const ticketId = id !== undefined && there.has(id) ? id : undefined
        if (taken.effect === 'unchanged' || !isNew(taken, signal))
          return { ticketId, effect: 'unchanged' }
        batch.add(signal, taken)
        return { ticketId, effect: taken.effect }
      })
    },
  }
}

const newTicketId = () => newId<TicketId>('tkt')
const keysOf = (signals: readonly Signal[]) => [...new Set(signals.map(dedupKeyOf))]

function unchanged({ kept }: Taken): Reception {
  return { ticketId: kept?.ticket.id, effect: 'unchanged' }
}

/** A note that is on the timeline already, because its delivery was replayed, is not written again. */
async function createNoteCheck(
  { timeline }: Needs,
  tx: Db,
  signals: readonly Signal[],
): Promise<(taken: Taken, signal: Signal) => boolean> {
  const notes = signals.filter(({ state }) => state === 'noted')
  if (notes.length === 0) return () => true
  const deliveries = new Set(notes.map(({ deliveryId }) => deliveryId))
  const written = await timeline.commentsOf(tx, [...deliveries])
  const seen = new Set(
    written.map(({ ticketId, deliveryId, actor, detail }) =>
      JSON.stringify([ticketId, deliveryId, actor, detail]),
    ),
  )
  return ({ kept, lines: [first] }, { state, deliveryId }) => {
    if (state !== 'noted' || !first) return true
    const place = JSON.stringify([kept?.ticket.id, deliveryId, first.actor, first.detail ?? ''])
    if (seen.has(place)) return false
    seen.add(place)
    return true
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
    add(signal: Signal, { kept, followed, lines, facts, counted: onlyCounted = false }: Taken) {
      if (!kept) return
      const { id } = kept.ticket
      if (kept.memory.current) current.set(dedupKeyOf(signal), kept)
      else current.delete(dedupKeyOf(signal))
      if (onlyCounted && !written.has(id)) {
        const { deliveryId, heardAt, quietUntil } = kept.memory
        const times = (counted.get(id)?.times ?? 0) + 1
        counted.set(id, { times, deliveryId, heardAt, quietUntil })
        return
      }
      if (followed) note(followed, signal.source, [], [])
      note(kept, signal.source, lines, facts)
    },
    written: () => [...written.values()],
    /** Repeats of one delivery go in one statement. */
    counted(): Counted[] {
      const groups = new Map<string, Counted & { ids: TicketId[] }>()
      for (const [id, repeats] of counted) {
        const place = `${repeats.deliveryId}/${repeats.times}/${repeats.quietUntil}`
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
