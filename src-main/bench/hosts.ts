import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CredentialId } from '#contract/primitives'
import { startSshd, type TestSshd } from '#peers/sshd'
import type { BridgeClient } from '#bench/bridge-client'
import type { Product } from '#bench/product'

interface BenchHost {
  readonly address: string
  readonly server: TestSshd
}
/** Many SSH hosts on loopback: real sshds, each listening on some addresses of this machine. */
export interface BenchHosts {
  readonly hosts: readonly BenchHost[]
  /** What OpenSSH's own client needs to reach them as strictly as we do: keys, ports, known hosts. */
  readonly sshConfig: string
  close(): Promise<void>
}

/** sshd takes sixteen, MAX_LISTEN_SOCKS; one is its own. */
const A_SERVER = 10

export async function startHosts(count: number, folder: string): Promise<BenchHosts> {
  const hosts: BenchHost[] = []
  const servers: TestSshd[] = []
  while (hosts.length < count) {
    const first = hosts.length + 1
    const more = Math.min(A_SERVER, count - hosts.length)
    const addresses = Array.from({ length: more }, (_, n) => `127.0.1.${first + n}`)
    const listen = addresses.map((address) => `ListenAddress ${address}`)
    const server = await startSshd([...listen, 'MaxStartups 500'])
    servers.push(server)
    hosts.push(...addresses.map((address) => ({ address, server })))
  }
  const close = async () => void (await Promise.all(servers.map((server) => server.close())))
  return { hosts, sshConfig: writeSshConfig(hosts, folder), close }
}

function writeSshConfig(hosts: readonly BenchHost[], folder: string): string {
  const [config, knownHosts] = [join(folder, 'ssh_config'), join(folder, 'known_hosts')]
  const known = hosts.map(({ address, server: { port, folder: place } }) => {
    const [type, key] = readFileSync(join(place, 'host.pub'), 'utf8').split(' ')
    return `[${address}]:${port} ${type} ${key}\n`
  })
  const blocks = hosts.map(({ address, server: { port, folder: place, username } }) => [
    `Host ${address}`,
    `  Port ${port}`,
    `  User ${username}`,
    `  IdentityFile ${join(place, 'user')}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${knownHosts}`,
    '  StrictHostKeyChecking yes',
  ])
  writeFileSync(knownHosts, known.join(''))
  writeFileSync(config, `${blocks.flat().join('\n')}\n`)
  return config
}

/** A connection for each host, known by this name or, if they are many, by this tag; their host keys accepted. */
export async function addHosts({ api }: BridgeClient, { hosts }: BenchHosts, tag: string) {
  const isOne = hosts.length === 1
  const keys = new Map<TestSshd, CredentialId>()
  for (const [n, { address: host, server }] of hosts.entries()) {
    const { port, username, hostKey, userKey } = server
    const name = isOne ? tag : `${tag}-${n + 1}`
    const key = { name: `key of ${name}`, kind: 'private_key', secret: userKey } as const
    const credentialId = keys.get(server) ?? (await api.credentials.create(key)).id
    keys.set(server, credentialId)
    const how = { kind: 'ssh', auth: 'key', credentialId } as const
    const draft = { name, host, port, username, ...how, tags: isOne ? [] : [tag] }
    const { id } = await api.connections.create(draft)
    await api.connections.trustHostKey({ id, hostKey })
  }
}

/** Writes a runbook where this console will find it; before it starts. */
export function writeRunbook(dataFolder: string, name: string, markdown: string): void {
  const folder = join(dataFolder, 'runbooks')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.md`), markdown)
}

/** Seconds of processor time that it has taken so far; undefined where the system does not tell it like Linux. */
export function cpuSecondsOf({ child }: Product): number | undefined {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  } catch {
    return undefined
  }
}
/** proc_pid_stat(5): `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that runs Node. */
const TICKS = 100
