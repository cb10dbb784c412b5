import type { Timestamp } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Signal, Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import { createGroupRepository } from './group-repository'
import { createGroupService } from './group-service'
import { createGrouping } from './grouping'
import { createHeldRepository } from './held-repository'
import { createOpener } from './opener'
import { createPreview } from './preview'
import { createRelease } from './release'
import { createRuleRepository } from './rule-repository'
import { createRuleService } from './rule-service'
import { createRuleShelf } from './rule-shelf'
import type { KindOf, KnowsOperators, Screen, Screened } from './screen'
import { createScreenService } from './screen-service'

// Screening: the rules between a signal and a ticket. Decides what opens one, never what becomes of it.
export type { Screen, Screened }

export interface Screening extends Screen, Serves<'screening'> {
  /** Gives free what no rule holds any longer; called every 30 s and after every change. How many tickets opened. */
  sweep(): Promise<number>
  stop(): Promise<void>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  scheduler: Scheduler
  people: KnowsOperators
  tickets: Tickets
  kindOf: KindOf
  /** What came since then, newest first. */
  pastSignals: (since: Timestamp) => AsyncIterable<Signal>
}

const SWEEP_MS = 30_000
/** How soon a rule that another console changed is known here. */
const RELOAD_MS = 5_000
/** A storm of held signals must not drown the windows in news. */
const NEWS_MS = 250

export async function createScreening(needs: Needs): Promise<Screening> {
  const { database, events, log, scheduler, people } = needs
  const { db, kind } = database
  const rules = createRuleRepository(db)
  const held = createHeldRepository(db, kind)
  const groups = createGroupRepository(db, kind)
  const shelf = createRuleShelf({ rules, held, people })
  const news = createNews(events)
  const tellSoon = news.tellSoon
  const sweepSoon = () => {
    release.sweep().catch((error: unknown) => log.error({ err: error }, 'held signals stay held'))
  }
  const shared = { ...needs, db, kind, rules, held, groups, shelf, tellSoon, sweepSoon }
  const grouping = createGrouping(shared)
  const open = createOpener({ ...shared, grouping })
  const release = createRelease({ ...shared, open })
  await shelf.reload()
  const stops = [
    scheduler.every('screening.rules', RELOAD_MS, shelf.reload),
    scheduler.every('screening.sweep', SWEEP_MS, async () => void (await release.sweep())),
  ]
  return {
    ...createScreenService({ ...shared, grouping, open }),
    ...createRuleService({ ...shared, open }),
    ...createGroupService(shared),
    preview: createPreview(needs),
    sweep: release.sweep,
    async stop() {
      for (const stop of stops) stop()
      await release.stop()
      news.stop()
    },
  }
}

function createNews(events: Events) {
  let timer: NodeJS.Timeout | undefined
  return {
    tellSoon(): void {
      timer ??= setTimeout(() => {
        timer = undefined
        events.publish('screening.changed', {})
      }, NEWS_MS)
    },
    stop(): void {
      clearTimeout(timer)
    },
  }
}
