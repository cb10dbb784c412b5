import { join } from 'node:path'
import { loadSeverityModel, readSeverityReport, type SeverityReport } from '#domains/triage'
import { isGitlab, isSilent, scoreSeverity } from './check-severity'
import { type EvalData, isPermissive, SeverityRow } from './eval-data'
import type { Finding } from './eval-report'

const RESOURCES = join(import.meta.dirname, '../../resources')

type Scores = Omit<SeverityReport, 'folds' | 'otherSources'> &
  Partial<Pick<SeverityReport, 'otherSources'>>

/**
 * What an alert rule's text is called, beside what its author called it. The dev rows are those the model was learnt
 * from: what counts for them was cross-validated when it was learnt, and what the model says of them is only shown.
 */
export function measureSeverity(data: EvalData): Finding[] {
  const rows = data.read(`severity/${data.split}.jsonl`, SeverityRow)
  const direct = scoreShipped(rows)
  if (data.split !== 'dev') return findingsFor(direct, undefined)
  return findingsFor(readSeverityReport(RESOURCES), direct)
}

function scoreShipped(rows: readonly SeverityRow[]): Scores {
  const model = loadSeverityModel(RESOURCES)
  const said = (row: SeverityRow) => model(row).severity
  const prometheus = rows.filter((row) => !isGitlab(row))
  return {
    all: scoreSeverity(prometheus, said),
    silent: scoreSeverity(prometheus.filter(isSilent), said),
    notLearnt: scoreSeverity(
      prometheus.filter((row) => !isPermissive(row)),
      said,
    ),
    gitlab: scoreSeverity(rows.filter(isGitlab), said),
  }
}

function findingsFor(result: Scores, trained: Scores | undefined): Finding[] {
  const find = (
    group: keyof Scores,
    measure: string,
    number: 'accuracy' | 'macroF1' | 'criticalCalledLow',
    promise: Pick<Finding, 'bar' | 'baseline'> = {},
  ): Finding[] => {
    const score = result[group]
    if (score === undefined) return []
    const known = group === 'notLearnt' ? undefined : trained?.[group]
    return [
      {
        set: 'severity',
        measure,
        value: score[number],
        ...(trained && { how: group === 'otherSources' ? 'other sources' : 'cross-validated' }),
        ...(known && { trained: known[number] }),
        rows: number === 'criticalCalledLow' ? score.critical : score.rows,
        ...promise,
      },
    ]
  }
  return [
    find('all', 'accuracy, Prometheus', 'accuracy', {
      bar: { atLeast: 0.72 },
      baseline: 'logistic regression .671, majority .535',
    }),
    find('all', 'macro-F1, Prometheus', 'macroF1', {
      bar: { atLeast: 0.64 },
      baseline: 'logistic regression .582, majority .232',
    }),
    find('all', 'critical called low, Prometheus', 'criticalCalledLow', { bar: { atMost: 0.01 } }),
    find('silent', 'accuracy, no severity word', 'accuracy'),
    find('silent', 'macro-F1, no severity word', 'macroF1'),
    find('notLearnt', 'accuracy, licence forbids learning', 'accuracy'),
    find('notLearnt', 'macro-F1, licence forbids learning', 'macroF1'),
    find('otherSources', 'accuracy, source unknown', 'accuracy'),
    find('otherSources', 'macro-F1, source unknown', 'macroF1'),
    find('otherSources', 'critical called low, source unknown', 'criticalCalledLow'),
    find('gitlab', 'accuracy, GitLab', 'accuracy', { baseline: 'naive Bayes .783, majority .638' }),
  ].flat()
}
