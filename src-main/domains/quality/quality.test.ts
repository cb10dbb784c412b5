import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import type { RunbookHistory } from '#domains/runbooks'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createScheduler } from '#platform/scheduler'
import { stores } from '#platform/stores.suite'
import { createQuality, type PastRun, type QualityDomain, type RunOutcome } from '.'

const nobody = {} as Caller
const BOOK = 'disk-full' as RunbookId
const revisionOf = (n: number) => String(n).repeat(64)
const version = (revision = 1) => ({ runbookId: BOOK, revision: revisionOf(revision) })
const MINUTE = 60_000

const verified: RunOutcome = { ended: 'verified', tookMs: 3 * MINUTE, unknowns: 0, feedback: null }

describe.each(stores)('the quality of runbooks on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let told: RunbookHistory[]
  let quality: QualityDomain

  beforeEach(async () => {
    database = await open()
    told = []
    const log = silentLog()
    quality = createQuality({
      database,
      log,
      clock: { now: () => 1_000 },
      events: createEvents(),
      scheduler: createScheduler(log),
      runbooks: { learn: (histories) => void told.push(...histories) },
    })
  })
  afterEach(async () => {
    await quality.stop()
    await database.close()
  })

  const record = (
    before: RunOutcome | undefined,
    after: RunOutcome | undefined,
    of = version(),
    usedAt = 500,
  ) => transact(database.db, (tx) => quality.record(tx, of, { before, after, usedAt }))
  const many = async (count: number, outcome: RunOutcome, of = version()) => {
    for (let n = 0; n < count; n += 1) await record(undefined, outcome, of)
  }
  const get = async () => quality.get({ runbookId: BOOK }, nobody)

  test('is nothing at all for a runbook that was never used', async () => {
    expect(await get()).toMatchObject({ summary: '', revisions: [], overall: { fixMs: null } })
    expect(await quality.list({}, nobody)).toEqual([])
  })

  test('says how often it was verified and how long that took', async () => {
    await many(8, verified)
    await record(undefined, { ...verified, ended: 'unverified', tookMs: 60 * MINUTE })
    const { summary, overall } = await get()
    expect(summary).toBe('verified 8 of 9 times, fixed in 3 min typically')
    expect(overall).toMatchObject({ verified: 8, unverified: 1, fixed: 8, notFixed: 1 })
    expect(Math.abs(overall.fixMs!.p50 / (3 * MINUTE) - 1)).toBeLessThan(0.06)
  })

  test('does not make a share of two runs', async () => {
    await many(2, verified)
    expect((await get()).summary).toBe('2 runs: too few to say')
  })

  test('counts as use from the start on, and as a run from the end on', async () => {
    await record(undefined, undefined, version(), 700)
    expect(await get()).toMatchObject({
      summary: 'no run has ended yet',
      overall: { lastUsedAt: 700 },
    })
  })

  test('moves a run that was taken back from one count to the other', async () => {
    await record(undefined, verified)
    await record(verified, undefined)
    await record(undefined, { ...verified, ended: 'takenBack' })
    const { overall } = await get()
    expect(overall).toMatchObject({ verified: 0, takenBack: 1, fixed: 0, notFixed: 1, fixMs: null })
  })

  test('believes a person who rated over a probe that held, and a stopped run not at all', async () => {
    const wrong = { ...verified, feedback: { stars: 1, resolved: false } }
    await record(undefined, verified)
    await record(verified, wrong)
    await record(undefined, { ...verified, ended: 'stopped' })
    const { overall } = await get()
    expect(overall).toMatchObject({ verified: 1, fixed: 0, notFixed: 1, stars: 1, helped: 0 })
  })

  test('keeps revisions apart, last used first, and adds them up', async () => {
    await many(2, verified, version(1))
    await record(undefined, { ...verified, ended: 'failed' }, version(2), 900)
    const { revisions, overall } = await get()
    expect(revisions.map(({ revision }) => revision)).toEqual([revisionOf(2), revisionOf(1)])
    expect(overall).toMatchObject({ verified: 2, failed: 1, lastUsedAt: 900 })
  })

  test('keeps nothing of what was rolled back', async () => {
    const broken = transact(database.db, async (tx) => {
      await quality.record(tx, version(), { before: undefined, after: verified, usedAt: 1 })
      throw new Error('no')
    })
    await expect(broken).rejects.toThrow('no')
    expect(await quality.list({}, nobody)).toEqual([])
  })

  test('tells the ranking after each change', async () => {
    await many(3, verified)
    await expect
      .poll(() => told.at(-1)?.revisions)
      .toEqual([{ revision: revisionOf(1), fixed: 3, notFixed: 0 }])
  })

  test('counts what was there before once, and never twice', async () => {
    await quality.begin(() => runs([{ ...version(), outcome: verified, usedAt: 5 }]))
    await quality.begin(() => runs([{ ...version(), outcome: verified, usedAt: 5 }]))
    expect((await get()).overall.verified).toBe(1)
  })

  const outcome: fc.Arbitrary<RunOutcome> = fc.record({
    ended: fc.constantFrom<RunOutcome['ended'][]>(
      'verified',
      'unverified',
      'unproven',
      'failed',
      'stopped',
      'takenBack',
    ),
    tookMs: fc.integer({ min: 0, max: 10 * 3_600_000 }),
    unknowns: fc.nat(3),
    feedback: fc.option(
      fc.record({ stars: fc.integer({ min: 1, max: 5 }), resolved: fc.boolean() }),
    ),
  })
  const moves = fc.array(
    fc.record({ run: fc.nat(5), to: fc.option(outcome, { nil: undefined, freq: 3 }) }),
    { maxLength: 25 },
  )

  test('is always what counting all runs again comes to', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (history) => {
        await quality.recount(() => runs([]))
        const now = new Map<number, PastRun>()
        for (const { run, to } of history) {
          const of = { runbookId: `book-${run % 2}` as RunbookId, revision: revisionOf(run % 3) }
          await record(now.get(run)?.outcome, to, of, 100 + run)
          now.set(run, { ...of, outcome: to, usedAt: 100 + run })
        }
        const kept = await everything()
        await quality.recount(() => runs([...now.values()]))
        expect(await everything()).toEqual(kept)
      }),
      { numRuns: 30 },
    )
  })

  async function everything() {
    const all = await quality.list({}, nobody)
    const whole = all.map(async ({ runbookId }) => quality.get({ runbookId }, nobody))
    return (await Promise.all(whole)).toSorted((a, b) => (a.runbookId < b.runbookId ? -1 : 1))
  }
})

async function* runs(all: readonly PastRun[]): AsyncGenerator<PastRun> {
  yield* all
}
