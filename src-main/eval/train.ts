import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FEATURES } from '#domains/runbooks'
import { isPermissive, MatchRow, openEvalData } from './eval-data'
import { learnRanking, toLessons } from './learn-ranking'
import { learnSeverity } from './learn-severity'
import { readRunbooks } from './measure-ranking'

const MODELS = join(import.meta.dirname, '../../resources/models')

/** Learns what ships from the permissively licensed dev rows: prints the ranking's weights, writes the severity model. */
export async function run(args: readonly string[]): Promise<boolean> {
  const data = openEvalData('dev')
  if (args.length === 0 || args.includes('ranking')) {
    const rows = data.read('runbook-match/dev.jsonl', MatchRow)
    const weights = learnRanking(toLessons(readRunbooks(data), rows))
    console.log(`ranking, from ${rows.filter(isPermissive).length} alerts, for ranking-weights.ts:`)
    for (const [at, name] of FEATURES.entries())
      console.log(`  ${weights[at]!.toFixed(3)}, // ${name}`)
  }
  if (args.length === 0 || args.includes('severity')) {
    const file = await learnSeverity(data)
    writeFileSync(join(MODELS, 'severity.json'), `${JSON.stringify(file)}\n`)
    console.log(`severity, cross-validated: ${JSON.stringify(file.measured)}`)
  }
  return true
}
