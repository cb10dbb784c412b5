import type { Approval } from '#contract/approvals'
import type { Requirement } from '#contract/policies'
import type { OperatorId } from '#contract/primitives'

/** Who may answer: a person with their groups. */
export interface Eligible {
  readonly id: OperatorId
  readonly name: string
  readonly account: string
  readonly groups: readonly string[]
}

/** What it takes. What destroys always takes somebody else and a reason, whatever a row says. */
export function requirementOf({
  policy,
  frozen,
}: Pick<Approval, 'policy' | 'frozen'>): Requirement {
  const destroys = frozen?.tier === 'destroy'
  const asked = policy.requires ?? { people: 1, from: [], reason: false, notRequester: false }
  return {
    ...asked,
    reason: asked.reason || destroys,
    notRequester: asked.notRequester || destroys,
  }
}

/** Of each list, are they one? */
export function isNamed({ from }: Requirement, { account, groups }: Eligible): boolean {
  return from.every((names) =>
    names.some((name) =>
      name.startsWith('group:') ? groups.includes(name.slice('group:'.length)) : name === account,
    ),
  )
}

/** In words: `2 people, of group dba`. */
export function describeRequirement({ people, from }: Requirement): string {
  const count = people === 1 ? 'one approver' : `${people} approvers`
  return [count, ...from.map((names) => `of ${names.map(nameWords).join(' or ')}`)].join(', ')
}

const nameWords = (name: string) =>
  name.startsWith('group:') ? `the group ${name.slice('group:'.length)}` : name
