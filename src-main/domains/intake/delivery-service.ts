import { Refusal } from '#contract'
import type { DeliveryId } from '#contract/primitives'
import { KINDS } from '#domains/sources'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import { parseCursor, toCursor } from '#platform/pages'
import { getDelivery } from './dead-letters'
import type { DeliveryRepository, KeptDelivery } from './delivery-repository'
import { TEST_HEADER } from './desk'
import { filled } from './explaining'
import type { Gate } from './gate'
import type { Processing } from './processing'
import { readDelivery } from './reading'
import { present } from './source-repository'
import { headOf } from './trace'

interface Needs {
  clock: Clock
  log: Log
  deliveries: DeliveryRepository
  processing: Processing
  gate: Gate
  testMark: string
}
type Answers = Serves<'intake'>
type Questions = Pick<Answers, 'listener' | 'deliveries' | 'delivery'>
type Orders = Pick<Answers, 'sendTest'>

/** What came in, and the test button. */
export function createDeliveryService(needs: Needs): Questions & Orders {
  return { ...questions(needs), ...orders(needs) }
}

/** Bytes of a body that are shown; the rest is on disk. */
const SHOWN_BYTES = 512 * 1024

function questions({ deliveries, gate, log }: Needs): Questions {
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
      const kept = await getDelivery(deliveries, id)
      const { delivery, headers, body, trace } = kept
      const bytes = body ?? Buffer.alloc(0)
      const shown = bytes.subarray(0, SHOWN_BYTES)
      const binary = !isUtf8Text(bytes)
      return {
        ...delivery,
        headers: { ...headers },
        body: shown.toString(),
        binary,
        truncated: bytes.length > SHOWN_BYTES,
        trace: filled([...headOf(delivery), ...trace]),
        confirmation: await confirmationOf(kept, gate, log),
      }
    },
  }
}

/** What a yes would subscribe to, as its reader sees it now. */
async function confirmationOf(kept: KeptDelivery, gate: Gate, log: Log) {
  if (kept.delivery.status !== 'waiting') return null
  const { confirmation } = await readDelivery(kept, gate.sourceOf(kept.delivery.source), log)
  if (!confirmation) return null
  return { what: confirmation.what, host: new URL(confirmation.url).host }
}

function isUtf8Text(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Bodies of test deliveries go through the real door, marked as what they are. */
function orders({ clock, deliveries, processing, gate, testMark }: Needs): Orders {
  return {
    async sendTest({ name, status }, { signal }) {
      const source = present(gate.sourceOf(name), name)
      // Another program may have our port: it is to see neither the token nor the mark.
      if (gate.status().state !== 'listening') throw notListening()
      const reader = KINDS[source.kind]
      const example = reader.example(status, clock.now(), source.mapping)
      const isText = typeof example === 'string'
      const headers = {
        'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
        ...reader.exampleHeaders?.(status),
        [TEST_HEADER]: testMark,
      }
      const url = gate.addressOf(name, source.token)
      const body = isText ? example : JSON.stringify(example)
      const id = await post(url, { headers, body }, signal)
      await processing.idle()
      return (await getDelivery(deliveries, id)).delivery
    },
  }
}

function notListening(cause?: unknown): Refusal {
  return new Refusal(
    'unreachable',
    'The listener does not answer, so nothing was sent. Intake says what is wrong with it.',
    { cause },
  )
}

/** A real request through the real door; the delivery it became. */
async function post(
  url: string,
  sent: { headers: Readonly<Record<string, string>>; body: string },
  signal: AbortSignal,
): Promise<DeliveryId> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      ...sent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    })
  } catch (cause) {
    signal.throwIfAborted()
    throw notListening(cause)
  }
  const own = response.headers.get('x-quarterdeck-delivery') // a sender's own format has no place for it
  if (own !== null) return own as DeliveryId
  const answer = (await response.json()) as { delivery?: DeliveryId; message?: string }
  if (answer.delivery !== undefined) return answer.delivery
  throw new Refusal(
    'conflict',
    `The listener refused the test: ${answer.message ?? response.statusText}`,
  )
}
