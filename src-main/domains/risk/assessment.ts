import type { RiskTier } from '#contract/primitives'
import type { Dialect } from '#contract/actions'
import type { StepLanguage } from '#contract/runbooks'

/** How far an action reaches and why, in an operator's words: `rm -r deletes files`, `under sudo`. */
export interface Assessment {
  readonly tier: RiskTier
  readonly reasons: readonly string[]
}

/**
 * Tells the tier of a step's code by parsing it; never throws, never runs anything, and what it cannot read is
 * `destroy`. SQL is read as its dialect reads it; without one, as the worst of all.
 */
export type Classify = (code: string, language: StepLanguage, dialect?: Dialect) => Assessment

const ORDER: readonly RiskTier[] = ['read', 'reach_out', 'change', 'destroy', 'forbidden']
const MOST_REASONS = 8

/** An assessment with one reason. */
export function assess(tier: RiskTier, reason: string): Assessment {
  return { tier, reasons: [reason] }
}

/** Whether the first tier reaches at least as far as the second. */
export function reaches(tier: RiskTier, atLeast: RiskTier): boolean {
  return ORDER.indexOf(tier) >= ORDER.indexOf(atLeast)
}

/** The furthest-reaching of several findings, its reasons first and the harmless ones left out; nothing at all is a read. */
export function worst(findings: readonly Assessment[]): Assessment {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(b.tier) - ORDER.indexOf(a.tier))
  const top = sorted[0]
  if (!top) return assess('read', 'nothing runs')
  const telling = sorted.filter((finding) => finding.tier !== 'read' || top.tier === 'read')
  const reasons = new Set(telling.flatMap((finding) => finding.reasons))
  return { tier: top.tier, reasons: [...reasons].slice(0, MOST_REASONS) }
}

/** What a record holds under a key that hostile text may name, such as `constructor`. */
export function entry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** A text short enough for a reason; control and direction characters of hostile text are dropped. */
export function brief(text: string, length = 60): string {
  const clean = text.replace(/[\p{C}\u2028\u2029\s]+/gu, ' ').trim()
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean
}
