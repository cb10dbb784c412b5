import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VaultTier } from '#contract/credentials'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { createCredentials } from '.'
import { type Keychain, KeychainError, type KeychainTrouble } from './keychain'

export const caller = {
  operator: { name: 'Ada' },
  signal: new AbortController().signal,
} as Caller
export const PASSPHRASE = 'correct horse battery'
export const use = { purpose: 'test', subject: 'web-2' } as const

/** A keychain in memory, for what a real one cannot be made to do: fail at a chosen moment. */
export function createFakeKeychain() {
  const entries = new Map<string, string>()
  let trouble: KeychainTrouble | undefined
  const refuse = () => {
    if (trouble) throw new KeychainError(trouble, 'The keychain was told to fail')
  }
  return {
    entries,
    failWith: (next: KeychainTrouble | undefined) => void (trouble = next),
    async read(account) {
      refuse()
      const text = entries.get(account)
      if (text === undefined) throw new KeychainError('missing', 'It is not there')
      return text
    },
    async write(account, text) {
      refuse()
      entries.set(account, text)
    },
    async remove(account) {
      refuse()
      entries.delete(account)
    },
  } satisfies Keychain & Record<string, unknown>
}

/** One console's vault over several starts, with a clock and a scheduler in the hands of the test. */
export function createVaultWorld(database: Database) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'qd-vault-'))
  const keychain = createFakeKeychain()
  const clock = { time: 1_000_000, now: () => clock.time }
  const audit = createAudit({ database, clock })
  const masking = createMasking()
  const idle = { minutes: 0, look: () => {} }
  const idleMinutes = () => idle.minutes
  return {
    dataFolder,
    keychain,
    clock,
    audit,
    masking,
    idle,
    start(tier?: VaultTier) {
      const scheduler = {
        every(_name: string, _ms: number, work: () => void) {
          idle.look = work
          return () => {}
        },
      }
      const ground = { database, clock, audit, masking, events: createEvents(), log: silentLog() }
      const own = { keychain, dataFolder, scheduler, idleMinutes, console: 'ada@desk', tier }
      return createCredentials({ ...ground, ...own })
    },
    async actions(): Promise<string[]> {
      const { items } = await audit.list({ cursor: null, limit: 200, text: '' }, caller)
      return items.map(({ action }) => action).toReversed()
    },
    close: () => rmSync(dataFolder, { recursive: true }),
  }
}
export type VaultWorld = ReturnType<typeof createVaultWorld>
