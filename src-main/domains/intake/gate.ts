import type { z } from 'zod'
import type { ListenerStatus } from '#contract/intake'
import type { Log } from '#platform/log'
import { type Desk, type Listener, openListener } from './listener'
import type { KeptSource, SourceRepository } from './source-repository'
import type { Traffic } from './traffic'

type Status = z.infer<typeof ListenerStatus>

interface Needs {
  sources: SourceRepository
  traffic: Traffic
  log: Log
  version: string
  /** Has this source what it needs to prove itself? */
  isComplete: (source: KeptSource) => boolean
  /** The port that is wanted now; 0 takes any. */
  port: () => number
  /** Something about the listener or the sources is different. */
  tell: () => void
}

/** The sources as they were read last: the hot path asks no store. */
function createKnown(sources: SourceRepository) {
  let known = new Map<string, KeptSource>()
  return {
    sourceOf: (name: string) => known.get(name),
    all: () => [...known.values()],
    kindOf: (name: string) => known.get(name)?.kind,
    isOn: (name: string) => known.get(name)?.enabled === true,
    /** Reads the sources again: another console on the same store may have changed them. */
    async reload(): Promise<void> {
      const all = await sources.all()
      known = new Map(all.map((source) => [source.name, source]))
    },
  }
}

/** The listener while it is open, closed or in trouble, and the sources that may come in. */
export function createGate({ sources, traffic, log, version, isComplete, port, tell }: Needs) {
  const known = createKnown(sources)
  let listener: Listener | undefined
  let asked: number | undefined
  let problem = ''
  let desk: Desk | undefined
  let last = Promise.resolve()

  const address = () => listener?.address ?? `http://127.0.0.1:${port()}`

  async function open(): Promise<void> {
    if (!desk) return
    asked = port()
    try {
      listener = await openListener(desk, { port: asked, version, log })
      problem = ''
    } catch (error) {
      problem = whyNot(error, asked)
      log.info({ problem }, 'the intake listener is not open') // screens and commands say it to people
    }
    tell()
  }

  async function close(): Promise<void> {
    const closing = listener
    listener = undefined
    await closing?.close()
  }

  /** One thing at a time is done to the port. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    last = last.then(work, work)
    return last
  }

  return {
    ...known,
    addressOf: (name: string, token: string) => `${address()}/hooks/${name}/${token}`,
    start: (to: Desk) =>
      inTurn(async () => {
        desk = to
        await open()
      }),
    /** Opens again if it is not open, or not where it should be. */
    keepOpen: () =>
      inTurn(async () => {
        if (!desk || (listener && asked === port())) return
        await close()
        await open()
      }),
    stop: () =>
      inTurn(async () => {
        desk = undefined
        problem = ''
        await close()
      }),
    status: (): Status => ({
      state: stateOf(listener, problem),
      address: address(),
      problem,
      perMinute: traffic.rate(),
      verified: known.all().every((one) => !one.enabled || isComplete(one)),
    }),
  }
}
export type Gate = ReturnType<typeof createGate>

function stateOf(listener: Listener | undefined, problem: string): Status['state'] {
  if (listener) return 'listening'
  return problem === '' ? 'off' : 'failed'
}

function whyNot(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop that program, or choose another port in Settings or with --intake-port PORT; a running console tries again every 30 seconds.`
  if (code === 'EACCES')
    return `The system does not let us open port ${port}. Choose one above 1023 in Settings.`
  return `Port ${port} could not be opened: ${error instanceof Error ? error.message : String(error)}.`
}
