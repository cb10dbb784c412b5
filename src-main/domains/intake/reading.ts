import type { TicketId } from '#contract/primitives'
import { KINDS, openBody, type Reading, Unreadable } from '#domains/sources'
import type { Reception, Signal } from '#domains/tickets'
import type { Log } from '#platform/log'
import type { Delivery, KeptDelivery } from './delivery-repository'
import type { KeptSource } from './source-repository'

/** What a delivery turned out to be once it was read. */
export interface Understood extends Pick<Delivery, 'status' | 'reason' | 'summary'> {
  readonly signals: readonly Signal[]
}

/** A delivery that nobody can read: kept, with the reason, until somebody replays or dismisses it. */
export function dead(reason: string): Understood {
  return { status: 'dead', reason, summary: '', signals: [] }
}

/** Names the signals of a reading after their delivery, and says in a line what it is about. */
function understand({ delivery }: KeptDelivery, { signals, ignored, note }: Reading): Understood {
  if (ignored !== undefined)
    return { status: 'ignored', reason: ignored, summary: note ?? '', signals: [] }
  const { source, id: deliveryId, receivedAt } = delivery
  const named = signals.map((signal): Signal => ({ ...signal, source, deliveryId, receivedAt }))
  return { status: 'processed', reason: '', summary: summaryOf(named, note), signals: named }
}

function summaryOf(signals: readonly Signal[], note: string | undefined): string {
  const first = signals[0]?.title ?? ''
  const others = signals.length > 1 ? ` and ${signals.length - 1} more` : ''
  return `${first}${others}${note === undefined ? '' : ` (${note})`}`
}

/** How many of each, and which tickets they came to. */
export function tallyOf(
  { signals }: Understood,
  receptions: readonly Reception[],
): Pick<Delivery, 'firing' | 'resolved' | 'ticketIds'> {
  const firing = signals.filter(({ state }) => state === 'firing').length
  const ticketIds = new Set<TicketId>(receptions.flatMap(({ ticketId }) => ticketId ?? []))
  return { firing, resolved: signals.length - firing, ticketIds: [...ticketIds] }
}

/** Reads a kept delivery as its source's kind says. Whatever it holds, there is an answer. */
export async function readDelivery(
  kept: KeptDelivery,
  source: KeptSource | undefined,
  log: Log,
): Promise<Understood> {
  const { delivery, headers, body } = kept
  if (!source) return dead('Its source was removed before it could be read.')
  const reader = KINDS[source.kind]
  const opened = await openBody(body ?? Buffer.alloc(0), headers, reader)
  if (!opened.ok) return dead(opened.problem)
  const { contentType, value } = opened
  const { receivedAt } = delivery
  try {
    const request = { headers, contentType, body: value, receivedAt, mapping: source.mapping }
    return understand(kept, reader.read(request))
  } catch (error) {
    if (error instanceof Unreadable) return dead(error.message)
    log.error({ error, delivery: delivery.id }, 'a reader failed')
    return dead('Reading it failed: this is a bug in Quarterdeck, and the log says more.')
  }
}
