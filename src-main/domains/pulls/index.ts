import type { SourceKind } from '#contract/intake'
import type { Audit } from '#domains/audit'
import type { Credentials } from '#domains/credentials'
import type { Egress } from '#domains/egress'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import type { Scheduler } from '#platform/scheduler'
import { createDriver } from './pull-driver'
import type { Found } from './pull-plan'
import { createPullRepository } from './pull-repository'
import { createPullService } from './pull-service'
import { createWatch } from './watch'

// Pulls: asks sources that cannot reach this machine, and hands what they answer to intake. Reads nothing of it itself.
export interface Pulls extends Serves<'pulls'> {
  /** From now on pulls happen by themselves. Call it once intake knows its sources. */
  start(): void
  /** Asks everything now, whatever the circuits say: the machine has slept, or the network is back. */
  reconcile(): Promise<void>
  /** Breaks off what is under way; nothing of it is lost. */
  stop(): Promise<void>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  masking: Masking
  scheduler: Scheduler
  credentials: Pick<Credentials, 'lease' | 'vault' | 'nameOf' | 'onRemove'>
  egress: Pick<Egress, 'ask' | 'whyNot'>
  intake: {
    /** Ends when it is on disk. */
    deliver(source: string, records: readonly Found[]): Promise<void>
    kindOf(source: string): SourceKind | undefined
    /** One that is switched off is asked by a person only. */
    isOn(source: string): boolean
  }
  /** Which console this is: the operator's account and the machine. */
  console: string
  /** Who asks where nobody does. */
  caller(): Caller
  /** In [0, 1), for jitter. Default: `Math.random`. */
  random?: () => number
}

export function createPulls(needs: Needs): Pulls {
  const { database, events, credentials } = needs
  const { db } = database
  const repository = createPullRepository(db)
  const tell = () => events.publish('pulls.changed', {})
  const { random = Math.random } = needs
  const driver = createDriver({ ...needs, repository, tell, random })
  const watch = createWatch({ ...needs, db, repository, driver, tell })
  credentials.onRemove(async (id) => {
    const all = await repository.all()
    const users = all.filter(({ credentialId }) => credentialId === id).map(({ source }) => source)
    return users.length === 0
      ? undefined
      : `It is used to ask ${users.join(', ')}. Choose another one there first.`
  })
  return {
    ...createPullService({ ...needs, db, repository, driver, tell }),
    start: watch.start,
    reconcile: watch.reconcile,
    async stop() {
      watch.stop()
      await driver.stopAll()
    },
  }
}
