import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Refusal } from '#contract'
import type { VaultTier } from '#contract/credentials'
import { probeKeychain } from '#domains/credentials'
import { type DataFolder, type Holder, openDataFolder } from '#platform/data-folder'
import { connectDatabase } from '#platform/database'
import { findDamage } from '#platform/store'
import { type Config, type Flags, parseConfig } from '#platform/config'
import { programIn } from './electron'

interface Finding {
  readonly level: 'fine' | 'warning' | 'problem'
  readonly about: string
  readonly what: string
  readonly todo?: string
}

const NEEDED_NODE = 22
const ENOUGH_BYTES = 500_000_000
const MARKS = { fine: 'ok  ', warning: 'note', problem: 'FAIL' }

/** Looks at everything Quarterdeck needs and exits 1 when something keeps it from working. */
export async function doctor(flags: Flags): Promise<void> {
  const config = parseConfig(flags, process.env)
  const findings: Finding[] = [checkNode(), checkElectron()]
  const folder = checkFolder(config, findings)
  if (folder) {
    findings.push(checkHolder(folder), checkRoom(folder), await checkStore(config, folder))
    if (!existsSync(join(folder.path, 'console.json')))
      findings.push(await checkPort(config.intakePort ?? 8425))
  }
  findings.push(await checkKeychain(config), checkAgent())
  for (const { level, about, what, todo } of findings) {
    process.stdout.write(
      `${MARKS[level]}  ${about.padEnd(12)} ${what}${todo ? `\n${' '.repeat(19)}→ ${todo}` : ''}\n`,
    )
  }
  const problems = findings.filter(({ level }) => level === 'problem').length
  process.stdout.write(
    problems === 0 ? '\nQuarterdeck can work here.\n' : `\n${problems} to put right first.\n`,
  )
  if (problems > 0) process.exitCode = 1
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= NEEDED_NODE) return { level: 'fine', about: 'Node', what: process.version }
  return {
    level: 'problem',
    about: 'Node',
    what: `${process.version} is too old`,
    todo: 'Run `npm ci`: it brings Node 24.',
  }
}

function checkElectron(): Finding {
  if (programIn()) return { level: 'fine', about: 'Electron', what: 'its program is here' }
  return {
    level: 'warning',
    about: 'Electron',
    what: 'its program is not here; the console opens in the browser instead',
    todo: '`npx install-electron` fetches it where the network allows.',
  }
}

function checkFolder(config: Config, findings: Finding[]): DataFolder | undefined {
  try {
    const folder = openDataFolder(config.dataFolder)
    findings.push({ level: 'fine', about: 'Data folder', what: folder.path })
    return folder
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    findings.push({ level: 'problem', about: 'Data folder', what: error.message })
    return undefined
  }
}

function checkHolder(folder: DataFolder): Finding {
  const note = join(folder.path, 'console.json')
  if (!existsSync(note)) return { level: 'fine', about: 'Lock', what: 'nobody uses this folder' }
  const { pid, host } = JSON.parse(readFileSync(note, 'utf8')) as Holder
  if (isAlive(pid))
    return { level: 'fine', about: 'Lock', what: `a console is running (process ${pid}, ${host})` }
  return {
    level: 'warning',
    about: 'Lock',
    what: 'the last console ended without saying so; the next start checks the store',
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function checkRoom(folder: DataFolder): Finding {
  const { bavail, bsize } = statfsSync(folder.path)
  const free = bavail * bsize
  const what = `${(free / 1e9).toFixed(1)} GB free`
  if (free > ENOUGH_BYTES) return { level: 'fine', about: 'Room', what }
  return {
    level: 'warning',
    about: 'Room',
    what,
    todo: 'Make room: deliveries are kept on this disk before they are accepted.',
  }
}

async function checkStore(config: Config, folder: DataFolder): Promise<Finding> {
  if (config.databaseUrl !== undefined) return checkServer(config.databaseUrl)
  if (!existsSync(folder.database))
    return { level: 'fine', about: 'Store', what: 'SQLite, made at the first start' }
  const damage = findDamage(folder.database)
  if (damage === undefined) return { level: 'fine', about: 'Store', what: 'SQLite, whole' }
  return {
    level: 'problem',
    about: 'Store',
    what: `damaged: ${damage}`,
    todo: `\`quarterdeck restore FILE\`; backups are in ${folder.backups}`,
  }
}

async function checkServer(url: string): Promise<Finding> {
  const database = connectDatabase(url)
  const { host } = new URL(url)
  try {
    await database.db.connection().execute(async () => {})
    return { level: 'fine', about: 'Store', what: `PostgreSQL at ${host}` }
  } catch (error) {
    return {
      level: 'problem',
      about: 'Store',
      what: `PostgreSQL at ${host}: ${String(error)}`,
      todo: 'Check address, network and the rights of its user.',
    }
  } finally {
    await database.close()
  }
}

function checkPort(port: number): Promise<Finding> {
  return new Promise((found) => {
    const server = createServer()
    server.once('error', (error) =>
      found({
        level: 'problem',
        about: 'Intake port',
        what: `${port} is taken (${error.message})`,
        todo: 'Choose another in Settings, or start with --intake-port PORT.',
      }),
    )
    server.listen(port, '127.0.0.1', () =>
      server.close(() => found({ level: 'fine', about: 'Intake port', what: `${port} is free` })),
    )
  })
}

const OTHER_TIERS: Record<Exclude<VaultTier, 'os-keychain'>, Finding> = {
  passphrase: { level: 'fine', about: 'Vault', what: 'opens with its passphrase' },
  memory: {
    level: 'warning',
    about: 'Vault',
    what: 'in memory: secrets are forgotten when Quarterdeck ends',
  },
  'insecure-file': {
    level: 'warning',
    about: 'Vault',
    what: 'its key lies in the data folder: whoever can read that can read every secret',
  },
}

async function checkKeychain({ vaultTier }: Config): Promise<Finding> {
  if (vaultTier !== undefined && vaultTier !== 'os-keychain') return OTHER_TIERS[vaultTier]
  const trouble = await probeKeychain()
  if (trouble === undefined)
    return { level: 'fine', about: 'Keychain', what: "the system's keychain answers" }
  return {
    level: 'problem',
    about: 'Keychain',
    what: trouble,
    todo: 'Unlock or start it (on Linux: gnome-keyring or KWallet), or start with --vault passphrase.',
  }
}

function checkAgent(): Finding {
  if (process.env['SSH_AUTH_SOCK'])
    return { level: 'fine', about: 'SSH agent', what: 'there is one' }
  return {
    level: 'warning',
    about: 'SSH agent',
    what: 'there is none; connections need a key or a password from the vault',
  }
}
