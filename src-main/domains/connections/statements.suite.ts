import type { Dialect, StatementAction } from '#contract/actions'
import type { Connection, ConnectionDraft, TestProgress } from '#contract/connections'
import type { ConnectionId, CredentialId } from '#contract/primitives'
import type { Tls } from '#contract/targets'
import { caller, perform, type Seen, type Subject, type World } from './connector.suite'

export const IN_THE_CLEAR: Tls = { mode: 'off', ca: null, clientCertificateId: null }
export const PASSWORD = 's3cret-of-ada'

/** A connection to a server with a database. */
export function connectServer(
  { connections }: World,
  kind: 'postgres' | 'mysql',
  change: Partial<ConnectionDraft> & { port: number; database: string; tls?: Tls },
): Promise<Connection> {
  const { database, tls = IN_THE_CLEAR, ...rest } = change
  const draft: ConnectionDraft = {
    name: `db ${Math.random().toString(36).slice(2)}`,
    kind,
    host: '127.0.0.1',
    username: 'ada',
    auth: 'password',
    credentialId: null,
    tags: [],
    specifics: { kind, database, tls },
    ...rest,
  }
  return Promise.resolve(connections.create(draft, caller))
}

export async function addSecret(
  { credentials }: World,
  kind: 'password' | 'token',
  secret: string,
): Promise<CredentialId> {
  const name = `${kind} ${Math.random().toString(36).slice(2)}`
  const { id } = await credentials.create({ name, kind, secret, passphrase: '' }, caller)
  return id
}

type Given = Partial<Omit<StatementAction, 'binds'>> & {
  binds?: readonly (string | null)[]
  type?: 'statement'
}

/** A statement as a plan freezes it; a read unless it is said to be a change. */
export function statementOn(
  { world, connection }: Pick<Subject, 'world' | 'connection'>,
  text: string,
  { binds = [], ...change }: Given = {},
): StatementAction {
  return {
    version: 1,
    type: 'statement',
    target: world.connections.toTarget(connection),
    dialect: connection.kind as Dialect,
    text,
    binds: binds.map((value, n) => ({ name: `v${n}`, type: 'text', value, untrusted: true })),
    mode: 'read',
    expect: null,
    mostRows: 500,
    mostBytes: 256 * 1024,
    timeoutMs: 60_000,
    ...change,
  }
}

/** Runs one statement. */
export function ask(subject: Subject, text: string, change?: Given): Promise<Seen> {
  return perform(subject, statementOn(subject, text, change))
}

/** How a test of a connection ends. */
export async function lastStage({ connections }: World, id: ConnectionId): Promise<TestProgress> {
  let last: TestProgress | undefined
  for await (const progress of connections.test({ id }, caller)) last = progress
  return last!
}
