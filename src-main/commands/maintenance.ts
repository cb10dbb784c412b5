import { Refusal } from '#contract'
import { createAudit } from '#domains/audit'
import { checkEgress } from '#domains/egress'
import type { ChainCheck } from '#platform/chain'
import { systemClock } from '#platform/clock'
import { type DataFolder, lockDataFolder, openDataFolder } from '#platform/data-folder'
import { connectDatabase, type Database } from '#platform/database'
import { backup, openStore, restore } from '#platform/store'
import { type Config, type Flags, parseConfig } from '#platform/config'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

function openFolder(flags: Flags): { config: Config; folder: DataFolder } {
  const config = parseConfig(flags, process.env)
  return { config, folder: openDataFolder(config.dataFolder) }
}

/** Checks both chains, what was done and what left the machine. Works beside a running console: it only reads. */
export async function verifyAudit(flags: Flags): Promise<void> {
  const { config, folder } = openFolder(flags)
  const database = await openStore(folder, { url: config.databaseUrl, suspicious: false })
  try {
    sayChain('The audit log', await createAudit({ database, clock: systemClock }).check())
    sayChain('The egress log', await checkEgress(database))
  } finally {
    await database.close()
  }
}

function sayChain(what: string, { ok, entries, head, problem }: ChainCheck): void {
  if (ok && entries === 0) return print(`${what} is empty.`)
  const count = entries === 1 ? '1 entry' : `${entries} entries`
  if (ok) return print(`${what} is whole: ${count}, newest ${head}.`)
  print(`${what} was changed. ${problem} The entries before it are whole.`)
  process.exitCode = 1
}

/** SQLite makes a consistent copy while another process writes. */
export async function makeBackup(flags: Flags): Promise<void> {
  const { config, folder } = openFolder(flags)
  const database: Database = connectDatabase(config.databaseUrl ?? folder.database)
  try {
    print(`Backed up to ${await backup(database, folder, 'by-hand')}`)
  } finally {
    await database.close()
  }
}

export function restoreBackup(file: string, flags: Flags): void {
  const { config, folder } = openFolder(flags)
  if (config.databaseUrl !== undefined) {
    throw new Refusal(
      'unsupported',
      'This store is on PostgreSQL: restore it with pg_restore, as your other databases.',
    )
  }
  const lock = lockDataFolder(folder, 'restore')
  try {
    const kept = restore(folder, file)
    print(`Restored ${file}.${kept ? ` What was there is kept as ${kept}` : ''}`)
  } finally {
    lock.release()
  }
}
