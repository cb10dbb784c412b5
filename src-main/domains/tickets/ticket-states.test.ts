import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId, OperatorId, RunId, TicketId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createScheduler, type Scheduler } from '#platform/scheduler'
import { stores } from '#platform/stores.suite'
import { type Arrival, createTickets, type Tickets } from '.'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
const caller: Caller = { operator: ada, signal: new AbortController().signal }
const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const TABLES = [
  'tickets',
  'ticket_search',
  'ticket_timeline',
  'ticket_counts',
  'ticket_outcomes',
  'audit_entries',
  'audit_head',
]

/** What a signal says that only tells what became of an earlier one. */
const wordless = {
  title: '',
  description: '',
  severity: undefined,
  service: undefined,
  host: undefined,
  labels: {},
  annotations: {},
}

describe.each(stores)('what a source says on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let tickets: Tickets
  let now: number
  let scheduler: Scheduler

  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(database.db)
    now = NOON
    const clock = { now: () => now }
    scheduler = createScheduler(silentLog())
    const audit = createAudit({ database, clock })
    const people = { nameOf: async () => 'Ada' }
    tickets = createTickets({ database, clock, events: createEvents(), audit, scheduler, people })
  })
  afterEach(() => scheduler.stop())

  function says(parts: Partial<Arrival> = {}): Arrival {
    return {
      source: 'pagerduty',
      fingerprint: 'f1',
      state: 'firing',
      title: 'Checkout is slow',
      description: 'p99 above 2 s',
      severity: 'high',
      service: 'checkout',
      host: 'web-1',
      labels: { team: 'shop' },
      annotations: { runbook: 'slow' },
      links: [],
      startsAt: NOON,
      endsAt: undefined,
      deliveryId: newId<DeliveryId>('dlv'),
      receivedAt: now,
      ...parts,
    }
  }
  const take = (...signals: Arrival[]) =>
    transact(database.db, (tx) => tickets.takeSignals(tx, signals))
  const takeOne = async (parts: Partial<Arrival> = {}) => (await take(says(parts)))[0]!
  const ticket = async (id: TicketId | undefined) => (await tickets.find(id!))!
  const lines = async (id: TicketId | undefined) => {
    const page = await tickets.timeline({ id: id!, cursor: null, limit: 50 }, caller)
    return page.items.map(
      ({ actor, title, detail }) => `${actor}: ${title}${detail && ` (${detail})`}`,
    )
  }
  const run = { runId: newId<RunId>('run'), title: 'Fix it', actor: 'Ada' }
  const acknowledged = { state: 'acknowledged', actor: 'Bob', ...wordless } as const

  describe('acknowledged', () => {
    test('puts the ticket in progress in the name of who did it there, once', async () => {
      const { ticketId } = await takeOne()
      const said = says({ ...acknowledged })
      expect(await take(said, said)).toMatchObject([{ effect: 'updated' }, { effect: 'unchanged' }])
      expect(await take(says({ ...acknowledged, actor: 'Cleo' }))).toMatchObject([
        { effect: 'unchanged' },
      ])
      expect(await ticket(ticketId)).toMatchObject({
        status: 'in_progress',
        acknowledgedAt: NOON,
        ownerId: null,
        title: 'Checkout is slow',
        occurrences: 1,
      })
      expect(await lines(ticketId)).toEqual([
        'pagerduty: Opened by pagerduty',
        'Bob: Acknowledged in pagerduty',
      ])
    })

    test('without a ticket opens one that is acknowledged already', async () => {
      const { ticketId, effect } = await takeOne({ ...acknowledged, title: 'Checkout is slow' })
      expect(effect).toBe('opened')
      expect(await ticket(ticketId)).toMatchObject({
        status: 'in_progress',
        signal: 'firing',
        acknowledgedAt: NOON,
      })
      const { ticketId: nameless } = await takeOne({ ...acknowledged, fingerprint: 'f2' })
      expect(await ticket(nameless)).toMatchObject({ title: 'pagerduty f2', severity: 'medium' })
    })

    test("leaves an operator's acknowledgement, a run and an escalation as they are", async () => {
      const mine = await takeOne()
      await tickets.acknowledge({ id: mine.ticketId! }, caller)
      await takeOne(acknowledged)
      expect(await lines(mine.ticketId)).toHaveLength(2)
      expect(await ticket(mine.ticketId)).toMatchObject({ ownerId: ada.id })

      const running = await takeOne({ fingerprint: 'f2' })
      await transact(database.db, (tx) => tickets.beginRun(tx, running.ticketId!, run))
      await takeOne({ ...acknowledged, fingerprint: 'f2' })
      expect(await ticket(running.ticketId)).toMatchObject({ activeRunId: run.runId })

      const handedOn = await takeOne({ fingerprint: 'f3' })
      await tickets.escalate(
        { id: handedOn.ticketId!, reason: 'network', toId: null, group: '' },
        caller,
      )
      await takeOne({ ...acknowledged, fingerprint: 'f3' })
      expect(await ticket(handedOn.ticketId)).toMatchObject({ status: 'escalated' })
    })

    test('of what has ended opens nothing again', async () => {
      const { ticketId } = await takeOne()
      now += 5 * MINUTE
      await takeOne({ state: 'resolved', endsAt: now })
      now += MINUTE
      expect(await takeOne(acknowledged)).toEqual({ ticketId, effect: 'unchanged' })
    })
  })

  describe('a note', () => {
    const note = {
      state: 'noted',
      actor: 'Bob',
      note: 'Looks like the cache',
      ...wordless,
    } as const

    test('is a line on the timeline, once a delivery, whatever came before and after', async () => {
      const { ticketId } = await takeOne()
      const said = says(note)
      await takeOne({ severity: 'critical' })
      const before = await ticket(ticketId)
      expect(await take(said, said)).toMatchObject([{ effect: 'updated' }, { effect: 'unchanged' }])
      expect(await take(said)).toEqual([{ ticketId, effect: 'unchanged' }])
      expect((await lines(ticketId)).at(-1)).toBe('Bob: Said in pagerduty (Looks like the cache)')
      expect(await lines(ticketId)).toHaveLength(4)
      expect(await ticket(ticketId)).toEqual(before)
    })

    test('opens nothing', async () => {
      expect(await takeOne(note)).toEqual({ ticketId: undefined, effect: 'unchanged' })
      expect(await tickets.counts({}, caller)).toMatchObject({ all: 0 })
    })
  })

  describe('withdrawn', () => {
    test('closes the ticket with the reason, and counts for no time to repair', async () => {
      const { ticketId } = await takeOne()
      now += 10 * MINUTE
      const over = { state: 'resolved', withdrawn: 'the rule was paused', endsAt: now } as const
      expect(await takeOne(over)).toEqual({ ticketId, effect: 'closed' })
      expect(await ticket(ticketId)).toMatchObject({ status: 'closed', resolvedAt: null })
      expect((await lines(ticketId)).at(-1)).toBe(
        'pagerduty: Closed: pagerduty has withdrawn it (the rule was paused)',
      )
      expect(await tickets.dailyOutcomes(0)).toMatchObject([{ outcome: 'closed', count: 1 }])
      expect(await takeOne({ startsAt: now })).toMatchObject({ effect: 'opened' })
    })

    test('and said anew in one delivery makes two tickets', async () => {
      const over = { state: 'resolved', withdrawn: 'edited', endsAt: NOON + 1 } as const
      const taken = await take(says(), says(over), says({ startsAt: NOON + 2 }))
      expect(taken.map(({ effect }) => effect)).toEqual(['opened', 'closed', 'opened'])
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 1, all: 2 })
    })

    test('leaves a run and an escalation to those who have them', async () => {
      const { ticketId } = await takeOne()
      await tickets.escalate({ id: ticketId!, reason: 'network', toId: null, group: '' }, caller)
      await takeOne({ state: 'resolved', withdrawn: 'paused', endsAt: now })
      expect(await ticket(ticketId)).toMatchObject({ status: 'escalated', signal: 'resolved' })
    })
  })

  test('without words leaves those of the ticket, and adds what it says', async () => {
    const { ticketId } = await takeOne()
    now += MINUTE
    await takeOne({ ...wordless, startsAt: now, labels: { pod: 'a-1' }, severity: 'critical' })
    expect(await ticket(ticketId)).toMatchObject({
      title: 'Checkout is slow',
      description: 'p99 above 2 s',
      service: 'checkout',
      host: 'web-1',
      severity: 'critical',
      labels: { team: 'shop', pod: 'a-1' },
    })
  })

  describe('nothing any more', () => {
    const quiet = { quietMs: 8 * HOUR }

    test('settles the ticket, which counts as closed and not as repaired', async () => {
      const { ticketId } = await takeOne(quiet)
      now += 8 * HOUR - 1
      expect(await tickets.sweepSilent()).toBe(0)
      now += 1
      expect(await tickets.sweepSilent()).toBe(1)
      expect(await tickets.sweepSilent()).toBe(0)
      expect(await ticket(ticketId)).toMatchObject({ status: 'resolved', resolvedAt: now })
      expect((await lines(ticketId)).at(-1)).toMatch(/^rules: Silent for 8 h: it counts as over/)
      expect(await tickets.dailyOutcomes(0)).toMatchObject([{ outcome: 'closed', count: 1 }])
    })

    test('is put off by every repeat, also by one that is only counted', async () => {
      const { ticketId } = await takeOne(quiet)
      for (let n = 0; n < 3; n++) {
        now += 7 * HOUR
        await takeOne(quiet)
        expect(await tickets.sweepSilent()).toBe(0)
      }
      expect(await ticket(ticketId)).toMatchObject({ occurrences: 4, status: 'open' })
      now += 8 * HOUR
      expect(await tickets.sweepSilent()).toBe(1)
    })

    test('is taken back by the next word within the hour, and a replayed one is none', async () => {
      const first = says(quiet)
      const [{ ticketId } = {}] = await take(first)
      now += 8 * HOUR
      await tickets.sweepSilent()
      now += MINUTE
      expect(await take(first)).toEqual([{ ticketId, effect: 'unchanged' }])
      expect(await takeOne(quiet)).toEqual({ ticketId, effect: 'reopened' })
      expect(await tickets.dailyOutcomes(0)).toEqual([])
      now += 8 * HOUR
      expect(await tickets.sweepSilent()).toBe(1)
    })

    test('settles neither what was escalated nor what a run works on, nor what a person reopened', async () => {
      const [handedOn, running, reopened] = await take(
        ...['f1', 'f2', 'f3'].map((fingerprint) => says({ ...quiet, fingerprint })),
      )
      await tickets.escalate(
        { id: handedOn!.ticketId!, reason: 'network', toId: null, group: '' },
        caller,
      )
      await transact(database.db, (tx) => tickets.beginRun(tx, running!.ticketId!, run))
      now += 8 * HOUR
      expect(await tickets.sweepSilent()).toBe(1)
      await tickets.reopen({ id: reopened!.ticketId!, reason: 'no' }, caller)
      now += 80 * HOUR
      expect(await tickets.sweepSilent()).toBe(0)
    })

    test('settles hundreds in one sweep, from an index', async () => {
      await take(...Array.from({ length: 250 }, (_, n) => says({ ...quiet, fingerprint: `s${n}` })))
      now += 9 * HOUR
      expect(await tickets.sweepSilent()).toBe(250)
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 0, resolved: 250 })
      if (database.kind !== 'sqlite') return
      const { rows } = await sql<{ detail: string }>`explain query plan select * from tickets
        where active = 1 and quiet_until <= ${now} and status <> 'escalated' and active_run_id is null
        order by quiet_until limit 100`.execute(database.db)
      expect(rows.map(({ detail }) => detail).join()).toContain('tickets_by_silence')
    })
  })

  describe('with wishes', () => {
    const owner = { id: newId<OperatorId>('opr'), name: 'Eve', rule: 'Shop team' }
    const incident = { rule: 'Critical' }

    test('gives the ticket its owner and declares it when it opens; nobody is at work on it yet', async () => {
      const { ticketId } = await takeOne({ owner, incident })
      expect(await ticket(ticketId)).toMatchObject({
        status: 'open',
        ownerId: owner.id,
        ownerName: 'Eve',
        incidentSince: NOON,
      })
      expect(await lines(ticketId)).toEqual([
        'pagerduty: Opened by pagerduty',
        'rules: Given to Eve (Shop team)',
        'rules: Declared an incident (Critical)',
      ])
    })

    test('declares it later, too, and never takes it from whom it has', async () => {
      const { ticketId } = await takeOne()
      await tickets.acknowledge({ id: ticketId! }, caller)
      await takeOne({ owner, incident })
      await takeOne({ owner, incident })
      expect(await ticket(ticketId)).toMatchObject({ ownerId: ada.id, incidentSince: NOON })
      const declared = (await lines(ticketId)).filter((line) => line.includes('incident'))
      expect(declared).toHaveLength(1)
    })
  })

  test('is foreseen, and nothing happens', async () => {
    const state = fc.constantFrom('firing', 'acknowledged', 'resolved', 'noted')
    const step = fc.record({ state, n: fc.nat(2), after: fc.integer({ min: 0, max: HOUR }) })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        round++
        for (let at = 0; at < steps.length; at += 3) {
          const signals = steps.slice(at, at + 3).map(({ state: said, n, after }) => {
            now += after
            const fingerprint = `${round}-${n}`
            const endsAt = said === 'resolved' ? now : undefined
            return says({ state: said, fingerprint, startsAt: now, endsAt, note: 'x' })
          })
          const before = await tickets.counts({}, caller)
          const foreseen = await tickets.foresee(signals)
          expect(await tickets.counts({}, caller)).toEqual(before)
          const taken = await take(...signals)
          expect(foreseen.map(({ effect }) => effect)).toEqual(taken.map(({ effect }) => effect))
          const known = foreseen.map(({ ticketId }, n) => ticketId ?? taken[n]!.ticketId)
          expect(known).toEqual(taken.map(({ ticketId }) => ticketId))
        }
      }),
      { numRuns: 25 },
    )
  })
})
