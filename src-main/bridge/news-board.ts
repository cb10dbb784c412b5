import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Domain } from '#contract/define'
import { MAX_FRAME, NEWS_KEPT } from '#contract/frames'
import type { Log } from '#platform/log'
import { encode } from './codec'

/** Where news come from: `Events`, seen without its names. */
export interface NewsSource {
  subscribeAll(listener: (name: string, payload: unknown) => void): () => void
}

/** What a renderer has heard last. */
interface Heard {
  readonly epoch?: string | undefined
  readonly seq?: number | undefined
}

interface Reader {
  /** One piece of news, as a frame. */
  tell(frame: string): void
  /** A piece was lost: everything cached is to be asked again. */
  resync(): void
}

/** The last news of this process, numbered, so that a renderer that was away misses none or knows that it did. */
export interface NewsBoard {
  readonly epoch: string
  seq(): number
  /** What the renderer missed, as frames in order; undefined when that is no longer known. */
  since(heard: Heard): readonly string[] | undefined
  /** Returns how to stop reading. */
  read(reader: Reader): () => void
  close(): void
}

interface Needs {
  contract: Readonly<Record<string, Domain>>
  events: NewsSource
  log: Log
}

export function createNewsBoard({ contract, events, log }: Needs): NewsBoard {
  const epoch = randomUUID()
  const readers = new Set<Reader>()
  const kept: { seq: number; frame: string }[] = []
  const schemas = schemasOf(contract)
  let seq = 0
  const stop = events.subscribeAll(publish)
  return {
    epoch,
    seq: () => seq,
    since({ epoch: theirs, seq: last }) {
      if (theirs === undefined) return [] // a new page holds nothing that could be stale
      if (theirs !== epoch || last === undefined || last > seq) return undefined
      const missed = kept.filter((piece) => piece.seq > last)
      return missed.length === seq - last ? missed.map(({ frame }) => frame) : undefined
    },
    read(reader) {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
    close() {
      stop()
      readers.clear()
    },
  }

  function publish(name: string, payload: unknown): void {
    const schema = schemas.get(name)
    if (!schema) return log.error({ news: name }, 'news that the contract does not know')
    seq += 1
    const checked = schema.safeParse(payload)
    const frame = checked.success && encode({ t: 'news', seq, name, payload: checked.data })
    if (!frame || frame.length > MAX_FRAME) {
      // A renderer that does not hear of a change must not go on believing what it has.
      log.error(
        { news: name, err: checked.error },
        'news that do not fit the contract were not told',
      )
      for (const reader of readers) reader.resync()
      return
    }
    kept.push({ seq, frame })
    if (kept.length > NEWS_KEPT) kept.shift()
    for (const reader of readers) reader.tell(frame)
  }
}

function schemasOf(contract: Readonly<Record<string, Domain>>): Map<string, z.ZodType> {
  return new Map(
    Object.entries(contract).flatMap(([domain, parts]) =>
      Object.entries(parts).flatMap(([name, part]) =>
        part.kind === 'event' ? [[`${domain}.${name}`, part.payload] as const] : [],
      ),
    ),
  )
}
