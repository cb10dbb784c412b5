import type { RiskTier } from '#contract/primitives'
import type { StepLanguage } from '#contract/runbooks'

/** How far an action reaches and why, in an operator's words: `rm -r deletes files`, `under sudo`. */
export interface Assessment {
  readonly tier: RiskTier
  readonly reasons: readonly string[]
}

export type Classify = (code: string, language: StepLanguage) => Assessment
