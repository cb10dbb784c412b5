import type { QualityDomain, RunOutcome, PastRun } from '#domains/quality'
import type { Db } from '#platform/database'
import type { RunRepository } from './run-repository'
import type { Held } from './run-snapshot'
import type { Cause, RunFact } from './run-state'

/** What each end says about the runbook. Nobody's answer and somebody's no say nothing about it. */
const ENDED: Record<Cause, RunOutcome['ended']> = {
  verified: 'verified',
  nothing_to_verify: 'unproven',
  not_verified: 'unverified',
  step_failed: 'failed',
  undo_failed: 'failed',
  undone: 'takenBack',
  rejected: 'stopped',
  expired: 'stopped',
  cancelled: 'stopped',
  dry_run: 'stopped', // never counted
}

function toOutcome({ state, startedAt }: Held, unknowns: number): RunOutcome | undefined {
  const { end, feedback } = state
  if (!end) return undefined
  return { ended: ENDED[end.cause], tookMs: end.at - startedAt, unknowns, feedback }
}

/** Only its checks ran, to see what would happen: it says nothing about the runbook, and is no use of it. */
function isDryRun({ state }: Held): boolean {
  return state.dryRun
}

const versionOf = ({ snapshot: { plan } }: Held) => ({
  runbookId: plan.runbookId,
  revision: plan.revision,
})

export interface OutcomeNeeds {
  repository: RunRepository
  quality: Pick<QualityDomain, 'record'>
}

/** Tells what a fact changed about how the run counts: its start, its end, its rating, or that it goes on after all. */
export async function recordOutcome(
  { repository, quality }: OutcomeNeeds,
  tx: Db,
  { before, after }: { before: Held; after: Held },
  fact: RunFact,
): Promise<void> {
  if (isDryRun(after)) return
  const moved =
    before.state.end !== after.state.end || before.state.feedback !== after.state.feedback
  if (!moved && fact.type !== 'started') return
  const unknowns = (await repository.decisionsOf(tx, [after.id])).get(after.id) ?? 0
  await quality.record(tx, versionOf(after), {
    before: toOutcome(before, unknowns),
    after: toOutcome(after, unknowns),
    usedAt: after.startedAt,
  })
}

const BATCH = 100

/** All runs, oldest first, as they count now. */
export async function* pastRuns(repository: RunRepository, tx: Db): AsyncGenerator<PastRun> {
  for (let after: Held | undefined; ;) {
    const some: Held[] = await repository.olderFirst(tx, after, BATCH)
    const ids = some.map(({ id }) => id)
    const decisions = await repository.decisionsOf(tx, ids)
    for (const held of some.filter((one) => !isDryRun(one))) {
      const outcome = toOutcome(held, decisions.get(held.id) ?? 0)
      yield { ...versionOf(held), outcome, usedAt: held.startedAt }
    }
    after = some.at(-1)
    if (some.length < BATCH) return
  }
}
