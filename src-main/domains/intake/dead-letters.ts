import { Refusal } from '#contract'
import type { DeliveryId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import type { Delivery, DeliveryRepository, KeptDelivery, NewDelivery } from './delivery-repository'
import type { Gate } from './gate'
import type { Processing } from './processing'
import { present } from './source-repository'
import type { Traffic } from './traffic'

interface Needs {
  db: Db
  clock: Clock
  events: Events
  audit: Audit
  deliveries: DeliveryRepository
  processing: Processing
  traffic: Traffic
  gate: Gate
}
type Answers = Serves<'intake'>
type Orders = Pick<Answers, 'replay' | 'correct' | 'replayDead' | 'dismiss'>

/** Dead letters that are read in one look at the list. */
const AT_ONCE = 50

/** What an operator does with what could not be read. The bytes that came are never changed. */
export function createDeadLetters(needs: Needs): Orders {
  const { db, audit, deliveries, processing, gate, events } = needs

  async function replay(kept: KeptDelivery, actor: string): Promise<Delivery> {
    const { id, source } = kept.delivery
    present(gate.sourceOf(source), source)
    await transact(db, (tx) =>
      audit.record(tx, { actor, action: 'delivery.replayed', subject: id }),
    )
    return processing.again(kept)
  }

  return {
    async replay({ id }, { operator }) {
      const kept = await getDelivery(deliveries, id)
      refuseUnread(kept)
      return replay(kept, operator.name)
    },
    correct: ({ id, body }, { operator }) => correct(needs, id, body, operator.name),
    async replayDead({ source }, { operator, signal }) {
      const total = await deliveries.countDead(source)
      let done = 0
      let stillDead = 0
      for (let after = ''; !signal.aborted;) {
        const dead = await deliveries.nextDead(source, AT_ONCE, after)
        if (dead.length === 0) break
        for (const kept of dead) {
          after = kept.delivery.id
          if (signal.aborted) break
          if (!gate.sourceOf(kept.delivery.source)) stillDead++
          else if ((await replay(kept, operator.name)).status === 'dead') stillDead++
          done++
          events.publish('intake.replaying', { done, total, stillDead })
        }
      }
      return { replayed: done, stillDead }
    },
    dismiss: ({ id, reason }, { operator }) => dismiss(needs, id, reason, operator.name),
  }
}

/** Refused with `not_found`. */
export async function getDelivery(
  deliveries: DeliveryRepository,
  id: DeliveryId,
  tx?: Db,
): Promise<KeptDelivery> {
  const kept = await deliveries.find(id, tx)
  if (!kept) throw new Refusal('not_found', `There is no delivery ${id}.`)
  return kept
}

function refuseUnread({ body }: KeptDelivery): void {
  if (body !== null) return
  throw new Refusal(
    'unsupported',
    'This request was refused unread, so there is nothing to read again. Correct the address at its sender.',
  )
}

function refuseLiving({ status }: Delivery): void {
  if (status === 'dead') return
  throw new Refusal('conflict', `This delivery is ${status}, so it is not on the dead-letter list.`)
}

async function correct(
  needs: Needs,
  id: DeliveryId,
  body: string,
  actor: string,
): Promise<Delivery> {
  const { clock, deliveries, gate, processing, traffic } = needs
  const before = await getDelivery(deliveries, id)
  refuseLiving(before.delivery)
  const { source } = before.delivery
  present(gate.sourceOf(source), source)
  const { 'content-encoding': _, ...headers } = before.headers
  const corrected: NewDelivery = {
    id: newId<DeliveryId>('dlv'),
    source,
    receivedAt: clock.now(),
    status: 'stored',
    proof: 'token',
    via: 'corrected',
    reason: '',
    key: null,
    headers,
    body: Buffer.from(body),
  }
  await settleAs(needs, id, actor, {
    action: 'delivery.corrected',
    reason: `Corrected by ${actor}: ${corrected.id} is read in its place (it was dead: ${before.delivery.reason})`,
    detail: { correctedBy: corrected.id },
    replacement: corrected,
  })
  traffic.count(source, corrected.receivedAt)
  processing.ring()
  await processing.idle()
  return (await getDelivery(deliveries, corrected.id)).delivery
}

async function dismiss(
  needs: Needs,
  id: DeliveryId,
  reason: string,
  actor: string,
): Promise<Delivery> {
  const { delivery } = await getDelivery(needs.deliveries, id)
  return settleAs(needs, id, actor, {
    action: 'delivery.dismissed',
    reason: `Dismissed by ${actor}: ${reason} (it was dead: ${delivery.reason})`,
    detail: { reason },
  })
}

interface Ending {
  readonly action: string
  readonly reason: string
  readonly detail: object
  /** Kept in the same transaction. */
  readonly replacement?: NewDelivery
}

/** Takes it off the list, with why. Refused with `conflict` when it is not dead any more. */
async function settleAs(
  { db, audit, deliveries, traffic }: Pick<Needs, 'db' | 'audit' | 'deliveries' | 'traffic'>,
  id: DeliveryId,
  actor: string,
  { action, reason, detail, replacement }: Ending,
): Promise<Delivery> {
  const ended = await transact(db, async (tx): Promise<Delivery> => {
    await deliveries.lock(tx, id)
    const { delivery, trace } = await getDelivery(deliveries, id, tx)
    refuseLiving(delivery)
    if (replacement) await deliveries.add([replacement], tx)
    const next = { ...delivery, status: 'ignored' as const, reason }
    await deliveries.settle(tx, [{ delivery: next, from: delivery.status, trace }])
    await audit.record(tx, { actor, action, subject: id, detail })
    return next
  })
  traffic.tell([ended])
  return ended
}
