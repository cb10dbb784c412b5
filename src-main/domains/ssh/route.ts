import type { SshRoute } from '#contract/ssh'
import type { HostKey, Target } from '#domains/connectors'
import { ConfigProblem, type ConfiguredHost, type Openssh } from '#domains/openssh'

/** One machine on the way: where it is, how to sign in there, and what its host key has to be. */
export interface Hop {
  /** For the operator: the connection's name, or the jump host's own. */
  readonly name: string
  /** `host:port` of a jump host; null for the target. */
  readonly jumpHost: string | null
  readonly host: string
  readonly port: number
  readonly username: string
  readonly auth: Target['auth']
  readonly credentialId: Target['credentialId']
  readonly credentialName: string | null
  /** The host key that an operator confirmed. */
  readonly accepted: HostKey | null
  readonly forwardAgent: boolean
  readonly files: HopFiles
  readonly connectMs: number
  readonly keepaliveMs: number
  readonly keepaliveMisses: number
}

/** What the operator's own files say about a host. */
export interface HopFiles {
  readonly knownHosts: readonly string[]
  readonly hostKeyAlias: string | null
  readonly identities: readonly string[]
  readonly certificates: readonly string[]
  readonly identitiesOnly: boolean
  /** Null for the session's own agent, empty for none. */
  readonly agent: string | null
}

const CONNECT_MS = 10_000
/** A dead line is noticed when the third question in a row finds no answer to the two before: within 12 seconds. */
const KEEPALIVE_MS = 4_000
const KEEPALIVE_MISSES = 2

/** From the first machine to the target. Throws `ConfigProblem` when an alias leads nowhere. */
export function toHops(target: Target, openssh: Openssh): readonly Hop[] {
  return target.ssh?.isAlias ? hopsOfAlias(target, openssh) : hopsOf(target, openssh)
}

/** For whoever freezes or looks at an action; a way that cannot be gone says why. */
export function toRoute(target: Target, openssh: Openssh): SshRoute {
  try {
    const hops = toHops(target, openssh)
    const { host, port, username } = hops.at(-1)!
    const jumpHosts = hops.slice(0, -1).map((hop) => ({
      host: hop.host,
      port: hop.port,
      username: hop.username,
      hostKey: hop.accepted?.fingerprint ?? null,
      credentialId: hop.credentialId,
    }))
    return { host, port, username, jumpHosts, problem: null }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    const { host, port, username } = target
    return {
      host: host ?? '',
      port,
      username: username ?? openssh.localUser,
      jumpHosts: [],
      problem: error.message,
    }
  }
}

function hopsOfAlias(target: Target, openssh: Openssh): readonly Hop[] {
  const given = target.username === null ? {} : { username: target.username }
  const route = openssh.resolve(target.host ?? '', given)
  return route.map((configured, at) => {
    const own = at === route.length - 1 ? ofTarget(target) : ofJumpHost(target, configured)
    const { host, port, username } = configured
    return {
      ...own,
      host,
      port,
      username,
      ...timesOf(configured),
      files: filesOf(configured, openssh),
    }
  })
}

function hopsOf(target: Target, openssh: Openssh): readonly Hop[] {
  const files: HopFiles = {
    knownHosts: [...openssh.knownHostsFiles, ...openssh.machineKnownHosts],
    hostKeyAlias: null,
    identities: [],
    certificates: [],
    identitiesOnly: false,
    agent: null,
  }
  const jumps = (target.ssh?.jumpHosts ?? []).map((jump) => ({
    ...ofJumpHost(target, jump),
    ...jump,
    ...TIMES,
    files,
  }))
  const { host, port, username } = target
  const last = { ...ofTarget(target), host: host ?? '', port, username: username ?? '' }
  return [...jumps, { ...last, ...TIMES, files }]
}

const TIMES = {
  connectMs: CONNECT_MS,
  keepaliveMs: KEEPALIVE_MS,
  keepaliveMisses: KEEPALIVE_MISSES,
} as const

function ofTarget(target: Target) {
  const { name, auth, credentialId, credentialName, hostKey, hostKeyType, ssh } = target
  const accepted = hostKey === null ? null : { fingerprint: hostKey, type: hostKeyType ?? '' }
  const forwardAgent = ssh?.forwardAgent ?? false
  return { name, jumpHost: null, auth, credentialId, credentialName, accepted, forwardAgent }
}

/** The agent is lent to the target at most, never to a machine on the way. */
function ofJumpHost(
  { jumpHostKeys }: Target,
  { host, port, alias = host }: { host: string; port: number; alias?: string },
) {
  const jumpHost = `${host}:${port}`
  return {
    name: `jump host ${alias}`,
    jumpHost,
    auth: 'agent' as const,
    credentialId: null,
    credentialName: null,
    accepted: jumpHostKeys[jumpHost] ?? null,
    forwardAgent: false,
  }
}

/** Shorter times than ours are kept to; longer ones would let a dead line go unnoticed. */
function timesOf({ connectTimeoutMs, keepaliveMs, keepaliveMisses }: ConfiguredHost) {
  return {
    connectMs: connectTimeoutMs ?? CONNECT_MS,
    keepaliveMs: Math.min(keepaliveMs ?? KEEPALIVE_MS, KEEPALIVE_MS),
    keepaliveMisses: Math.min(keepaliveMisses ?? KEEPALIVE_MISSES, KEEPALIVE_MISSES),
  }
}

function filesOf(configured: ConfiguredHost, { machineKnownHosts }: Openssh): HopFiles {
  return {
    knownHosts: [...configured.knownHostsFiles, ...machineKnownHosts],
    hostKeyAlias: configured.hostKeyAlias,
    identities: configured.identityFiles,
    certificates: configured.certificateFiles,
    identitiesOnly: configured.identitiesOnly,
    agent: configured.identityAgent,
  }
}
