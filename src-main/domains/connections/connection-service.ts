import { Refusal } from '#contract'
import type {
  Action,
  ActionTarget,
  ProgramAction,
  RequestAction,
  StatementAction,
  StatementPreview,
} from '#contract/actions'
import type { Connection, TestProgress } from '#contract/connections'
import type { ConnectionId, CredentialId } from '#contract/primitives'
import type { KnownHostKey } from '#contract/ssh'
import {
  type Connector,
  type HostKey,
  type Outcome,
  type Perform,
  type StoredConnection,
  type Target,
  toSudo,
  toTarget,
} from '#domains/connectors'
import type { LeaseUse } from '#domains/credentials'
import type { Openssh } from '#domains/openssh'
import type { Caller, Serves } from '#platform/caller'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { findDrift, findMismatch, pick, pickAll, type Runs } from './connection'
import { listSshConfig } from './ssh-config'
import { createChanges, type Needs as ChangeNeeds } from './connection-changes'

export interface Connections extends Serves<'connections'> {
  find(id: ConnectionId): Promise<Connection | undefined>
  /**
   * By name, then by tag, then by host (with or without a port); any case. `local` always finds this machine.
   * Undefined also when several fit equally well. With `runs` only those count that can run such an action: a host may
   * be known as a machine and as a database.
   */
  resolve(selector: string, runs?: Runs): Promise<Connection | undefined>
  /** As `resolve`, but a tag means all that have it. In the order of the list; none when nothing fits. */
  resolveAll(selector: string, runs?: Runs): Promise<Connection[]>
  toTarget(connection: Connection): ActionTarget
  /** The password that sudo gets there; undefined where the connection names none. */
  toSudo(connection: Connection): ProgramAction['sudo']
  /** Runs exactly this action. Refuses (`not_started`) when the connection no longer is the action's target. */
  perform(action: Action, how: Perform): Promise<Outcome>
  /** The vault is shut, and this action would need a secret of it: to wait is better than to fail. */
  mustWait(action: Action): boolean
  /** How a database would carry out a statement, asked without doing it. */
  explain(action: Action): Promise<StatementPreview>
  /** A domain above tells why a connection may not be changed or removed now, so that it is refused with `conflict`. */
  onChange(check: (id: ConnectionId) => Promise<string | undefined>): void
  /** Ends every line. What still runs is answered with `lost`; nothing is killed. */
  close(): Promise<void>
}

/** A connector that can say how its database would carry out a statement. */
type Explaining = Connector<StatementAction> & {
  explain(target: Target, action: StatementAction): Promise<StatementPreview>
}

export interface Connectors {
  readonly local: Connector
  readonly ssh: Connector
  readonly postgres: Explaining
  readonly mysql: Explaining
  readonly sqlite: Explaining
  readonly http: Connector<RequestAction>
}

interface Needs extends ChangeNeeds {
  connectors: Connectors
  openssh: Openssh
  masking: Masking
  log: Log
}

export async function createConnectionService(needs: Needs): Promise<Connections> {
  const { repository, credentials, connectors } = needs
  const targets = createTargets(needs)
  const use = createUseCount()
  const changes = createChanges(needs)
  credentials.onRemove(async (id) => {
    const names = await repository.namesUsing(id)
    return names.length === 0 ? undefined : `It is used by ${names.join(', ')}.`
  })
  await changes.ensureLocal()
  const forget = (id: ConnectionId) => {
    for (const connector of Object.values(connectors)) connector.forget(id)
  }

  return {
    ...targets.answers,
    toTarget,
    toSudo,
    async create(draft, caller) {
      return targets.answers.get({ id: await changes.create(draft, caller) }, caller)
    },
    async update({ id, draft }, caller) {
      await use.refuseWhileUsed(id)
      await changes.update(id, draft, caller)
      forget(id)
      return targets.answers.get({ id }, caller)
    },
    async remove({ id }, caller) {
      await use.refuseWhileUsed(id)
      await changes.remove(id, caller)
      forget(id)
      return {}
    },
    knownHosts: targets.knownHosts,
    sshConfig: () => listSshConfig(needs),
    test: ({ id }, caller) => test(needs, targets, id, caller),
    async trustHostKey({ id, hostKey, jumpHost }, caller) {
      const target = await targets.get(id)
      const shown = await connectors[target.kind].readHostKey(target, caller.signal, jumpHost)
      refuseOtherKey(target, shown, hostKey)
      await changes.trust(target, shown, jumpHost, caller)
      forget(id)
      return targets.answers.get({ id }, caller)
    },
    perform: createPerform(needs, targets, use.during),
    mustWait: (action) => secretsOf(action).length > 0 && !credentials.isOpen(),
    explain: (action) => explain(needs, targets, action),
    onChange: use.onChange,
    async close() {
      await Promise.all(Object.values(connectors).map((connector) => connector.close()))
    },
  }
}

