import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryId, OperatorId } from '#contract/primitives'
import { TicketFilter } from '#contract/tickets'
import { createAudit } from '#domains/audit'
import { createTickets, type Tickets } from '#domains/tickets'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents, type Events } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createScheduler, type Scheduler } from '#platform/scheduler'
import { stores } from '#platform/stores.suite'
import { createIntake, type Intake } from '.'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
const caller: Caller = { operator: ada, signal: new AbortController().signal }
const NOON = Date.UTC(2026, 0, 1, 12)

describe.each(stores)('intake on $name', ({ open }) => {
  let database: Database
  let events: Events
  let tickets: Tickets
  let intake: Intake
  let scheduler: Scheduler
  let now: number

  beforeEach(async () => {
    database = await open()
    now = NOON
    const clock = { now: () => now }
    events = createEvents()
    const audit = createAudit({ database, clock })
    const people = { nameOf: async () => 'Ada' }
    const log = silentLog()
    scheduler = createScheduler(log)
    const settings = { current: () => ({ intakePort: 0 }) }
    tickets = createTickets({ database, clock, events, audit, scheduler, people })
    intake = createIntake({ database, clock, events, audit, log, scheduler, settings, tickets })
    await intake.start()
  })
  afterEach(async () => {
    await intake.stop()
    await scheduler.stop()
    await database.close()
  })

  const alertmanagerUrl = async () => (await intake.sources({}, caller))[0]!.url
  const post = (url: string, body: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  test('an alert of a real Alertmanager becomes a ticket', async () => {
    const read = new Promise((resolve) => void events.subscribe('intake.received', resolve))
    const response = await post(await alertmanagerUrl(), {
      version: '4',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Down', severity: 'page' },
          annotations: {},
          startsAt: '2026-01-01T11:00:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: 'a1',
        },
      ],
    })
    expect(response.status).toBe(202)
    const { delivery } = (await response.json()) as { delivery: DeliveryId }
    await read
    expect(await intake.delivery({ id: delivery }, caller)).toMatchObject({
      status: 'processed',
      firing: 1,
    })
    const { items } = await tickets.list(
      { cursor: null, limit: 5, filter: TicketFilter.parse({}) },
      caller,
    )
    expect(items).toMatchObject([{ title: 'Down', severity: 'critical' }])
  })
})
