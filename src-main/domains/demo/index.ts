import type { Approvals } from '#domains/approvals'
import type { Connections } from '#domains/connections'
import type { Credentials } from '#domains/credentials'
import type { Intake } from '#domains/intake'
import type { Runs } from '#domains/runs'
import type { Settings } from '#domains/settings'
import type { Tickets } from '#domains/tickets'
import type { TriageDomain } from '#domains/triage'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Events } from '#platform/events'
import type { Host } from '#platform/host'
import type { Log } from '#platform/log'
import { type Autoplay, createAutoplay } from './autoplay'
import { createDemoService, type Demo } from './demo-service'
import { buildLittleWorld, DEMO_SOURCE, type LittleWorld } from './little-world'

// A little world that really breaks and is really fixed, offline. Uses the product by its doors; owns no table.
export type { Autoplay, Demo }

interface Needs {
  host: Host
  clock: Clock
  events: Events
  log: Log
  connections: Connections
  credentials: Credentials
  intake: Intake
  tickets: Tickets
  triage: TriageDomain
  runs: Runs
  approvals: Approvals
  settings: Pick<Settings, 'current' | 'lend'>
}

export function createDemo(needs: Needs): Demo & { autoplay: Autoplay } {
  const { events, log, clock, tickets } = needs
  const demo = createDemoService({
    events,
    log,
    now: () => clock.now(),
    build: (caller) => buildForOne(needs, caller),
    findTicket: (service, since, caller) => findTicket(tickets, service, since, caller),
  })
  return { ...demo, autoplay: createAutoplay({ ...needs, demo }) }
}

/** A presenter is alone: single-operator mode is on while the demo is, said on every approval, and off again after it. */
async function buildForOne(needs: Needs, caller: Caller): Promise<LittleWorld> {
  const { settings } = needs
  const world = await buildLittleWorld(needs, caller)
  if (settings.current().singleOperator) return world
  const giveBack = await settings.lend({ singleOperator: true }, caller)
  return {
    ...world,
    async close(by) {
      await giveBack(by ?? caller)
      await world.close(by)
    },
  }
}

const ENDED = new Set(['resolved', 'closed'])

async function findTicket(tickets: Tickets, service: string, since: number, caller: Caller) {
  const filter = {
    view: 'all' as const,
    severities: [],
    statuses: [],
    source: DEMO_SOURCE,
    text: '',
  }
  const { items } = await tickets.list({ cursor: null, limit: 50, filter }, caller)
  const ticket = items.find((each) => each.service === service && each.lastSignalAt >= since - 1000)
  return ticket && { id: ticket.id, ended: ENDED.has(ticket.status) }
}
