import { createHash, type Hash } from 'node:crypto'
import { Refusal } from '#contract'
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type ExportedOutput,
  type RunExport,
} from '#contract/exports'
import type { RunId } from '#contract/primitives'
import { ENDED_RUN, type OutputChunk } from '#contract/runs'
import type { ApprovalArchive } from '#domains/approvals'
import type { Audit } from '#domains/audit'
import type { RunArchive } from '#domains/runs'
import type { Masking } from '#platform/masking'
import { digestsOf } from './digests'

export interface Sources {
  readonly archive: RunArchive
  readonly approvals: ApprovalArchive
  readonly audit: Pick<Audit, 'about'>
  readonly masking: Pick<Masking, 'mask'>
  readonly version: string
}

/** How much of one attempt's output is in the file, in UTF-16 units: its beginning, and its end. */
const HEAD_LENGTH = 64 * 1024
const TAIL_LENGTH = 64 * 1024

/** Everything about a run, put together. Refused with `not_found`, or `conflict` while it has not ended. */
export async function gather(
  { archive, approvals, audit, masking, version }: Sources,
  id: RunId,
  by: { readonly name: string; readonly at: number },
): Promise<RunExport> {
  const { run, snapshot, snapshotHash, facts } = await archive.open(id)
  if (!ENDED_RUN.includes(run.status))
    throw new Refusal(
      'conflict',
      `This run is ${run.status.replace('_', ' ')}, so it can still change and was not exported. Export it once it has ended.`,
    )
  const given = await approvals.ofRun(id)
  const entries = await audit.about([id, ...given.map((approval) => approval.id)])
  const kept = { run, snapshot, facts, approvals: given, audit: entries }
  const { parts, masked } = cleaned(kept, masking)
  const document = {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    exportedAt: by.at,
    exportedBy: by.name,
    program: version,
    snapshotHash,
    masked,
    outputs: await collect(archive.output(id)),
    ...(parts as Pick<RunExport, 'run' | 'snapshot' | 'facts' | 'approvals' | 'audit'>),
  } as const
  return { ...document, digests: digestsOf(document) }
}

/** As plain JSON, with every secret masked that is known by now, and every text one that JSON can carry. */
function cleaned(kept: Record<string, unknown>, masking: Pick<Masking, 'mask'>) {
  const masked: string[] = []
  const parts = Object.entries(kept).map(([name, part]) => {
    let found = false
    const clean = JSON.parse(JSON.stringify(part), (_, value: unknown) => {
      if (typeof value !== 'string') return value
      const plain = masking.mask(value)
      found ||= plain !== value
      return plain.toWellFormed()
    }) as unknown
    if (found) masked.push(name)
    return [name, clean]
  })
  return { parts: Object.fromEntries(parts) as Record<string, unknown>, masked }
}

/** What each attempt wrote. Quarterdeck's own notes are left out: they tell of files on this machine. */
async function collect(chunks: AsyncIterable<OutputChunk>): Promise<ExportedOutput[]> {
  const collectors = new Map<string, Collector>()
  for await (const { stepIndex, attempt, channel, text } of chunks) {
    if (channel === 'note') continue
    const key = `${stepIndex}/${attempt}`
    const collector = collectors.get(key) ?? createCollector(stepIndex, attempt)
    collectors.set(key, collector)
    collector.add(text)
  }
  return [...collectors.values()]
    .map(({ result }) => result())
    .toSorted((a, b) => a.stepIndex - b.stepIndex || a.attempt - b.attempt)
}

type Collector = ReturnType<typeof createCollector>

/** Keeps the beginning and the end of a text of any length, and the hash of all of it. */
function createCollector(stepIndex: number, attempt: number) {
  const hash: Hash = createHash('sha256')
  let sizeBytes = 0
  let text = ''
  let tail = ''
  let isCut = false
  return {
    add(raw: string): void {
      const piece = raw.toWellFormed()
      hash.update(piece)
      sizeBytes += Buffer.byteLength(piece)
      const room = HEAD_LENGTH - text.length
      text += piece.slice(0, Math.max(0, room))
      const rest = piece.slice(Math.max(0, room))
      isCut ||= tail.length + rest.length > TAIL_LENGTH
      tail = (tail + rest).slice(-TAIL_LENGTH)
    },
    result(): ExportedOutput {
      const whole = { stepIndex, attempt, sizeBytes, sha256: hash.digest('hex') }
      if (isCut) return { ...whole, text: text.toWellFormed(), tail: tail.toWellFormed() }
      return { ...whole, text: text + tail, tail: null }
    },
  }
}
