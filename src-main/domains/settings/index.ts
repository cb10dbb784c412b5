import { Settings as Schema, type Settings as Values } from '#contract/settings'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import { afterCommit, type Database, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { createSettingsRepository } from './settings-repository'

// Settings of this console, parsed once and told as news when they change.
export interface Settings extends Serves<'settings'> {
  current(): Values
}

const DEFAULTS: Values = {
  theme: 'dark',
  density: 'normal',
  intakePort: 8425,
  vaultIdleMinutes: 15,
  approvalMinutes: 15,
  keepDeliveriesDays: 30,
  keepDeliveries: 1_000_000,
  notifications: true,
  singleOperator: false,
  policyFile: '',
  offline: false,
  firstStartDone: false,
  tourSeen: false,
}

interface Needs {
  database: Database
  events: Events
  audit: Audit
  log: Log
  /** Which console these settings belong to: the operator's account and the machine. */
  console: string
}

/** Reads what was chosen. A value that no longer fits is dropped with a warning, and the default counts. */
export async function createSettings({
  database,
  events,
  audit,
  log,
  console,
}: Needs): Promise<Settings> {
  const repository = createSettingsRepository(database.db, console)
  const kept = Schema.partial().safeParse(await repository.chosen())
  if (!kept.success)
    log.warn({ problem: kept.error.message }, 'settings did not fit and were set back')
  let chosen: Partial<Values> = given(kept.data ?? {})
  const current = (): Values => ({ ...DEFAULTS, ...chosen })
  return {
    current,
    get: () => current(),
    update: change,
    govern: change,
  }

  async function change(
    wanted: { [K in keyof Values]?: Values[K] | undefined },
    { operator }: Caller,
  ): Promise<Values> {
    const next = { ...chosen, ...given(wanted) }
    await transact(database.db, async (tx) => {
      await repository.save(next, tx)
      await audit.record(tx, {
        actor: operator.name,
        action: 'settings.changed',
        subject: console,
        detail: wanted,
      })
      afterCommit(tx, () => {
        chosen = next
        events.publish('settings.changed', current())
      })
    })
    return current()
  }
}

/** An absent key and an undefined value both mean "not chosen"; only the first may be kept. */
function given(change: { [K in keyof Values]?: Values[K] | undefined }): Partial<Values> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<Values>
}
