import { join } from 'node:path'
import { loadSeverityModel, readSeverityReport, type SeverityModel } from '#domains/triage'
import { type EvalData, SeverityRow } from './eval-data'
import { type Finding, scoreClasses, shareOf } from './eval-report'

const RESOURCES = join(import.meta.dirname, '../../resources')
const PROMETHEUS = ['critical', 'high', 'low']

/** What an alert rule's text is called, beside what its author called it. */
export function measureSeverity(data: EvalData): Finding[] {
  const rows = data.read(`severity/${data.split}.jsonl`, SeverityRow)
  const model = loadSeverityModel(RESOURCES)
  const learnt = data.split === 'dev' ? readSeverityReport(RESOURCES) : undefined
  const prometheus = rows.filter(({ scheme }) => scheme === 'prometheus')
  const silent = prometheus.filter(({ mentions_severity: mentions }) => !mentions)
  const gitlab = rows.filter(({ scheme }) => scheme === 'gitlab-s1s4')
  return [
    ...findingsFor('Prometheus', prometheus, model, learnt),
    accuracyOf('Prometheus, no severity word', silent, model),
    accuracyOf('GitLab', gitlab, model),
  ]
}

/** The three numbers that are promised, for any way of reading a rule. */
export function scoreSeverity(
  rows: readonly SeverityRow[],
  said: (row: SeverityRow) => string,
): { accuracy: number; macroF1: number; criticalCalledLow: number } {
  const pairs = rows.map((row) => ({ truth: row.label as string, said: said(row) }))
  const critical = pairs.filter(({ truth }) => truth === 'critical')
  return {
    ...scoreClasses(pairs, PROMETHEUS),
    criticalCalledLow: shareOf(critical, (pair) => pair.said === 'low'),
  }
}

function findingsFor(
  what: string,
  rows: readonly SeverityRow[],
  model: SeverityModel,
  learnt: ReturnType<typeof readSeverityReport> | undefined,
): Finding[] {
  const { accuracy, macroF1, criticalCalledLow } = scoreSeverity(rows, (row) => model(row).severity)
  const set = 'severity'
  const critical = rows.filter(({ label }) => label === 'critical').length
  return [
    {
      set,
      measure: `accuracy, ${what}`,
      value: accuracy,
      ...(learnt && { crossValidated: learnt.accuracy }),
      bar: { atLeast: 0.72 },
      baseline: 'logistic regression .671, majority .535',
      rows: rows.length,
    },
    {
      set,
      measure: `macro-F1, ${what}`,
      value: macroF1,
      ...(learnt && { crossValidated: learnt.macroF1 }),
      bar: { atLeast: 0.64 },
      baseline: 'logistic regression .582, majority .232',
      rows: rows.length,
    },
    {
      set,
      measure: `critical called low, ${what}`,
      value: criticalCalledLow,
      ...(learnt && { crossValidated: learnt.criticalCalledLow }),
      bar: { atMost: 0.01 },
      rows: critical,
    },
  ]
}

function accuracyOf(what: string, rows: readonly SeverityRow[], model: SeverityModel): Finding {
  return {
    set: 'severity',
    measure: `accuracy, ${what}`,
    value: shareOf(rows, (row) => model(row).severity === row.label),
    ...(what === 'GitLab' && { baseline: 'naive Bayes .783, majority .638' }),
    rows: rows.length,
  }
}
