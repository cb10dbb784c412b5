import { join } from 'node:path'
import { createAudit } from '#domains/audit'
import { createTickets } from '#domains/tickets'
import { connectDatabase } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createScheduler } from '#platform/scheduler'
import { createTriage } from '.'

/** Triage on a store that others may share, until it is killed or nothing is left. `ahead`: its clock, in ms. */
async function main(location: string, resources: string, ahead: number): Promise<void> {
  const database = connectDatabase(location)
  const clock = { now: () => Date.now() + ahead }
  const log = silentLog()
  const scheduler = createScheduler(log)
  const ground = { database, clock, log, scheduler, events: createEvents() }
  const audit = createAudit({ database, clock })
  const tickets = createTickets({ ...ground, audit, people: { nameOf: async () => undefined } })
  const runbooks = { ready: async () => {}, rank: () => [] }
  const triage = createTriage({ ...ground, audit, resources, tickets, runbooks })
  process.stdout.write('ready\n')
  while ((await triage.sweep()) > 0);
  await triage.stop()
  await scheduler.stop()
  await database.close()
}

const [location, root, ahead] = process.argv.slice(2)
await main(location!, join(root!, 'resources'), Number(ahead))
