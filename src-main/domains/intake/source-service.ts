import { randomBytes } from 'node:crypto'
import { Refusal } from '#contract'
import { GenericMapping, SourceSettings } from '#contract/intake'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { DeliveryRepository } from './delivery-repository'
import type { Gate } from './gate'
import { type KeptSource, present, type SourceRepository } from './source-repository'
import type { Proofs } from './proofs'
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
  proofs: Proofs
  order: ReturnType<typeof createOrder>
}

/** Who may send, and by which address. */
export function createSourceService(
  needs: Needs,
): Pick<Answers, 'sources' | 'addSource' | 'updateSource' | 'rotateToken' | 'removeSource'> {
  const { clock, sources, deliveries, order } = needs
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
        settings: SourceSettings.parse({}),
        ...NO_SECRET,
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
export function createOrder({
  db,
  events,
  audit,
  sources,
  gate,
}: Pick<Needs, 'db' | 'events' | 'audit' | 'sources' | 'gate'>) {
  return async function order(
    name: string,
    { operator }: Caller,
    action: string,
    work: (known: KeptSource | undefined, tx: Db) => Promise<KeptSource>,
  ): Promise<KeptSource> {
    const source = await transact(db, async (tx) => {
      const so = await work(await sources.lock(name, tx), tx)
      const detail = { kind: so.kind, title: so.title, enabled: so.enabled }
      await audit.record(tx, { actor: operator.name, action, subject: `source ${name}`, detail })
      afterCommit(tx, () => events.publish('intake.changed', {}))
      return so
    })
    await gate.reload()
    return source
  }
}

/** A new source signs nothing. */
const NO_SECRET = { secretId: null, previousSecretId: null, previousUntil: null }

type Wish = Omit<Parameters<Answers['updateSource']>[0], 'name'>

function applyWish(source: KeptSource, wish: Wish): KeptSource {
  const { enabled, title, mapping, settings = {} } = wish
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
    settings: SourceSettings.parse({ ...source.settings, ...given(settings) }),
  }
}

/** What was not given is left as it is. */
function given<T extends object>(parts: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

/** 32 random bytes: nobody guesses an address. */
const newToken = () => randomBytes(32).toString('base64url')

type Counts = Awaited<ReturnType<DeliveryRepository['counts']>>

export function toShown(
  { gate, traffic, proofs }: Pick<Needs, 'gate' | 'traffic' | 'proofs'>,
  source: KeptSource,
  counts: Counts,
  { operator }: Caller,
): Shown {
  const { name, kind, title, enabled, mapping, settings, token } = source
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
    settings,
    proof: proofs.stateOf(source),
    lastDeliveryAt: lastAt === 0 ? null : lastAt,
    deliveriesTotal: mine.reduce((all, { count }) => all + count, 0),
    deadTotal: mine.find(({ status }) => status === 'dead')?.count ?? 0,
    perMinute: traffic.perMinute(name),
  }
}
