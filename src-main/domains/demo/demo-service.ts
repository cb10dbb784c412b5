import type { DemoStatus, Scenario } from '#contract/demo'
import type { TicketId } from '#contract/primitives'
import { Refusal } from '#contract'
import type { Caller, Serves } from '#platform/caller'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { type Play, PLAYS } from './scenario'
import type { LittleWorld } from './little-world'

/** The little world and what a presenter does with it. */
export interface Demo extends Serves<'demo'> {
  /** Ends the world if it is there, whoever asks; for shutting down. */
  close(): Promise<void>
}

interface Needs {
  events: Events
  log: Log
  /** Builds the world's processes, its connection, credential and source. */
  build(caller: Caller): Promise<LittleWorld>
  /** The newest ticket of the demo about this service, opened since, with what it came to. */
  findTicket(
    service: string,
    since: number,
    caller: Caller,
  ): Promise<{ id: TicketId; ended: boolean } | undefined>
  now(): number
}

interface Triggered {
  readonly at: number
  state: Scenario['state']
  ticketId: TicketId | null
}

export function createDemoService({ events, log, build, findTicket, now }: Needs): Demo {
  let state: DemoStatus['state'] = 'off'
  let world: LittleWorld | undefined
  const triggered = new Map<string, Triggered>()
  const stopListening = events.subscribe('tickets.changed', () => void refresh())

  return {
    status: () => status(),
    async start(_, caller) {
      if (state !== 'off') throw new Refusal('conflict', 'The demo watch is running already.')
      enter('starting')
      try {
        world = await build(caller)
        enter('on')
      } catch (error) {
        enter('off')
        throw error
      }
      return status()
    },
    async stop(_, caller) {
      running()
      await end(caller)
      return status()
    },
    async trigger({ scenario }) {
      const current = running()
      const play = PLAYS.find(({ id }) => id === scenario)
      if (!play) throw new Refusal('not_found', `There is no scenario ${scenario}.`)
      const under = triggered.get(scenario)
      if (under && under.state !== 'handled')
        throw new Refusal('conflict', `${play.title}: this is under way already.`)
      triggered.set(scenario, { at: now(), state: 'breaking', ticketId: null })
      // Some break over many seconds: the presenter watches it happen.
      play
        .break(current.world)
        .catch((error: unknown) =>
          log.error({ err: error, scenario }, 'a scenario could not break its service'),
        )
      return tell()
    },
    pause() {
      running().watchdog.pause()
      return enter('paused')
    },
    resume() {
      running().watchdog.resume()
      return enter('on')
    },
    async reset() {
      const current = running()
      await Promise.all(PLAYS.map((play) => play.repair(current.world)))
      triggered.clear()
      return tell()
    },
    async close() {
      stopListening()
      if (world) await end(undefined)
    },
  }

  function running(): LittleWorld {
    if (!world || state === 'starting' || state === 'stopping') {
      throw new Refusal('conflict', 'The demo watch is not running. Start it first.')
    }
    return world
  }

  async function end(caller: Caller | undefined): Promise<void> {
    enter('stopping')
    const ending = world
    world = undefined
    triggered.clear()
    try {
      await ending?.close(caller)
    } finally {
      enter('off')
    }
  }

  async function refresh(): Promise<void> {
    if (!world) return
    const caller = world.caller
    for (const [id, entry] of triggered) {
      const play = PLAYS.find((each) => each.id === id)!
      const ticket = await findTicket(play.service, entry.at, caller)
      if (!ticket) continue
      Object.assign(entry, { state: ticket.ended ? 'handled' : 'broken', ticketId: ticket.id })
    }
    tell()
  }

  function enter(next: DemoStatus['state']): DemoStatus {
    state = next
    return tell()
  }

  function tell(): DemoStatus {
    const now = status()
    events.publish('demo.changed', now)
    return now
  }

  function status(): DemoStatus {
    return { state, scenarios: PLAYS.map(toScenario), services: world?.services() ?? [] }
  }

  function toScenario({ id, title, story }: Play): Scenario {
    const entry = triggered.get(id)
    return { id, title, story, state: entry?.state ?? 'idle', ticketId: entry?.ticketId ?? null }
  }
}
