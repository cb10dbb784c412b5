import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'
import type { Db } from '#platform/database'
import { lastLines } from './run-last-lines'
import {
  createWriter,
  newTail,
  type OutputNeeds,
  type Piece,
  ROW_LENGTH,
  type Tail,
  toChunk,
} from './run-output-writer'

/** Where one attempt writes. What is written is on disk once `close` has answered. */
export interface OutputSink {
  write(channel: Piece['channel'], text: string): void
  /** Answers how many bytes this attempt wrote. */
  close(): Promise<number>
}

/** A store shared with another console tells nothing: look again this often. */
const LOOK_MS = 1000

/** A step that writes letter by letter has many small pieces; this many are looked at for its last lines. */
const TAIL_PIECES = 40

export type RunOutput = ReturnType<typeof createRunOutput>

/** What steps wrote: collected for a moment, stored, then told to whoever watches. */
export function createRunOutput(needs: OutputNeeds) {
  const tails = new Map<RunId, Tail>()
  const watchers = createWatchers()
  const writer = createWriter(needs, watchers.wake)

  function tailOf(id: RunId): Tail {
    const tail = tails.get(id) ?? newTail()
    tails.set(id, tail)
    return tail
  }

  return {
    open(id: RunId, step: number, attempt: number, before: number): OutputSink {
      const tail = tailOf(id)
      if (!tail.kept.has(step)) tail.kept.set(step, before)
      return createSink(
        needs,
        { step, attempt, before: tail.kept.get(step)! },
        {
          add: (piece, bytes) => {
            tail.kept.set(step, (tail.kept.get(step) ?? 0) + bytes)
            tail.pending.push(piece)
            writer.schedule(id, tail)
          },
          flush: () => writer.flush(id, tail),
        },
      )
    },
    /** Bytes that a step has written since this process knows it. */
    bytesOf: (id: RunId, step: number) => tails.get(id)?.kept.get(step),
    /** The end of what a step wrote, as plain text: what a person reads first when it failed. */
    async lastWords(id: RunId, step: number, on?: Db): Promise<string> {
      const rows = await needs.repository.lastOf(id, step, TAIL_PIECES, on)
      const pieces = rows.toReversed().map((row) => toChunk(row, row.position, needs.folder))
      const chunks = await Promise.all(pieces)
      return lastLines(chunks.map(({ text }) => text).join(''))
    },
    /** Tells those who watch that nothing more comes. */
    ended(id: RunId): void {
      const tail = tails.get(id)
      if (tail?.pending.length === 0 && !tail.flushing) tails.delete(id)
      watchers.wake(id)
    },
    /** Stores what is left. What is written afterwards is dropped: nobody is there to keep it. */
    async close(): Promise<void> {
      await Promise.all([...tails].map(([id, tail]) => writer.flush(id, tail)))
      writer.close()
    },
    /** From a position on: first what is stored, then live, until `isOver` and nothing is left. Slow readers just read later. */
    stream: (id: RunId, from: number, signal: AbortSignal, isOver: () => Promise<boolean>) =>
      follow(needs, () => watchers.watch(id, signal), { id, from, signal, isOver }),
  }
}

async function* follow(
  { repository, folder }: OutputNeeds,
  watch: () => Watcher,
  what: { id: RunId; from: number; signal: AbortSignal; isOver: () => Promise<boolean> },
): AsyncGenerator<OutputChunk> {
  const watcher = watch()
  let position = what.from
  try {
    while (!what.signal.aborted) {
      watcher.listen()
      const over = await what.isOver() // before the rows: what was written until then is among them
      const rows = await repository.from(what.id, position, ROW_LENGTH, 20)
      for (const row of rows) {
        yield await toChunk(row, position, folder)
        position = row.position + row.length
      }
      if (rows.length === 0 && over) return
      if (rows.length === 0) await watcher.wait()
    }
  } finally {
    watcher.close()
  }
}

type Watcher = ReturnType<ReturnType<typeof createWatchers>['watch']>

/** Those who wait for more of a run's output. What is told while one of them looks is not lost. */
function createWatchers() {
  const watchers = new Map<RunId, Set<() => void>>()
  return {
    wake(id: RunId): void {
      for (const wake of watchers.get(id) ?? []) wake()
    },
    watch(id: RunId, signal: AbortSignal) {
      let news = Promise.withResolvers<void>()
      const wake = () => news.resolve()
      const others = watchers.get(id) ?? new Set()
      watchers.set(id, others.add(wake))
      signal.addEventListener('abort', wake)
      return {
        /** From here on it listens: what is told now ends the next `wait` at once. */
        listen(): void {
          news = Promise.withResolvers<void>()
          if (signal.aborted) wake()
        },
        async wait(): Promise<void> {
          const timer = setTimeout(wake, LOOK_MS)
          await news.promise
          clearTimeout(timer)
        },
        close(): void {
          signal.removeEventListener('abort', wake)
          others.delete(wake)
          if (others.size === 0) watchers.delete(id)
        },
      }
    },
  }
}

/** Counts, cuts at the cap and says so once. */
function createSink(
  { clock, limits }: OutputNeeds,
  { step, attempt, before }: { step: number; attempt: number; before: number },
  to: { add(piece: Piece, bytes: number): void; flush(): Promise<void> },
): OutputSink {
  let written = 0
  let cut = before >= limits.atMost
  const add = (channel: Piece['channel'], text: string) => {
    const bytes = Buffer.byteLength(text)
    written += bytes
    to.add({ step, attempt, channel, at: clock.now(), text }, bytes)
  }
  return {
    write(channel, raw) {
      if (cut || raw === '') return
      // PostgreSQL keeps no NUL in a text; its visible sign takes the place.
      const text = raw.replaceAll('\0', '\u2400')
      const room = limits.atMost - before - written
      if (Buffer.byteLength(text) <= room) return add(channel, text)
      cut = true
      add(
        channel,
        Buffer.from(text)
          .subarray(0, room)
          .toString('utf8')
          .replace(/\uFFFD$/, ''),
      )
      const kept = Math.round(limits.atMost / 1024 / 1024)
      add(
        'note',
        `\nThe output is longer than ${kept} MB: the rest is not kept. The step goes on.\n`,
      )
    },
    async close() {
      await to.flush()
      return written
    },
  }
}
