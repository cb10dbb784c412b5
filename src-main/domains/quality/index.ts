import type { RunbookId, Timestamp } from '#contract/primitives'
import type { RunbookQuality } from '#contract/quality'
import type { Runbooks, RunbookHistory } from '#domains/runbooks'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import {
  addTallies,
  NOTHING,
  type RunOutcome,
  summarise,
  type Tally,
  toQuality,
  toTally,
  type Version,
} from './quality'
import {
  createQualityRepository,
  type Kept,
  type QualityRepository,
  sumOf,
} from './quality-repository'

// How well runbooks do, counted as their runs end. Runs nothing, and knows no run: `runs` tells it.
export type { RunOutcome, Version }

/** How a run's end or rating moved. Undefined: it does not count, because it has not ended or is a dry run. */
export interface Moved {
  readonly before: RunOutcome | undefined
  readonly after: RunOutcome | undefined
  /** When the run started; counts as use, however it ends. */
  readonly usedAt: Timestamp
}

/** One run, for counting from the start. */
export interface PastRun extends Version {
  readonly outcome: RunOutcome | undefined
  readonly usedAt: Timestamp
}

export interface QualityDomain extends Serves<'quality'> {
  /** In the transaction that moves the run. */
  record(tx: Db, version: Version, moved: Moved): Promise<void>
  /** Forgets all counts and makes them again from the runs. */
  recount(past: (tx: Db) => AsyncIterable<PastRun>): Promise<void>
  /** The same, unless it was done: for runs that ended before anything was counted. Then tells the ranking. */
  begin(past: (tx: Db) => AsyncIterable<PastRun>): Promise<void>
  /** Ends when the ranking has been told of everything. */
  stop(): Promise<void>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  log: Log
  scheduler: Scheduler
  runbooks: Pick<Runbooks, 'learn'>
}

/** What other consoles count on a shared store is learnt this often. */
const LOOK_MS = 60_000

export function createQuality(needs: Needs): QualityDomain {
  const { database, clock, events, scheduler } = needs
  const repository = createQualityRepository(database.db, database.kind)
  const teacher = createTeacher(needs, repository)

  async function recount(past: (tx: Db) => AsyncIterable<PastRun>): Promise<void> {
    await transact(database.db, async (tx) => {
      await repository.clear(tx)
      const sums = new Map<string, Kept>()
      for await (const run of past(tx)) {
        const key = `${run.runbookId}/${run.revision}`
        const known = sums.get(key) ?? { ...run, tally: NOTHING }
        sums.set(key, { ...known, tally: addTallies(known.tally, ofRun(run)) })
      }
      for (const one of sums.values()) await repository.add(tx, one, one.tally)
      await repository.setCounted(tx, clock.now())
    })
    await teacher.teach()
  }

  if (database.kind === 'postgres') scheduler.every('quality.look', LOOK_MS, () => teacher.teach())
  return {
    recount,
    stop: teacher.idle,
    async begin(past) {
      if (await repository.isCounted()) await teacher.teach()
      else await recount(past)
    },
    async record(tx, version, { before, after, usedAt }) {
      const gained = ofRun({ outcome: after, usedAt })
      const moved = before ? addTallies(gained, toTally(before), -1) : gained
      await repository.add(tx, version, moved)
      afterCommit(tx, () => {
        teacher.teachSoon(version.runbookId)
        events.publish('quality.changed', { runbookIds: [version.runbookId] })
      })
    },
    async list() {
      const all = await repository.all()
      return [...Map.groupBy(all, (kept) => kept.runbookId)].map(([id, kept]) => toShown(id, kept))
    },
    async get({ runbookId }) {
      const kept = await repository.all(runbookId)
      const revisions = kept.map(({ revision, tally }) => ({ revision, quality: toQuality(tally) }))
      return { ...toShown(runbookId, kept), revisions }
    },
  }
}

/** Tells the ranking, in the order of what happened. */
function createTeacher({ runbooks, log }: Needs, repository: QualityRepository) {
  let last: Promise<void> = Promise.resolve()
  async function teach(runbookId?: RunbookId): Promise<void> {
    const kept = await repository.all(runbookId)
    runbooks.learn([...Map.groupBy(kept, (one) => one.runbookId).values()].map(toHistory))
  }
  return {
    teach,
    teachSoon(runbookId: RunbookId): void {
      last = last
        .then(() => teach(runbookId))
        .catch((error: unknown) =>
          log.error({ err: error, runbookId }, 'the ranking was not told how a runbook did'),
        )
    },
    idle: () => last,
  }
}

function ofRun({ outcome, usedAt }: Pick<PastRun, 'outcome' | 'usedAt'>): Tally {
  const tally = outcome ? toTally(outcome) : NOTHING
  return { ...tally, lastUsedAt: usedAt }
}

function toShown(runbookId: RunbookId, kept: readonly Kept[]): RunbookQuality {
  const overall = toQuality(sumOf(kept))
  return { runbookId, summary: summarise(overall), overall }
}

function toHistory(kept: readonly Kept[]): RunbookHistory {
  const revisions = kept.map(({ revision, tally: { counts } }) => ({
    revision,
    fixed: counts.fixed,
    notFixed: counts.notFixed,
  }))
  const { runbookId } = kept[0]!
  return { runbookId, words: toShown(runbookId, kept).summary, revisions }
}
