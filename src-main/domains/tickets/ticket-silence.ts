import { setImmediate as breathe } from 'node:timers/promises'
import type { Timestamp } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import { spanText } from '#platform/span-text'
import { alter, type Change, type Kept, settle } from './ticket'
import type { TicketRepository } from './ticket-repository'
import type { TicketWriter } from './ticket-writer'

/** Tickets a transaction, and transactions a sweep: what is left waits for the next one. */
const SLICE = 100
const SLICES = 20

interface Needs {
  db: Db
  repository: TicketRepository
  writer: TicketWriter
  clock: Clock
}

/**
 * It counts as over: its source never says so, and has been silent for long enough. When it was right again nobody
 * knows, so it counts as closed and not as repaired.
 */
export function settleSilent(kept: Kept, now: Timestamp): Change {
  const { ticket, memory } = kept
  const silentMs = now - memory.heardAt
  return {
    kept: alter(settle(kept, now), now, {}, { silent: true }),
    lines: [
      {
        kind: 'status',
        actor: 'rules',
        title: `Silent for ${spanText(silentMs)}: it counts as over`,
        detail: `${ticket.source} does not say when this is right again`,
        tone: 'good',
      },
    ],
    fact: { action: 'ticket.resolved', detail: { by: 'silence', silentMs } },
  }
}

/** Settles what has been silent for too long. Returns how many there were. */
export function createSilenceSweep({ db, repository, writer, clock }: Needs) {
  return async function sweep(): Promise<number> {
    let settled = 0
    for (let slice = 0; slice < SLICES; slice++) {
      const done = await transact(db, async (tx) => {
        const now = clock.now()
        const silent = await repository.lockSilent(tx, now, SLICE)
        await writer.write(
          tx,
          silent.map((before) => {
            const { kept, lines, fact } = settleSilent(before, now)
            return { before, kept, lines, facts: [fact!], actor: 'rules' }
          }),
        )
        return silent.length
      })
      settled += done
      if (done < SLICE) break
      await breathe()
    }
    return settled
  }
}
