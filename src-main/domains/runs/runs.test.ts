import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunId, TicketId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import type { Tickets } from '#domains/tickets'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

const TICKET = 'tkt_01J9Q3AAAAAAAAAAAAAAAAAAAA' as TicketId

function fakeTickets() {
  const seen: string[] = []
  const ticket = {
    id: TICKET,
    title: 'Web is down',
    signal: 'firing',
    activeRunId: null as RunId | null,
    labels: {},
    annotations: {},
    host: null,
    service: null,
  }
  const tickets = {
    find: async () => ticket as unknown as Ticket,
    addToTimeline: async (_: unknown, entries: { title: string }[]) =>
      void seen.push(...entries.map(({ title }) => title)),
    beginRun: async (_: unknown, __: unknown, { runId }: { runId: RunId }) => {
      ticket.activeRunId = runId
    },
    endRun: async (_: unknown, __: unknown, { outcome }: { outcome: string }) => {
      ticket.activeRunId = null
      seen.push(outcome)
    },
  } as unknown as Tickets
  return { tickets, seen, ticket }
}

describe.each(stores)('a run on $name', ({ open }) => {
  let database: Database
  let folder: Awaited<ReturnType<typeof openFolder>>
  let world: World
  let fake: ReturnType<typeof fakeTickets>

  beforeEach(async () => {
    database = await open()
    folder = await openFolder()
    fake = fakeTickets()
    world = await openWorld(database, folder.path, fake.tickets)
  })
  afterEach(async () => {
    await world.close()
    await database.close()
    await folder.remove()
  })

  const mark = (name: string) => `echo ${name} >> ${folder.marks}`

  test('checks, asks, changes, verifies and resolves the ticket', async () => {
    const started = await world.start(
      runbook(
        [
          step('look', { kind: 'check' }, 'uptime'),
          step('fix', { kind: 'change', undo: 'irreversible' }, mark('fix')),
          step('good', { kind: 'check' }, `cat ${folder.marks}`),
        ],
        'verify:\n  probe: good\n  holds: 2\n  every: 20ms\n  within: 5s\n',
      ),
      TICKET,
    )
    const approval = await world.asked(started.id)
    expect(approval).toMatchObject({ stepTitle: 'fix', purpose: 'step', singleOperator: true })
    expect(await folder.marked()).toEqual([])
    await world.answer(approval)
    const run = await world.until(started.id, 'succeeded')
    expect(run.verification).toMatchObject({ result: 'verified', probe: { held: 2, needed: 2 } })
    expect(await folder.marked()).toEqual(['fix'])
    expect(fake.seen.at(-1)).toBe('resolved')
    expect(await world.approvals.find(approval.id)).toMatchObject({ status: 'used' })
    expect(await world.audit.verify({}, world.caller)).toMatchObject({ ok: true })
  })
})
