import { appendFile, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { OutputRepository, OutputRow } from './run-output-repository'

export interface OutputLimits {
  /** Bytes of a step that are kept in the database; what follows goes to a file. */
  readonly inStore: number
  /** Bytes of a step that are kept at all. */
  readonly atMost: number
  /** How long pieces are collected before they are written together. */
  readonly batchMs: number
}
export const OUTPUT_LIMITS: OutputLimits = {
  inStore: 256 * 1024,
  atMost: 20 * 1024 * 1024,
  batchMs: 40,
}

/** Longest text of one row, in UTF-16 units: what a reader has to look back for the start of a piece. */
export const ROW_LENGTH = 32 * 1024
const RETRY_MS = 1000

export interface OutputNeeds {
  readonly repository: OutputRepository
  readonly clock: Clock
  readonly log: Log
  readonly folder: string
  readonly limits: OutputLimits
}
export interface Piece {
  readonly step: number
  readonly attempt: number
  readonly channel: OutputChunk['channel']
  readonly at: number
  text: string
}
/** The end of one run's output, where it grows. */
export interface Tail {
  position: number | undefined // of the next piece; undefined until it was looked up
  pending: Piece[]
  flushing: Promise<void> | undefined
  timer: NodeJS.Timeout | undefined
  readonly kept: Map<number, number> // bytes per step
  readonly inStore: Map<number, number>
  readonly spilled: Set<number>
}

export function newTail(): Tail {
  return {
    position: undefined,
    pending: [],
    flushing: undefined,
    timer: undefined,
    kept: new Map(),
    inStore: new Map(),
    spilled: new Set(),
  }
}

/** Writes what was collected, in order and in one place for each run, and tells when it is stored. */
export function createWriter(needs: OutputNeeds, told: (id: RunId) => void) {
  const { repository, log, limits } = needs
  const line = { open: true }
  return { schedule, flush, close: () => void (line.open = false) }

  function schedule(id: RunId, tail: Tail): void {
    tail.timer ??= setTimeout(() => {
      tail.timer = undefined
      void flush(id, tail)
    }, limits.batchMs)
  }

  /** One at a time for each run, until nothing is pending. A store that does not answer is tried again, nothing is dropped. */
  async function flush(id: RunId, tail: Tail): Promise<void> {
    clearTimeout(tail.timer)
    tail.timer = undefined
    tail.flushing ??= drain(id, tail).finally(() => {
      tail.flushing = undefined
    })
    await tail.flushing
    const more = tail.pending.length > 0 && tail.timer === undefined
    if (more && line.open) await flush(id, tail)
  }

  async function drain(id: RunId, tail: Tail): Promise<void> {
    while (tail.pending.length > 0 && line.open) {
      const pieces = tail.pending
      tail.pending = []
      try {
        tail.position ??= await repository.lengthOf(id)
        const rows = await toRows(needs, id, tail, pieces)
        await repository.add(rows)
        tail.position = rows.at(-1)!.position + rows.at(-1)!.length
        told(id)
      } catch (error) {
        log.error({ error, runId: id }, 'output could not be stored; it is tried again')
        tail.pending = [...pieces, ...tail.pending]
        tail.timer ??= setTimeout(() => {
          tail.timer = undefined
          void flush(id, tail)
        }, RETRY_MS)
        return
      }
    }
  }
}

async function toRows(
  needs: OutputNeeds,
  id: RunId,
  tail: Tail,
  pieces: readonly Piece[],
): Promise<OutputRow[]> {
  const rows: OutputRow[] = []
  let position = tail.position!
  for (const { text, ...piece } of cutToRows(joined(pieces))) {
    for (const row of await place(needs, id, tail, piece, text)) {
      rows.push({ ...row, position })
      position += row.length
    }
  }
  return rows
}

/** In the store as long as there is room for this step, then in a file of its own. */
async function place(
  { repository, folder, limits }: OutputNeeds,
  id: RunId,
  tail: Tail,
  { step, attempt, channel, at }: Omit<Piece, 'text'>,
  text: string,
): Promise<Omit<OutputRow, 'position'>[]> {
  const bytes = Buffer.byteLength(text)
  const base = { run_id: id, step_index: step, attempt, at }
  const here = {
    ...base,
    channel,
    length: text.length,
    bytes,
    text,
    file: null,
    file_offset: null,
  }
  const stored = tail.inStore.get(step) ?? (await repository.bytesInStore(id, step))
  const fits = stored + bytes <= limits.inStore || channel === 'note'
  tail.inStore.set(step, fits ? stored + bytes : stored)
  if (fits) return [here]
  const file = join('output', id, `${step}.txt`)
  const path = join(folder, file)
  const file_offset = await appendTo(path, text)
  const spilled = { ...here, text: null, file, file_offset }
  if (tail.spilled.has(step)) return [spilled]
  tail.spilled.add(step)
  const note = `\nFrom here on the output is kept in ${path}\n`
  return [
    { ...here, channel: 'note', text: note, length: note.length, bytes: Buffer.byteLength(note) },
    spilled,
  ]
}

/** Answers where in the file the text starts. */
async function appendTo(path: string, text: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  try {
    const { size } = await file.stat()
    await appendFile(file, text)
    return size
  } finally {
    await file.close()
  }
}

function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    const continues =
      last &&
      last.step === piece.step &&
      last.attempt === piece.attempt &&
      last.channel === piece.channel
    if (continues) last.text += piece.text
    else result.push({ ...piece })
  }
  return result
}

/** Never between the two halves of one character. */
function* cutToRows(pieces: readonly Piece[]): Generator<Piece> {
  for (const piece of pieces) {
    let from = 0
    while (from < piece.text.length) {
      let to = Math.min(from + ROW_LENGTH, piece.text.length)
      const splits = to < piece.text.length && /[\uD800-\uDBFF]/.test(piece.text[to - 1]!)
      if (splits) to -= 1
      yield { ...piece, text: piece.text.slice(from, to) }
      from = to
    }
  }
}

/** What a reader gets of a row: from `from` on, wherever the text is kept. */
export async function toChunk(row: OutputRow, from: number, folder: string): Promise<OutputChunk> {
  const skip = Math.max(0, from - row.position)
  const text = row.text ?? (await readSpilled(row, folder))
  return {
    stepIndex: row.step_index,
    attempt: row.attempt,
    position: row.position + skip,
    channel: row.channel,
    at: row.at,
    text: text.slice(skip),
  }
}

async function readSpilled(row: OutputRow, folder: string): Promise<string> {
  const path = join(folder, row.file!)
  try {
    const file = await open(path)
    try {
      const { buffer } = await file.read(Buffer.alloc(row.bytes), 0, row.bytes, row.file_offset)
      return buffer.toString('utf8').padEnd(row.length).slice(0, row.length)
    } finally {
      await file.close()
    }
  } catch {
    // The record of the run is worth more than this part of its output: say what is gone and go on.
    return `(${path} is gone)`.padEnd(row.length).slice(0, row.length)
  }
}
