import { hash, timingSafeEqual } from 'node:crypto'
import type { DeliveryId } from '#contract/primitives'
import { KINDS, openBody } from '#domains/sources'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Delivery, NewDelivery } from './delivery-repository'
import type { Answer, Desk } from './listener'
import type { KeptSource } from './source-repository'

interface Needs {
  clock: Clock
  log: Log
  sourceOf: (name: string) => KeptSource | undefined
  /** Keeps a delivery on disk before it ends. */
  keep: (delivery: NewDelivery) => Promise<Delivery>
}

/** Who is refused often is written down once in this time; the next line says how often it was meanwhile. */
const REFUSAL_MS = 60_000
/** Names that were refused and are remembered for that; a flood of made-up names shares one place. */
const MOST_NAMES = 50

/** What happens to a request: who may come in, what is kept, and what the sender is told. */
export function createDesk(needs: Needs): Desk {
  const { clock, log, sourceOf, keep } = needs
  const refusals = createRefusals(needs)
  return {
    admit(name, token) {
      const source = sourceOf(name)
      if (!source) {
        refusals.note('unknown', `There is no source “${name.slice(0, 60)}”.`)
        return no(404, 'There is no such source. Copy its address from Intake.')
      }
      if (!isToken(token, source.token)) {
        refusals.note(
          name,
          'It came without the right token: the sender uses an old or a wrong address.',
        )
        return no(401, 'The token is wrong. Copy the address of this source from Intake.')
      }
      if (source.enabled) return undefined
      refusals.note(name, 'The source is switched off.')
      return no(403, 'This source is switched off.')
    },
    tooLarge(name) {
      refusals.note(name, 'A body was larger than 5 MB, so it was refused unread.')
      return no(413, 'The body is larger than 5 MB. Send less at once (Alertmanager: max_alerts).')
    },
    hasHandshake: (name) => KINDS[sourceOf(name)!.kind].handshake === true,
    async accept(name, headers, body) {
      const { kind, mapping } = sourceOf(name)!
      const receivedAt = clock.now()
      const reader = KINDS[kind]
      const opened = await openBody(body, headers, reader)
      const arrived = { id: newId<DeliveryId>('dlv'), source: name, receivedAt, headers, body }
      try {
        if (!opened.ok) {
          const { id } = await keep({
            ...arrived,
            status: 'dead',
            reason: opened.problem,
            key: null,
          })
          return no(opened.status, opened.problem, { delivery: id })
        }
        const { contentType, value } = opened
        const key = reader.deliveryKey({ headers, contentType, body: value, receivedAt, mapping })
        const kept = await keep({ ...arrived, status: 'stored', reason: '', key: key ?? null })
        return { status: 202, body: { delivery: kept.id, status: kept.status } }
      } catch (error) {
        log.error({ error, source: name }, 'a delivery could not be kept')
        return {
          ...no(503, 'The delivery could not be kept here. Send it again.'),
          headers: { 'retry-after': '5' },
        }
      }
    },
  }
}

function no(status: number, message: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: { error: 'refused', message, ...more } }
}

/** Compared by hash: equal lengths, and the time it takes says nothing about the token. */
function isToken(given: string, token: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'))
}

/** Refused requests as dead letters without a body, so few that nobody can flood the list. */
function createRefusals({ clock, log, keep }: Needs) {
  const places = new Map<string, { since: number; more: number }>()
  return {
    note(name: string, why: string): void {
      const at = clock.now()
      const place = places.has(name) || places.size < MOST_NAMES ? name : 'unknown'
      const last = places.get(place)
      if (last && at - last.since < REFUSAL_MS) {
        last.more++
        return
      }
      const more = last && last.more > 0 ? ` ${last.more} more like it came before.` : ''
      places.set(place, { since: at, more: 0 })
      const refusal: NewDelivery = {
        id: newId<DeliveryId>('dlv'),
        source: place,
        receivedAt: at,
        status: 'dead',
        reason: `${why}${more} Its body was not kept.`,
        key: null,
        headers: {},
        body: null,
      }
      keep(refusal).catch((error: unknown) => log.error({ error }, 'a refusal could not be kept'))
    },
  }
}
