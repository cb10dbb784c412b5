import { hostname } from 'node:os'
import { type ConfigFiles, findOptions, hostNameOf, type Options } from './config'
import { expandPath, tokensOf } from './expand'
import { ConfigProblem } from './words'

/** One machine on the way, as the operator's `~/.ssh/config` describes it. */
export interface ConfiguredHost {
  /** As it was asked for. */
  readonly alias: string
  readonly host: string
  readonly port: number
  readonly username: string
  readonly identityFiles: readonly string[]
  readonly certificateFiles: readonly string[]
  /** Of the agent's keys only those that stand in `identityFiles`. */
  readonly identitiesOnly: boolean
  /** The agent's socket; null for the session's own, empty for none. */
  readonly identityAgent: string | null
  readonly forwardAgent: boolean
  readonly hostKeyAlias: string | null
  readonly knownHostsFiles: readonly string[]
  /** Milliseconds. Null where the files say nothing. */
  readonly connectTimeoutMs: number | null
  readonly keepaliveMs: number | null
  readonly keepaliveMisses: number | null
}

/** From the first machine to the one that was asked for. */
export type ConfiguredRoute = readonly ConfiguredHost[]

const DEFAULT_KEYS = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']
const DEFAULT_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
const MOST_JUMPS = 8

/** The way to a host. `username` and `port` go before what the files say. Throws `ConfigProblem`. */
export function resolveRoute(
  config: ConfigFiles,
  alias: string,
  given: { readonly username?: string | undefined; readonly port?: number | undefined } = {},
): ConfiguredRoute {
  return follow(config, alias, given, [], undefined)
}

function follow(
  config: ConfigFiles,
  alias: string,
  given: { readonly username?: string | undefined; readonly port?: number | undefined },
  after: readonly string[],
  jump: string | undefined,
): ConfiguredRoute {
  if (after.length > MOST_JUMPS || after.includes(alias))
    throw new ConfigProblem(
      `ProxyJump of ${after[0] ?? alias} goes in a circle or over too many hosts: ${[...after, alias].join(' → ')}.`,
    )
  const options = findOptions(config, { host: alias, given: toGiven(given, jump) })
  const jumps = jumpsOf(options, alias)
  const host = toHost(config, alias, options, jumps.join(','))
  const last = jumps.at(-1)
  if (last === undefined) return [host]
  // As OpenSSH does it: the last jump is reached over those before it, else over what its own lines say.
  const before = jumps.length > 1 ? jumps.slice(0, -1).join(',') : undefined
  const { host: via, ...as } = parseJump(last, alias)
  return [...follow(config, via, as, [...after, alias], before), host]
}

function toGiven(
  {
    username,
    port,
  }: { readonly username?: string | undefined; readonly port?: number | undefined },
  jump: string | undefined,
): Map<string, readonly string[]> {
  const given: [string, string[]][] = []
  if (username !== undefined) given.push(['user', [username]])
  if (port !== undefined) given.push(['port', [String(port)]])
  if (jump !== undefined) given.push(['proxyjump', [jump]])
  return new Map(given)
}

function jumpsOf(options: Options, alias: string): string[] {
  const command = options.get('proxycommand')?.join(' ')
  if (command !== undefined && command.toLowerCase() !== 'none')
    throw new ConfigProblem(
      `${alias} is reached by a ProxyCommand, a program of its own that Quarterdeck does not run. ProxyJump is followed.`,
    )
  const jump = options.get('proxyjump')?.[0] ?? 'none'
  return jump.toLowerCase() === 'none' ? [] : jump.split(',').map((one) => one.trim())
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
function parseJump(text: string, alias: string) {
  const found = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:/@]+))(?::(\d+))?\/?$/.exec(text)
  const host = found?.[2] ?? found?.[3]
  const port = found?.[4] === undefined ? undefined : Number(found[4])
  if (!host || (port !== undefined && !isPort(port)))
    throw new ConfigProblem(`ProxyJump of ${alias} is no host: "${text}".`)
  return { host, port, username: found?.[1] }
}

const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536

function toHost(
  config: ConfigFiles,
  alias: string,
  options: Options,
  jump: string,
): ConfiguredHost {
  const one = (name: string) => options.get(name)?.[0]
  const host = hostNameOf(options, alias)
  const port = Number(one('port') ?? 22)
  if (!isPort(port)) throw new ConfigProblem(`Port ${one('port')} of ${alias} is none.`)
  if (isYes(one('canonicalizehostname')) || one('canonicalizehostname') === 'always')
    throw new ConfigProblem(
      `CanonicalizeHostname is on for ${alias}. Quarterdeck does not complete names; give the full one as HostName.`,
    )
  const username = one('user') ?? config.localUser
  const hostKeyAlias = one('hostkeyalias') ?? null
  const localHost = hostname()
  const who = { ...config, localHost, alias, host, port, username, jump, hostKeyAlias }
  const tokens = tokensOf(who)
  const paths = (name: string, otherwise: readonly string[]) =>
    (options.get(name) ?? otherwise)
      .filter((path) => path.toLowerCase() !== 'none')
      .map((path) => expandPath(path, config.home, tokens))
  const agent = one('identityagent')
  return {
    alias,
    host,
    port,
    username,
    identityFiles: paths('identityfile', DEFAULT_KEYS),
    certificateFiles: paths('certificatefile', []),
    identitiesOnly: isYes(one('identitiesonly')),
    identityAgent:
      agent === undefined ? null : toAgent(agent, (path) => expandPath(path, config.home, tokens)),
    forwardAgent: isYes(one('forwardagent')),
    hostKeyAlias,
    knownHostsFiles: paths('userknownhostsfile', DEFAULT_KNOWN_HOSTS),
    connectTimeoutMs: secondsOf(one('connecttimeout')),
    keepaliveMs: secondsOf(one('serveraliveinterval')),
    keepaliveMisses: Number(one('serveralivecountmax') ?? 0) || null,
  }
}

const isYes = (value: string | undefined) => /^(yes|true)$/i.test(value ?? '')

/** `SSH_AUTH_SOCK` is the session's own; `$NAME` stands for a variable. */
function toAgent(value: string, expand: (path: string) => string): string | null {
  if (value === 'SSH_AUTH_SOCK') return null
  if (value.toLowerCase() === 'none') return ''
  if (/^\$\w+$/.test(value)) return process.env[value.slice(1)] ?? ''
  return expand(value)
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

/** TIME FORMATS of sshd_config(5): `90`, `1m30s`. Null for nothing, none and 0. */
function secondsOf(text: string | undefined): number | null {
  if (text === undefined || !/^(\d+[smhdw]?)+$/i.test(text)) return null
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)]
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0)
  return seconds > 0 ? seconds * 1000 : null
}
