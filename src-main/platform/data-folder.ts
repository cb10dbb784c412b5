import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Refusal } from '#contract'

/** Where things are in the data folder. */
export interface DataFolder {
  readonly path: string
  readonly database: string
  readonly backups: string
  readonly runbooks: string
  readonly output: string
}

/** What a running console tells others of the same user: never a secret. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly startedAt: number
}

export interface FolderLock {
  release(): void
}

const PRIVATE = 0o700

/** The store in a data folder, on SQLite. */
export const STORE_FILE = 'quarterdeck.db'

/** Makes the folder, for its owner alone. Refused with `unreachable` when it cannot be written. */
export function openDataFolder(path: string): DataFolder {
  const folder = {
    path,
    database: join(path, STORE_FILE),
    backups: join(path, 'backups'),
    runbooks: join(path, 'runbooks'),
    output: join(path, 'output'),
  }
  try {
    for (const each of [path, folder.backups, folder.runbooks, folder.output]) {
      mkdirSync(each, { recursive: true, mode: PRIVATE })
    }
    accessSync(path, constants.W_OK)
    // Root may write where the mode says no, but nobody may write on a read-only file system.
    const probe = join(path, '.writable')
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new Refusal(
      'unreachable',
      `The data folder ${path} cannot be written (${reasonOf(error)}). Nothing was changed. ` +
        'Give yourself write access to it, or choose another with --data FOLDER.',
      { cause: error },
    )
  }
  return folder
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

/**
 * Takes the folder for this process alone, whichever host it is; refused with `conflict` when another has it. The lock
 * is a transaction on a small SQLite file, so that the system itself gives it back when a process dies.
 */
export function lockDataFolder(folder: DataFolder, host: string): FolderLock {
  const note = join(folder.path, 'console.json')
  const file = new Sqlite(join(folder.path, 'console.lock'), { timeout: 300 })
  try {
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    throw new Refusal(
      'conflict',
      `${describeHolder(note)} Use that one, close it, or choose another folder with --data FOLDER.`,
      {
        cause: error,
      },
    )
  }
  const holder: Holder = { pid: process.pid, host, startedAt: Date.now() }
  writeFileSync(note, JSON.stringify(holder), { mode: 0o600 })
  return {
    release() {
      if (!file.open) return
      rmSync(note, { force: true })
      file.exec('rollback')
      file.close()
    },
  }
}

/** Did the last process end without giving the lock back? Then the store deserves a look before it is used. */
export function endedUncleanly(folder: DataFolder): boolean {
  try {
    readFileSync(join(folder.path, 'console.json'))
    return true
  } catch {
    return false
  }
}

function describeHolder(note: string): string {
  try {
    const holder = JSON.parse(readFileSync(note, 'utf8')) as Holder
    return `Quarterdeck is running on this data folder already (process ${holder.pid}, ${holder.host}).`
  } catch {
    return 'Quarterdeck is running on this data folder already.'
  }
}
