import { STREAM_WINDOW } from '#contract/frames'

/** How far a stream may run ahead of its reader. */
export interface StreamWindow {
  /** The number of the piece that is sent next. */
  next(): number
  /** Waits until the reader has room for one more, or the stream is cancelled. */
  room(): Promise<void>
  /** The reader took in everything up to `seq`. False when no such piece was sent. */
  ack(seq: number): boolean
}

export function createStreamWindow(signal: AbortSignal): StreamWindow {
  let sent = 0
  let taken = 0
  let goOn: (() => void) | undefined
  signal.addEventListener('abort', () => goOn?.(), { once: true })
  return {
    next: () => (sent += 1),
    room() {
      if (signal.aborted || sent - taken < STREAM_WINDOW) return Promise.resolve()
      return new Promise((resolve) => {
        goOn = resolve
      })
    },
    ack(seq) {
      if (seq > sent) return false
      taken = Math.max(taken, seq)
      if (sent - taken < STREAM_WINDOW) goOn?.()
      return true
    },
  }
}
