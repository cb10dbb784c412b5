import { Refusal } from '#contract'
import { MAX_FRAME, MAX_IN_FLIGHT, MAX_STREAMS } from '#contract/frames'
import type { Log } from '#platform/log'
import { encode } from './codec'
import type { Desk, Entry } from './desk'
import { createStreamWindow, type StreamWindow } from './stream-window'

interface Work {
  readonly id: number
  readonly entry: Entry
  readonly input: unknown
  readonly abort: AbortController
  /** Undefined for a call. */
  readonly window: StreamWindow | undefined
}

/** The calls and streams that one session has under way. Each gets exactly one last frame. */
export interface Workload {
  has(id: number): boolean
  start(id: number, entry: Entry, input: unknown): void
  cancel(id: number): void
  /** False when no such piece was sent. An ack for a stream that has just ended is no fault. */
  ack(id: number, seq: number): boolean
  cancelAll(): void
}

interface Needs {
  desk: Desk
  log: Log
  send: (frame: string) => void
}

export function createWorkload({ desk, log, send }: Needs): Workload {
  const underWay = new Map<number, Work>()
  return {
    has: (id) => underWay.has(id),
    start(id, entry, input) {
      const full = whyFull(underWay, entry)
      if (full) return send(refusalFrame(id, full))
      const abort = new AbortController()
      const isStream = entry.spec.kind === 'stream'
      const window = isStream ? createStreamWindow(abort.signal) : undefined
      const work = { id, entry, input, abort, window }
      underWay.set(id, work)
      void (window ? stream(work, window) : call(work))
        .catch((error: unknown) => send(refusalFrame(id, toRefusal(error, log))))
        .finally(() => underWay.delete(id))
    },
    cancel: (id) => underWay.get(id)?.abort.abort(),
    ack: (id, seq) => underWay.get(id)?.window?.ack(seq) ?? true,
    cancelAll() {
      for (const { abort } of underWay.values()) abort.abort()
    },
  }

  async function call({ id, entry, input, abort }: Work): Promise<void> {
    const value = await desk.answer(entry, input, abort.signal)
    send(fitting(encode({ t: 'value', id, value }), entry, log))
  }

  async function stream({ id, entry, input, abort }: Work, window: StreamWindow): Promise<void> {
    for await (const value of desk.chunks(entry, input, abort.signal)) {
      if (abort.signal.aborted) break
      send(fitting(encode({ t: 'chunk', id, seq: window.next(), value }), entry, log))
      await window.room()
    }
    if (abort.signal.aborted) throw new Refusal('cancelled', 'This was cancelled.')
    send(encode({ t: 'end', id }))
  }
}

/** The last frame of a call that is not going to be answered. */
export function refusalFrame(id: number, { code, message }: Refusal): string {
  return encode({ t: 'refused', id, code, message })
}

function whyFull(underWay: ReadonlyMap<number, Work>, { spec }: Entry): Refusal | undefined {
  const isStream = spec.kind === 'stream'
  const same = [...underWay.values()].filter(({ window }) => (window !== undefined) === isStream)
  if (same.length < (isStream ? MAX_STREAMS : MAX_IN_FLIGHT)) return undefined
  return new Refusal(
    'too_much',
    isStream
      ? 'Too many live views are open. Close some and try again.'
      : 'Too many calls are under way. Nothing was changed. Try again when some have ended.',
  )
}

function fitting(frame: string, { name }: Entry, log: Log): string {
  if (frame.length <= MAX_FRAME) return frame
  log.warn({ call: name, length: frame.length }, 'an answer was too long to send')
  throw new Refusal(
    'too_much',
    'The answer is too long to be sent at once. Ask for a smaller part of it.',
  )
}

function toRefusal(error: unknown, log: Log): Refusal {
  if (error instanceof Refusal) return error
  log.error({ err: error }, 'the bridge itself failed')
  return new Refusal('internal', 'Something went wrong inside Quarterdeck. The log has it.')
}
