import { Refusal } from '#contract'
import type { Action, ActionTarget } from '#contract/actions'
import type { Connection, TestProgress } from '#contract/connections'
import type { ConnectionId } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import { findDrift, pick, type StoredConnection, toTarget } from './connection'
import { createChanges, type Needs as ChangeNeeds } from './connection-changes'
import type { Connector, Outcome, Perform, Target } from './connector'

export interface Connections extends Serves<'connections'> {
  find(id: ConnectionId): Promise<Connection | undefined>
  /**
   * By name, then by tag, then by host (with or without a port); any case. `local` always finds this machine.
   * Undefined also when several fit equally well.
   */
  resolve(selector: string): Promise<Connection | undefined>
  toTarget(connection: Connection): ActionTarget
  /** Runs exactly this action. Refuses (`not_started`) when the connection no longer is the action's target. */
  perform(action: Action, how: Perform): Promise<Outcome>
  /** A domain above tells why a connection may not be changed or removed now, so that it is refused with `conflict`. */
  onChange(check: (id: ConnectionId) => Promise<string | undefined>): void
  /** Ends every line. What still runs is answered with `lost`; nothing is killed. */
  close(): Promise<void>
}

interface Needs extends ChangeNeeds {
  connectors: Record<Connection['kind'], Connector>
}

export async function createConnectionService(needs: Needs): Promise<Connections> {
  const { repository, clock, credentials, connectors } = needs
  const underWay = new Map<ConnectionId, number>()
  const checks: ((id: ConnectionId) => Promise<string | undefined>)[] = []
  credentials.onRemove(async (id) => {
    const names = await repository.namesUsing(id)
    return names.length === 0 ? undefined : `It is used by ${names.join(', ')}.`
  })

  async function withCredentialName<C extends StoredConnection>(stored: C): Promise<C & Target> {
    const { credentialId } = stored
    const name = credentialId ? await credentials.nameOf(credentialId) : undefined
    return { ...stored, credentialName: name ?? null }
  }
  async function findTarget(id: ConnectionId): Promise<Target | undefined> {
    const stored = await repository.find(id)
    return stored && withCredentialName(stored)
  }
  async function getTarget(id: ConnectionId): Promise<Target> {
    const target = await findTarget(id)
    if (target) return target
    throw new Refusal('not_found', `There is no connection ${id}. It may have been removed.`)
  }
  async function refuseWhileUsed(id: ConnectionId, name: string): Promise<void> {
    if (underWay.has(id))
      throw new Refusal('conflict', `A command runs over ${name} now. Nothing was changed.`)
    for (const check of checks) {
      const why = await check(id)
      if (why) throw new Refusal('conflict', `${why} Nothing was changed.`)
    }
  }
  const changes = createChanges(needs)
  await changes.ensureLocal()

  return {
    list: async () => {
      const all = await repository.all()
      return Promise.all(all.map(async (stored) => toConnection(await withCredentialName(stored))))
    },
    get: async ({ id }) => toConnection(await getTarget(id)),
    async find(id) {
      const target = await findTarget(id)
      return target && toConnection(target)
    },
    async resolve(selector) {
      const stored = pick(await repository.all(), selector)
      return stored && toConnection(await withCredentialName(stored))
    },
    toTarget,
    async create(draft, caller) {
      const id = await changes.create(draft, caller)
      return toConnection(await getTarget(id))
    },
    async update({ id, draft }, caller) {
      await refuseWhileUsed(id, draft.name)
      await changes.update(id, draft, caller)
      connectors.ssh.forget(id)
      return toConnection(await getTarget(id))
    },
    async remove({ id }, caller) {
      const target = await getTarget(id)
      await refuseWhileUsed(id, target.name)
      await changes.remove(id, caller)
      connectors[target.kind].forget(id)
      return {}
    },
    async *test({ id }, { signal }) {
      const target = await getTarget(id)
      let last: TestProgress | undefined
      for await (const progress of connectors[target.kind].test(target, signal)) {
        yield progress
        last = progress
      }
      if (!last || signal.aborted) return
      const ok = last.state === 'passed'
      await repository.saveTest(id, { at: clock.now(), ok, summary: last.detail })
      needs.events.publish('connections.changed', {})
    },
    async trustHostKey({ id, hostKey }, caller) {
      const target = await getTarget(id)
      const shown = await connectors[target.kind].readHostKey(target, caller.signal)
      if (shown.fingerprint !== hostKey)
        throw new Refusal(
          'conflict',
          `${target.name} shows another key now: ${shown.fingerprint}. The key was not accepted. ` +
            'Ask whoever runs the host which one is right, then test the connection again.',
        )
      await changes.trust(target, shown, caller)
      connectors[target.kind].forget(id)
      return toConnection(await getTarget(id))
    },
    async perform(action, how) {
      const id = action.target.connectionId
      const target = await findTarget(id)
      const obstacle = target
        ? findDrift(target, action.target)
        : 'the connection, which was removed'
      if (!target || obstacle)
        return {
          status: 'not_started',
          reason: `The target changed after this action was made (${obstacle}). Make the plan again.`,
        }
      underWay.set(id, (underWay.get(id) ?? 0) + 1)
      try {
        return await connectors[target.kind].perform(target, action, how)
      } finally {
        const left = (underWay.get(id) ?? 1) - 1
        if (left > 0) underWay.set(id, left)
        else underWay.delete(id)
      }
    },
    onChange: (check) => void checks.push(check),
    async close() {
      await Promise.all(Object.values(connectors).map((connector) => connector.close()))
    },
  }
}

function toConnection({ hostKeyType: _, ...connection }: Target): Connection {
  return connection
}
