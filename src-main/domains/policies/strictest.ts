import type { PolicyDecision, Requirement } from '#contract/policies'

const ORDER = ['allow', 'ask', 'deny'] as const
const rank = ({ effect }: PolicyDecision) => ORDER.indexOf(effect)

/** What holds for all of several targets when one answer is for all of them: the strictest, and what each of them asks for. */
export function strictest(decisions: readonly PolicyDecision[]): PolicyDecision {
  const first = decisions.reduce((one, other) => (rank(other) > rank(one) ? other : one))
  const same = decisions.filter(({ effect }) => effect === first.effect)
  const rules = [...new Set(same.flatMap((one) => one.rules))]
  const asked = same.flatMap(({ requires }) => requires ?? [])
  return { ...first, rules, requires: asked.length === 0 ? null : together(asked) }
}

function together(all: readonly Requirement[]): Requirement {
  const lists = new Map(
    all.flatMap(({ from }) => from).map((names) => [JSON.stringify(names), names]),
  )
  return {
    people: Math.max(...all.map(({ people }) => people)),
    from: [...lists.values()],
    reason: all.some(({ reason }) => reason),
    notRequester: all.some(({ notRequester }) => notRequester),
  }
}
