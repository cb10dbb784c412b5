import { Refusal } from '#contract'
import type { ConfiguredAlias } from '#contract/ssh'
import type { StoredConnection } from '#domains/connectors'
import {
  ConfigProblem,
  type ConfiguredHost,
  findKnownKeys,
  type Openssh,
  toKnownName,
} from '#domains/openssh'
import type { ConnectionRepository } from './connection-repository'

interface Needs {
  openssh: Openssh
  repository: ConnectionRepository
}

/** The hosts of `~/.ssh/config` with what a connection to each would be; one that cannot be followed says why. */
export async function listSshConfig({ openssh, repository }: Needs) {
  const stored = await repository.all()
  try {
    const hosts = openssh.listHosts().map((alias) => toConfigured(alias, openssh, stored))
    return { file: openssh.configFile, hosts }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    throw new Refusal('unsupported', error.message, { cause: error })
  }
}

function toConfigured(
  alias: string,
  openssh: Openssh,
  stored: readonly StoredConnection[],
): ConfiguredAlias {
  try {
    const hosts = openssh.resolve(alias)
    const last = hosts.at(-1)!
    return {
      alias,
      route: { ...addressOf(last), jumpHosts: hosts.slice(0, -1).map(toJumpHost), problem: null },
      identityFiles: [...last.identityFiles],
      forwardAgent: last.forwardAgent,
      isKnown: isKnown(last, openssh),
      connectionName: nameOf(alias, last, stored),
    }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    const route = { host: alias, port: 22, username: openssh.localUser, jumpHosts: [] }
    return {
      alias,
      route: { ...route, problem: error.message },
      identityFiles: [],
      forwardAgent: false,
      isKnown: false,
      connectionName: null,
    }
  }
}

const addressOf = ({ host, port, username }: ConfiguredHost) => ({ host, port, username })

const toJumpHost = (host: ConfiguredHost) => ({
  ...addressOf(host),
  hostKey: null,
  credentialId: null,
})

function isKnown(host: ConfiguredHost, { machineKnownHosts }: Openssh): boolean {
  const files = [...host.knownHostsFiles, ...machineKnownHosts]
  const name = toKnownName(host.host, host.port, host.hostKeyAlias)
  return findKnownKeys(files, name).some(({ mark }) => mark !== 'revoked')
}

function nameOf(
  alias: string,
  { host, port, username }: ConfiguredHost,
  stored: readonly StoredConnection[],
): string | null {
  const found = stored.find((one) =>
    one.ssh?.isAlias
      ? one.host === alias
      : one.kind === 'ssh' && one.host === host && one.port === port && one.username === username,
  )
  return found?.name ?? null
}