/** Keeps what came of it, unless it was broken off. */
async function* test(
  { connectors, repository, clock, events, masking }: Needs,
  targets: ReturnType<typeof createTargets>,
  id: ConnectionId,
  { signal, operator }: Caller,
): AsyncGenerator<TestProgress> {
  const found = await targets.get(id)
  const who = { subject: found.name, connectionId: id, operator: operator.name }
  const target: Target = { ...found, use: { purpose: 'test', ...who } }
  let last: TestProgress | undefined
  for await (const said of connectors[target.kind].test(target, signal)) {
    last = { ...said, detail: masking.mask(said.detail) } // a host may repeat what it was sent
    yield last
  }
  if (!last || signal.aborted) return
  const ok = last.state === 'passed'
  await repository.saveTest(id, { at: clock.now(), ok, summary: last.detail })
  events.publish('connections.changed', {})
}

const findObstacle = (now: Connection, action: Action) =>
  findDrift(now, action.target) ?? findMismatch(now, action)

/** Each type of action by the connectors that take it; that the kind fits was checked. */
function performOn(
  connectors: Connectors,
  target: Target,
  action: Action,
  how: Perform,
): Promise<Outcome> {
  if (action.type === 'statement') return connectors[action.dialect].perform(target, action, how)
  if (action.type === 'request') return connectors.http.perform(target, action, how)
  return connectors[target.kind === 'local' ? 'local' : 'ssh'].perform(target, action, how)
}

const none = (problem: string): StatementPreview => ({ plan: '', estimatedRows: null, problem })

async function explain(
  { connectors, log }: Needs,
  targets: ReturnType<typeof createTargets>,
  action: Action,
): Promise<StatementPreview> {
  const target = await targets.find(action.target.connectionId)
  const obstacle = target
    ? findObstacle(targets.toConnection(target), action)
    : 'The connection was removed.'
  if (!target || obstacle) return none(obstacle ?? '')
  if (action.type !== 'statement') return none('Only a database says beforehand what it will do.')
  try {
    return await connectors[action.dialect].explain(target, action)
  } catch (error) {
    log.debug({ error }, 'a statement was not explained')
    return none(error instanceof Error ? error.message : String(error))
  }
}

/** Stored connections with the names of their credentials. */
function createTargets({ repository, credentials, connectors }: Needs) {
  /** With the way there as it is now. */
  function toConnection(target: Target): Connection {
    const { hostKeyType: _type, jumpHostKeys: _keys, use: _use, ...connection } = target
    const route = connectors[target.kind].route?.(target)
    return { ...connection, ...(route && { route }) }
  }
  async function withCredentialName(stored: StoredConnection): Promise<Target> {
    const { credentialId } = stored
    const name = credentialId ? await credentials.nameOf(credentialId) : undefined
    const sudoId = stored.ssh?.sudoCredentialId
    const sudo = sudoId ? await credentials.nameOf(sudoId) : undefined
    return { ...stored, credentialName: name ?? null, ...(sudo && { sudoCredentialName: sudo }) }
  }
  async function find(id: ConnectionId): Promise<Target | undefined> {
    const stored = await repository.find(id)
    return stored && withCredentialName(stored)
  }
  async function get(id: ConnectionId): Promise<Target> {
    const target = await find(id)
    if (target) return target
    throw new Refusal('not_found', `There is no connection ${id}. It may have been removed.`)
  }
  const answers: Pick<Connections, 'list' | 'get' | 'find' | 'resolve' | 'resolveAll'> = {
    async list() {
      const all = await repository.all()
      return Promise.all(all.map(async (stored) => toConnection(await withCredentialName(stored))))
    },
    get: async ({ id }) => toConnection(await get(id)),
    async find(id) {
      const target = await find(id)
      return target && toConnection(target)
    },
    async resolve(selector, runs) {
      const stored = pick(await repository.all(), selector, runs)
      return stored && toConnection(await withCredentialName(stored))
    },
    async resolveAll(selector, runs) {
      const stored = pickAll(await repository.all(), selector, runs)
      return Promise.all(stored.map(async (one) => toConnection(await withCredentialName(one))))
    },
  }
  async function knownHosts({ id }: { id: ConnectionId }): Promise<KnownHostKey[]> {
    const target = await get(id)
    return connectors[target.kind].knownHosts?.(target) ?? []
  }
  return { find, get, toConnection, knownHosts, answers }
}

