import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId, OperatorId, RunId } from '#contract/primitives'
import { TicketFilter } from '#contract/tickets'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createScheduler, type Scheduler } from '#platform/scheduler'
import { stores } from '#platform/stores.suite'
import { createTickets, type Signal, type Tickets } from '.'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
const caller: Caller = { operator: ada, signal: new AbortController().signal }
const NOON = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000

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

describe.each(stores)('tickets on $name', ({ open }) => {
  let database: Database
  let tickets: Tickets
  let now: number
  let heard: string[][]
  let scheduler: Scheduler

  beforeEach(async () => {
    database = await open()
    now = NOON
    heard = []
    const clock = { now: () => now }
    const events = createEvents()
    events.subscribe('tickets.changed', ({ ids }) => heard.push(ids))
    scheduler = createScheduler(silentLog())
    const audit = createAudit({ database, clock })
    const people = { nameOf: async (id: OperatorId) => (id === ada.id ? 'Ada' : undefined) }
    tickets = createTickets({ database, clock, events, audit, scheduler, people })
  })
  afterEach(async () => {
    await scheduler.stop()
    await database.close()
  })

  const take = (...signals: Signal[]) =>
    transact(database.db, (tx) => tickets.takeSignals(tx, signals))
  const list = (filter: Partial<TicketFilter> = {}) =>
    tickets.list({ cursor: null, limit: 50, filter: TicketFilter.parse(filter) }, caller)

  test('the first signal opens a ticket that is found, listed, counted and told of once', async () => {
    const [first] = await take(aSignal(), aSignal({ fingerprint: 'f2', severity: 'critical' }))
    expect(first).toMatchObject({ effect: 'opened' })
    expect(await tickets.find(first!.ticketId!)).toMatchObject({ status: 'open', severity: 'high' })
    const { items, total } = await list()
    expect(items.map(({ severity }) => severity)).toEqual(['critical', 'high'])
    expect(total).toBe(2)
    expect(await tickets.counts({}, caller)).toMatchObject({ open: 2, bySeverity: { critical: 1 } })
    expect(heard).toHaveLength(1)
    expect(heard[0]).toHaveLength(2)
    expect((await list({ text: 'crit node disk fu' })).items).toHaveLength(0)
    expect((await list({ text: 'node disk fu' })).items).toHaveLength(2)
  })
})
