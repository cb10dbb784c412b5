import { MissingData, openEvalData } from './eval-data'
import { isMissed, toTable } from './eval-report'
import { measureCommands } from './measure-commands'
import { measureInjection } from './measure-injection'
import { measureRanking } from './measure-ranking'
import { measureSeverity } from './measure-severity'

/** Measures what triage and the risk tier do on labelled data; false when a bar is missed or there was nothing to measure. */
export async function run(args: readonly string[]): Promise<boolean> {
  const split = args[args.indexOf('--split') + 1] ?? ''
  try {
    return await evaluate(args.includes('--split') ? split : 'dev')
  } catch (error) {
    if (!(error instanceof MissingData)) throw error
    console.error(error.message)
    return false
  }
}

const HOW_TO_READ = `
How to read it: "result" is what the bar is held to. Where something is learnt from these rows, it is cross-validated:
each row was judged by a model that had seen neither it nor its relatives ("other sources": nor anything from where it
comes from). "on learnt rows" is the shipped model on the rows it was learnt from; it flatters. Severity is
cross-validated by \`npm run train severity\`, which keeps those numbers in the model's file; the rest is measured now.`

async function evaluate(split: string): Promise<boolean> {
  const data = openEvalData(split)
  const commands = measureCommands(data)
  const findings = [
    ...measureRanking(data),
    ...measureSeverity(data),
    ...(await measureInjection(data)),
    ...commands.findings,
  ]
  console.log(`${data.folder}, ${split}\n\n${toTable(findings)}`)
  if (commands.details.length > 0)
    console.log(['', 'Commands called wrongly, by family:', ...commands.details].join('\n'))
  if (split === 'dev') console.log(HOW_TO_READ)
  const missed = findings.filter(isMissed)
  if (missed.length > 0)
    console.error(`\n${missed.length} of ${findings.length} numbers miss their bar.`)
  return missed.length === 0
}
