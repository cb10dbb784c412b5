import type { Attempted } from '#contract/handovers'
import type { Run, RunStep } from '#contract/runs'

const STOPPED = new Set<RunStep['status']>(['failed', 'rejected', 'unknown'])

/** The step at which a run got stuck: what failed last, or the probe that never held long enough. */
export function stuckStep({ status, steps, verification }: Run): RunStep | undefined {
  if (status === 'unverified' && verification.result === 'not_verified') {
    const probe = steps.findLast(({ purpose }) => purpose === 'probe')
    if (probe && verification.probe && verification.probe.held < verification.probe.needed)
      return probe
  }
  const bad = status === 'failed' || status === 'unverified' || status === 'unknown'
  return bad ? steps.findLast((step) => STOPPED.has(step.status)) : undefined
}

/** A run in the words that the next person needs. */
export function toAttempted(run: Run, lastWords: string): Attempted {
  const stuck = stuckStep(run)
  const { id: runId, runbookId, runbookTitle, status, reason, startedBy, startedAt } = run
  return {
    runId,
    runbookId,
    runbookTitle,
    status,
    reason,
    startedBy,
    startedAt,
    endedAt: run.endedAt,
    steps: run.steps
      .filter((step) => step.startedAt !== null || step.status === 'rejected')
      .map(({ title, purpose, status: now, connectionName, summary }) => ({
        title,
        purpose,
        status: now,
        connectionName,
        summary,
      })),
    stuck: stuck
      ? { title: stuck.title, attempts: stuck.attempt, exitCode: stuck.exitCode, lastWords }
      : null,
    ...changesOf(run),
    mayUndo: run.may.includes('undo'),
  }
}

/** What changed something: taken back, or left as it is. */
function changesOf({ steps }: Run): Pick<Attempted, 'takenBack' | 'left'> {
  const changed = steps.filter(
    ({ purpose, startedAt, tier, status }) =>
      purpose === 'step' && startedAt !== null && tier !== 'read' && status !== 'skipped',
  )
  const isTakenBack = ({ undoneBy }: RunStep) =>
    undoneBy !== null && steps[undoneBy]?.status === 'succeeded'
  return {
    takenBack: changed.filter(isTakenBack).map(({ title }) => title),
    left: changed
      .filter((step) => !isTakenBack(step))
      .map(({ title, undo }) => ({
        title,
        irreversible: undo === null || undo === 'irreversible',
      })),
  }
}
