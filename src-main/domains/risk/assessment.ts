import type { RiskTier } from '#contract/primitives'
import type { StepLanguage } from '#contract/runbooks'

/** How far an action reaches and why, in an operator's words: `rm -r deletes files`, `under sudo`. */
export interface Assessment {
  readonly tier: RiskTier
  readonly reasons: readonly string[]
}

/** Tells the tier of a step's code by parsing it; never throws, never runs anything, and what it cannot read is `destroy`. */
export type Classify = (code: string, language: StepLanguage) => Assessment

const ORDER: readonly RiskTier[] = ['read', 'reach_out', 'change', 'destroy', 'forbidden']

/** An assessment with one reason. */
export function assess(tier: RiskTier, reason: string): Assessment {
  return { tier, reasons: [reason] }
}

/** The furthest-reaching of several findings, its reasons first; nothing at all is a read. */
export function worst(findings: readonly Assessment[]): Assessment {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(b.tier) - ORDER.indexOf(a.tier))
  const top = sorted[0]
  if (!top) return { tier: 'read', reasons: [] }
  const telling = sorted.filter((finding) => finding.tier !== 'read' || top.tier === 'read')
  return {
    tier: top.tier,
    reasons: [...new Set(telling.flatMap((finding) => finding.reasons))].slice(0, 8),
  }
}
