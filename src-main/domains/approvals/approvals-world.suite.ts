import type { Action, FrozenAction } from '#contract/actions'
import type { Operator } from '#contract/people'
import type { PolicyDecision, Requirement } from '#contract/policies'
import type { ConnectionId, RiskTier } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import { createPeople, type People } from '#domains/people'
import type { Caller } from '#platform/caller'
import { hashOf } from '#platform/canonical-json'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import { newId } from '#platform/ids'

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

const WEB_2 = newId<ConnectionId>('con')

/** A script on a host that is always the same: equal scripts are equal actions. */
export function frozen(script: string, tier: RiskTier = 'change'): FrozenAction {
  const action: Action = {
    version: 1,
    target: {
      connectionId: WEB_2,
      connectionName: 'web-2',
      kind: 'local',
      host: null,
      port: null,
      username: null,
      hostKey: null,
      credentialId: null,
      credentialName: null,
    },
    interpreter: ['/bin/sh', '-c'],
    script,
    env: [],
    cwd: null,
    pty: false,
    timeoutMs: 1000,
  }
  return { action, hash: hashOf(action), tier, tierReasons: [] }
}