/** Knows which connections something runs over now. */
function createUseCount() {
  const underWay = new Map<ConnectionId, number>()
  const checks: ((id: ConnectionId) => Promise<string | undefined>)[] = []
  const count = (id: ConnectionId, by: 1 | -1) => {
    const now = (underWay.get(id) ?? 0) + by
    if (now > 0) underWay.set(id, now)
    else underWay.delete(id)
  }
  return {
    onChange: (check: (id: ConnectionId) => Promise<string | undefined>) => void checks.push(check),
    async refuseWhileUsed(id: ConnectionId): Promise<void> {
      const reasons = await Promise.all(checks.map((check) => check(id)))
      const why = underWay.has(id) ? 'A command runs over it now.' : reasons.find(Boolean)
      if (why) throw new Refusal('conflict', `The connection was not changed. ${why}`)
    },
    async during<T>(id: ConnectionId, work: () => Promise<T>): Promise<T> {
      count(id, 1)
      try {
        return await work()
      } finally {
        count(id, -1)
      }
    },
  }
}

function createPerform(
  { credentials, connectors }: Needs,
  { find, toConnection }: ReturnType<typeof createTargets>,
  during: <T>(id: ConnectionId, work: () => Promise<T>) => Promise<T>,
): Connections['perform'] {
  return async function perform(action, how) {
    const target = await find(action.target.connectionId)
    const reason = target
      ? findObstacle(toConnection(target), action)
      : 'The connection was removed.'
    if (!target || reason)
      return { status: 'not_started', reason: `${reason} Nothing was run. Make the plan again.` }
    const lent = { ...target, use: useIn(target, how) }
    const refusal = await whyNotLent(credentials, secretsOf(action), lent.use)
    if (refusal !== undefined) return { status: 'not_started', reason: refusal }
    return during(target.id, () => performOn(connectors, lent, action, how))
  }
}

const useIn = ({ id, name }: Target, { run }: Perform): LeaseUse => ({
  purpose: 'run',
  subject: name,
  connectionId: id,
  run,
})

/** The credentials that an action borrows: of its target, of the jump hosts, a client certificate, and for sudo. */
function secretsOf(action: Action): CredentialId[] {
  const { target } = action
  const { specifics, ssh } = target
  const sudo = 'sudo' in action ? action.sudo?.credentialId : undefined
  const certificate = specifics && 'tls' in specifics ? specifics.tls.clientCertificateId : null
  const jumps = (ssh?.jumpHosts ?? []).map((jump) => jump.credentialId)
  const all = [target.credentialId, ...jumps, certificate, sudo ?? null]
  return all.filter((id) => id !== null)
}

/** Asked each time: a line that is open already must not be a way around the vault. */
async function whyNotLent(
  credentials: Needs['credentials'],
  ids: readonly CredentialId[],
  use: LeaseUse,
): Promise<string | undefined> {
  try {
    for (const id of ids) await credentials.admit(id, use)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

function refuseOtherKey({ name }: Target, { fingerprint }: HostKey, expected: string): void {
  if (fingerprint === expected) return
  throw new Refusal(
    'conflict',
    `${name} shows another key now: ${fingerprint}. The key was not accepted. ` +
      'Ask whoever runs the host which one is right, then test the connection again.',
  )
}
