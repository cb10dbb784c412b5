import { Refusal } from '#contract'
import type { ConnectionDraft } from '#contract/connections'
import type { ConnectionId, Timestamp } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { HostKey, StoredConnection } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import { completeDraft, forgetsHostKey } from './connection'
import { wantedCredentials } from './connection-kinds'
import type { ConnectionRepository } from './connection-repository'

export interface Needs {
  database: Database
  repository: ConnectionRepository
  clock: Clock
  events: Events
  audit: Audit
  credentials: Credentials
}

const NEW = {
  hostKey: null,
  hostKeyType: null,
  hostKeySeenAt: null,
  lastTest: null,
  jumpHostKeys: {},
} as const
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
export function createChanges(needs: Needs) {
  return {
    ensureLocal: () => ensureLocal(needs),
    create: (draft: ConnectionDraft, caller: Caller) => create(needs, draft, caller),
    update: (id: ConnectionId, draft: ConnectionDraft, caller: Caller) =>
      update(needs, id, draft, caller),
    remove: (id: ConnectionId, caller: Caller) => remove(needs, id, caller),
    trust: (seen: StoredConnection, key: HostKey, jumpHost: string | undefined, caller: Caller) =>
      trust(needs, seen, key, jumpHost, caller),
  }
}

/** Makes the connection to this machine at the first start. */
async function ensureLocal(needs: Needs): Promise<void> {
  const { database, repository, clock } = needs
  await transact(database.db, async (tx) => {
    if ((await repository.countLocal(tx)) > 0) return
    const id = newId<ConnectionId>('con')
    const made = { ...FIRST, ...NEW, id, createdAt: clock.now() }
    if (await repository.addUnlessThere(made, tx))
      await tell(needs, tx, 'quarterdeck', 'connection.created', id, describe(FIRST))
  })
}

async function create(needs: Needs, given: ConnectionDraft, caller: Caller): Promise<ConnectionId> {
  const { database, repository, clock } = needs
  const draft = completeDraft(given)
  await refuseWrongCredential(needs, draft, caller)
  const id = newId<ConnectionId>('con')
  await transact(database.db, async (tx) => {
    await refuseTakenName(needs, draft.name, null, tx)
    await repository.save({ ...draft, ...NEW, id, createdAt: clock.now() }, tx)
    await tell(needs, tx, caller.operator.name, 'connection.created', id, describe(draft))
  })
  return id
}

async function update(
  needs: Needs,
  id: ConnectionId,
  given: ConnectionDraft,
  caller: Caller,
): Promise<void> {
  const draft = completeDraft(given)
  await refuseWrongCredential(needs, draft, caller)
  await transact(needs.database.db, async (tx) => {
    const before = await getStored(needs, id, tx)
    await refuseTakenName(needs, draft.name, id, tx)
    if (before.kind === 'local' && draft.kind !== 'local') await refuseLastLocal(needs, tx)
    const forgotten = forgetsHostKey(before, draft) ? NEW : {}
    const { ssh: _ssh, specifics: _specifics, ...rest } = before
    await needs.repository.save({ ...rest, ...draft, ...forgotten }, tx)
    const detail = { before: describe(before), after: describe(draft) }
    await tell(needs, tx, caller.operator.name, 'connection.updated', id, detail)
  })
}

async function remove(needs: Needs, id: ConnectionId, { operator }: Caller): Promise<void> {
  await transact(needs.database.db, async (tx) => {
    const stored = await getStored(needs, id, tx)
    if (stored.kind === 'local') await refuseLastLocal(needs, tx)
    await needs.repository.remove(id, tx)
    await tell(needs, tx, operator.name, 'connection.removed', id, describe(stored))
  })
}

/** `seen` is the connection as it was when the host showed the key. */
async function trust(
  needs: Needs,
  seen: StoredConnection,
  key: HostKey,
  jumpHost: string | undefined,
  { operator }: Caller,
): Promise<void> {
  await transact(needs.database.db, async (tx) => {
    const stored = await getStored(needs, seen.id, tx)
    if (forgetsHostKey(seen, stored))
      throw new Refusal('conflict', `${stored.name} has another address now. Test it again.`)
    const { name, host, port } = stored
    const before = jumpHost === undefined ? stored.hostKey : stored.jumpHostKeys[jumpHost]
    await needs.repository.save(withKey(stored, key, jumpHost, needs.clock.now()), tx)
    const detail = { name, host, port, jumpHost, hostKey: key.fingerprint, before: before ?? null }
    await tell(needs, tx, operator.name, 'connection.host_key_trusted', seen.id, detail)
  })
}

function withKey(
  stored: StoredConnection,
  key: HostKey,
  jumpHost: string | undefined,
  at: Timestamp,
): StoredConnection {
  if (jumpHost !== undefined)
    return { ...stored, jumpHostKeys: { ...stored.jumpHostKeys, [jumpHost]: key } }
  return { ...stored, hostKey: key.fingerprint, hostKeyType: key.type, hostKeySeenAt: at }
}

/** Writes down what was done to a connection in the transaction that does it. */
async function tell(
  { audit, events }: Needs,
  tx: Db,
  actor: string,
  action: string,
  subject: string,
  detail: object,
): Promise<void> {
  await audit.record(tx, { actor, action, subject, detail })
  afterCommit(tx, () => events.publish('connections.changed', {}))
}

async function getStored(
  { repository }: Needs,
  id: ConnectionId,
  tx: Db,
): Promise<StoredConnection> {
  const stored = await repository.find(id, tx)
  if (stored) return stored
  throw new Refusal('not_found', `There is no connection ${id}. It may have been removed.`)
}

async function refuseTakenName(
  { repository }: Needs,
  name: string,
  except: ConnectionId | null,
  tx: Db,
): Promise<void> {
  if (!(await repository.isNameTaken(name, except, tx))) return
  throw new Refusal(
    'conflict',
    `There is a connection called ${name} already. Nothing was changed.`,
  )
}

async function refuseLastLocal({ repository }: Needs, tx: Db): Promise<void> {
  if ((await repository.countLocal(tx)) > 1) return
  throw new Refusal('conflict', 'The connection to this machine stays: `local` always finds it.')
}

async function refuseWrongCredential(
  { credentials }: Needs,
  draft: ConnectionDraft,
  caller: Caller,
): Promise<void> {
  const wishes = wantedCredentials(draft)
  if (wishes.length === 0) return
  const all = await credentials.list({}, caller)
  for (const { id: wanted, kinds, what } of wishes) {
    const found = all.find(({ id }) => id === wanted)
    if (!found) throw new Refusal('not_found', 'The chosen credential was removed. Choose another.')
    if (!kinds.includes(found.kind))
      throw new Refusal(
        'invalid_input',
        `${found.name} is no ${what}, so it cannot sign in that way.`,
      )
  }
}

function describe(draft: ConnectionDraft): object {
  const { name, kind, host, port, username, auth, credentialId, tags, ssh, specifics } = draft
  const common = { name, kind, host, port, username, auth, credentialId, tags }
  return { ...common, ...(ssh && { ssh }), ...(specifics && { specifics }) }
}
