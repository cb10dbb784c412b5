import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type ConfigFiles, listHosts } from './config'
import {
  findKnownKeys,
  judgeHostKey,
  type KnownKey,
  toKnownName,
  type Verdict,
} from './known-hosts'
import { type ConfiguredHost, type ConfiguredRoute, resolveRoute } from './resolve'
import { ConfigProblem } from './words'

// What the operator's own OpenSSH files say: `~/.ssh/config` and known_hosts. Reads them at each use; never writes.
export { ConfigProblem, type ConfiguredHost, type ConfiguredRoute, findKnownKeys, judgeHostKey }
export { type Certificate, isCertificateType, readCertificate } from './certificate'
export { fingerprintOf, typeOf } from './wire'
export { type KnownKey, toKnownName, type Verdict }

interface Needs {
  /** The folder that has `.ssh` in it. Default: the account's own. */
  home?: string
  /** Default: where this system keeps OpenSSH's settings for all accounts. */
  machineFolder?: string
}

export function createOpenssh({ home = homedir(), machineFolder = MACHINE_FOLDER }: Needs = {}) {
  const own = join(home, '.ssh')
  const config: ConfigFiles = {
    home,
    localUser: userInfo().username,
    files: [
      { path: join(own, 'config'), folder: own },
      { path: join(machineFolder, 'ssh_config'), folder: machineFolder },
    ],
  }
  const machineKnownHosts = ['ssh_known_hosts', 'ssh_known_hosts2'].map((name) =>
    join(machineFolder, name),
  )
  return {
    configFile: config.files[0]!.path,
    localUser: config.localUser,
    /** The names on its `Host` lines that stand for one host. Throws `ConfigProblem`. */
    listHosts: () => listHosts(config),
    /** The way to a host by its alias. Throws `ConfigProblem`, in words for the operator. */
    resolve: (alias: string, given: { username?: string | undefined } = {}): ConfiguredRoute =>
      resolveRoute(config, alias, given),
    /** Where keys of hosts that the files say nothing about are looked for. */
    knownHostsFiles: ['known_hosts', 'known_hosts2'].map((name) => join(own, name)),
    machineKnownHosts,
  }
}
export type Openssh = ReturnType<typeof createOpenssh>

const MACHINE_FOLDER =
  process.platform === 'win32'
    ? join(process.env['ProgramData'] ?? String.raw`C:\ProgramData`, 'ssh')
    : '/etc/ssh'
