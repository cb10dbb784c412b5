import type { Severity } from '#contract/primitives'
import type { Evidence } from '#contract/triage'
import type { Ticket, Verdict } from '#contract/tickets'
import { alertNameOf, expressionOf } from './alert-class'
import type { SeverityModel, SeverityReading } from './severity-model'
import { readAlarmingWords } from './severity-words'

export interface SeverityJudgement {
  readonly severity: Severity
  readonly reasons: readonly Evidence[]
}

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']
/** What a source's silence means; the words may raise it and, since anybody may write them, never lower it. */
const UNSAID: Severity = 'medium'
/** From which share of a learnt score a silent source's alert is raised: most rules of the world are warnings. */
const SURELY_CRITICAL = 0.6
const SURELY_HIGH = 0.85
const ALIKE = 'rules that read like this are mostly'

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
  const { severity, words, why } = readMostUrgent(ticket, model)
  if (ORDER.indexOf(severity) >= ORDER.indexOf(UNSAID)) {
    return {
      severity: UNSAID,
      reasons: [{ text: 'The source does not say, and its words are not alarming', from: 'rules' }],
    }
  }
  const shown = words.length > 0 ? `: ${words.join(', ')}` : ''
  return { severity, reasons: [{ text: `The source does not say; ${why}${shown}`, from: 'rules' }] }
}

interface Reading extends SeverityReading {
  readonly why: string
}

/**
 * The most urgent reading of the name with the title, and of all of it: a text that somebody added can make an alert
 * more urgent than it was without, never less. Alarming words count always, the learnt model only where it is sure.
 */
function readMostUrgent(ticket: Ticket, model: SeverityModel): Reading {
  const head = {
    name: alertNameOf(ticket) ?? '',
    summary: ticket.title,
    description: '',
    expr: '',
    for: '',
  }
  const whole = { ...head, description: ticket.description, expr: expressionOf(ticket) }
  return [head, whole]
    .flatMap((text): Reading[] => [
      {
        ...readAlarmingWords(`${text.name} ${text.summary} ${text.description}`),
        why: 'alarming words',
      },
      readSurely(model(text)),
    ])
    .reduce((a, b) => (ORDER.indexOf(b.severity) < ORDER.indexOf(a.severity) ? b : a))
}

function readSurely({ words, scores }: ReturnType<SeverityModel>): Reading {
  const [critical = 0, high = 0] = scores
  if (critical >= SURELY_CRITICAL) return { severity: 'critical', words, why: `${ALIKE} critical` }
  if (critical + high >= SURELY_HIGH) return { severity: 'high', words, why: `${ALIKE} high` }
  return { severity: 'medium', words: [], why: '' }
}

/**
 * Who set the severity that the ticket has. Every source that is silent opens a ticket as medium: only there, and where
 * no label says otherwise, is it still to be found out.
 */
function saidBy({ severity, severityBy, labels, source }: Ticket): string | undefined {
  if (severityBy === 'operator') return 'an operator'
  if (labels['severity'] !== undefined || labels['priority'] !== undefined) return source
  return severityBy === 'source' && severity !== UNSAID ? source : undefined
}
