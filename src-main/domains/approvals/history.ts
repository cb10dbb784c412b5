import { z } from 'zod'
import type { AuditEntry } from '#contract/audit'
import { RiskTier, Sha256 } from '#contract/primitives'
import { findBreak, type Link, START } from '#platform/chain'
import { createLedger } from './history-approvals'
import { type ExportedKey, parseLine } from './history-file'
import { createCast } from './history-people'

/** What the check of an exported log came to. `seq` is the first entry that is wrong. */
export type HistoryCheck =
  | {
      readonly ok: true
      readonly entries: number
      readonly head: string
      readonly approvals: number
      readonly started: number
    }
  | { readonly ok: false; readonly seq: number; readonly line: number; readonly problem: string }

export interface HistoryOptions {
  /** The only keys that are believed. */
  readonly keys: readonly ExportedKey[]
  /** The newest hash, written down elsewhere: finds an end that was cut off. */
  readonly head?: string | undefined
  /** Approvals and runs are checked from this entry on; the chain always is. Default 1. */
  readonly from?: number | undefined
}

/**
 * Checks a whole exported log: the chain, each answer's signature and standing, four eyes, expiry, single use, and that
 * whatever was started was approved as exactly those bytes, or may be started without. Believes no key but those given.
 */
export async function checkHistory(
  lines: AsyncIterable<string> | Iterable<string>,
  { keys, head, from = 1 }: HistoryOptions,
): Promise<HistoryCheck> {
  const story = createStory(keys)
  const reader = createReader((entry) => story.take(entry, entry.seq >= from))
  for await (const text of lines) {
    const problem = reader.take(text)
    if (problem !== undefined) return { ok: false, ...reader.place(), problem }
  }
  const problem = reader.findMissingEnd(head)
  if (problem !== undefined) return { ok: false, ...reader.place(), problem }
  const { seq, hash } = reader.last()
  return { ok: true, entries: seq, head: hash, ...story.counts() }
}

/** Reads the lines in their order, and the chain that the entries make. */
function createReader(check: (entry: AuditEntry) => string | undefined) {
  let last: Link = START
  let number = 0
  let end: { entries: number; head: string } | undefined

  function takeEntry(entry: AuditEntry): string | undefined {
    const problem = findBreak(last, entry) ?? check(entry)
    if (problem === undefined) last = entry
    return problem
  }

  return {
    last: () => last,
    place: () => ({ seq: last.seq + 1, line: number }),
    take(text: string): string | undefined {
      number += 1
      const line = parseLine(text)
      if (!line) return 'this is no line of an exported audit log'
      if (number === 1 && !('log' in line)) return 'the file does not begin as an exported log'
      if (end) return 'something follows the end'
      if ('end' in line) end = line.end
      return 'entry' in line ? takeEntry(line.entry) : undefined
    },
    findMissingEnd(head: string | undefined): string | undefined {
      if (!end) return 'the end is missing: the file was cut'
      if (end.entries !== last.seq || end.head !== last.hash)
        return 'the end tells of other entries than there are'
      return head === undefined || head === last.hash
        ? undefined
        : `the newest entry is ${last.hash}, not ${head}: the end was cut off or changed`
    },
  }
}

const Frozen = z.object({ step: z.int(), frozen: z.object({ hash: Sha256, tier: RiskTier }) })
const Dispatched = z.object({
  step: z.int(),
  approvalId: z.string().nullable(),
  hash: Sha256,
  tier: RiskTier,
  policy: z
    .object({ effect: z.enum(['allow', 'ask', 'deny']), rules: z.array(z.string()) })
    .nullable(),
})
const Loaded = z.object({
  rules: z.array(z.object({ name: z.string(), effect: z.enum(['allow', 'ask', 'deny']) })),
})

/** What the entries tell, one after the other, and the first that cannot be true. */
function createStory(keys: readonly ExportedKey[]) {
  const cast = createCast()
  const ledger = createLedger(keys, cast)
  const frozen = new Map<string, z.infer<typeof Frozen>['frozen']>()
  let allowing: string[] = []
  let started = 0

  function takeRun({ action, subject }: AuditEntry, detail: unknown): string | undefined {
    if (action === 'run.frozen') {
      const read = Frozen.parse(detail)
      frozen.set(`${subject} ${read.step}`, read.frozen)
    }
    if (action !== 'run.dispatched') return undefined
    const read = Dispatched.safeParse(detail)
    if (!read.success) return 'it does not say what was started'
    started += 1
    return checkStart(subject, read.data)
  }

  function checkStart(run: string, start: z.infer<typeof Dispatched>): string | undefined {
    const { step, approvalId, hash, tier } = start
    const known = frozen.get(`${run} ${step}`)
    if (known?.hash !== hash || known.tier !== tier)
      return 'what was started is not what was frozen before'
    if (approvalId !== null) return ledger.start(approvalId, run, step, hash)
    return mayStartAlone(start)
      ? undefined
      : `it was started without the approval that a ${tier} needs`
  }

  function mayStartAlone({ tier, policy }: z.infer<typeof Dispatched>): boolean {
    if (tier === 'read') return policy === null || policy.effect === 'allow'
    const named = policy?.effect === 'allow' && policy.rules.length > 0
    return tier !== 'destroy' && named && policy.rules.every((name) => allowing.includes(name))
  }

  return {
    counts: () => ({ approvals: ledger.size(), started }),
    /** `checks`: believe nothing; else only follow what is told. */
    take(entry: AuditEntry, checks: boolean): string | undefined {
      try {
        const detail: unknown = JSON.parse(entry.detail)
        cast.take(entry, detail)
        if (entry.action.startsWith('policy.'))
          allowing = Loaded.parse(detail)
            .rules.filter(({ effect }) => effect === 'allow')
            .map(({ name }) => name)
        const problem = ledger.take(entry, detail) ?? takeRun(entry, detail)
        return checks && problem !== undefined
          ? `Entry ${entry.seq} (${entry.action} of ${entry.subject}) is wrong: ${problem}.`
          : undefined
      } catch {
        return checks ? `Entry ${entry.seq} (${entry.action}) cannot be read.` : undefined
      }
    },
  }
}
