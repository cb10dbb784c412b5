import { STREAM_WINDOW } from '#contract/frames'

/** Often enough that main never waits for a reader that keeps up. */
const ACK_EVERY = STREAM_WINDOW / 4

interface Needs {
  /** The reader took in everything up to `seq`. */
  ack: (seq: number) => void
  /** The reader left before the end. */
  leave: () => void
}

/** The pieces of one stream, between main that sends and a reader that takes its time. */
export interface Pieces<T> {
  push(seq: number, value: T): void
  /** The end, or with an error the end of all hope. */
  finish(error?: Error): void
  readonly iterator: AsyncIterator<T, undefined>
}

export function createPieces<T>({ ack, leave }: Needs): Pieces<T> {
  const queue: { seq: number; value: T }[] = []
  const readers: PromiseWithResolvers<IteratorResult<T, undefined>>[] = []
  let over: { error: Error | undefined } | undefined
  return {
    push(seq, value) {
      if (over) return
      queue.push({ seq, value })
      serve()
    },
    finish(error) {
      over ??= { error }
      serve()
    },
    iterator: {
      next() {
        const reader = Promise.withResolvers<IteratorResult<T, undefined>>()
        readers.push(reader)
        serve()
        return reader.promise
      },
      async return() {
        const wasOpen = !over
        over = { error: undefined }
        queue.length = 0
        if (wasOpen) leave()
        serve()
        return { done: true, value: undefined }
      },
    },
  }

  function serve(): void {
    while (readers.length > 0 && queue.length > 0) {
      const { seq, value } = queue.shift()!
      if (seq % ACK_EVERY === 0 && !over) ack(seq)
      readers.shift()!.resolve({ done: false, value })
    }
    if (!over || queue.length > 0) return
    for (const reader of readers.splice(0)) {
      if (over.error) reader.reject(over.error)
      else reader.resolve({ done: true, value: undefined })
      over = { error: undefined } // an error is told once, then the stream is over
    }
  }
}
