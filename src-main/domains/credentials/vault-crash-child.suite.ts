import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { connectDatabase, type Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { migrate } from '#platform/migrate'
import { createCredentials, type Credentials } from '.'
import { createCredentialRepository } from './credential-repository'
import { createKeyFiles } from './key-file'
import type { Keychain } from './keychain'

/** Said to the test, one line of JSON each. */
export type VaultCrashNews =
  | { readonly type: 'point'; readonly point: string }
  | { readonly type: 'opened'; readonly secrets: string[] }
  | { readonly type: 'shut'; readonly why: string }
  | { readonly type: 'done'; readonly keys: number; readonly auditOk: boolean }

const CONSOLE = 'ada@desk'
const say = (news: VaultCrashNews) => process.stdout.write(`${JSON.stringify(news)}\n`)
const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller

let reached = 0
let killAt = 0

function pass(point: string): void {
  reached += 1
  if (reached !== killAt) return
  say({ type: 'point', point })
  process.kill(process.pid, 'SIGKILL')
}

/** Opens the vault, says what is in it, then gives it a new key in the keychain; dies at border number `at`. */
async function main(folder: string, at: number): Promise<void> {
  const database = connectDatabase(join(folder, 'store.sqlite'))
  await migrate(database)
  const stored = await createCredentialRepository(database.db).findVault(CONSOLE)
  // Every second time from a key file to the keychain, otherwise within it.
  const tier = stored ? stored.tier : 'insecure-file'
  // A keychain of files, so that it outlives the process.
  const keychain = watched(createKeyFiles(join(folder, 'keychain')))
  const clock = { now: Date.now }
  const audit = createAudit({ database, clock })
  const ground = { database, clock, audit, events: createEvents(), log: silentLog() }
  watchStatements(database)
  const own = { masking: createMasking(), tier, console: CONSOLE, keychain, dataFolder: folder }
  const credentials = await createCredentials({ ...ground, ...own })
  const { state, detail } = await credentials.vault({}, caller)
  if (state !== 'unlocked') {
    say({ type: 'shut', why: detail })
    return
  }
  if (!stored) await enterSecrets(credentials)
  say({ type: 'opened', secrets: await secretsIn(credentials) })
  reached = 0
  killAt = at
  await credentials.rekey({ to: 'os-keychain', passphrase: '', newPassphrase: '' }, caller)
  killAt = 0
  say({ type: 'opened', secrets: await secretsIn(credentials) })
  const keys = ['keychain', 'vault'].flatMap((shelf) => filesIn(join(folder, shelf)))
  const { ok } = await audit.verify({}, caller)
  say({ type: 'done', keys: keys.length, auditOk: ok })
  await database.close()
}

async function enterSecrets(credentials: Credentials): Promise<void> {
  for (const name of ['a', 'b', 'c'])
    await credentials.create(
      { name, kind: 'password', secret: `secret ${name}`, passphrase: '' },
      caller,
    )
}

async function secretsIn(credentials: Credentials): Promise<string[]> {
  const all = await credentials.list({}, caller)
  const leased = []
  for (const { id } of all)
    leased.push((await credentials.lease(id, { purpose: 'test', subject: 'it' })).secret.reveal())
  return leased
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function watched(keychain: Keychain): Keychain {
  return {
    async read(account) {
      pass('before a key is read')
      return keychain.read(account)
    },
    async write(account, text) {
      pass('before a key is written')
      await keychain.write(account, text)
      pass('after a key was written')
    },
    async remove(account) {
      pass('before a key is removed')
      await keychain.remove(account)
      pass('after a key was removed')
    },
  }
}

/** Every statement is a border, `commit` too. */
function watchStatements({ file }: Database): void {
  if (!file) throw new Error('This needs SQLite')
  const prepare = file.prepare.bind(file)
  file.prepare = ((text: string) => {
    const statement = prepare(text)
    const word = `before ${text.slice(0, 24).replaceAll('\n', ' ')}`
    for (const way of ['run', 'all'] as const) {
      const run = statement[way].bind(statement) as (...given: unknown[]) => never
      statement[way] = (...given: unknown[]) => {
        pass(word)
        return run(...given)
      }
    }
    return statement
  }) as typeof file.prepare
}

await main(process.argv[2]!, Number(process.argv[3]))
