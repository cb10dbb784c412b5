import { Refusal } from '#contract'
import type { Db } from '#platform/database'
import type { Log } from '#platform/log'
import type { Delivery, DeliveryRepository, KeptDelivery } from './delivery-repository'
import type { Proofs } from './proofs'
import { dead, readDelivery } from './reading'
import { type Claim, createSettling, type Read, type Ways } from './settling'
import type { KeptSource } from './source-repository'

interface Needs extends Ways {
  db: Db
  deliveries: DeliveryRepository
  proofs: Pick<Proofs, 'check' | 'canCheck'>
  sourceOf: (name: string) => KeptSource | undefined
  /** How many senders wait for their answers. */
  pressure: () => number
  /** Hears of every delivery that was read, after the commit. */
  tell: (deliveries: readonly Delivery[]) => void
  log: Log
}

/** A batch should hold the main loop no longer than this, flush to the disk not counted. */
const BATCH_MS = 12
const MOST = 64
/** Deliveries without a proof that are looked at together. */
const PENDING_AT_ONCE = 50
/** In a storm, reading rests after each batch for each sender that waits: what was accepted can be read later, too. */
const REST_MS = 8
/** So many that wait at once are no storm: a ticket on the screen is worth more than the milliseconds they lose. */
const NO_STORM = 8

/** When the store is in trouble, or two transactions got in each other's way. */
const RETRY_MS = 2_000

/** Reads what is `stored` into signals, in the order it came. What it was when the process died is found again. */
export function createProcessing(needs: Needs) {
  const settle = createSettling(needs)
  const nextBatch = createBatches(needs, settle)
  const stop = new AbortController()
  const { signal } = stop
  let rung = false
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  function ring(): void {
    rung = true
    running ??= work().finally(() => {
      running = undefined
      if (rung) ring() // rung between the last look and here
    })
  }

  const letSendersGoFirst = () =>
    new Promise(
      (resolve) => void setTimeout(resolve, REST_MS * Math.max(0, needs.pressure() - NO_STORM)),
    )

  async function work(): Promise<void> {
    while (rung) {
      rung = false
      try {
        while (!signal.aborted && (await nextBatch())) await letSendersGoFirst()
      } catch (error) {
        needs.log.error({ error }, 'deliveries are kept but cannot be read now; tried again soon')
        retry = setTimeout(ring, RETRY_MS)
      }
    }
  }

  return {
    /** There is something to read; returns at once. */
    ring,
    /** Ends when nothing is left to read, or reading has to wait. */
    idle: async (): Promise<void> => running,
    async stop(): Promise<void> {
      stop.abort()
      await running
      clearTimeout(retry)
    },
    /** Reads one delivery again, whatever became of it before. */
    async again(kept: KeptDelivery): Promise<Delivery> {
      const { id, source } = kept.delivery
      const read = await readProven(needs, kept, needs.sourceOf(source))
      if (read.kept.delivery.proof === 'pending')
        throw new Refusal('vault_locked', `It was not read. ${read.understood.reason}`)
      const [delivery] = await settle([read], (tx) => needs.deliveries.lock(tx, id))
      return delivery!
    },
    recheck: createRecheck(needs, settle, signal),
  }
}
export type Processing = ReturnType<typeof createProcessing>

/** Checks what came while the vault was locked, or a certificate could not be had, and reads what is proven. */
function createRecheck(
  needs: Needs,
  settle: ReturnType<typeof createSettling>,
  stopped: AbortSignal,
) {
  const { deliveries, proofs, sourceOf } = needs

  async function recheckOf(name: string): Promise<void> {
    for (let after = ''; !stopped.aborted;) {
      const waiting = await deliveries.nextPending(name, PENDING_AT_ONCE, after)
      if (waiting.length === 0) return
      for (const kept of waiting) {
        const { id, source } = kept.delivery
        const read = await readProven(needs, kept, sourceOf(source))
        if (read.kept.delivery.proof !== 'pending')
          await settle([read], (tx) => deliveries.lockStored(tx, [id]))
        after = id
      }
    }
  }

  return async function recheck(): Promise<void> {
    for (const name of await deliveries.pendingSources()) {
      const source = sourceOf(name)
      if (!source || (await proofs.canCheck(source))) await recheckOf(name)
    }
  }
}

/** One that was not proven, or whose secret was wrong, is proven first: the secret may have been set right since. */
async function readProven(
  { proofs, log }: Needs,
  kept: KeptDelivery,
  source: KeptSource | undefined,
): Promise<Read> {
  const { proof, receivedAt } = kept.delivery
  if (!source || (proof !== 'pending' && proof !== 'failed'))
    return { kept, understood: await readDelivery(kept, source, log) }
  const { headers, body } = kept
  const given = { headers, body: body ?? Buffer.alloc(0), receivedAt, wasKept: true }
  const checked = await proofs.check(source, given)
  const now = { ...kept, delivery: { ...kept.delivery, proof: checked.proof } }
  if (checked.proof === 'failed' || checked.proof === 'pending')
    return { kept: now, understood: dead(checked.reason) }
  return { kept: now, understood: await readDelivery(now, source, log) }
}

/** Batch by batch, as many at once as keep the main loop free. */
function createBatches(
  { deliveries, sourceOf, log }: Needs,
  settle: ReturnType<typeof createSettling>,
) {
  let size = 8 // signals, and deliveries at most
  const stored = (reads: readonly Read[]): Claim => {
    const ids = reads.map(({ kept }) => kept.delivery.id)
    return (tx) => deliveries.lockStored(tx, ids)
  }

  /** One that cannot be taken in must not hold back the others. */
  async function oneByOne(reads: readonly Read[]): Promise<void> {
    for (const read of reads) {
      try {
        await settle([read], stored([read]))
      } catch (error) {
        if (isTrouble(error)) throw error
        log.error({ error, delivery: read.kept.delivery.id }, 'a delivery could not be taken in')
        const why = error instanceof Error ? error.message : 'unknown'
        const understood = dead(`It could not be taken in: ${why}. Replay it after an update.`)
        await settle([{ ...read, understood }], stored([read]))
      }
    }
  }

  /** False when nothing is left. Throws when the store is in trouble; everything stays `stored` then. */
  return async function nextBatch(): Promise<boolean> {
    const batch = await deliveries.nextStored(size)
    if (batch.length === 0) return false
    const reads: Read[] = []
    let signals = 0
    for (const kept of batch) {
      const understood = await readDelivery(kept, sourceOf(kept.delivery.source), log)
      // One delivery may tell of hundreds of alerts: it is these that take the time.
      if (reads.length > 0 && signals + understood.signals.length > size) break
      reads.push({ kept, understood })
      signals += understood.signals.length
    }
    let took = 0
    try {
      await settle(reads, stored(reads), (ms) => void (took = ms))
    } catch (error) {
      if (isTrouble(error)) throw error
      await oneByOne(reads)
    }
    if (took > BATCH_MS) size = Math.max(1, Math.floor(size / 2))
    else if (Math.max(signals, reads.length) >= size) size = Math.min(MOST, size * 2)
    return true
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
