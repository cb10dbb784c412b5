import { z } from 'zod'
import { command, event, query } from './define'
import { Empty, TicketId } from './primitives'

export const ScenarioState = z.enum(['idle', 'breaking', 'broken', 'handled'])
export const Scenario = z.strictObject({
  id: z.string(),
  title: z.string(),
  story: z.string(), // what breaks and what the audience will see
  state: ScenarioState,
  ticketId: TicketId.nullable(),
})
export type Scenario = z.infer<typeof Scenario>
export const DemoStatus = z.strictObject({
  state: z.enum(['off', 'starting', 'on', 'paused', 'stopping']),
  scenarios: z.array(Scenario),
  services: z.array(
    z.strictObject({ name: z.string(), url: z.string(), healthy: z.boolean(), detail: z.string() }),
  ),
})
export type DemoStatus = z.infer<typeof DemoStatus>

export const demo = {
  status: query(Empty, DemoStatus),
  /** Starts the little world: some processes, an SSH server on loopback, a watchdog. Nothing leaves the machine. */
  start: command(Empty, DemoStatus, { role: 'admin' }),
  /** Ends its processes and removes its files, connections and source. Tickets and runs stay. */
  stop: command(Empty, DemoStatus, { role: 'admin' }),
  trigger: command(z.strictObject({ scenario: z.string().max(60) }), DemoStatus),
  /** Stops the watchdog's posts; what is broken stays broken. */
  pause: command(Empty, DemoStatus),
  resume: command(Empty, DemoStatus),
  /** Repairs everything and forgets what was triggered. */
  reset: command(Empty, DemoStatus),
  changed: event(DemoStatus),
}
