import type { AuditEntry } from '#contract/audit'
import { hashOf } from '#platform/canonical-json'

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64)

/** An entry's hash covers everything in it and the hash before it: a change, a gap or a swap breaks all that follow. */
export function hashEntry(previous: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, action, subject, detail } = entry
  return hashOf({ previous, seq, at, actor, action, subject, detail })
}

/** The first place where the chain is broken, with what is wrong there; undefined when the entry fits. */
export function findBreak(
  last: { seq: number; hash: string },
  entry: AuditEntry,
): string | undefined {
  if (entry.seq !== last.seq + 1) {
    return `Entry ${last.seq + 1} is missing: entry ${last.seq} is followed by entry ${entry.seq}.`
  }
  const expected = hashEntry(last.hash, entry)
  if (expected === entry.hash) return undefined
  return `Entry ${entry.seq} does not fit the one before it: it, or an entry before it, was changed after it was written.`
}
