import type { AuditEntry } from '#contract/audit'
import type { Serves } from '#platform/caller'
import { toCanonicalJson } from '#platform/canonical-json'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import { parseCursor, toCursor } from '#platform/pages'
import { findBreak, GENESIS, hashEntry } from './audit-chain'
import type { AuditRepository } from './audit-repository'

/** What to write down. `detail` must be JSON and must hold no secret: entries are never changed again. */
export interface AuditFact {
  actor: string
  action: string
  subject: string
  detail?: object
}

export interface Audit extends Serves<'audit'> {
  /** Writes entries in the transaction of what they record: both are kept, or neither. */
  record(tx: Db, ...facts: AuditFact[]): Promise<void>
  /** Reads the whole chain, oldest first. */
  check(): Promise<AuditCheck>
}
export type AuditCheck = Awaited<ReturnType<Serves<'audit'>['verify']>>

interface Needs {
  repository: AuditRepository
  clock: Clock
}

const CHECK_BATCH = 2000

export function createAuditService({ repository, clock }: Needs): Audit {
  return {
    async record(tx, ...facts) {
      if (facts.length === 0) return
      if (!tx.isTransaction)
        throw new TypeError('An audit entry needs the transaction of what it records')
      let last = await repository.lockHead(tx)
      const entries = facts.map(({ actor, action, subject, detail = {} }): AuditEntry => {
        const entry = {
          seq: last.seq + 1,
          at: clock.now(),
          actor,
          action,
          subject,
          detail: toCanonicalJson(detail),
        }
        last = { seq: entry.seq, hash: hashEntry(last.hash, entry) }
        return { ...entry, hash: last.hash }
      })
      await repository.append(tx, entries)
    },
    async list({ cursor, limit, text }) {
      const [before = Number.MAX_SAFE_INTEGER] = parseCursor(cursor, 1) ?? []
      const items = await repository.before(Number(before), text, limit)
      const next = items.length === limit ? toCursor([items.at(-1)!.seq]) : null
      return { items, next, total: await repository.count(text) }
    },
    verify: check,
    check,
  }

  async function check(): Promise<AuditCheck> {
    const head = await repository.head()
    let last = { seq: 0, hash: GENESIS }
    for (;;) {
      const batch = await repository.after(last.seq, CHECK_BATCH)
      for (const entry of batch) {
        const problem = findBreak(last, entry)
        if (problem) return broken(last.seq, head.hash, problem)
        last = entry
      }
      if (batch.length < CHECK_BATCH) break
    }
    // Entries written since `head` was read are fine; entries that the head knows and we did not find are not.
    const cut = last.seq < head.seq || (last.seq === head.seq && last.hash !== head.hash)
    if (!cut) return { ok: true, entries: last.seq, head: last.hash, brokenAt: null, problem: '' }
    return broken(
      last.seq,
      head.hash,
      `The end is missing: the log holds ${last.seq} entries, its head says ${head.seq}.`,
    )
  }
}

function broken(entries: number, head: string, problem: string): AuditCheck {
  return { ok: false, entries, head, brokenAt: entries + 1, problem }
}
