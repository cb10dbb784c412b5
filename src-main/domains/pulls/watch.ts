import type { SourceKind } from '#contract/intake'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import type { Driver } from './pull-driver'
import type { KeptPull, PullRepository } from './pull-repository'
import { removePull } from './pull-service'

interface Needs {
  db: Db
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  scheduler: Scheduler
  repository: PullRepository
  driver: Driver
  intake: { kindOf(source: string): SourceKind | undefined; isOn(source: string): boolean }
  console: string
  tell(): void
}

/** How often it is looked what is due. */
const LOOK_MS = 2_000

/** Starts pulls when they are due, and those that waited for us when there is nothing to wait for any more. */
export function createWatch(needs: Needs) {
  const { clock, events, log, scheduler, repository, driver, intake, console } = needs
  const stops: (() => void)[] = []

  /** Its source is gone, or another one has taken its name. */
  async function isOrphan({ source, kind }: KeptPull): Promise<boolean> {
    if (intake.kindOf(source) === kind) return false
    await driver.stop(source)
    await removePull(needs, source, 'quarterdeck')
    return true
  }

  async function look(): Promise<void> {
    for (const pull of await repository.due(console, clock.now()))
      if (!(await isOrphan(pull)) && intake.isOn(pull.source))
        void driver.run(pull, { person: false })
  }

  /** One after the other is not needed: each source is asked by itself. */
  async function runAll(which: (pull: KeptPull) => boolean): Promise<void> {
    const all = await repository.all()
    const mine = all.filter(
      (pull) => pull.console === console && pull.enabled && intake.isOn(pull.source) && which(pull),
    )
    await Promise.all(mine.map((pull) => driver.run(pull, { person: false })))
  }

  const again = () => {
    runAll(({ source }) => driver.waitsForUs(source)).catch((error: unknown) =>
      log.error({ err: error }, 'pulls that waited could not be started'),
    )
  }

  /** A removed source takes its pull with it, also one that is not asked by itself. */
  async function sweep(): Promise<void> {
    for (const pull of await repository.all()) if (pull.console === console) await isOrphan(pull)
  }

  return {
    start(): void {
      stops.push(
        scheduler.every('pulls.due', LOOK_MS, look),
        scheduler.every('pulls.orphans', 15 * LOOK_MS, sweep),
        events.subscribe('credentials.changed', again), // the vault may be open now
        events.subscribe('settings.changed', again), // or we may be online again
      )
    },
    stop(): void {
      for (const stop of stops.splice(0)) stop()
    },
    reconcile: () => runAll(() => true),
  }
}
