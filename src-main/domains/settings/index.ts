import { Settings as Schema, type Settings as Values } from '#contract/settings'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { createSettingsRepository } from './settings-repository'

// Settings of this console, parsed once and told as news when they change.
export interface Settings extends Serves<'settings'> {
  current(): Values
  /** Values that count until they are given back or the process ends; none of them is stored. Answers how to do that. */
  lend(values: Partial<Values>, caller: Caller): Promise<(by: Caller) => Promise<void>>
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
  let lent: Partial<Values> = {}
  const current = (): Values => ({ ...DEFAULTS, ...chosen, ...lent })
  return {
    current,
    get: () => current(),
    update: change,
    govern: change,
    async lend(values, caller) {
      const before: Partial<Record<string, unknown>> = current()
      const back = Object.fromEntries(Object.keys(values).map((key) => [key, before[key]]))
      await setLent(values, values, caller)
      return (by) => setLent({}, back, by)
    },
  }

  function setLent(next: Partial<Values>, detail: object, { operator }: Caller): Promise<void> {
    return transact(database.db, (tx) => written(tx, operator.name, detail, () => (lent = next)))
  }

  async function change(
    wanted: { [K in keyof Values]?: Values[K] | undefined },
    { operator }: Caller,
  ): Promise<Values> {
    const next = { ...chosen, ...given(wanted) }
    await transact(database.db, async (tx) => {
      await repository.save(next, tx)
      await written(tx, operator.name, wanted, () => (chosen = next))
    })
    return current()
  }

  /** What changed counts, and is told, once it is in the audit log. */
  async function written(tx: Db, actor: string, detail: object, take: () => void): Promise<void> {
    await audit.record(tx, { actor, action: 'settings.changed', subject: console, detail })
    afterCommit(tx, () => {
      take()
      events.publish('settings.changed', current())
    })
  }
}

/** An absent key and an undefined value both mean "not chosen"; only the first may be kept. */
function given(change: { [K in keyof Values]?: Values[K] | undefined }): Partial<Values> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<Values>
}
