import type { NewTimelineEntry } from '#domains/tickets'
import type { Db } from '#platform/database'
import { proofOf, titleOf } from './run-advance'
import type { RunOutput } from './run-output'
import type { Held } from './run-snapshot'
import { isStopped, type StepState } from './run-state'

/** The step at which a run that ended badly got stuck: the probe that did not hold, or what stopped it. */
export function stuckAt({ state }: Held): StepState | undefined {
  if (state.end?.cause === 'not_verified') {
    const { probe, probeHolds } = proofOf(state)
    return probeHolds ? undefined : probe
  }
  const bad = state.end?.status === 'failed' || state.end?.status === 'unverified'
  return bad ? state.steps.findLast(isStopped) : undefined
}

/** What the next person on the ticket has to see: which step it was, how often it was tried, and what it said last. */
export async function evidenceOf(
  output: Pick<RunOutput, 'lastWords'>,
  tx: Db,
  held: Held,
): Promise<Pick<NewTimelineEntry, 'title' | 'detail'> | undefined> {
  const step = stuckAt(held)
  if (!step || step.attempt === 0) return undefined
  const words = await output.lastWords(held.id, step.index, tx)
  const tries = step.attempt === 1 ? 'tried once' : `tried ${step.attempt} times`
  const exit = step.exitCode === null ? '' : `, exit code ${step.exitCode} at last`
  return {
    title: `“${titleOf(held.state, step)}” was the last word: ${tries}${exit}`,
    detail: words === '' ? 'It wrote nothing.' : words,
  }
}
