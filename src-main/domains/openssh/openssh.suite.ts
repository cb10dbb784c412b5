import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why suites that need OpenSSH's client cannot run here; undefined when they can. */
export const sshMissing = existsSync('/usr/bin/ssh')
  ? undefined
  : 'OpenSSH client is not installed (apt-get install openssh-client)'
if (sshMissing && process.env['CI']) throw new Error(`CI must have every peer: ${sshMissing}`)
if (sshMissing) console.warn(`skipped: ${sshMissing}`)

/** A home folder with files in its `.ssh`. */
export function makeHome(files: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'qd-home-'))
  const write = (name: string, text: string) => {
    const path = join(home, '.ssh', name)
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return {
    home,
    machineFolder: join(home, 'etc'),
    at: (name: string) => join(home, '.ssh', name),
    write,
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** What `ssh -G` prints for a host, each option with all its values; undefined when it refuses the file. */
export function askSsh(config: string, host: string): Map<string, string[]> | undefined {
  const { status, stdout } = spawnSync('ssh', ['-G', '-F', config, host], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const printed = stdout
  const options = new Map<string, string[]>()
  for (const line of printed.split('\n')) {
    const at = line.indexOf(' ')
    if (at < 0) continue
    const name = line.slice(0, at)
    options.set(name, [...(options.get(name) ?? []), line.slice(at + 1)])
  }
  return options
}
