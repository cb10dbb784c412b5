import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Refusal } from '#contract'
import type { DataFolder } from './data-folder'
import { connectDatabase, type Database } from './database'
import { migrate } from './migrate'

/** Automatic backups kept; older ones are removed when a new one is made. Those asked for by a person stay. */
const KEPT = 10
/** Up to this size a full check costs less than 0.2 s, so every start makes one. */
const ALWAYS_CHECKED_BYTES = 64 * 1024 * 1024

interface StoreOptions {
  /** A `postgres:` URL; undefined = SQLite in the data folder. */
  readonly url: string | undefined
  /** Check the whole file, whatever its size. */
  readonly suspicious: boolean
}

/**
 * Opens the store and brings it up to date. A damaged file, a newer schema or an unreachable server is refused with
 * what to do, and nothing is touched.
 */
export async function openStore(
  folder: DataFolder,
  { url, suspicious }: StoreOptions,
): Promise<Database> {
  if (url === undefined) checkFile(folder.database, folder, suspicious)
  const database = connectDatabase(url ?? folder.database)
  try {
    await migrate(database, {
      before: async () => void (await backup(database, folder, 'before-migration')),
    })
    return database
  } catch (error) {
    await database.close()
    if (error instanceof Refusal || url === undefined) throw error
    const { host } = new URL(url)
    throw new Refusal(
      'unreachable',
      `The database at ${host} cannot be used: ${String(error)}. Nothing was changed. Check the address, the network and the rights of its user.`,
      {
        cause: error,
      },
    )
  }
}

function checkFile(path: string, folder: DataFolder, suspicious: boolean): void {
  if (!existsSync(path)) return
  if (!suspicious && statSync(path).size > ALWAYS_CHECKED_BYTES) return
  const problem = findDamage(path)
  if (problem === undefined) return
  throw new Refusal(
    'conflict',
    `The database ${path} is damaged (${problem}). It was not touched. Restore a backup with \`quarterdeck restore FILE\`` +
      ` (they are in ${folder.backups}), or move the file away to start empty.`,
  )
}

/** What is wrong with a SQLite file, in its own words; undefined when it is whole. Opens it for reading only. */
export function findDamage(path: string): string | undefined {
  let file: Sqlite.Database | undefined
  try {
    file = new Sqlite(path, { readonly: true, fileMustExist: true })
    const answer = file.pragma('quick_check(1)', { simple: true })
    return answer === 'ok' ? undefined : String(answer).replace(/\s+/g, ' ')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    file?.close()
  }
}

/** Copies the store while it is in use. `why` becomes part of the file's name. Refused with `unsupported` on PostgreSQL. */
export async function backup(database: Database, folder: DataFolder, why: string): Promise<string> {
  if (!database.file) {
    throw new Refusal(
      'unsupported',
      'This store is on PostgreSQL: back it up with pg_dump, as your other databases.',
    )
  }
  const stamp = new Date().toISOString().replace(/[:.]/g, '-')
  const path = join(folder.backups, `quarterdeck-${stamp}-${why}.db`)
  const unfinished = `${path}.part`
  try {
    await database.file.backup(unfinished)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw new Refusal(
      'unreachable',
      `The backup could not be written to ${folder.backups} (${String(error)}). The store itself is fine. Make room there and try again.`,
      {
        cause: error,
      },
    )
  }
  dropOld(folder)
  return path
}

function dropOld({ backups }: DataFolder): void {
  const automatic = readdirSync(backups).filter((name) => name.endsWith('-before-migration.db'))
  for (const name of automatic.toSorted().slice(0, -KEPT)) rmSync(join(backups, name))
}

/**
 * Puts a backup in the store's place; what was there is kept beside the backups, and its path returned. The file is
 * checked first: a damaged one is refused with `conflict` and changes nothing. The caller holds the folder's lock.
 */
export function restore(folder: DataFolder, from: string): string | undefined {
  if (!existsSync(from))
    throw new Refusal('not_found', `There is no file ${from}. Backups are in ${folder.backups}.`)
  const problem = findDamage(from) ?? findStranger(from)
  if (problem !== undefined) {
    throw new Refusal(
      'conflict',
      `${from} cannot be restored: ${problem}. The store was not touched.`,
    )
  }
  const incoming = `${folder.database}.restoring`
  copyFileSync(from, incoming)
  const kept = keepCurrent(folder)
  for (const tail of ['-wal', '-shm']) rmSync(folder.database + tail, { force: true })
  renameSync(incoming, folder.database)
  return kept
}

function keepCurrent(folder: DataFolder): string | undefined {
  if (!existsSync(folder.database)) return undefined
  const stamp = new Date().toISOString().replace(/[:.]/g, '-')
  const kept = join(folder.backups, `quarterdeck-${stamp}-before-restore.db`)
  for (const tail of ['', '-wal', '-shm']) {
    if (existsSync(folder.database + tail)) copyFileSync(folder.database + tail, kept + tail)
  }
  return kept
}

function findStranger(path: string): string | undefined {
  const file = new Sqlite(path, { readonly: true })
  const ours = file.prepare("select 1 from sqlite_master where name = 'migrations'").get()
  file.close()
  return ours ? undefined : 'it is not a store of Quarterdeck'
}
