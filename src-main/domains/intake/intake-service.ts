import { randomBytes } from 'node:crypto'
import { Refusal } from '#contract'
import { GenericMapping } from '#contract/intake'
import type { DeliveryId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { parseCursor, toCursor } from '#platform/pages'
import type { Delivery, DeliveryRepository, KeptDelivery } from './delivery-repository'
import type { Gate } from './gate'
import { KINDS } from './kinds'
import type { Processing } from './processing'
import type { KeptSource, SourceRepository } from './source-repository'
import type { Traffic } from './traffic'

interface Needs {
  db: Db
  clock: Clock
  events: Events
  audit: Audit
  sources: SourceRepository
  deliveries: DeliveryRepository
  processing: Processing
  traffic: Traffic
  gate: Gate
}
type Answers = Serves<'intake'>

/** What an operator sees of intake and orders. */
export function createIntakeService(needs: Needs): Answers {
  return { ...questions(needs), ...sourceOrders(needs), ...deliveryOrders(needs) }
}

/** Bytes of a body that are shown; the rest is on disk. */
const SHOWN_BYTES = 512 * 1024

function questions(
  needs: Needs,
): Pick<Answers, 'listener' | 'sources' | 'deliveries' | 'delivery'> {
  const { sources, deliveries, gate } = needs
  return {
    listener: () => gate.status(),
    async sources(_, caller) {
      const counts = await deliveries.counts()
      const all = await sources.all()
      return all.map((source) => toSource(needs, source, counts, caller))
    },
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

type Counts = Awaited<ReturnType<DeliveryRepository['counts']>>

function toSource(
  { gate, traffic }: Needs,
  source: KeptSource,
  counts: Counts,
  { operator }: Caller,
) {
  const { name, kind, title, enabled, mapping, token } = source
  const mine = counts.filter((row) => row.source === name)
  const lastAt = Math.max(0, ...mine.map((row) => row.last_at))
  return {
    name,
    kind,
    title,
    enabled,
    // A viewer cannot send: the token would let them.
    url: gate.addressOf(name, operator.role === 'viewer' ? '…' : token),
    mapping,
    lastDeliveryAt: lastAt === 0 ? null : lastAt,
    deliveriesTotal: mine.reduce((all, { count }) => all + count, 0),
    deadTotal: mine.find(({ status }) => status === 'dead')?.count ?? 0,
    perMinute: traffic.perMinute(name),
  }
}

type SourceOrders = Pick<Answers, 'addSource' | 'updateSource' | 'rotateToken' | 'removeSource'>

function sourceOrders(needs: Needs): SourceOrders {
  const { db, clock, events, audit, sources, deliveries, gate } = needs

  /** Changes one source, or makes it, with the audit entry, and lets the listener know. */
  async function change(
    name: string,
    { operator }: Caller,
    action: string,
    rule: (known: KeptSource | undefined) => KeptSource | null,
  ): Promise<KeptSource | null> {
    const changed = await transact(db, async (tx) => {
      const next = rule(await sources.find(name, tx))
      if (next) await sources.save(next, tx)
      else await sources.remove(name, tx)
      const detail = next ? { kind: next.kind, title: next.title, enabled: next.enabled } : {}
      await audit.record(tx, { actor: operator.name, action, subject: `source ${name}`, detail })
      afterCommit(tx, () => events.publish('intake.changed', {}))
      return next
    })
    await gate.reload()
    return changed
  }
  const shown = async (source: KeptSource | null, caller: Caller) =>
    toSource(needs, source!, await deliveries.counts(), caller)

  return {
    async addSource({ name, kind, title, mapping }, caller) {
      const made = await change(name, caller, 'source.added', (known) => {
        if (known)
          throw new Refusal('conflict', `There is a source “${name}” already. Choose another name.`)
        const kept = kind === 'generic' ? (mapping ?? GenericMapping.parse({})) : null
        return {
          name,
          kind,
          title,
          enabled: true,
          token: newToken(),
          mapping: kept,
          createdAt: clock.now(),
        }
      })
      return shown(made, caller)
    },
    async updateSource({ name, enabled, title, mapping }, caller) {
      const changed = await change(name, caller, 'source.changed', (known) => {
        const source = present(known, name)
        if (mapping && source.kind !== 'generic')
          throw new Refusal(
            'invalid_input',
            `“${name}” is read as ${source.kind}: only a generic source has a mapping.`,
          )
        return {
          ...source,
          enabled: enabled ?? source.enabled,
          title: title ?? source.title,
          mapping: mapping ?? source.mapping,
        }
      })
      return shown(changed, caller)
    },
    async rotateToken({ name }, caller) {
      const changed = await change(name, caller, 'source.token_rotated', (known) => ({
        ...present(known, name),
        token: newToken(),
      }))
      return shown(changed, caller)
    },
    async removeSource({ name }, caller) {
      await change(name, caller, 'source.removed', (known) => {
        present(known, name)
        return null
      })
      return {}
    },
  }
}

const newToken = () => randomBytes(32).toString('base64url')

function present(source: KeptSource | undefined, name: string): KeptSource {
  if (!source) throw new Refusal('not_found', `There is no source “${name}”.`)
  return source
}

type DeliveryOrders = Pick<Answers, 'sendTest' | 'replay' | 'dismiss'>

function deliveryOrders(needs: Needs): DeliveryOrders {
  const { db, clock, audit, deliveries, processing, gate, traffic } = needs
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
        await deliveries.settle(tx, [{ ...next, from: delivery.status }])
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
