import { once } from 'node:events'
import { pino } from 'pino'
import { z } from 'zod'
import { Refusal } from '#contract'
import { command, event, type Handlers, query, type RoleName, stream } from '#contract/define'
import { MAX_FRAME } from '#contract/frames'
import { Operator } from '#contract/people'
import type { Caller } from '#platform/caller'
import type { Log } from '#platform/log'
import type { NewsSource } from './news-board'
import { type Bridge, createBridge } from './serve'

const Text = z.strictObject({ text: z.string().max(2_000_000) })
const Nothing = z.strictObject({})

/** A small contract that can do and suffer all that a real one can. */
export const probeContract = {
  probe: {
    echo: query(Text, Text),
    order: command(Text, Text, { role: 'approver' }),
    wait: query(Nothing, Text),
    refuse: query(Nothing, Text),
    crash: command(Nothing, Text, { role: 'viewer' }),
    lie: query(Nothing, Text),
    swell: query(Nothing, Text),
    count: stream(z.strictObject({ to: z.int() }), z.int()),
    trickle: stream(Nothing, z.int()),
    lieLater: stream(Nothing, z.int()),
    changed: event(z.strictObject({ n: z.int() })),
  },
}

/** What the handlers of a probe saw. */
interface Seen {
  readonly reached: string[]
  readonly aborted: string[]
  /** Pieces that the stream `count` made, whoever took them. */
  made: number
}

function createHandlers(seen: Seen): Handlers<(typeof probeContract)['probe'], Caller> {
  return {
    echo(input) {
      seen.reached.push('echo')
      return input
    },
    order(input) {
      seen.reached.push('order')
      return input
    },
    async wait(_, { signal }) {
      seen.reached.push('wait')
      await once(signal, 'abort')
      seen.aborted.push('wait')
      throw signal.reason
    },
    refuse() {
      throw new Refusal('conflict', 'It is resolved already.')
    },
    crash() {
      throw new Error('the password is hunter2')
    },
    swell: () => ({ text: 'x'.repeat(MAX_FRAME) }),
    lie: () => ({ text: 7 }) as unknown as { text: string },
    async *count({ to }) {
      seen.reached.push('count')
      try {
        for (let n = 1; n <= to; n += 1) {
          seen.made += 1
          yield n
        }
      } finally {
        seen.aborted.push('count')
      }
    },
    async *trickle(_, { signal }) {
      seen.reached.push('trickle')
      yield 1
      await once(signal, 'abort')
      seen.aborted.push('trickle')
    },
    async *lieLater() {
      yield 1
      yield 'two' as unknown as number
    },
  }
}

/** A bridge over the probe, with a voice for its news and an ear on its log. */
export interface Probe {
  readonly bridge: Bridge
  readonly log: Log
  readonly logged: readonly string[]
  readonly seen: Seen
  readonly events: NewsSource
  /** Publishes news; `probe.changed` unless named. */
  tell(payload: unknown, name?: string): void
  /** The caller's role from now on; `admin` at first. */
  become(role: RoleName): void
}

export function createProbe(): Probe {
  const seen: Seen = { reached: [], aborted: [], made: 0 }
  const logged: string[] = []
  const listeners = new Set<(name: string, payload: unknown) => void>()
  const events: NewsSource = {
    subscribeAll(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  let role: RoleName = 'admin'
  const bridge = createBridge({
    contract: probeContract,
    domains: { probe: createHandlers(seen) },
    events,
    log,
    caller: () => Operator.parse({ id: 'opr_01J9Q3ZZZZZZZZZZZZZZZZZZZZ', name: 'Ann', role }),
  })
  return {
    bridge,
    log,
    logged,
    seen,
    events,
    tell: (payload: unknown, name = 'probe.changed') => {
      for (const listener of listeners) listener(name, payload)
    },
    become: (next: RoleName) => {
      role = next
    },
  }
}
