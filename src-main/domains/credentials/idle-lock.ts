import type { VaultStatus } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import type { Vault } from './vault'

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  vault: Vault
  console: string
  scheduler: Pick<Scheduler, 'every'> | undefined
  /** Minutes without a key or a move of the mouse, by the settings; 0 = never. */
  idleMinutes: () => number
}

const LOOK_MS = 10_000

/** Locks the vault when nobody is at the console. Without an interface nobody ever was, so it stays as it is. */
export function createIdleLock(needs: Needs) {
  const { clock, vault, scheduler, idleMinutes } = needs
  let seenAt: number | undefined
  scheduler?.every('credentials.idle', LOOK_MS, () => {
    const minutes = idleMinutes()
    if (seenAt === undefined || minutes === 0) return
    if (clock.now() - seenAt >= minutes * 60_000) lock('idle')
  })
  function lock(by: NonNullable<VaultStatus['lockedBy']>): void {
    if (!vault.lock(by)) return
    needs.events.publish('credentials.changed', {})
    const { audit, database, console: subject, log } = needs
    const fact = { actor: 'quarterdeck', action: 'vault.locked', subject, detail: { by } }
    transact(database.db, (tx) => audit.record(tx, fact)).catch((error: unknown) =>
      log.error({ err: error }, 'a lock of the vault was not written down'),
    )
  }
  return {
    seen: () => void (seenAt = clock.now()),
    lock,
  }
}
export type IdleLock = ReturnType<typeof createIdleLock>
