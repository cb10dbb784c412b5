import type { DeliveryId } from '#contract/primitives'
import type { Tickets } from '#domains/tickets'
import { type Db, transact } from '#platform/database'
import type { Log } from '#platform/log'
import { openBody } from './body'
import { dead, tallyOf, understand, type Understood } from './delivery'
import type {
  Delivery,
  DeliveryRepository,
  KeptDelivery,
  Outcome,
  Status,
} from './delivery-repository'
import { KINDS } from './kinds'
import { Unreadable } from './source'
import type { KeptSource } from './source-repository'

interface Needs {
  db: Db
  deliveries: DeliveryRepository
  tickets: Pick<Tickets, 'takeSignals'>
  sourceOf: (name: string) => KeptSource | undefined
  /** Hears of every delivery that was read, after the commit. */
  tell: (deliveries: readonly Delivery[]) => void
  log: Log
}

interface Read {
  readonly kept: KeptDelivery
  readonly understood: Understood
}

/** A batch should hold the main loop no longer than this: senders wait for their answers meanwhile. */
const BATCH_MS = 12
const MOST = 64

/** Reads what is `stored` into signals, in the order it came. What it was when the process died is found again. */
export function createProcessing(needs: Needs) {
  const { db, deliveries, tickets, tell, log } = needs
  let rung = false
  let stopped = false
  let running: Promise<void> | undefined
  let size = 8

  return {
    /** There is something to read; returns at once. */
    ring(): void {
      rung = true
      if (!stopped) running ??= work().finally(() => void (running = undefined))
    },
    /** Ends when nothing is left to read, or reading has to wait. */
    idle: async (): Promise<void> => running,
    async stop(): Promise<void> {
      stopped = true
      await running
    },
    /** Reads one delivery again, whatever became of it before. */
    async again(kept: KeptDelivery): Promise<Delivery> {
      const read = await toRead(needs, kept)
      const [delivery] = await settle([read], (tx) => lockOne(tx, kept.delivery.id))
      return delivery!
    },
  }

  async function work(): Promise<void> {
    while (rung && !stopped) {
      rung = false
      try {
        while (!stopped && (await nextBatch())) {
          await new Promise((resolve) => void setImmediate(resolve))
        }
      } catch (error) {
        log.error({ error }, 'deliveries are kept but cannot be read now; tried again shortly')
      }
    }
  }

  /** False when nothing is left. Throws when the store is in trouble; everything stays `stored` then. */
  async function nextBatch(): Promise<boolean> {
    const batch = await deliveries.nextStored(size)
    if (batch.length === 0) return false
    const reads = await Promise.all(batch.map((kept) => toRead(needs, kept)))
    const began = performance.now()
    try {
      await settle(reads, (tx) => lockStored(tx, reads))
    } catch (error) {
      if (isTrouble(error)) throw error
      await oneByOne(reads)
    }
    const took = performance.now() - began
    if (took > BATCH_MS) size = Math.max(1, Math.floor(size / 2))
    else if (batch.length === size) size = Math.min(MOST, size * 2)
    return true
  }

  /** One that cannot be taken in must not hold back the others. */
  async function oneByOne(reads: readonly Read[]): Promise<void> {
    for (const read of reads) {
      try {
        await settle([read], (tx) => lockStored(tx, [read]))
      } catch (error) {
        if (isTrouble(error)) throw error
        const { id } = read.kept.delivery
        log.error({ error, delivery: id }, 'a delivery could not be taken in')
        const understood = dead(
          `It could not be taken in: ${error instanceof Error ? error.message : 'unknown'}. It is kept: replay it after an update.`,
        )
        await settle([{ ...read, understood }], (tx) => lockStored(tx, [read]))
      }
    }
  }

  async function settle(
    reads: readonly Read[],
    lock: (tx: Db) => Promise<ReadonlyMap<DeliveryId, Status>>,
  ): Promise<Delivery[]> {
    const settled = await transact(db, async (tx) => {
      const locked = await lock(tx)
      const ours = reads.filter(({ kept }) => locked.has(kept.delivery.id))
      const receptions = await tickets.takeSignals(
        tx,
        ours.flatMap(({ understood }) => understood.signals),
      )
      let at = 0
      const outcomes = ours.map(({ kept, understood }): Outcome => {
        const mine = receptions.slice(at, (at += understood.signals.length))
        const { id, source } = kept.delivery
        const { status, reason, summary } = understood
        const from = locked.get(id)!
        return { id, source, from, status, reason, summary, ...tallyOf(understood, mine) }
      })
      await deliveries.settle(tx, outcomes)
      return ours.map(({ kept }, n) => withOutcome(kept.delivery, outcomes[n]!))
    })
    tell(settled)
    return settled
  }

  async function lockStored(tx: Db, reads: readonly Read[]) {
    const ids = await deliveries.lockStored(
      tx,
      reads.map(({ kept }) => kept.delivery.id),
    )
    return new Map([...ids].map((id): [DeliveryId, Status] => [id, 'stored']))
  }

  async function lockOne(tx: Db, id: DeliveryId) {
    const status = await deliveries.lock(tx, id)
    return new Map(status === undefined ? [] : [[id, status] as const])
  }
}
export type Processing = ReturnType<typeof createProcessing>

function withOutcome(delivery: Delivery, { from: _, ...outcome }: Outcome): Delivery {
  return { ...delivery, ...outcome }
}

async function toRead({ sourceOf, log }: Needs, kept: KeptDelivery): Promise<Read> {
  const { delivery, headers, body } = kept
  const source = sourceOf(delivery.source)
  if (!source) return { kept, understood: dead('Its source was removed before it could be read.') }
  const reader = KINDS[source.kind]
  const opened = await openBody(body ?? Buffer.alloc(0), headers, reader)
  if (!opened.ok) return { kept, understood: dead(opened.problem) }
  const { contentType, value } = opened
  const { receivedAt } = delivery
  const request = { headers, contentType, body: value, receivedAt, mapping: source.mapping }
  try {
    return { kept, understood: understand(kept, reader.read(request)) }
  } catch (error) {
    if (error instanceof Unreadable) return { kept, understood: dead(error.message) }
    log.error({ error, delivery: delivery.id }, 'a reader failed')
    return {
      kept,
      understood: dead('Reading it failed: this is a bug in Quarterdeck, and the log says more.'),
    }
  }
}

/** The store's trouble and not the delivery's: it will be read when the trouble is over. */
function isTrouble(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return (
    /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/.test(code) ||
    // PostgreSQL: connection, rollback by conflict, resources, operator, system; and what its client says of a lost line.
    /^(08|40|53|57|58)\w{3}$/.test(code) ||
    /^(CONNECTION_|ECONN|ETIMEDOUT|EPIPE)/.test(code)
  )
}
