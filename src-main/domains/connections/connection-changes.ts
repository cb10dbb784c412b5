import { Refusal } from '#contract'
import type { ConnectionDraft } from '#contract/connections'
import type { ConnectionId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Credentials } from '#domains/credentials'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import { completeDraft, forgetsHostKey, type StoredConnection } from './connection'
import type { ConnectionRepository } from './connection-repository'
import type { HostKey } from './connector'

export interface Needs {
  database: Database
  repository: ConnectionRepository
  clock: Clock
  events: Events
  audit: Audit
  credentials: Credentials
}

const NEW = { hostKey: null, hostKeyType: null, hostKeySeenAt: null, lastTest: null } as const
const FIRST: ConnectionDraft = {
  name: 'This machine',
  kind: 'local',
  host: null,
  port: 22,
  username: null,
  auth: 'agent',
  credentialId: null,
  tags: ['localhost'],
}

/** Every order that changes a stored connection, each with its audit entry and its news. */
export function createChanges({ database, repository, clock, events, audit, credentials }: Needs) {
  /** Writes down what was done to a connection in the transaction that does it. */
  async function tell(tx: Db, actor: string, action: string, subject: string, detail: object) {
    await audit.record(tx, { actor, action, subject, detail })
    afterCommit(tx, () => events.publish('connections.changed', {}))
  }
  async function getStored(id: ConnectionId, tx: Db): Promise<StoredConnection> {
    const stored = await repository.find(id, tx)
    if (stored) return stored
    throw new Refusal('not_found', `There is no connection ${id}. It may have been removed.`)
  }
  async function refuseTakenName(name: string, except: ConnectionId | null, tx: Db) {
    if (await repository.isNameTaken(name, except, tx))
      throw new Refusal(
        'conflict',
        `There is a connection called ${name} already. Nothing was changed.`,
      )
  }
  async function refuseWrongCredential({ auth, credentialId }: ConnectionDraft, caller: Caller) {
    if (!credentialId) return
    const all = await credentials.list({}, caller)
    const found = all.find(({ id }) => id === credentialId)
    if (!found) throw new Refusal('not_found', 'The chosen credential was removed. Choose another.')
    const wanted = auth === 'key' ? 'private_key' : 'password'
    if (found.kind !== wanted)
      throw new Refusal(
        'invalid_input',
        `${found.name} is no ${wanted.replace('_', ' ')}, so it cannot be used to sign in that way.`,
      )
  }

  return {
    /** Makes the connection to this machine at the first start. */
    async ensureLocal(): Promise<void> {
      await transact(database.db, async (tx) => {
        if ((await repository.countLocal(tx)) > 0) return
        const id = newId<ConnectionId>('con')
        const made = await repository.addUnlessThere(
          { ...FIRST, ...NEW, id, createdAt: clock.now() },
          tx,
        )
        if (made) await tell(tx, 'quarterdeck', 'connection.created', id, describe(FIRST))
      })
    },
    async create(given: ConnectionDraft, caller: Caller): Promise<ConnectionId> {
      const draft = completeDraft(given)
      await refuseWrongCredential(draft, caller)
      const id = newId<ConnectionId>('con')
      await transact(database.db, async (tx) => {
        await refuseTakenName(draft.name, null, tx)
        await repository.save({ ...draft, ...NEW, id, createdAt: clock.now() }, tx)
        await tell(tx, caller.operator.name, 'connection.created', id, describe(draft))
      })
      return id
    },
    async update(id: ConnectionId, given: ConnectionDraft, caller: Caller): Promise<void> {
      const draft = completeDraft(given)
      await refuseWrongCredential(draft, caller)
      await transact(database.db, async (tx) => {
        const before = await getStored(id, tx)
        await refuseTakenName(draft.name, id, tx)
        if (before.kind === 'local' && draft.kind !== 'local') await refuseLastLocal(tx)
        const forgotten = forgetsHostKey(before, draft) ? NEW : {}
        await repository.save({ ...before, ...draft, ...forgotten }, tx)
        await tell(tx, caller.operator.name, 'connection.updated', id, {
          before: describe(before),
          after: describe(draft),
        })
      })
    },
    async remove(id: ConnectionId, { operator }: Caller): Promise<void> {
      await transact(database.db, async (tx) => {
        const stored = await getStored(id, tx)
        if (stored.kind === 'local') await refuseLastLocal(tx)
        await repository.remove(id, tx)
        await tell(tx, operator.name, 'connection.removed', id, describe(stored))
      })
    },
    /** `seen` is the connection as it was when the host showed the key. */
    async trust(seen: StoredConnection, key: HostKey, { operator }: Caller): Promise<void> {
      const { id } = seen
      await transact(database.db, async (tx) => {
        const stored = await getStored(id, tx)
        if (forgetsHostKey(seen, stored))
          throw new Refusal('conflict', `${stored.name} has another address now. Test it again.`)
        await repository.save(
          {
            ...stored,
            hostKey: key.fingerprint,
            hostKeyType: key.type,
            hostKeySeenAt: clock.now(),
          },
          tx,
        )
        await tell(tx, operator.name, 'connection.host_key_trusted', id, {
          name: stored.name,
          host: stored.host,
          port: stored.port,
          hostKey: key.fingerprint,
          before: stored.hostKey,
        })
      })
    },
  }

  async function refuseLastLocal(tx: Db): Promise<void> {
    if ((await repository.countLocal(tx)) > 1) return
    throw new Refusal('conflict', 'The connection to this machine stays: `local` always finds it.')
  }
}

function describe(draft: ConnectionDraft): object {
  const { name, kind, host, port, username, auth, credentialId, tags } = draft
  return { name, kind, host, port, username, auth, credentialId, tags }
}
