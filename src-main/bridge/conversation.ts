import { Refusal } from '#contract'
import type { Upward } from '#contract/frames'
import type { Log } from '#platform/log'
import { encode } from './codec'
import type { Desk } from './desk'
import type { Pass } from './transport'
import { createWorkload, refusalFrame } from './workload'

/** What to make of a frame: `bad` ones are counted, `no_pass` ends the session. */
type Verdict = 'ok' | 'bad' | 'no_pass'

/** What one renderer says after it was greeted. */
export interface Conversation {
  take(frame: Upward): Verdict
  /** Cancels all that is under way. */
  end(): void
}

interface Needs {
  desk: Desk
  log: Log
  /** Undefined where the transport itself is the proof. */
  pass: Pass | undefined
  send: (frame: string) => void
}

export function createConversation({ desk, log, pass, send }: Needs): Conversation {
  const workload = createWorkload({ desk, log, send })
  return {
    take(frame) {
      switch (frame.t) {
        case 'call':
          return start(frame)
        case 'cancel':
          workload.cancel(frame.id)
          return 'ok'
        case 'ack':
          return workload.ack(frame.id, frame.seq) ? 'ok' : 'bad'
        case 'ping':
          send(encode({ t: 'pong' }))
          return 'ok'
        case 'hello':
          break
      }
      return 'bad' // nobody greets twice
    },
    end: () => workload.cancelAll(),
  }

  function start({ id, name, input }: Extract<Upward, { t: 'call' }>): Verdict {
    if (pass && !pass.use()) return 'no_pass'
    if (workload.has(id)) return 'bad'
    const entry = desk.find(name)
    if (entry) workload.start(id, entry, input)
    else send(refusalFrame(id, new Refusal('invalid_input', UNKNOWN_CALL)))
    return entry ? 'ok' : 'bad'
  }
}

const UNKNOWN_CALL =
  'This version of Quarterdeck has no such call. Nothing was changed. Reload the window: it may be older than the program.'
