import type { Operator } from '#contract/people'
import type { PolicyDecision, Requirement } from '#contract/policies'
import type { Audit } from '#domains/audit'
import { createPeople, type People } from '#domains/people'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'

const as = (operator: Operator): Caller => ({ operator, signal: new AbortController().signal })

/** A console for each account on one store, all of them approvers; the first is the admin. Each signs with its own keys. */
export async function openPeople(
  needs: { database: Database; clock: Clock; audit: Audit },
  accounts: readonly string[],
) {
  const consoles: People[] = []
  for (const account of accounts) consoles.push(await createPeople({ ...needs, account }))
  const [admin, ...others] = consoles as [People, ...People[]]
  for (const one of others) {
    const { id } = one.current()
    await admin.setRole({ id, role: 'approver' }, as(admin.current()))
  }
  const operators = await Promise.all(consoles.map((one) => one.now()))
  const consoleOf = (operator: Operator) =>
    consoles[operators.findIndex(({ id }) => id === operator.id)]!
  const all: Pick<People, 'isSingleOperator' | 'standing' | 'pen' | 'publicKey'> = {
    isSingleOperator: admin.isSingleOperator,
    standing: admin.standing,
    publicKey: admin.publicKey,
    pen: (operator) => consoleOf(operator).pen(operator),
  }
  return { operators, consoleOf, admin, all, as }
}

/** What a policy asks for, where a test does not say. */
export function askingOf(requires: Partial<Requirement> | null = null): PolicyDecision {
  const nobody = { people: 1, from: [], reason: false, notRequester: false }
  return {
    effect: 'ask',
    source: 'rule',
    rules: [],
    why: '',
    requires: requires && { ...nobody, ...requires },
  }
}
