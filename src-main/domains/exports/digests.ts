import type { RunExport } from '#contract/exports'
import { hashOf } from '#platform/canonical-json'

/** What the digests are about: everything in an export but the digests. */
export type Undigested = Omit<RunExport, 'digests'>

const PARTS = ['run', 'snapshot', 'facts', 'approvals', 'outputs', 'audit'] as const
/** The name of what belongs to no other part: who made the export, when, and of which version. */
export const HEAD = 'head'

/** The parts by name, so that a change can be told by its place. */
export function partsOf(document: Undigested): Record<string, unknown> {
  const { run, snapshot, facts, approvals, outputs, audit, ...head } = document
  return { [HEAD]: head, run, snapshot, facts, approvals, outputs, audit }
}

export function digestsOf(document: Undigested): RunExport['digests'] {
  const parts = Object.entries(partsOf(document)).map(([name, part]) => [
    name,
    hashOf(part as object),
  ])
  return { parts: Object.fromEntries(parts) as Record<string, string>, whole: hashOf(document) }
}

/** In the order in which they are told of. */
export const PART_NAMES: readonly string[] = [HEAD, ...PARTS]
