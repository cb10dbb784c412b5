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
  readonly state: Scenario['state']
  readonly ticketId: TicketId | null
}

export function createDemoService(needs: Needs): Demo {
  const stage = createStage(needs)
  const { events, log, build, now } = needs
  const stopListening = events.subscribe('tickets.changed', () => {
    stage
      .refresh()
      .catch((error: unknown) => log.error({ err: error }, 'the demo lost sight of its tickets'))
  })
  return {
    status: () => stage.status(),
    async start(_, caller) {
      if (!stage.isOff()) throw new Refusal('conflict', 'The demo watch is running already.')
      stage.enter('starting')
      try {
        stage.world = await build(caller)
        return stage.enter('on')
      } catch (error) {
        stage.enter('off')
        throw error
      }
    },
    async stop(_, caller) {
      stage.running()
      return stage.end(caller)
    },
    trigger({ scenario }) {
      const play = stage.findReady(scenario)
      stage.triggered.set(scenario, { at: now(), state: 'breaking', ticketId: null })
      // Some break over many seconds: the presenter watches it happen.
      play
        .break(stage.running().world)
        .catch((error: unknown) =>
          log.error({ err: error, scenario }, 'a scenario could not break its service'),
        )
      return stage.tell()
    },
    pause() {
      stage.running().watchdog.pause()
      return stage.enter('paused')
    },
    resume() {
      stage.running().watchdog.resume()
      return stage.enter('on')
    },
    async reset() {
      const { world } = stage.running()
      await Promise.all(PLAYS.map((play) => play.repair(world)))
      stage.triggered.clear()
      return stage.tell()
    },
    async close() {
      stopListening()
      if (stage.world) await stage.end(undefined)
    },
  }
}

/** What is on, and what was broken: the demo's memory, which nobody else writes. */
function createStage({ events, findTicket }: Needs) {
  let state: DemoStatus['state'] = 'off'
  const stage = {
    world: undefined as LittleWorld | undefined,
    triggered: new Map<string, Triggered>(),
    isOff: () => state === 'off',
    enter(next: DemoStatus['state']): DemoStatus {
      state = next
      return stage.tell()
    },
    tell(): DemoStatus {
      events.publish('demo.changed', stage.status())
      return stage.status()
    },
    status(): DemoStatus {
      const scenarios = PLAYS.map((play) => toScenario(play, stage.triggered.get(play.id)))
      return { state, scenarios, services: stage.world?.services() ?? [] }
    },
    running(): LittleWorld {
      if (stage.world && state !== 'starting' && state !== 'stopping') return stage.world
      throw new Refusal('conflict', 'The demo watch is not running. Start it first.')
    },
    findReady(scenario: string): Play {
      stage.running()
      const play = PLAYS.find(({ id }) => id === scenario)
      if (!play) throw new Refusal('not_found', `There is no scenario ${scenario}.`)
      const under = stage.triggered.get(scenario)
      if (!under || under.state === 'handled') return play
      throw new Refusal('conflict', `“${play.title}” is under way already.`)
    },
    async end(caller: Caller | undefined): Promise<DemoStatus> {
      stage.enter('stopping')
      const ending = stage.world
      stage.world = undefined
      stage.triggered.clear()
      try {
        await ending?.close(caller)
      } finally {
        stage.enter('off')
      }
      return stage.status()
    },
    async refresh(): Promise<void> {
      const { world } = stage
      if (!world) return
      for (const [id, entry] of stage.triggered) {
        const play = PLAYS.find((each) => each.id === id)!
        const ticket = await findTicket(play.service, entry.at, world.caller)
        // A reset may have come in between: then nothing was triggered any more.
        if (!ticket || stage.triggered.get(id) !== entry) continue
        stage.triggered.set(id, {
          ...entry,
          state: ticket.ended ? 'handled' : 'broken',
          ticketId: ticket.id,
        })
      }
      stage.tell()
    },
  }
  return stage
}

function toScenario({ id, title, story }: Play, entry: Triggered | undefined): Scenario {
  return { id, title, story, state: entry?.state ?? 'idle', ticketId: entry?.ticketId ?? null }
}
