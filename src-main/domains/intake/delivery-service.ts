import { Refusal } from '#contract'
import type { DeliveryId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import { KINDS } from '#domains/sources'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import { parseCursor, toCursor } from '#platform/pages'
import type { Delivery, DeliveryRepository, KeptDelivery } from './delivery-repository'
import type { Gate } from './gate'
import type { Processing } from './processing'
import { present } from './source-service'
import type { Traffic } from './traffic'

interface Needs {
  db: Db
  clock: Clock
  audit: Audit
  deliveries: DeliveryRepository
  processing: Processing
  traffic: Traffic
  gate: Gate
}
type Answers = Serves<'intake'>
type Questions = Pick<Answers, 'listener' | 'deliveries' | 'delivery'>
type Orders = Pick<Answers, 'sendTest' | 'replay' | 'dismiss'>

/** What came in, and what an operator does with it. */
export function createDeliveryService(needs: Needs): Questions & Orders {
  return { ...questions(needs), ...orders(needs) }
}

/** Bytes of a body that are shown; the rest is on disk. */
const SHOWN_BYTES = 512 * 1024

function questions({ deliveries, gate }: Needs): Questions {
  return {
    listener: () => gate.status(),
    async deliveries({ cursor, limit, source, status }) {
      const [before] = parseCursor(cursor, 1) ?? []
      const found = await deliveries.page(
        { source, status },
        before === undefined ? undefined : String(before),
        limit + 1,
      )
      const items = found.slice(0, limit)
      const counts = await deliveries.counts()
      const total = counts
        .filter(
          (row) =>
            (source === null || row.source === source) &&
            (status === null || row.status === status),
        )
        .reduce((all, { count }) => all + count, 0)
      return { items, next: found.length > limit ? toCursor([items.at(-1)!.id]) : null, total }
    },
    async delivery({ id }) {
      const { delivery, headers, body } = await getDelivery(deliveries, id)
      const bytes = body ?? Buffer.alloc(0)
      const shown = bytes.subarray(0, SHOWN_BYTES)
      const binary = !isUtf8Text(bytes)
      return {
        ...delivery,
        headers: { ...headers },
        body: shown.toString(),
        binary,
        truncated: bytes.length > SHOWN_BYTES,
      }
    },
  }
}

function isUtf8Text(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

async function getDelivery(deliveries: DeliveryRepository, id: DeliveryId): Promise<KeptDelivery> {
  const kept = await deliveries.find(id)
  if (!kept) throw new Refusal('not_found', `There is no delivery ${id}.`)
  return kept
}

function orders({ db, clock, audit, deliveries, processing, gate, traffic }: Needs): Orders {
  return {
    async sendTest({ name, status }, { signal }) {
      const source = present(gate.sourceOf(name), name)
      const body = JSON.stringify(KINDS[source.kind].example(status, clock.now(), source.mapping))
      const id = await post(gate.addressOf(name, source.token), body, signal)
      await processing.idle()
      return (await getDelivery(deliveries, id)).delivery
    },
    async replay({ id }, { operator }) {
      const kept = await getDelivery(deliveries, id)
      if (kept.body === null)
        throw new Refusal(
          'unsupported',
          'This request was refused unread, so there is nothing to read again. Correct the address at its sender.',
        )
      present(gate.sourceOf(kept.delivery.source), kept.delivery.source)
      await transact(db, (tx) =>
        audit.record(tx, { actor: operator.name, action: 'delivery.replayed', subject: id }),
      )
      return processing.again(kept)
    },
    async dismiss({ id, reason }, { operator }) {
      const dismissed = await transact(db, async (tx): Promise<Delivery> => {
        const kept = await deliveries.find(id, tx)
        if (!kept) throw new Refusal('not_found', `There is no delivery ${id}.`)
        const { delivery } = kept
        if (delivery.status !== 'dead')
          throw new Refusal(
            'conflict',
            `This delivery is ${delivery.status}, so it is not on the dead-letter list.`,
          )
        const because = `Dismissed by ${operator.name}: ${reason} (it was dead: ${delivery.reason})`
        const next = { ...delivery, status: 'ignored' as const, reason: because }
        await deliveries.settle(tx, [{ delivery: next, from: delivery.status }])
        await audit.record(tx, {
          actor: operator.name,
          action: 'delivery.dismissed',
          subject: id,
          detail: { reason },
        })
        return next
      })
      traffic.tell([dismissed])
      return dismissed
    },
  }
}

/** A real request through the real door; the delivery it became. */
async function post(url: string, body: string, signal: AbortSignal): Promise<DeliveryId> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    })
  } catch (cause) {
    signal.throwIfAborted()
    throw new Refusal(
      'unreachable',
      'The listener does not answer, so nothing was sent. Intake says what is wrong with it.',
      { cause },
    )
  }
  const answer = (await response.json()) as { delivery?: DeliveryId; message?: string }
  if (answer.delivery !== undefined) return answer.delivery
  throw new Refusal(
    'conflict',
    `The listener refused the test: ${answer.message ?? response.statusText}`,
  )
}
