import type { OperatorId } from '#contract/primitives'
import type { RunSummary } from '#contract/runs'
import type { Ticket, TicketStatus, TicketSummary, Verdict } from '#contract/tickets'
import { clockTime } from '#ui/relative-time'

export type StateTone = 'neutral' | 'bad' | 'active' | 'good' | 'attention'

export const STATUS: Readonly<Record<TicketStatus, { word: string; tone: StateTone }>> = {
  open: { word: 'open', tone: 'neutral' },
  investigating: { word: 'investigating', tone: 'neutral' },
  in_progress: { word: 'in progress', tone: 'active' },
  resolved: { word: 'resolved', tone: 'good' },
  escalated: { word: 'escalated', tone: 'attention' },
  closed: { word: 'closed', tone: 'neutral' },
}

export const VERDICT: Readonly<Record<Verdict, string>> = {
  true_positive: 'True positive',
  false_positive: 'False positive',
  uncertain: 'Uncertain',
}

export function isOver({ status }: Pick<Ticket, 'status'>): boolean {
  return status === 'resolved' || status === 'closed'
}

interface Around {
  now: number
  me: OperatorId | undefined
  /** An approval for this ticket waits for somebody. */
  isWaiting: boolean
  run: RunSummary | undefined
}

/** Where a ticket stands, in the few words at the right of its row; the most pressing truth wins. */
export function stateWords(
  ticket: TicketSummary,
  around: Around,
): { text: string; tone: StateTone } {
  if (around.isWaiting) return { text: 'waiting for you', tone: 'bad' }
  if (around.run !== undefined) return runWords(around.run)
  if (ticket.snoozedUntil !== null && ticket.snoozedUntil > around.now) {
    return { text: `snoozed until ${clockTime(ticket.snoozedUntil).slice(0, 5)}`, tone: 'neutral' }
  }
  if (ticket.status === 'escalated') return { text: 'escalated', tone: 'attention' }
  if (isOver(ticket)) {
    const how = STATUS[ticket.status].word
    return ticket.verdict === 'false_positive'
      ? { text: `false positive, ${how}`, tone: 'neutral' }
      : { text: how, tone: 'good' }
  }
  return { text: workWords(ticket, around.me), tone: 'neutral' }
}

function runWords({ status, stepsDone, stepsTotal }: RunSummary): {
  text: string
  tone: StateTone
} {
  if (status === 'unknown') return { text: 'outcome unknown', tone: 'attention' }
  if (status === 'verifying') return { text: 'verifying', tone: 'active' }
  return {
    text: `${status}, step ${Math.min(stepsDone + 1, stepsTotal)} of ${stepsTotal}`,
    tone: 'active',
  }
}

function workWords(ticket: TicketSummary, me: OperatorId | undefined): string {
  if (ticket.signal === 'resolved') return 'source says it is right again'
  if (ticket.ownerId !== null)
    return ticket.ownerId === me ? 'yours' : `with ${ticket.ownerName ?? 'somebody'}`
  if (ticket.acknowledgedAt !== null) return 'acknowledged'
  return ticket.verdict === null ? 'being triaged' : VERDICT[ticket.verdict].toLowerCase()
}

/** What may be done with a ticket now; main checks it again. */
export function allowed(ticket: Ticket) {
  const over = isOver(ticket)
  return {
    acknowledge: !over && ticket.acknowledgedAt === null,
    snooze: !over,
    resolve: !over && ticket.activeRunId === null,
    escalate: !over, // an escalated one can be passed on
    reopen: over || ticket.status === 'escalated',
    close: ticket.status !== 'closed' && ticket.activeRunId === null,
    declare: ticket.incidentSince === null && !over,
  }
}

/** How sure triage is, and what that number rests on. */
export function confidenceWords({
  value,
  basis,
  right,
  total,
}: {
  value: number
  basis: 'measured' | 'estimated'
  right: number
  total: number
}) {
  return {
    label: `${value.toFixed(2)} ${basis}`,
    note:
      basis === 'measured'
        ? `${right} of ${total} right`
        : 'from the rules alone, too few past tickets',
  }
}
