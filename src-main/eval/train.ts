import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FEATURES } from '#domains/runbooks'
import { isPermissive, MatchRow, openEvalData } from './eval-data'
import { learnRanking, toLessons } from './learn-ranking'
import { learnSeverity } from './learn-severity'
import { readFreeRunbooks } from './measure-ranking'
import type { SeverityReport } from '#domains/triage'

const MODELS = join(import.meta.dirname, '../../resources/models')

/** Learns what ships from the permissively licensed dev rows: prints the ranking's weights, writes the severity model. */
export async function run(args: readonly string[]): Promise<boolean> {
  const data = openEvalData('dev')
  if (args.length === 0 || args.includes('ranking')) {
    const rows = data.read('runbook-match/dev.jsonl', MatchRow)
    const weights = learnRanking(toLessons(readFreeRunbooks(data), rows))
    console.log(`ranking, from ${rows.filter(isPermissive).length} alerts, for ranking-weights.ts:`)
    for (const [at, name] of FEATURES.entries())
      console.log(`  ${weights[at]!.toFixed(3)}, // ${name}`)
  }
  if (args.length === 0 || args.includes('severity')) {
    const file = learnSeverity(data)
    writeFileSync(join(MODELS, 'severity.json'), `${JSON.stringify(file)}\n`)
    console.log(describeReport(file.measured))
  }
  return true
}

function describeReport({ folds, ...scores }: SeverityReport): string {
  const what: Readonly<Record<keyof typeof scores, string>> = {
    all: 'all Prometheus rules',
    silent: 'that say no severity word',
    notLearnt: 'whose licence forbids learning',
    otherSources: 'by models without their source',
    gitlab: 'GitLab service levels',
  }
  const lines = Object.entries(what).map(([name, text]) => {
    const { rows, accuracy, macroF1, criticalCalledLow } = scores[name as keyof typeof scores]
    const numbers = [accuracy, macroF1, criticalCalledLow].map((each) => each.toFixed(4).padEnd(8))
    return `  ${text.padEnd(32)}${String(rows).padEnd(7)}${numbers.join('')}`
  })
  return [
    `severity, cross-validated in ${folds} folds by name and text: rows, accuracy, macro-F1, critical called low`,
    ...lines,
  ].join('\n')
}
