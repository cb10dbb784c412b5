import type { Action } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { RoleName } from '#contract/define'
import type { PolicyDecision } from '#contract/policies'
import type { OperatorId, RunbookId } from '#contract/primitives'
import type { RunbookStep } from '#contract/runbooks'
import type { People } from '#domains/people'
import { decideByTier, type Policies, strictest } from '#domains/policies'
import { type Assessment, commandsOf } from '#domains/risk'
import { runsSomething } from './plan-steps'

/** What the policy says about a step on these connections, all of them together, or about what was frozen from it. */
export type Judge = (
  step: RunbookStep,
  connections: readonly Connection[],
  frozen?: Action,
) => PolicyDecision

/** How far a step reaches on this connection, or what was frozen from it. */
export type Assess = (
  step: RunbookStep,
  connection: Connection | undefined,
  frozen?: Action,
) => Assessment

interface Needs {
  readonly policies?: Pick<Policies, 'decide'>
  readonly people?: Pick<People, 'standing'>
  readonly assess: Assess
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
      (own: RunbookId, role: RoleName | null, parts: readonly Part[] = []): Judge =>
      (step, connections, frozen) => {
        const subject = {
          kind: step.kind,
          language: step.language,
          commands: runsSomething(step) ? commandsOf(step.code, step.language) : [],
          role,
          runbookAsks: asksOf(step),
        }
        const targets = connections.length === 0 ? [undefined] : connections
        // A rule about a runbook holds for its steps also where another one calls it.
        const decisions = [own, ...callersOf(step, parts)].flatMap((runbook) =>
          targets.map((one) =>
            decide({
              ...subject,
              tier: assess(step, one, frozen).tier,
              runbook,
              target: toSubject(one),
            }),
          ),
        )
        return strictest(decisions)
      },
  }
}

interface Part {
  readonly scope: string
  readonly id: RunbookId
}

function callersOf({ scope = '' }: RunbookStep, parts: readonly Part[]): RunbookId[] {
  return parts.flatMap((part) => (scope.startsWith(part.scope) ? [part.id] : []))
}

function toSubject(connection: Connection | undefined) {
  return connection ? { name: connection.name, tags: connection.tags } : null
}

/** What the runbook itself wants at this step. */
function asksOf({ approvers }: RunbookStep) {
  if (!approvers) return null
  return { people: approvers.people, from: approvers.from.length > 0 ? [approvers.from] : [] }
}
