import type { TicketId } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import {
  type Confirmation,
  KINDS,
  openBody,
  PULLED,
  type Reading,
  type SourceRequest,
  Unreadable,
} from '#domains/sources'
import type { Signal } from '#domains/tickets'
import type { Log } from '#platform/log'
import type { Delivery, KeptDelivery } from './delivery-repository'
import type { KeptSource } from './source-repository'

/** What a delivery turned out to be once it was read. */
export interface Understood extends Pick<Delivery, 'status' | 'reason' | 'summary'> {
  readonly signals: readonly Signal[]
  readonly changes: readonly ChangeNews[]
  readonly confirmation?: Confirmation
}

/** Names the kind of record that a pull asked for. */
export const PULLED_HEADER = 'x-quarterdeck-pulled'

/** A delivery that nobody can read: kept, with the reason, until somebody replays or dismisses it. */
export function dead(reason: string): Understood {
  return { status: 'dead', reason, summary: '', signals: [], changes: [] }
}

/** Names the signals of a reading after their delivery, and says in a line what it is about. */
function understand({ delivery }: Pick<KeptDelivery, 'delivery'>, reading: Reading): Understood {
  const { ignored, note, confirmation, changes = [] } = reading
  const nothing = { signals: [], changes: [] }
  if (ignored !== undefined)
    return { status: 'ignored', reason: ignored, summary: note ?? '', ...nothing }
  if (confirmation) {
    const reason = `It waits for your yes: ${confirmation.what}.`
    return { status: 'waiting', reason, summary: confirmation.what, confirmation, ...nothing }
  }
  const { source, id: deliveryId, receivedAt } = delivery
  const signals = reading.signals.map((signal): Signal => ({
    ...signal,
    source,
    deliveryId,
    receivedAt,
  }))
  const summary = summaryOf(signals, changes, note)
  return { status: 'processed', reason: '', summary, signals, changes }
}

function summaryOf(
  signals: readonly Signal[],
  changes: readonly ChangeNews[],
  note: string | undefined,
): string {
  const titles = [...signals.map(titleOf), ...changes.map(({ title }) => title)]
  const others = titles.length > 1 ? ` and ${titles.length - 1} more` : ''
  return `${titles[0] ?? ''}${others}${note === undefined ? '' : ` (${note})`}`
}

const titleOf = ({ title, note, fingerprint }: Signal) => title || note || fingerprint

/** How many of each, and which tickets they came to. */
export function tallyOf(
  { signals, changes }: Understood,
  ticketIds: readonly TicketId[],
): Pick<Delivery, 'firing' | 'resolved' | 'ticketIds' | 'changes'> {
  const count = (state: Signal['state']) => signals.filter((each) => each.state === state).length
  return {
    firing: count('firing'),
    resolved: count('resolved'),
    ticketIds: [...new Set(ticketIds)],
    changes: changes.length,
  }
}

/** Reads a kept delivery as its source's kind says. Whatever it holds, there is an answer. */
export async function readDelivery(
  kept: Pick<KeptDelivery, 'delivery' | 'headers' | 'body'>,
  source: KeptSource | undefined,
  log: Log,
): Promise<Understood> {
  const { delivery, headers, body } = kept
  if (!source) return dead('Its source was removed before it could be read.')
  const reader = KINDS[source.kind]
  const pulled = headers[PULLED_HEADER] !== undefined
  const opened = await openBody(body ?? Buffer.alloc(0), headers, pulled ? AS_JSON : reader)
  if (!opened.ok) return dead(opened.problem)
  const { contentType, value } = opened
  const { mapping, settings } = source
  const { receivedAt } = delivery
  const request = { headers, contentType, body: value, receivedAt, mapping, settings }
  try {
    return understand(kept, readAs(source, pulled, request))
  } catch (error) {
    if (error instanceof Unreadable) return dead(error.message)
    log.error({ error, delivery: delivery.id }, 'a reader failed')
    return dead('Reading it failed: this is a bug in Quarterdeck, and the log says more.')
  }
}

/** Records of an API are JSON, whatever the kind's own deliveries are. */
const AS_JSON = { accepts: () => 'json' as const }

function readAs({ kind }: KeptSource, pulled: boolean, request: SourceRequest): Reading {
  const readPulled = pulled ? PULLED[kind] : undefined
  return readPulled ? readPulled(request) : KINDS[kind].read(request)
}
