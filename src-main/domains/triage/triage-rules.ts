import type { RunbookMatch, Triage } from '#contract/triage'
import type { Ticket } from '#contract/tickets'
import { likelyCauses } from './causes'
import { assessSeverity } from './severity'
import type { SeverityModel } from './severity-model'
import { type History, judge } from './verdict'

/** So few judgements measure nothing: below this, the rules' own certainty is shown, and said to be an estimate. */
const ENOUGH_TO_MEASURE = 10

export interface Inputs {
  readonly ticket: Ticket
  readonly history: History
  readonly runbooks: readonly RunbookMatch[]
  readonly model: SeverityModel
  readonly now: number
}

/** The whole verdict on one ticket, from rules. No clock, no store: the same inputs give the same triage. */
export function triageByRules({
  ticket,
  history,
  runbooks,
  model,
  now,
}: Inputs): Omit<Triage, 'tookMs'> {
  const { verdict, reasons, certainty } = judge(ticket, history, now)
  const { severity, reasons: severityReasons } = assessSeverity(ticket, verdict, model)
  const causes =
    verdict === 'false_positive'
      ? []
      : likelyCauses(`${ticket.labels['alertname'] ?? ''} ${ticket.title} ${ticket.description}`)
  return {
    ticketId: ticket.id,
    verdict,
    reasons: [...reasons],
    severity,
    severityReasons: [...severityReasons],
    causes,
    actions: suggest(verdict, runbooks),
    runbooks: [...runbooks],
    confidence: confidenceIn(history, certainty),
    engine: 'rules',
    at: now,
  }
}

/** How often the rules' verdict on this class was the operator's too; their own certainty while too few were judged. */
function confidenceIn({ judged }: History, certainty: number): Triage['confidence'] {
  const right = judged.filter(({ said, verdict }) => said === verdict).length
  const total = judged.length
  if (total < ENOUGH_TO_MEASURE) return { value: certainty, basis: 'estimated', right, total }
  return { value: right / total, basis: 'measured', right, total }
}

function suggest(verdict: Triage['verdict'], runbooks: readonly RunbookMatch[]): Triage['actions'] {
  const best = runbooks[0]
  if (verdict === 'false_positive') {
    return [
      {
        title: 'Close it, and change the rule if it comes again',
        detail:
          'Its threshold, its “for” time, or a silence at the source; nothing here needs repair.',
        runbookId: null,
      },
    ]
  }
  const look = {
    title: 'Look before you change anything',
    detail: 'The checks of a runbook only read: they run without an approval.',
    runbookId: best?.runbookId ?? null,
  }
  if (!best)
    return [
      {
        title: 'Take it in hand',
        detail: 'No runbook fits; what you find out is worth one.',
        runbookId: null,
      },
    ]
  const start = {
    title: best.title,
    detail: `Fits because of ${best.words.join(', ')}.`,
    runbookId: best.runbookId,
  }
  return verdict === 'uncertain' ? [look, start] : [start]
}
