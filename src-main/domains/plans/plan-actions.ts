import { Refusal } from '#contract'
import type { Action, ProgramAction } from '#contract/actions'
import type { RunbookStep } from '#contract/runbooks'
import type { Assessment, Classify } from '#domains/risk'
import { dataProblems, interpreterOf } from '#domains/runbooks'
import { dialectOf, type Freezing } from './freezing'
import { assessRequest, toRequest } from './request-action'
import { toStatement } from './statement-action'

/** The exact form of what a step will do on a target. Throws Refusal `conflict` when it cannot do anything there. */
export function toAction(step: RunbookStep, freezing: Freezing): Action {
  const { target, values } = freezing
  if (step.language !== 'sql' && step.language !== 'http') return toProgram(step, freezing)
  const [problem] = dataProblems(step, values, dialectOf(target))
  if (problem) throw new Refusal('conflict', `“${step.title}” cannot be run: ${problem.message}`)
  return step.language === 'sql' ? toStatement(step, freezing) : toRequest(step, freezing)
}

/** The tier of exactly what was frozen; undefined for programs, whose step says more about them. */
export function assessAction(action: Action, classify: Classify): Assessment | undefined {
  if (action.type === 'request') return assessRequest(action, classify)
  return action.type === 'statement' ? classify(action.text, 'sql', action.dialect) : undefined
}

function toProgram(step: RunbookStep, { target, sudo, values }: Freezing): ProgramAction {
  const interpreter = interpreterOf(step)
  if (!interpreter)
    throw new Refusal(
      'conflict',
      `The step "${step.title}" has nothing to run or nowhere to run it.`,
    )
  return {
    version: 1,
    type: 'program',
    target,
    interpreter: [...interpreter],
    script: step.code,
    env: values.map(({ name, value, untrusted }) => ({
      name: `QD_${name.toUpperCase()}`,
      value: value ?? '',
      untrusted,
    })),
    cwd: step.cwd,
    pty: step.pty,
    ...(sudo && { sudo }),
    timeoutMs: step.timeoutMs,
  }
}
