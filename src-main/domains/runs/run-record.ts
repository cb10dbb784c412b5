import type { TicketId } from '#contract/primitives'
import type { Approvals } from '#domains/approvals'
import type { Audit } from '#domains/audit'
import type { Tickets } from '#domains/tickets'
import { afterCommit, type Db } from '#platform/database'
import type { Events } from '#platform/events'
import { evidenceOf } from './run-evidence'
import { type OutcomeNeeds, recordOutcome } from './run-outcome'
import type { RunOutput } from './run-output'
import type { RunRepository } from './run-repository'
import type { Held } from './run-snapshot'
import { type Cause, isBusy, type RunFact } from './run-state'
import { describe, toTimeline } from './run-words'
import { statusOf } from './run-view'

export interface RecordNeeds extends OutcomeNeeds {
  repository: RunRepository
  output: Pick<RunOutput, 'lastWords'>
  audit: Audit
  events: Events
  tickets: Pick<Tickets, 'find' | 'isFiring' | 'addToTimeline' | 'beginRun' | 'endRun'>
  approvals: Pick<Approvals, 'withdraw'>
}

/**
 * What a fact does to the ticket. Comes before anything that writes the audit log: whoever changes a ticket locks it
 * first and the log's head last, and two that do it the other way round would wait for each other.
 */
export async function recordOnTicket(
  needs: RecordNeeds,
  tx: Db,
  held: { before: Held; after: Held },
  fact: RunFact,
): Promise<void> {
  const entries = toTimeline(fact, held.after)
  if (entries.length > 0) await needs.tickets.addToTimeline(tx, entries)
  await moveTicket(needs, tx, held, fact)
}

/** Writes down a fact: the run as it is now, the event, the audit entry; and gives back what is not needed any more. */
export async function recordFact(
  needs: RecordNeeds,
  tx: Db,
  { before, after }: { before: Held; after: Held },
  fact: RunFact,
): Promise<void> {
  const { repository, audit, events, approvals } = needs
  await repository.append(tx, after.id, after.seq, fact)
  await repository.save(tx, after)
  for (const [index, was] of before.state.steps.entries())
    if (isBusy(was) && !isBusy(after.state.steps[index]!))
      await repository.unlock(tx, after.id, index)
  if (after.state.end && !before.state.end)
    await approvals.withdraw(tx, after.id, after.state.end.reason)
  await recordOutcome(needs, tx, { before, after }, fact)
  await audit.record(tx, {
    actor: fact.by,
    action: `run.${fact.type}`,
    subject: after.id,
    detail: toAuditDetail(fact, after),
  })
  const news = { id: after.id, status: statusOf(after.state), ticketId: after.ticketId }
  afterCommit(tx, () => events.publish('runs.changed', news))
}

/** Frozen actions are kept with their approval and their event; the audit entry names them by hash. */
function toAuditDetail(fact: RunFact, held: Held): object {
  const { at: _, by: __, type: ___, ...rest } = fact
  const words = describe(fact, held)
  if (fact.type === 'dispatched') return { ...rest, words, ...startedAs(held, fact.step) }
  if (!('frozen' in rest)) return { ...rest, words }
  const { hash, tier, action } = rest.frozen
  return { ...rest, words, frozen: { hash, tier, target: action.target.connectionName } }
}

/** What lets it start: with the approval, or the rule that asks for none, this is all that a verifier needs. */
function startedAs({ state }: Held, index: number): object {
  const { frozen, policy, purpose } = state.steps[index]!
  const decided = policy && { effect: policy.effect, source: policy.source, rules: policy.rules }
  return { purpose, tier: frozen?.tier ?? null, policy: decided ?? null }
}

async function moveTicket(
  needs: RecordNeeds,
  tx: Db,
  { before, after }: { before: Held; after: Held },
  fact: RunFact,
): Promise<void> {
  const { id: runId, ticketId, state } = after
  if (!ticketId) return
  const wasOver = before.state.end !== null
  if (wasOver && !state.end) await takeTicketAgain(needs, tx, ticketId, after, fact)
  if (wasOver || !state.end) return
  const verification = VERIFICATION[state.end.cause]
  const { cause, reason } = state.end
  const said = {
    ticketId,
    runId,
    kind: 'verification',
    actor: 'quarterdeck',
    detail: reason,
  } as const
  if (verification) await needs.tickets.addToTimeline(tx, [{ ...said, ...verification }])
  const evidence = FATE[cause] === 'escalated' && (await evidenceOf(needs.output, tx, after))
  if (evidence) await needs.tickets.addToTimeline(tx, [{ ...said, tone: 'bad', ...evidence }])
  await needs.tickets.endRun(tx, ticketId, { runId, outcome: FATE[cause], reason, actor: fact.by })
}

/** What was done can be taken back although the ticket is settled; going on with the work needs a ticket to work on. */
async function takeTicketAgain(
  { tickets }: RecordNeeds,
  tx: Db,
  ticketId: TicketId,
  { id: runId, snapshot }: Held,
  fact: RunFact,
): Promise<void> {
  const status = (await tickets.find(ticketId, tx))?.status
  if (fact.type === 'undo_wanted' && (status === 'resolved' || status === 'closed')) return
  await tickets.beginRun(tx, ticketId, {
    runId,
    title: snapshot.plan.runbookTitle,
    actor: fact.by,
  })
}

const VERIFICATION: Partial<Record<Cause, { title: string; tone: 'good' | 'bad' }>> = {
  verified: { title: 'The fix is verified', tone: 'good' },
  not_verified: { title: 'The fix did not show', tone: 'bad' },
}

/** Nobody claims that a ticket is resolved but a verification, or the source itself. */
const FATE: Record<Cause, 'resolved' | 'escalated' | 'released'> = {
  verified: 'resolved',
  dry_run: 'released', // it has no ticket
  nothing_to_verify: 'released', // and resolved by that, if the source said so meanwhile
  not_verified: 'escalated',
  step_failed: 'escalated',
  expired: 'escalated', // nobody was there to answer
  undo_failed: 'escalated',
  rejected: 'released', // somebody is at it
  cancelled: 'released',
  undone: 'released',
}
