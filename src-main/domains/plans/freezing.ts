import type { ActionTarget, Dialect, ProgramAction } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { Classify } from '#domains/risk'
import type { StepValue } from './plan-values'

export interface Freezing {
  readonly target: ActionTarget
  /** For programs that use it. */
  readonly sudo?: ProgramAction['sudo']
  readonly values: readonly StepValue[]
  readonly classify: Classify
}

/** A database reads SQL in its own way; undefined for everything else. */
export function dialectOf(connection: Pick<Connection, 'kind'> | undefined): Dialect | undefined {
  const kind = connection?.kind
  return kind === 'postgres' || kind === 'mysql' || kind === 'sqlite' ? kind : undefined
}
