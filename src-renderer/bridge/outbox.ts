import { MAX_IN_FLIGHT, type Upward } from '#contract/frames'

interface Letter {
  readonly id: number
  readonly frame: string
  /** Streams are open for hours and have their own limit. */
  readonly isStream: boolean
}

/** Frames on their way to main: they wait for the first line, and for room among the calls that main takes at once. */
export interface Outbox {
  isDown(): boolean
  post(letter: Letter): void
  /** Its answer came. */
  done(id: number): void
  /** True when it had not been sent: then it never will be. */
  withdraw(id: number): boolean
  /** At once, or not at all. */
  say(frame: Upward): void
  start(): void
  /** The numbers of those that were never sent. */
  stop(): ReadonlySet<number>
}

export function createOutbox(send: (frame: string) => void): Outbox {
  let state: 'waiting' | 'up' | 'down' = 'waiting'
  let waiting: Letter[] = []
  const underWay = new Set<number>()
  return {
    isDown: () => state === 'down',
    post(letter) {
      waiting.push(letter)
      sendWaiting()
    },
    done(id) {
      underWay.delete(id)
      sendWaiting()
    },
    withdraw(id) {
      const isUnsent = waiting.some((letter) => letter.id === id)
      waiting = waiting.filter((letter) => letter.id !== id)
      return isUnsent
    },
    say(frame) {
      if (state === 'up') send(JSON.stringify(frame))
    },
    start() {
      state = 'up'
      sendWaiting()
    },
    stop() {
      state = 'down'
      const unsent = new Set(waiting.map(({ id }) => id))
      waiting = []
      underWay.clear()
      return unsent
    },
  }

  function sendWaiting(): void {
    if (state !== 'up') return
    const held: Letter[] = []
    for (const letter of waiting) {
      if (!letter.isStream && underWay.size >= MAX_IN_FLIGHT) {
        held.push(letter)
        continue
      }
      if (!letter.isStream) underWay.add(letter.id)
      send(letter.frame)
    }
    waiting = held
  }
}
