import type { Connection } from '#contract/connections'
import type { RoleName } from '#contract/define'
import type { PolicyDecision } from '#contract/policies'
import type { OperatorId, RunbookId } from '#contract/primitives'
import type { RunbookStep } from '#contract/runbooks'
import type { People } from '#domains/people'
import { decideByTier, type Policies } from '#domains/policies'
import { type Assessment, commandsOf } from '#domains/risk'
import { runsSomething } from './plan-steps'

/** What the policy says about a step on this connection. */
export type Judge = (step: RunbookStep, connection: Connection | undefined) => PolicyDecision

interface Needs {
  readonly policies?: Pick<Policies, 'decide'>
  readonly people?: Pick<People, 'standing'>
  readonly assess: (step: RunbookStep) => Assessment
}

/** Puts steps before the policy. Where there are no rules, the tier alone decides. */
export function createJudging({ policies, people, assess }: Needs) {
  const decide = policies?.decide ?? decideByTier
  return {
    async roleOf(by: OperatorId | undefined): Promise<RoleName | null> {
      const standing = by === undefined ? undefined : await people?.standing(by)
      return standing?.role ?? null
    },
    judging:
      (runbook: RunbookId, role: RoleName | null): Judge =>
      (step, connection) =>
        decide({
          kind: step.kind,
          tier: assess(step).tier,
          language: step.language,
          commands: runsSomething(step) ? commandsOf(step.code, step.language) : [],
          target: connection ? { name: connection.name, tags: connection.tags } : null,
          runbook,
          role,
          runbookAsks: asksOf(step),
        }),
  }
}

/** What the runbook itself wants at this step. */
function asksOf({ approvers }: RunbookStep) {
  if (!approvers) return null
  return { people: approvers.people, from: approvers.from.length > 0 ? [approvers.from] : [] }
}
