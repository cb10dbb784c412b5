// `npm test`: unit tests and suites, then the journeys. Both always run; one line at the end counts them all.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const results = mkdtempSync(join(tmpdir(), 'qd-results-'))
const unit = join(results, 'unit.json')
const journeys = join(results, 'journeys.json')

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  })
  return status === 0
}

function read(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

let ok = run('electron-vite', ['build', '--logLevel', 'warn'])
ok =
  run('vitest', [
    'run',
    '--testTimeout=60000',
    '--hookTimeout=60000',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${unit}`,
  ]) && ok
const chromium = process.env.QD_CHROMIUM ?? '/usr/bin/chromium'
let skippedJourneys = false
if (existsSync(chromium)) {
  ok =
    run('playwright', ['test', '-c', 'e2e', '--reporter=list,json'], {
      QD_CHROMIUM: chromium,
      PLAYWRIGHT_JSON_OUTPUT_FILE: journeys,
    }) && ok
} else {
  skippedJourneys = true
  console.warn(`journeys skipped: there is no ${chromium} (set QD_CHROMIUM to a Chromium)`)
  if (process.env.CI) ok = false
}

const count = { passed: 0, failed: 0, skipped: skippedJourneys ? 1 : 0 }
const u = read(unit)
if (u) {
  count.passed += u.numPassedTests
  count.failed +=
    u.numFailedTests +
    u.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
      .length
  count.skipped += u.numPendingTests + u.numTodoTests
}
const j = read(journeys)
if (j) {
  count.passed += j.stats.expected + j.stats.flaky
  count.failed += j.stats.unexpected
  count.skipped += j.stats.skipped
}
rmSync(results, { recursive: true })
if (!u || (!j && !skippedJourneys)) ok = false
if (!ok && count.failed === 0) count.failed = 1 // a runner that could not start has failed
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = ok ? 0 : 1
