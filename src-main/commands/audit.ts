import { readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Refusal } from '#contract'
import { checkHistory, type ExportedKey, LOG, parseKeys } from '#domains/approvals'
import { createAudit } from '#domains/audit'
import { readPublicKeys } from '#domains/people'
import { systemClock } from '#platform/clock'
import { type Flags, parseConfig } from '#platform/config'
import { openDataFolder } from '#platform/data-folder'
import type { Database } from '#platform/database'
import { openStore } from '#platform/store'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** The whole log with the public keys, as JSON lines. Works beside a running console. */
export async function exportAudit(file: string, flags: Flags): Promise<void> {
  await withStore(flags, async (database) => {
    const keys = await readPublicKeys(database)
    const audit = createAudit({ database, clock: systemClock })
    let [entries, head] = [0, '0'.repeat(64)]
    await writeLines(file, async function* lines() {
      yield LOG
      for (const key of keys) yield { key }
      for await (const entry of audit.entries()) {
        ;[entries, head] = [entry.seq, entry.hash]
        yield { entry }
      }
      yield { end: { entries, head } }
    })
    print(`Exported ${entries} entries and ${keys.length} public keys to ${file}; newest ${head}.`)
  })
}

/** The public keys alone: to be kept where whoever checks the log can trust them. */
export async function exportKeys(file: string, flags: Flags): Promise<void> {
  await withStore(flags, async (database) => {
    const keys = await readPublicKeys(database)
    await writeLines(file, async function* lines() {
      for (const key of keys) yield { key }
    })
    for (const { fingerprint, operator } of keys) print(`${fingerprint}  ${operator}`)
    print(
      `Wrote ${keys.length} public keys to ${file}. Compare the fingerprints with their owners.`,
    )
  })
}

export interface VerifyFlags {
  keys?: string
  head?: string
  from?: string
}

/** Opens no store and believes no key but those given. Exits 1 at the first entry that is wrong. */
export async function verifyExport(file: string, flags: VerifyFlags): Promise<void> {
  const keys = readKeys(flags.keys)
  const from = flags.from === undefined ? 1 : Number(flags.from)
  if (!Number.isInteger(from) || from < 1)
    throw new Refusal('invalid_input', '--from takes the number of an entry, such as 1200.')
  const lines = createInterface({ input: await openToRead(file), crlfDelay: Infinity })
  const check = await checkHistory(lines, { keys, head: flags.head, from })
  if (check.ok) {
    print(
      `The history is whole: ${check.entries} entries, ${check.approvals} approvals, ${check.started} started actions, newest ${check.head}.`,
    )
    if (from > 1) print(`Approvals and runs before entry ${from} were not checked.`)
    return
  }
  print(
    `The history is not to be trusted from entry ${check.seq} on (line ${check.line} of ${file}).`,
  )
  print(check.problem)
  process.exitCode = 1
}

function readKeys(file: string | undefined): ExportedKey[] {
  if (file === undefined)
    throw new Refusal(
      'invalid_input',
      'An exported log is checked with public keys that you trust: --keys FILE, made with `quarterdeck audit keys FILE`.',
    )
  const keys = parseKeys(readText(file))
  if (typeof keys === 'string')
    throw new Refusal('invalid_input', `${file} is no file of public keys: ${keys}.`)
  return keys
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal('not_found', `${file} cannot be read (${String(error)}).`, { cause: error })
  }
}

async function openToRead(file: string) {
  try {
    return (await open(file)).createReadStream({ encoding: 'utf8' })
  } catch (error) {
    throw new Refusal('not_found', `${file} cannot be read (${String(error)}).`, { cause: error })
  }
}

async function withStore(flags: Flags, work: (database: Database) => Promise<void>): Promise<void> {
  const config = parseConfig(flags, process.env)
  const folder = openDataFolder(config.dataFolder)
  const database = await openStore(folder, { url: config.databaseUrl, suspicious: false })
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

/** Whole or not at all: written beside it, then put in its place. */
async function writeLines(file: string, lines: () => AsyncIterable<object>): Promise<void> {
  const beside = `${file}.${process.pid}.part`
  try {
    const handle = await open(beside, 'w', 0o600)
    try {
      for await (const line of lines()) await handle.write(`${JSON.stringify(line)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new Refusal('unreachable', `${file} was not written (${String(error)}).`, {
      cause: error,
    })
  }
}
