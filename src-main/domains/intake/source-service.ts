import { randomBytes } from 'node:crypto'
import { Refusal } from '#contract'
import { GenericMapping } from '#contract/intake'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { DeliveryRepository } from './delivery-repository'
import type { Gate } from './gate'
import type { KeptSource, SourceRepository } from './source-repository'
import type { Traffic } from './traffic'

type Answers = Serves<'intake'>
type Shown = Awaited<ReturnType<Answers['addSource']>>

interface Needs {
  db: Db
  clock: Clock
  events: Events
  audit: Audit
  sources: SourceRepository
  deliveries: DeliveryRepository
  traffic: Traffic
  gate: Gate
}

/** Who may send, and by which address. */
export function createSourceService(
  needs: Needs,
): Pick<Answers, 'sources' | 'addSource' | 'updateSource' | 'rotateToken' | 'removeSource'> {
  const { clock, sources, deliveries } = needs
  const order = createOrder(needs)
  const shown = async (source: KeptSource, caller: Caller): Promise<Shown> =>
    toShown(needs, source, await deliveries.counts(), caller)

  return {
    async sources(_, caller) {
      const counts = await deliveries.counts()
      const all = await sources.all()
      return all.map((source) => toShown(needs, source, counts, caller))
    },
    async addSource({ name, kind, title, mapping }, caller) {
      const made: KeptSource = {
        name,
        kind,
        title,
        enabled: true,
        token: newToken(),
        mapping: kind === 'generic' ? (mapping ?? GenericMapping.parse({})) : null,
        createdAt: clock.now(),
      }
      await order(name, caller, 'source.added', async (known, tx) => {
        if (known)
          throw new Refusal('conflict', `There is a source “${name}” already. Choose another name.`)
        await sources.save(made, tx)
        return made
      })
      return shown(made, caller)
    },
    async updateSource({ name, ...wish }, caller) {
      const changed = await order(name, caller, 'source.changed', async (known, tx) => {
        const next = applyWish(present(known, name), wish)
        await sources.save(next, tx)
        return next
      })
      return shown(changed, caller)
    },
    async rotateToken({ name }, caller) {
      const changed = await order(name, caller, 'source.token_rotated', async (known, tx) => {
        const next = { ...present(known, name), token: newToken() }
        await sources.save(next, tx)
        return next
      })
      return shown(changed, caller)
    },
    async removeSource({ name }, caller) {
      await order(name, caller, 'source.removed', async (known, tx) => {
        await sources.remove(name, tx)
        return present(known, name)
      })
      return {}
    },
  }
}

/** One order over one source, with its audit entry; the listener heeds it when the order is answered. */
function createOrder({ db, events, audit, sources, gate }: Needs) {
  return async function order(
    name: string,
    { operator }: Caller,
    action: string,
    work: (known: KeptSource | undefined, tx: Db) => Promise<KeptSource>,
  ): Promise<KeptSource> {
    const source = await transact(db, async (tx) => {
      const so = await work(await sources.find(name, tx), tx)
      const detail = { kind: so.kind, title: so.title, enabled: so.enabled }
      await audit.record(tx, { actor: operator.name, action, subject: `source ${name}`, detail })
      afterCommit(tx, () => events.publish('intake.changed', {}))
      return so
    })
    await gate.reload()
    return source
  }
}

type Wish = Omit<Parameters<Answers['updateSource']>[0], 'name'>

function applyWish(source: KeptSource, { enabled, title, mapping }: Wish): KeptSource {
  if (mapping && source.kind !== 'generic') {
    throw new Refusal(
      'invalid_input',
      `“${source.name}” is read as ${source.kind}, and only a generic source has a mapping. Nothing was changed.`,
    )
  }
  return {
    ...source,
    enabled: enabled ?? source.enabled,
    title: title ?? source.title,
    mapping: mapping ?? source.mapping,
  }
}

/** 32 random bytes: nobody guesses an address. */
const newToken = () => randomBytes(32).toString('base64url')

/** Refused with `not_found` when there is no such source. */
export function present(source: KeptSource | undefined, name: string): KeptSource {
  if (!source) throw new Refusal('not_found', `There is no source “${name}”.`)
  return source
}

type Counts = Awaited<ReturnType<DeliveryRepository['counts']>>

function toShown(
  { gate, traffic }: Needs,
  source: KeptSource,
  counts: Counts,
  { operator }: Caller,
): Shown {
  const { name, kind, title, enabled, mapping, token } = source
  const mine = counts.filter((row) => row.source === name)
  const lastAt = Math.max(0, ...mine.map((row) => row.last_at))
  return {
    name,
    kind,
    title,
    enabled,
    // A viewer may not send, and the token would let them.
    url: gate.addressOf(name, operator.role === 'viewer' ? '…' : token),
    mapping,
    lastDeliveryAt: lastAt === 0 ? null : lastAt,
    deliveriesTotal: mine.reduce((all, { count }) => all + count, 0),
    deadTotal: mine.find(({ status }) => status === 'dead')?.count ?? 0,
    perMinute: traffic.perMinute(name),
  }
}
