import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureApproval } from '#bench/approval-rows'
import { measureFanOut } from '#bench/fan-rows'
import { measureIntake } from '#bench/intake-rows'
import { measureLists } from '#bench/list-rows'
import { measureMemory } from '#bench/memory-rows'
import {
  type Line,
  type Measure,
  type Skipped,
  toTable,
  verdictOf,
  writeReport,
} from '#bench/report'
import { measureMatching } from '#bench/runbook-rows'
import { measureDriver, measureWaiting } from '#bench/run-rows'
import { measureRoundTrips } from '#bench/rpc-rows'
import { measureStart } from '#bench/start-rows'
import { measureTickets } from '#bench/ticket-rows'
import { ROOT } from '#bench/workshop'

// Each row starts the built product anew, in folders and processes of its own, and ends them.
const ROWS: Readonly<Record<string, () => Promise<(Measure | Skipped)[]>>> = {
  rpc: measureRoundTrips,
  ticket: measureTickets,
  approve: measureApproval,
  driver: measureDriver,
  fan: measureFanOut,
  waiting: measureWaiting,
  lists: measureLists,
  runbooks: measureMatching,
  start: measureStart,
  intake: measureIntake,
  memory: measureMemory,
}

const USE = `npm run bench [-- --only ROW] [--strict]
  --only ROW   one of ${Object.keys(ROWS).join(', ')}; may be given more than once
  --strict     exit 1 when a budget is missed`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, strict: { type: 'boolean' } },
  })
  const names = values.only ?? Object.keys(ROWS)
  const strange = names.find((name) => !Object.hasOwn(ROWS, name))
  if (strange !== undefined) throw new TypeError(`There is no row “${strange}”.`)
  const lines: Line[] = []
  for (const row of names) {
    const began = performance.now()
    process.stderr.write(`${row} … `)
    for (const line of await ROWS[row]!()) lines.push({ row, ...line })
    process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  }
  console.log(`\n${toTable(lines)}\n`)
  console.log(`Written to ${writeReport(join(ROOT, 'bench-results'), lines)}`)
  if (values.strict && lines.some((line) => verdictOf(line) === 'MISSED')) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  const isWrongUse = error instanceof TypeError
  console.error(isWrongUse ? `bench: ${error.message}\n\n${USE}` : error)
  process.exitCode = isWrongUse ? 2 : 1
}
