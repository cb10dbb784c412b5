import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '#contract'
import type { DeliveryId, OperatorId, RunId, TicketId } from '#contract/primitives'
import { TicketFilter, TicketStatus } from '#contract/tickets'
import { type Audit, createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createScheduler, type Scheduler } from '#platform/scheduler'
import { stores } from '#platform/stores.suite'
import { createTickets, type Signal, type Tickets } from '.'
import { seedTickets } from './ticket-seed.suite'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
const caller: Caller = { operator: ada, signal: new AbortController().signal }
const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000
const TABLES = [
  'tickets',
  'ticket_search',
  'ticket_timeline',
  'ticket_counts',
  'ticket_outcomes',
  'audit_entries',
  'audit_head',
]

function aSignal(parts: Partial<Signal> = {}): Signal {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    state: 'firing',
    title: 'Disk is full on db-2',
    description: '93 % of / is used',
    severity: 'high',
    service: 'checkout',
    host: 'db-2',
    labels: { alertname: 'NodeDiskFull', mountpoint: '/' },
    annotations: { summary: 'Disk is full on db-2' },
    links: [],
    startsAt: NOON,
    endsAt: undefined,
    deliveryId: newId<DeliveryId>('dlv'),
    ...parts,
  }
}

describe.each(stores)('tickets on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let tickets: Tickets
  let now: number
  let heard: string[][]
  let scheduler: Scheduler
  let audit: Audit
  let names: Map<OperatorId, string>

  // One store for all: to make one costs PostgreSQL half a second.
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  beforeEach(async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(database.db)
    now = NOON
    heard = []
    const clock = { now: () => now }
    const events = createEvents()
    events.subscribe('tickets.changed', ({ ids }) => heard.push(ids))
    scheduler = createScheduler(silentLog())
    audit = createAudit({ database, clock })
    names = new Map([[ada.id, 'Ada']])
    const people = { nameOf: async (id: OperatorId) => names.get(id) }
    tickets = createTickets({ database, clock, events, audit, scheduler, people })
  })
  afterEach(() => scheduler.stop())

  const take = (...signals: Signal[]) =>
    transact(database.db, (tx) => tickets.takeSignals(tx, signals))
  const list = (filter: Partial<TicketFilter> = {}) =>
    tickets.list({ cursor: null, limit: 50, filter: TicketFilter.parse(filter) }, caller)

  const openOne = async (parts: Partial<Signal> = {}) => (await take(aSignal(parts)))[0]!.ticketId!
  const timeline = async (id: TicketId, limit = 50) =>
    (await tickets.timeline({ id, cursor: null, limit }, caller)).items
  const auditOf = async (id: TicketId) => {
    const { items } = await audit.list({ cursor: null, limit: 100, text: id }, caller)
    return items.map(({ action }) => action).toReversed()
  }

  describe('a batch of signals', () => {
    test('opens tickets that are found, listed, counted, and told of once', async () => {
      const [first] = await take(aSignal(), aSignal({ fingerprint: 'f2', severity: 'critical' }))
      expect(first).toMatchObject({ effect: 'opened' })
      expect(await tickets.find(first!.ticketId!)).toMatchObject({ status: 'open', host: 'db-2' })
      const { items, total } = await list()
      expect(items.map(({ severity }) => severity)).toEqual(['critical', 'high'])
      expect(total).toBe(2)
      const counts = await tickets.counts({}, caller)
      expect(counts).toMatchObject({ open: 2, all: 2, bySeverity: { critical: 1, high: 1 } })
      expect(heard).toHaveLength(1)
      expect(heard[0]).toHaveLength(2)
    })

    test('opens one ticket a fingerprint, however often it is in it', async () => {
      const effects = await take(aSignal(), aSignal(), aSignal(), aSignal())
      expect(effects.map(({ effect }) => effect)).toEqual([
        'opened',
        'updated',
        'updated',
        'updated',
      ])
      expect(await tickets.find(effects[3]!.ticketId!)).toMatchObject({ occurrences: 4 })
      expect(await list()).toMatchObject({ total: 1 })
    })

    test('that comes from several at once opens one ticket', async () => {
      for (let n = 0; n < 10; n++) {
        const all = await Promise.all(
          Array.from({ length: 4 }, () => take(aSignal({ fingerprint: `race-${n}` }))),
        )
        expect(all.flat().filter(({ effect }) => effect === 'opened')).toHaveLength(1)
      }
      expect(await list()).toMatchObject({ total: 10 })
    })

    test('keeps sources apart that use the same fingerprint', async () => {
      await take(aSignal(), aSignal({ source: 'grafana' }))
      expect(await list({ source: 'grafana' })).toMatchObject({ total: 1 })
      expect(await list()).toMatchObject({ total: 2 })
    })

    test('that only repeats counts, and leaves the timeline as it is', async () => {
      const id = await openOne()
      await take(aSignal())
      const before = await timeline(id)
      for (let n = 0; n < 5; n++) {
        now += MINUTE
        await take(aSignal(), aSignal())
      }
      expect(await timeline(id)).toEqual(before)
      expect(await tickets.find(id)).toMatchObject({ occurrences: 12, lastSignalAt: now })
    })

    test('of a thousand alerts is one transaction and one piece of news', async () => {
      const storm = Array.from({ length: 1000 }, (_, n) => aSignal({ fingerprint: `s${n}` }))
      await take(...storm)
      heard.length = 0
      await take(...storm.map((signal) => ({ ...signal, state: 'resolved' as const, endsAt: now })))
      expect(heard).toHaveLength(1)
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 0, resolved: 1000, all: 1000 })
    })

    test('that fails leaves nothing behind', async () => {
      const broken = transact(database.db, async (tx) => {
        await tickets.takeSignals(tx, [aSignal()])
        throw new Error('no')
      })
      await expect(broken).rejects.toThrow('no')
      expect(await list({ view: 'all' })).toMatchObject({ items: [], total: 0 })
      expect(heard).toEqual([])
    })

    test('takes text that no store likes', async () => {
      const labels = { ключ: '值', quote: `'"\\`, '1e5': '\u202Eabc' }
      const id = await openOne({ title: `Robert'); DROP TABLE tickets;--`, labels })
      expect(await tickets.find(id)).toMatchObject({ labels })
      expect((await list({ text: 'robert drop tick' })).total).toBe(1)
      expect((await list({ text: '值' })).total).toBe(1)
      expect((await list({ text: '1E5' })).total).toBe(1)
    })
  })

  describe('the life of a ticket', () => {
    test('goes on with whoever it is escalated to, and says so to the next person', async () => {
      const id = await openOne()
      const reason = 'the disk does not grow any more'
      const order = { id, reason, toId: ada.id, group: 'storage' }
      const { ownerId, acknowledgedAt, escalation } = await tickets.escalate(order, caller)
      expect({ ownerId, acknowledgedAt }).toEqual({ ownerId: ada.id, acknowledgedAt: null })
      expect(escalation).toEqual({
        at: now,
        by: 'Ada',
        reason,
        toId: ada.id,
        toName: 'Ada',
        group: 'storage',
      })
      expect(await tickets.get({ id }, caller)).toMatchObject({ escalation: { reason } })
      const toNobody = { id, reason: 'again', toId: null, group: '' }
      await expect(tickets.escalate(toNobody, caller)).rejects.toMatchObject({ code: 'conflict' })
      const passedOn = await tickets.escalate({ ...toNobody, group: 'vendor' }, caller)
      expect(passedOn.escalation).toMatchObject({ group: 'vendor', reason: 'again' })
      const nobody = newId<OperatorId>('opr')
      const unknown = tickets.escalate({ ...toNobody, toId: nobody }, caller)
      await expect(unknown).rejects.toMatchObject({ code: 'not_found' })
    })

    test('is on its timeline and in the audit log, entry by entry', async () => {
      const id = await openOne()
      await tickets.acknowledge({ id }, caller)
      await tickets.setSeverity({ id, severity: 'critical' }, caller)
      await tickets.declareIncident({ id }, caller)
      await tickets.escalate(
        { id, reason: 'needs the storage team', toId: null, group: '' },
        caller,
      )
      await tickets.reopen({ id, reason: 'they are away' }, caller)
      const text = 'waiting for a disk'
      const comment = await tickets.comment({ id, text }, caller)
      expect(comment).toMatchObject({ kind: 'comment', actor: 'Ada', detail: text, ticketId: id })
      await tickets.resolve({ id, note: 'bigger disk' }, caller)
      await tickets.close({ id, note: '' }, caller)
      expect((await timeline(id)).map(({ kind }) => kind)).toEqual([
        'opened',
        'acknowledged',
        'severity',
        'incident',
        'status',
        'status',
        'comment',
        'status',
        'status',
      ])
      expect(await auditOf(id)).toEqual([
        'ticket.opened',
        'ticket.acknowledged',
        'ticket.severity_set',
        'ticket.incident_declared',
        'ticket.escalated',
        'ticket.reopened',
        'ticket.commented',
        'ticket.resolved',
        'ticket.closed',
      ])
      expect(await audit.check()).toMatchObject({ ok: true })
    })

    test('acknowledging takes it, and the second click changes nothing', async () => {
      const id = await openOne()
      const taken = await tickets.acknowledge({ id }, caller)
      expect(taken).toMatchObject({ status: 'in_progress', ownerId: ada.id, ownerName: 'Ada' })
      heard.length = 0
      expect(await tickets.acknowledge({ id }, caller)).toEqual(taken)
      expect(heard).toEqual([])
      expect(await list({ view: 'mine' })).toMatchObject({ total: 1 })
      expect(await tickets.counts({}, caller)).toMatchObject({ mine: 1 })
    })

    test('an owner is shown by the name they have now', async () => {
      const id = await openOne()
      await tickets.assign({ id, ownerId: ada.id }, caller)
      names.set(ada.id, 'Ada Lovelace')
      expect(await tickets.get({ id }, caller)).toMatchObject({ ownerName: 'Ada Lovelace' })
      expect((await list({ view: 'mine' })).items[0]).toMatchObject({ ownerName: 'Ada Lovelace' })
    })

    test('it is given to nobody who is not there', async () => {
      const id = await openOne()
      const ownerId = newId<OperatorId>('opr')
      await expect(tickets.assign({ id, ownerId }, caller)).rejects.toMatchObject({
        code: 'not_found',
      })
      await tickets.assign({ id, ownerId: ada.id }, caller)
      const free = await tickets.assign({ id, ownerId: null }, caller)
      expect(free).toMatchObject({ ownerId: null, ownerName: null, status: 'open' })
    })

    test('a snooze hides it until its time, and then it is back by itself', async () => {
      const id = await openOne()
      await expect(tickets.snooze({ id, until: now }, caller)).rejects.toMatchObject({
        code: 'invalid_input',
      })
      await tickets.snooze({ id, until: now + MINUTE }, caller)
      expect(await list()).toMatchObject({ total: 0 })
      expect(await list({ view: 'snoozed' })).toMatchObject({ total: 1 })
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 0, snoozed: 1, all: 1 })
      now += MINUTE
      expect(await list()).toMatchObject({ total: 1, items: [{ id }] })
      expect(await list({ view: 'snoozed' })).toMatchObject({ total: 0, items: [] })
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 1, snoozed: 0 })
    })

    test('once closed, the same alert opens a new ticket, and the old one stays closed', async () => {
      const id = await openOne()
      await tickets.close({ id, note: '' }, caller)
      const next = await openOne()
      expect(next).not.toBe(id)
      await expect(tickets.reopen({ id, reason: '' }, caller)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(next) as string,
      })
      await tickets.close({ id: next, note: '' }, caller)
      expect(await tickets.reopen({ id, reason: '' }, caller)).toMatchObject({ status: 'open' })
      expect((await take(aSignal()))[0]).toMatchObject({ ticketId: id, effect: 'updated' })
    })

    test('an alert that comes back days later opens a new ticket beside the resolved one', async () => {
      const id = await openOne()
      await take(aSignal({ state: 'resolved', endsAt: now }))
      now += 2 * 24 * 60 * MINUTE
      const [again] = await take(aSignal({ startsAt: now }))
      expect(again).toMatchObject({ effect: 'opened' })
      expect(again!.ticketId).not.toBe(id)
      expect(await tickets.counts({}, caller)).toMatchObject({ open: 1, resolved: 1 })
    })

    test('an order for a ticket that is not there says so', async () => {
      const id = newId<TicketId>('tkt')
      await expect(tickets.get({ id }, caller)).rejects.toMatchObject({ code: 'not_found' })
      await expect(tickets.acknowledge({ id }, caller)).rejects.toMatchObject({ code: 'not_found' })
      await expect(tickets.comment({ id, text: 'x' }, caller)).rejects.toMatchObject({
        code: 'not_found',
      })
    })
  })

  describe('work on a ticket', () => {
    test('triage gets each ticket once, also one that an operator has taken', async () => {
      const id = await openOne()
      await openOne({ fingerprint: 'f2' })
      await tickets.acknowledge({ id }, caller)
      expect((await tickets.claimForTriage(10)).map(({ status }) => status)).toEqual([
        'in_progress',
        'investigating',
      ])
      expect(await tickets.claimForTriage(10)).toEqual([])
    })

    test('what a crash left claimed is given back and claimed again', async () => {
      const id = await openOne()
      await tickets.claimForTriage(10)
      expect(await tickets.releaseStuck(MINUTE)).toBe(0)
      now += 2 * MINUTE
      expect(await tickets.releaseStuck(MINUTE)).toBe(1)
      expect(await tickets.find(id)).toMatchObject({ status: 'open' })
      expect(await tickets.claimForTriage(10)).toMatchObject([{ id }])
    })

    test("a verdict is kept, and an operator's severity stays", async () => {
      const id = await openOne()
      await tickets.setSeverity({ id, severity: 'low' }, caller)
      await tickets.claimForTriage(10)
      await transact(database.db, (tx) =>
        tickets.applyTriage(tx, id, { verdict: 'true_positive', severity: 'critical' }),
      )
      expect(await tickets.find(id)).toMatchObject({
        verdict: 'true_positive',
        severity: 'low',
        severityBy: 'operator',
        status: 'investigating',
      })
      now += 60 * MINUTE
      expect(await tickets.releaseStuck(MINUTE)).toBe(0)
    })

    test('a run has a ticket alone, and its end settles it', async () => {
      const id = await openOne()
      const runId = newId<RunId>('run')
      const run = { runId, title: 'Free the disk', actor: 'Ada' }
      await transact(database.db, (tx) => tickets.beginRun(tx, id, run))
      const second = transact(database.db, (tx) =>
        tickets.beginRun(tx, id, { ...run, runId: newId<RunId>('run') }),
      )
      await expect(second).rejects.toMatchObject({ code: 'conflict' })
      await expect(tickets.resolve({ id, note: '' }, caller)).rejects.toMatchObject({
        code: 'conflict',
      })
      heard.length = 0
      await transact(database.db, async (tx) => {
        await tickets.addToTimeline(tx, [
          {
            ticketId: id,
            kind: 'verification',
            actor: 'run',
            title: 'The probe is content',
            runId,
          },
        ])
        await tickets.endRun(tx, id, { runId, outcome: 'resolved', reason: '', actor: 'run' })
      })
      expect(heard).toEqual([[id]])
      expect(await tickets.find(id)).toMatchObject({ status: 'resolved', activeRunId: null })
    })
  })

  describe('a list', () => {
    const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const

    test('goes page by page, most severe first, then newest, each ticket once', async () => {
      for (let n = 0; n < 25; n++) {
        now += MINUTE
        await take(aSignal({ fingerprint: `p${n}`, severity: SEVERITIES[n % 5] }))
      }
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<Tickets['list']>> = await tickets.list(
          { cursor, limit: 4, filter: TicketFilter.parse({}) },
          caller,
        )
        expect(page.total).toBe(25)
        seen.push(...page.items.map(({ severity, openedAt }) => `${severity} ${openedAt}`))
        cursor = page.next
      } while (cursor !== null)
      expect(new Set(seen).size).toBe(25)
      const order = seen.map((key) => {
        const [severity, openedAt] = key.split(' ')
        return SEVERITIES.indexOf(severity as 'low') * 1e14 - Number(openedAt)
      })
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      await expect(
        tickets.list({ cursor: 'nonsense', limit: 4, filter: TicketFilter.parse({}) }, caller),
      ).rejects.toMatchObject({ code: 'invalid_input' })
    })

    test('is filtered by all that is asked for, and its total agrees', async () => {
      await openOne({ severity: 'critical' })
      await openOne({ fingerprint: 'f2', title: 'Queue of mails grows', severity: 'low' })
      expect(await list({ severities: ['critical', 'info'] })).toMatchObject({ total: 1 })
      expect(await list({ statuses: ['open'], text: 'mail' })).toMatchObject({
        total: 1,
        items: [{ title: 'Queue of mails grows' }],
      })
      expect(await list({ view: 'all', text: 'mails queue' })).toMatchObject({ total: 1 })
      expect(await list({ statuses: ['escalated'] })).toMatchObject({ total: 0, items: [] })
    })

    test('finds words in every text of a ticket, the last by its beginning', async () => {
      await openOne({ labels: { alertname: 'KubePodCrashLooping', région: 'Île-de-France' } })
      for (const text of [
        'crash loop',
        'kubepod',
        'disk db 2',
        '93 used',
        'CHECKOUT',
        'ile de fr',
        'region',
      ])
        expect([text, (await list({ text })).total]).toEqual([text, 1])
      for (const text of ['crash looped', 'dis full', 'nothing'])
        expect([text, (await list({ text })).total]).toEqual([text, 0])
    })

    test('takes no search text for syntax', async () => {
      await openOne()
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 200 }),
            fc.stringMatching(/^["'()*:&|!<\\^+{}-]{0,20}(AND|OR|NOT|NEAR|disk)?["'()*:&|!<]*$/),
          ),
          async (text) => {
            const found = await list({ text: text.slice(0, 200) })
            expect(found.items.length).toBe(found.total)
          },
        ),
        { numRuns: 80 },
      )
    })

    test('finds a ticket by its new words and no longer by its old ones', async () => {
      await openOne({ title: 'Lag of 3 minutes' })
      now += MINUTE
      await take(aSignal({ title: 'Lag of seventy minutes', startsAt: now }))
      expect(await list({ text: 'seventy' })).toMatchObject({ total: 1 })
      expect(await list({ text: 'lag 3' })).toMatchObject({ total: 0 })
    })
  })

  test('the timeline goes back page by page', async () => {
    const id = await openOne()
    for (let n = 0; n < 9; n++) await tickets.comment({ id, text: `comment ${n}` }, caller)
    const last = await tickets.timeline({ id, cursor: null, limit: 4 }, caller)
    expect(last.items.map(({ detail }) => detail)).toEqual([5, 6, 7, 8].map((n) => `comment ${n}`))
    const before = await tickets.timeline({ id, cursor: last.next, limit: 6 }, caller)
    expect(before.items.map(({ kind }) => kind)).toEqual(['opened', ...Array(5).fill('comment')])
    expect(before).toMatchObject({ next: null, total: 10 })
  })

  test('what was seen before comes back best first, and only what is settled', async () => {
    const similar = [
      { fingerprint: 'a', title: 'Replication lag on postgres replica' },
      { fingerprint: 'b', title: 'Replication slot fills the disk' },
      { fingerprint: 'c', title: 'Certificate expires' },
      { fingerprint: 'd', title: 'Replication lag on postgres replica, again' },
    ]
    const bare = { description: '', labels: {}, host: undefined, service: undefined }
    const ids = (await take(...similar.map((parts) => aSignal({ ...bare, ...parts })))).map(
      ({ ticketId }) => ticketId!,
    )
    for (const id of ids.slice(0, 3)) await tickets.resolve({ id, note: '' }, caller)
    const found = await tickets.similarResolved('postgres replication lag!', ids[3]!, 3)
    expect(found.tickets.map(({ id }) => id)).toEqual([ids[0], ids[1]])
    expect(found.compared).toBe(3)
    expect(await tickets.similarResolved('"* --', ids[3]!, 3)).toMatchObject({ tickets: [] })
  })

  test('how a day went is counted as tickets end, and uncounted when they come back', async () => {
    const id = await openOne()
    const other = await openOne({ fingerprint: 'f2' })
    now += 10 * MINUTE
    await tickets.resolve({ id, note: '' }, caller)
    await tickets.escalate({ id: other, reason: 'x', toId: null, group: '' }, caller)
    const day = Math.floor(NOON / 86_400_000)
    const outcome = { day, falsePositive: false, count: 1 }
    const bucket = Math.floor(Math.log(11) * 20)
    const byOutcome = async () =>
      (await tickets.dailyOutcomes(day)).toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))
    expect(await byOutcome()).toEqual([
      { ...outcome, outcome: 'escalated', bucket: 0 },
      { ...outcome, outcome: 'resolved', bucket },
    ])
    await tickets.reopen({ id, reason: '' }, caller)
    expect(await byOutcome()).toMatchObject([{ outcome: 'escalated' }])
    expect(await tickets.dailyOutcomes(day + 1)).toEqual([])
  })

  test('a seeded store is like one that has grown: its counts agree with its lists', async () => {
    await seedTickets(database, 400, now)
    const counts = await tickets.counts({}, caller)
    for (const view of ['open', 'escalated', 'snoozed', 'resolved', 'all'] as const) {
      const { total, items } = await list({ view, statuses: [...TicketStatus.options] })
      expect([view, counts[view]]).toEqual([view, total])
      expect(items.length).toBeGreaterThan(0)
    }
    expect((await list({ view: 'all', text: 'diskfull ho' })).total).toBeGreaterThan(0)
  })

  test('the counts beside the views agree with the lists, whatever happened', async () => {
    const orders = ['acknowledge', 'escalate', 'resolve', 'reopen', 'close', 'snooze'] as const
    const step = fc.record({ n: fc.nat(5), order: fc.constantFrom(...orders, 'fire', 'right') })
    const unlessRefused = async (order: (typeof orders)[number], id: TicketId) => {
      try {
        const whom = { toId: null, group: '' }
        const more = { reason: 'x', note: '', until: now + 3 * MINUTE, ...whom }
        await tickets[order]({ id, ...more }, caller)
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
      }
    }
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        round++
        for (const { n, order } of steps) {
          now += MINUTE
          const fingerprint = `${round}-${n}`
          const [one] = await take(
            aSignal({
              fingerprint,
              severity: (['critical', 'low'] as const)[n % 2],
              startsAt: now,
              ...(order === 'right' && { state: 'resolved', endsAt: now }),
            }),
          )
          if (one?.ticketId !== undefined && order !== 'fire' && order !== 'right')
            await unlessRefused(order, one.ticketId)
        }
        const counts = await tickets.counts({}, caller)
        for (const view of ['open', 'mine', 'escalated', 'snoozed', 'resolved', 'all'] as const) {
          // Asked for by every status there is, it is counted ticket by ticket.
          const { total } = await list({ view, statuses: [...TicketStatus.options] })
          expect([view, counts[view]]).toEqual([view, total])
        }
      }),
      { numRuns: 15 },
    )
  })
})
