import type { Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { LineStage } from './line'
import type { Session } from './session'

/** What differs from database to database on the way to a session. */
export interface Server {
  /** Says each stage as it begins. Throws LineProblem or Refusal. */
  open(
    target: Target,
    credentials: Credentials,
    ways: { onStage?(stage: LineStage): void; onNotice?(text: string): void },
  ): Promise<Session>
  /** Of its test, before `permission`. */
  stages(target: Target): readonly LineStage[]
}
