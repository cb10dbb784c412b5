import type { RunbookId } from '#contract/primitives'

/** How a runbook did so far, as it is told from above: nothing here counts runs. */
export interface RunbookHistory {
  readonly runbookId: RunbookId
  /** In an operator's words; empty when there is nothing to say yet. */
  readonly words: string
  /** Runs of each revision that speak for it and against it. */
  readonly revisions: readonly {
    readonly revision: string
    readonly fixed: number
    readonly notFixed: number
  }[]
}

/** What a runbook's history adds to its rank, and why. */
export interface Learnt {
  readonly bonus: number
  readonly words: string
}

/**
 * At most this much, in units of the learnt score: enough between two runbooks that fit about as well, nothing against
 * one that names the alert.
 */
export const MOST_BONUS = 1
/** So many imagined runs, half of them good, that one lucky run weighs little (Beta-binomial shrinkage). */
const IMAGINED = 4
/** What an earlier revision did says something about this one, but not as much. */
const EARLIER_WEIGHT = 0.5

/** Between -1 and 1 times `MOST_BONUS`; 0 for one that was never used. */
export function bonusOf({ revisions }: RunbookHistory, present: string | undefined): number {
  let fixed = 0
  let all = 0
  for (const one of revisions) {
    const weight = one.revision === present ? 1 : EARLIER_WEIGHT
    fixed += weight * one.fixed
    all += weight * (one.fixed + one.notFixed)
  }
  const expected = (fixed + IMAGINED / 2) / (all + IMAGINED)
  return (2 * expected - 1) * MOST_BONUS
}

/** What was told of runbooks, by runbook. */
export function createHistories(revisionOf: (id: RunbookId) => string | undefined) {
  const told = new Map<RunbookId, RunbookHistory>()
  return {
    learn(histories: readonly RunbookHistory[]): void {
      for (const history of histories) told.set(history.runbookId, history)
    },
    of(id: RunbookId): Learnt | undefined {
      const history = told.get(id)
      return history && { bonus: bonusOf(history, revisionOf(id)), words: history.words }
    },
  }
}
