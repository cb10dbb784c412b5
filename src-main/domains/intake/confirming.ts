import { Refusal } from '#contract'
import type { DeliveryId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import { type Db, transact } from '#platform/database'
import type { Log } from '#platform/log'
import { getDelivery } from './dead-letters'
import type { Delivery, DeliveryRepository } from './delivery-repository'
import type { Gate } from './gate'
import { readDelivery } from './reading'
import type { FetchText } from './outside'
import type { Traffic } from './traffic'

interface Needs {
  db: Db
  log: Log
  audit: Audit
  deliveries: DeliveryRepository
  traffic: Traffic
  gate: Gate
  /** Visits an address that the source's reader has checked. */
  fetchText: FetchText
}

/** A subscription starts only by an operator's yes, to exactly what was signed and allowed. */
export function createConfirming({
  db,
  log,
  audit,
  deliveries,
  traffic,
  gate,
  fetchText,
}: Needs): Pick<Serves<'intake'>, 'confirm'> {
  /** Reads it again: what it asks for, and whether the settings still allow it. */
  async function waiting(id: DeliveryId) {
    const kept = await getDelivery(deliveries, id)
    const source = gate.sourceOf(kept.delivery.source)
    const { confirmation } = await readDelivery(kept, source, log)
    if (kept.delivery.status !== 'waiting' || !confirmation)
      throw new Refusal(
        'conflict',
        'This delivery does not wait for a yes. Nothing was subscribed to.',
      )
    if (kept.delivery.proof !== 'signed')
      throw new Refusal('forbidden', 'Its signature was not proven. Nothing was subscribed to.')
    return { kept, confirmation }
  }

  return {
    async confirm({ id }, { operator }) {
      const { kept, confirmation } = await waiting(id)
      try {
        await fetchText(confirmation.url, `confirm the subscription of ${kept.delivery.source}`)
      } catch (cause) {
        throw new Refusal(
          'unreachable',
          `The address of the subscription could not be visited: ${cause instanceof Error ? cause.message : 'no answer'}. It still waits; try again.`,
          { cause },
        )
      }
      const reason = `Confirmed by ${operator.name}: ${confirmation.what}`
      const confirmed: Delivery = {
        ...kept.delivery,
        status: 'processed',
        reason: '',
        summary: reason,
      }
      await transact(db, async (tx) => {
        const from = (await deliveries.lock(tx, id)).get(id) ?? 'waiting'
        await deliveries.settle(tx, [{ delivery: confirmed, from, trace: kept.trace }])
        const detail = { what: confirmation.what }
        await audit.record(tx, {
          actor: operator.name,
          action: 'source.subscribed',
          subject: id,
          detail,
        })
      })
      traffic.tell([confirmed])
      return confirmed
    },
  }
}
