import type { AuditEntry } from '#contract/audit'
import type { Serves } from '#platform/caller'
import { toCanonicalJson } from '#platform/canonical-json'
import type { ChainCheck } from '#platform/chain'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/database'
import { parseCursor, toCursor } from '#platform/pages'
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
  /** Entries about any of these, oldest first, each with the hash that it follows: enough to check each by itself. */
  about(subjects: readonly string[]): Promise<(AuditEntry & { previous: string })[]>
  /** The first entry about this with one of these actions; a row that says otherwise was changed. */
  firstOf(actions: readonly string[], subject: string, tx: Db): Promise<AuditEntry | undefined>
  /** All entries, oldest first. */
  entries(): AsyncIterable<AuditEntry>
  /** Reads the whole chain, oldest first. */
  check(): Promise<ChainCheck>
}

const PAGE = 1000

interface Needs {
  repository: AuditRepository
  clock: Clock
}

export function createAuditService({ repository, clock }: Needs): Audit {
  const { append, check } = repository.chain
  return {
    record: (tx, ...facts) =>
      append(
        tx,
        facts.map(({ actor, action, subject, detail = {} }) => ({
          at: clock.now(),
          actor,
          action,
          subject,
          detail: toCanonicalJson(detail),
        })),
      ),
    async list({ cursor, limit, text }) {
      const [before = Number.MAX_SAFE_INTEGER] = parseCursor(cursor, 1) ?? []
      const items = await repository.before(Number(before), text, limit)
      const next = items.length === limit ? toCursor([items.at(-1)!.seq]) : null
      return { items, next, total: await repository.count(text) }
    },
    about: repository.about,
    firstOf: repository.firstOf,
    async *entries() {
      let seq = 0
      for (;;) {
        const page = await repository.after(seq, PAGE)
        yield* page
        if (page.length < PAGE) return
        seq = page.at(-1)!.seq
      }
    },
    verify: check,
    check,
  }
}
