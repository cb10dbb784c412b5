import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '#contract'
import type { Action, ActionTarget } from '#contract/actions'
import type { Connection, ConnectionDraft } from '#contract/connections'
import type { SshBinding, SshSettings } from '#contract/ssh'
import { type StoredConnection, toTarget } from '#domains/connectors'
import { completeOther } from './connection-kinds'

/** Always finds this machine, so nothing else may be called that. */
const LOCAL = 'local'

const BINDING = {
  kind: 'the kind of connection',
  host: 'the host',
  port: 'the port',
  username: 'the user',
  hostKey: 'the host key',
  credentialId: 'the credential',
} as const

/** What sort of action a connection takes, by its kind. */
export type Runs = 'program' | 'statement' | 'request'

export function runsOf(kind: Connection['kind']): Runs {
  if (kind === 'local' || kind === 'ssh') return 'program'
  return kind === 'http' ? 'request' : 'statement'
}

/** Why this kind of connection cannot run an action, if so. */
export function findMismatch({ kind, name }: Connection, action: Action): string | undefined {
  const fits = runsOf(kind) === (action.type ?? 'program')
  if (fits && (action.type !== 'statement' || action.dialect === kind)) return undefined
  return `${name} cannot run such an action.`
}

/** What is no longer as it was when the action was frozen, in words; undefined when all is the same. */
export function findDrift(now: Connection, target: ActionTarget): string | undefined {
  if (now.route?.problem) return `The way to ${now.name} is not clear. ${now.route.problem}`
  const current = toTarget(now)
  const fields = Object.keys(BINDING) as (keyof typeof BINDING)[]
  const drifted = [
    ...fields.filter((field) => current[field] !== target[field]).map((field) => BINDING[field]),
    ...sshDrift(current.ssh, target.ssh),
    ...(isDeepStrictEqual(current.specifics, target.specifics) ? [] : ['what is set']),
  ]
  if (drifted.length === 0) return undefined
  return `Since this action was made, ${drifted.join(' and ')} of ${now.name} changed.`
}

const DIRECT: SshBinding = { jumpHosts: [], forwardAgent: false }

function sshDrift(now = DIRECT, before = DIRECT): string[] {
  const isSameWay = isDeepStrictEqual(now.jumpHosts, before.jumpHosts)
  const isSameLoan = now.forwardAgent === before.forwardAgent
  return [
    ...(isSameWay ? [] : ['a jump host']),
    ...(isSameLoan ? [] : ['whether the agent is lent']),
  ]
}

/** Drops what the kind does not use. Refused with `invalid_input` when something it needs is missing. */
export function completeDraft(draft: ConnectionDraft): ConnectionDraft {
  if (draft.kind !== 'local' && draft.name.toLowerCase() === LOCAL)
    throw new Refusal(
      'invalid_input',
      'The name "local" always means this machine. Choose another name.',
    )
  return draft.kind === 'ssh' ? completeSshDraft(draft) : completeOther(draft)
}

function completeSshDraft({ ssh, specifics: _none, ...draft }: ConnectionDraft): ConnectionDraft {
  refuseNowhere({ ...draft, ssh })
  const own = completeSignIn(draft, 'this connection')
  const port = ssh?.isAlias ? 22 : draft.port
  return { ...draft, ...own, username: draft.username || null, port, ...(ssh && completeSsh(ssh)) }
}

function refuseNowhere({ host, username, ssh }: ConnectionDraft): void {
  if (!host) throw new Refusal('invalid_input', 'An SSH connection needs a host.')
  if (!username && !ssh?.isAlias)
    throw new Refusal('invalid_input', 'An SSH connection needs a user name.')
}

function completeSsh(ssh: SshSettings): { ssh?: SshSettings } {
  const jumpHosts = ssh.isAlias
    ? []
    : ssh.jumpHosts.map((jump) => ({ ...jump, ...completeSignIn(jump, `jump host ${jump.host}`) }))
  const isPlain = jumpHosts.length === 0 && !ssh.isAlias && !ssh.forwardAgent
  return isPlain && ssh.sudoCredentialId === null ? {} : { ssh: { ...ssh, jumpHosts } }
}

function completeSignIn(
  { auth, credentialId }: Pick<ConnectionDraft, 'auth' | 'credentialId'>,
  who: string,
): Pick<ConnectionDraft, 'auth' | 'credentialId'> {
  if (auth === 'agent') return { auth, credentialId: null }
  if (credentialId) return { auth, credentialId }
  const kind = auth === 'key' ? 'private key' : 'password'
  throw new Refusal('invalid_input', `Choose the ${kind} that ${who} signs in with.`)
}

/** Another address may be another machine: the key accepted for the old one says nothing about it. */
export function forgetsHostKey(before: StoredConnection, draft: ConnectionDraft): boolean {
  return (
    before.kind !== draft.kind ||
    before.host !== draft.host ||
    before.port !== draft.port ||
    (before.ssh?.isAlias ?? false) !== (draft.ssh?.isAlias ?? false)
  )
}

/** Every connection a selector means: the one it names, else all with that tag, else the one at that host. */
export function pickAll<C extends StoredConnection>(
  all: readonly C[],
  selector: string,
  runs?: Runs,
): readonly C[] {
  const wanted = selector.trim().toLowerCase()
  const connections = runs ? all.filter(({ kind }) => runsOf(kind) === runs) : all
  const isNamed = ({ name }: C) => name.toLowerCase() === wanted
  const tagged = connections.filter(({ tags }) => tags.some((tag) => tag.toLowerCase() === wanted))
  if (tagged.length > 0 && !connections.some(isNamed)) return tagged
  const one = pick(connections, selector)
  return one ? [one] : []
}

/**
 * The one connection a selector names: by name, then by tag, then by host (with or without a port, as alerts give it).
 * Undefined when none fits, and when several fit equally: a guess could run a step on the wrong machine.
 */
export function pick<C extends StoredConnection>(
  all: readonly C[],
  selector: string,
  runs?: Runs,
): C | undefined {
  const wanted = selector.trim().toLowerCase()
  const connections = runs ? all.filter(({ kind }) => runsOf(kind) === runs) : all
  if (wanted === LOCAL) return connections.find(({ kind }) => kind === 'local')
  const hostOnly = wanted.replace(/:\d+$/, '')
  const ways: ((connection: C) => boolean)[] = [
    ({ name }) => name.toLowerCase() === wanted,
    ({ tags }) => tags.some((tag) => tag.toLowerCase() === wanted),
    ({ host, port }) => host !== null && `${host.toLowerCase()}:${port}` === wanted,
    ({ host }) => host?.toLowerCase() === wanted,
    ({ host }) => host?.toLowerCase() === hostOnly,
  ]
  for (const fits of ways) {
    const found = connections.filter(fits)
    if (found.length > 0) return found.length === 1 ? found[0] : undefined
  }
  return undefined
}
