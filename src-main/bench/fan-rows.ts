import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { sshdMissing } from '#peers/sshd'
import type { RunbookId } from '#contract/primitives'
import { addHosts, type BenchHosts, startHosts, writeRunbook } from '#bench/hosts'
import { startProduct } from '#bench/product'
import { type Measure, quantile, type Skipped } from '#bench/report'
import { timeRun } from '#bench/run-rows'
import { newFolder, startProgram } from '#bench/workshop'

const HOSTS = 50
const TIMES = 3
const COMMAND = 'uname -sn'
const FLEET = 'bench-fleet' as RunbookId

interface Peer {
  readonly what: string
  readonly program: string
  readonly package: string
  argv(how: Given): string[]
  env?(how: Given): NodeJS.ProcessEnv
}
interface Given {
  readonly ssh: string // options of OpenSSH's client
  readonly addresses: string
  readonly folder: string
}

const PEERS: readonly Peer[] = [
  {
    what: `ansible -m raw -f ${HOSTS}`,
    program: 'ansible',
    package: 'ansible',
    argv: ({ folder }) => `all -i ${folder}/hosts -m raw -f ${HOSTS} -a`.split(' ').concat(COMMAND),
    env: ({ folder, ssh }) => ({
      HOME: folder,
      ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=60s ${ssh}`,
      ANSIBLE_SSH_CONTROL_PATH_DIR: folder, // of its own each time: it connects as anew as the others
      ANSIBLE_CONFIG: `${folder}/ansible.cfg`,
    }),
  },
  {
    what: `parallel-ssh -p ${HOSTS}`,
    program: 'parallel-ssh',
    package: 'pssh',
    argv: ({ folder, ssh }) => ['-h', `${folder}/hosts`, '-p', String(HOSTS), '-x', ssh, COMMAND],
  },
  {
    what: `clush -f ${HOSTS}`,
    program: 'clush',
    package: 'clustershell',
    argv: ({ addresses, ssh }) => ['-w', addresses, '-f', String(HOSTS), '-o', ssh, COMMAND],
  },
]

/** One small read on fifty hosts, by us and by the programs that operators use for it, in turn and in one run. */
export async function measureFanOut(): Promise<(Measure | Skipped)[]> {
  if (sshdMissing) return [{ what: `one read on ${HOSTS} SSH hosts`, skipped: sshdMissing }]
  const folder = newFolder()
  const hosts = await startHosts(HOSTS, folder)
  try {
    const there = PEERS.filter(({ program }) => isInstalled(program))
    const rounds = {
      cold: [] as number[],
      warm: [] as number[],
      peers: there.map(() => [] as number[]),
    }
    for (let n = 0; n < TIMES; n += 1) {
      const { cold, warm } = await timeOurs(hosts, join(folder, `data-${n}`))
      rounds.cold.push(cold)
      rounds.warm.push(warm)
      for (const [at, peer] of there.entries())
        rounds.peers[at]!.push(await timePeer(peer, hosts, folder))
    }
    const [value, warm] = [quantile(rounds.cold, 0.5), quantile(rounds.warm, 0.5)]
    const what = `one read on ${HOSTS} SSH hosts`
    return [
      ...PEERS.map((peer): Measure | Skipped => {
        const at = there.indexOf(peer)
        if (at < 0)
          return { what: `${what} against ${peer.program}`, skipped: `no ${peer.package} here` }
        const floor = { what: peer.what, value: quantile(rounds.peers[at]!, 0.5) }
        return { what: `${what}, p50, against ${peer.what}`, value, unit: 'ms', floor }
      }),
      { what: `${what}, p50, once the lines are open`, value: warm, unit: 'ms' },
    ]
  } finally {
    await hosts.close()
  }
}

/** The first time each host is signed in to; the second time the lines are still open. */
async function timeOurs(hosts: BenchHosts, data: string): Promise<{ cold: number; warm: number }> {
  const fence = '```sh {"name":"look","qd.kind":"check","qd.on":"fleet","qd.fan":"parallel"}'
  writeRunbook(data, FLEET, `---\ntitle: Look everywhere\n---\n\n${fence}\n${COMMAND}\n\`\`\`\n`)
  const product = await startProduct(data)
  const client = await product.connect()
  try {
    await addHosts(client, hosts, 'fleet')
    const cold = await timeRun(client, FLEET)
    return { cold, warm: await timeRun(client, FLEET) }
  } finally {
    client.close()
    await product.stop()
  }
}

async function timePeer(peer: Peer, { hosts, sshConfig }: BenchHosts, above: string) {
  const folder = mkdtempSync(join(above, 'p')) // short: control sockets live in it
  const addresses = hosts.map(({ address }) => address)
  writeFileSync(join(folder, 'hosts'), addresses.map((address) => `${address}\n`).join(''))
  writeFileSync(join(folder, 'ansible.cfg'), '') // nobody's own settings
  const given = { ssh: `-F ${sshConfig}`, addresses: addresses.join(','), folder }
  const began = performance.now()
  const child = startProgram(peer.program, peer.argv(given), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...peer.env?.(given) },
  })
  let said = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${peer.program} ended with ${code}: ${said.slice(-2000)}`)
  return performance.now() - began
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
