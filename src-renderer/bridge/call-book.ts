import { type Downward, MAX_FRAME, type Upward } from '#contract/frames'
import { Refusal } from '#contract/refusal'
import { createOutbox } from './outbox'
import { createPieces } from './pieces'

/** How a call can be taken back. */
export interface CallOptions {
  signal?: AbortSignal | undefined
}

/** What a call waits for. */
interface Open {
  readonly kind: 'query' | 'command' | 'stream'
  take(value: unknown): void
  piece(seq: number, value: unknown): void
  end(): void
  fail(refusal: Refusal): void
}
const DEAF = { take() {}, piece() {}, end() {} }
type Answer = Extract<Downward, { t: 'value' | 'refused' | 'chunk' | 'end' }>

/** All calls and streams that wait for main. */
export interface CallBook {
  ask(
    kind: 'query' | 'command',
    name: string,
    input: unknown,
    options?: CallOptions,
  ): Promise<unknown>
  read(name: string, input: unknown, options?: CallOptions): AsyncIterable<unknown>
  take(answer: Answer): void
  /** The line is good: what waited is sent. */
  start(): void
  /** The line is gone: everything fails as `disconnected`, and so does whatever comes until it is back. */
  stop(): { lost: number }
}

/** `send` is called between `start` and `stop` only. Before the first `start`, calls wait. */
export function createCallBook(send: (frame: string) => void): CallBook {
  const open = new Map<number, Open>()
  const outbox = createOutbox(send)
  let lastId = 0
  return {
    ask: (kind, name, input, options) =>
      new Promise((take, fail) => {
        post(name, input, { ...DEAF, kind, take, fail }, options)
      }),
    read: (name, input, options) => ({
      [Symbol.asyncIterator]() {
        const pieces = createPieces<unknown>({
          ack: (seq) => outbox.say({ t: 'ack', id, seq }),
          leave: () => takeBack(id),
        })
        const { push: piece, finish } = pieces
        const id = post(
          name,
          input,
          { ...DEAF, kind: 'stream', piece, end: finish, fail: finish },
          options,
        )
        return pieces.iterator
      },
    }),
    take(answer) {
      const call = open.get(answer.id)
      if (call && answer.t === 'chunk') return call.piece(answer.seq, answer.value)
      open.delete(answer.id)
      outbox.done(answer.id)
      if (call) settle(call, answer) // else it was taken back
    },
    start: () => outbox.start(),
    stop: () => ({ lost: failAll(open, outbox.stop()) }),
  }

  function post(name: string, input: unknown, call: Open, { signal }: CallOptions = {}): number {
    const id = (lastId += 1)
    const frame = JSON.stringify({ t: 'call', id, name, input } satisfies Upward)
    const no = whyNot(frame, outbox.isDown(), signal)
    if (no) {
      call.fail(no)
      return id
    }
    open.set(id, call)
    signal?.addEventListener('abort', () => takeBack(id), { once: true })
    outbox.post({ id, frame, isStream: call.kind === 'stream' })
    return id
  }

  function takeBack(id: number): void {
    const call = open.get(id)
    if (!call) return
    open.delete(id)
    // Main still has it under way until it says so; its place is given on when its last frame comes.
    if (!outbox.withdraw(id)) outbox.say({ t: 'cancel', id })
    call.fail(cancelled())
  }
}

function failAll(open: Map<number, Open>, unsent: ReadonlySet<number>): number {
  const lost = [...open]
  open.clear()
  for (const [id, { kind, fail }] of lost) fail(toDisconnected(unsent.has(id) ? 'unsent' : kind))
  return lost.length
}

function settle(call: Open, answer: Answer): void {
  if (answer.t === 'value') call.take(answer.value)
  else if (answer.t === 'refused') call.fail(new Refusal(answer.code, answer.message))
  else call.end()
}

function cancelled(): Refusal {
  return new Refusal('cancelled', 'This was cancelled.')
}

function whyNot(
  frame: string,
  isDown: boolean,
  signal: AbortSignal | undefined,
): Refusal | undefined {
  if (signal?.aborted) return cancelled()
  if (isDown) return toDisconnected('unsent')
  if (frame.length <= MAX_FRAME) return undefined
  return new Refusal(
    'too_much',
    'This is too long to be sent. Nothing was changed. Make it shorter.',
  )
}

function toDisconnected(what: Open['kind'] | 'unsent'): Refusal {
  return new Refusal('disconnected', LOST[what])
}

const BROKE = 'The line to Quarterdeck broke before the answer came.'
const LOST: Readonly<Record<Open['kind'] | 'unsent', string>> = {
  unsent:
    'The line to Quarterdeck is lost. Nothing was sent. It comes back by itself: try again then.',
  command: `${BROKE} Whether this was done is not known: look before you repeat it.`,
  query: `${BROKE} It is asked again when the line is back.`,
  stream: `${BROKE} It goes on when the line is back.`,
}
