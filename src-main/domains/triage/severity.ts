import type { Severity } from '#contract/primitives'
import type { Evidence } from '#contract/triage'
import type { Ticket, Verdict } from '#contract/tickets'

export interface SeverityJudgement {
  readonly severity: Severity
  readonly reasons: readonly Evidence[]
}

/** What a text alone would be called, from words whose weights were learnt; see `severity-model`. */
export type SeverityModel = (text: { name: string; summary: string; description: string }) => {
  readonly severity: Severity
  readonly words: readonly string[]
}

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']
/** What a source's silence means; the words may raise it and, since anybody may write them, never lower it. */
const UNSAID: Severity = 'medium'

/** The source's own severity stands: the rule's author set it. Where it is silent, learnt words speak. */
export function assessSeverity(
  ticket: Ticket,
  verdict: Verdict,
  model: SeverityModel,
): SeverityJudgement {
  if (verdict === 'false_positive') {
    return {
      severity: 'info',
      reasons: [{ text: 'Nobody needs to act on a false positive', from: 'rules' }],
    }
  }
  const sayer = saidBy(ticket)
  if (sayer !== undefined) {
    return {
      severity: ticket.severity,
      reasons: [{ text: `${sayer} says ${ticket.severity}`, from: sayer }],
    }
  }
  const { severity, words } = model({
    name: ticket.labels['alertname'] ?? '',
    summary: ticket.title,
    description: ticket.description,
  })
  const raised = ORDER.indexOf(severity) < ORDER.indexOf(UNSAID)
  if (!raised)
    return {
      severity: UNSAID,
      reasons: [{ text: 'The source does not say, and no word is alarming', from: 'rules' }],
    }
  return {
    severity,
    reasons: [
      { text: `The source does not say; alarming words: ${words.join(', ')}`, from: 'rules' },
    ],
  }
}

function saidBy({ severityBy, labels, source }: Ticket): string | undefined {
  if (severityBy === 'operator') return 'an operator'
  return labels['severity'] === undefined && labels['priority'] === undefined ? undefined : source
}
