import type { Approval } from '#contract/approvals'
import type { InHand, Need } from '#contract/insights'
import type { Severity } from '#contract/primitives'
import type { RunSummary } from '#contract/runs'
import type { TicketSummary } from '#contract/tickets'
import type { VaultStatus } from '#contract/credentials'

/** What is waiting for a person, as the other domains tell it. */
export interface Situation {
  readonly approvals: readonly Approval[]
  readonly runs: readonly RunSummary[]
  readonly manualSteps: ReadonlyMap<string, string> // run id → title of the step that waits for a person
  readonly escalated: readonly TicketSummary[]
  readonly critical: readonly TicketSummary[]
  readonly investigating: readonly TicketSummary[]
  readonly deadLetters: number
  readonly vault: VaultStatus
}

const SEVERITY_OF_TIER: Record<string, Severity> = {
  destroy: 'critical',
  change: 'high',
  reach_out: 'medium',
}

/** Everything that needs the operator, most urgent first: what expires or is unknown comes before what merely waits. */
export function toNeeds(now: Situation): Need[] {
  const needs: Need[] = [
    ...now.runs.filter((run) => run.status === 'unknown').map(unknownOutcome),
    ...now.approvals.map(approvalNeed),
    ...now.runs.flatMap((run) => manualStep(run, now.manualSteps.get(run.id))),
    ...now.escalated.map((ticket) =>
      ticketNeed(ticket, 'escalated', 'escalated, nobody has taken it back'),
    ),
    ...now.critical.map((ticket) =>
      ticketNeed(ticket, 'critical_ticket', 'critical, nobody has acknowledged it'),
    ),
  ]
  if (now.vault.state !== 'unlocked') needs.push(vaultNeed(now.vault))
  if (now.deadLetters > 0) needs.push(deadLetterNeed(now.deadLetters))
  return needs
}

function unknownOutcome(run: RunSummary): Need {
  const title = `Outcome unknown: ${run.currentStep ?? run.runbookTitle}`
  return {
    kind: 'unknown_outcome',
    id: run.id,
    title,
    detail: run.reason,
    severity: 'critical',
    expiresAt: null,
  }
}

function approvalNeed(approval: Approval): Need {
  const target = approval.frozen?.action.target.connectionName
  return {
    kind: 'approval',
    id: approval.id,
    title: `Approve: ${approval.stepTitle}${target ? ` on ${target}` : ''}`,
    detail: approval.ticketTitle ?? approval.runbookTitle,
    severity: SEVERITY_OF_TIER[approval.frozen?.tier ?? 'change'] ?? 'high',
    expiresAt: approval.expiresAt,
  }
}

function manualStep(run: RunSummary, step: string | undefined): Need[] {
  if (step === undefined) return []
  const title = `Your turn: ${step}`
  return [
    {
      kind: 'manual_step',
      id: run.id,
      title,
      detail: run.runbookTitle,
      severity: 'medium',
      expiresAt: null,
    },
  ]
}

function ticketNeed(ticket: TicketSummary, kind: Need['kind'], detail: string): Need {
  return {
    kind,
    id: ticket.id,
    title: ticket.title,
    detail,
    severity: ticket.severity,
    expiresAt: null,
  }
}

function vaultNeed({ detail }: VaultStatus): Need {
  return {
    kind: 'vault',
    id: 'vault',
    title: 'The vault is locked',
    detail,
    severity: 'high',
    expiresAt: null,
  }
}

function deadLetterNeed(count: number): Need {
  const title =
    count === 1 ? 'One delivery could not be read' : `${count} deliveries could not be read`
  return {
    kind: 'dead_letters',
    id: 'dead',
    title,
    detail: 'kept, with the reason, in Intake',
    severity: 'medium',
    expiresAt: null,
  }
}

/** What goes on without the operator, for the quiet half of the screen. */
export function toInHand(now: Situation): InHand[] {
  const running = now.runs.filter((run) =>
    ['running', 'verifying', 'undoing', 'paused'].includes(run.status),
  )
  return [
    ...running.map((run): InHand => ({
      ticketId: run.ticketId,
      runId: run.id,
      title: run.ticketTitle ?? run.runbookTitle,
      detail: run.currentStep
        ? `step ${Math.min(run.stepsDone + 1, run.stepsTotal)} of ${run.stepsTotal}, ${run.currentStep}`
        : run.reason,
      progress: run.stepsTotal === 0 ? null : run.stepsDone / run.stepsTotal,
    })),
    ...now.investigating.map((ticket): InHand => ({
      ticketId: ticket.id,
      runId: null,
      title: ticket.title,
      detail: ticket.verdict ? 'triaged, a plan is ready on your word' : 'being triaged',
      progress: null,
    })),
  ]
}
