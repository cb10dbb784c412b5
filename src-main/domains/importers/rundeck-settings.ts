import type { Report } from './draft'
import { oneLine } from './names'
import { at, isNo, type Item, listOf, shown } from './yaml-tree'

const LONGEST_S = 24 * 3_600
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Seconds of `6h 30m`, `120` or `1d`; undefined when it is none. */
export function rundeckSeconds(text: string): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text)
  if (!/^(\s*\d{1,9}\s*[smhdwy][a-z]*)+\s*$/i.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)\s*([smhdw])/gi))
    total += Number(amount) * (UNITS[unit!.toLowerCase()] ?? 0)
  return total
}

/** The job's time limit as that of each step; ours is five minutes where nothing is said. */
export function stepTimeout(job: Item, report: Report): string | undefined {
  const timeout = at(job, 'timeout')
  if (timeout.text === undefined || timeout.text.trim() === '' || timeout.text === '0') {
    report.changed(
      job.line,
      'no time limit',
      'Rundeck waits for ever; here each step has 5 minutes.',
      'Give long steps a `qd.timeout`.',
    )
    return undefined
  }
  const seconds = rundeckSeconds(timeout.text)
  if (seconds === undefined || seconds === 0) {
    report.needsYou(
      timeout.line,
      'timeout',
      `\`${oneLine(timeout.text)}\` is not a fixed time, so each step has 5 minutes.`,
      'Give the steps a `qd.timeout`.',
    )
    return undefined
  }
  report.changed(timeout.line, 'timeout', 'It was for the whole job; here each step has that long.')
  return `${Math.min(seconds, LONGEST_S)}s`
}

const STRATEGIES = new Map([
  ['parallel', 'Its steps ran at once; here they run one after the other.'],
  ['ruleset', 'Its rules decided which steps run; here all run in their order.'],
])
/** Rundeck's own bookkeeping, which nothing here would read. */
const BOOKKEEPING = new Set(
  'uuid id defaultTab loglevel name group description sequence options nodefilters executionEnabled scheduleEnabled multipleExecutions maxMultipleExecutions nodeFilterEditable nodesSelectedByDefault timeout retry loglimit loglimitAction loglimitStatus schedule schedules notification notifyAvgDurationThreshold plugins orchestrator timeZone tags project runnerSelector averageDuration'.split(
    ' ',
  ),
)

/** Everything about a job that is not its steps. */
export function reportSettings(job: Item, report: Report): void {
  reportStrategy(at(at(job, 'sequence'), 'strategy'), report)
  reportRetry(job, report)
  reportNotifications(at(job, 'notification'), report)
  for (const [key, value] of job.map ?? []) reportKey(key, value, report)
  if (isNo(at(job, 'executionEnabled')))
    report.needsYou(
      at(job, 'executionEnabled').line,
      'executionEnabled: false',
      'The job is switched off in Rundeck; a runbook can be started.',
      'Do not keep it if nobody may run it.',
    )
}

function reportStrategy(strategy: Item, report: Report): void {
  const change = STRATEGIES.get(strategy.text ?? '')
  if (change !== undefined)
    report.needsYou(
      strategy.line,
      `strategy ${strategy.text}`,
      change,
      'Check that the order of the steps does what was meant.',
    )
}

function reportKey(key: string, value: Item, report: Report): void {
  const { line } = value
  if (key === 'schedule' || key === 'schedules')
    report.leftOut(
      line,
      key,
      `A runbook has no timetable: ${oneLine(shown(value), 200)}`,
      'Start it from an automation rule, or leave the timetable in Rundeck.',
    )
  else if (/^(loglimit|orchestrator|runnerSelector|timeZone)$/.test(key))
    report.leftOut(line, key, 'It has no counterpart here.')
  else if (key === 'plugins')
    for (const [name, plugin] of value.map ?? [])
      if (listOf(plugin).length > 0)
        report.leftOut(plugin.line, `plugins: ${name}`, 'Plugins of Rundeck do not run here.')
  if (!BOOKKEEPING.has(key))
    report.leftOut(
      line,
      oneLine(key, 60),
      'It is not known what this says.',
      'Look it up in Rundeck.',
    )
}

function reportRetry(job: Item, report: Report): void {
  const retry = at(job, 'retry')
  const times = retry.text ?? at(retry, 'retry').text ?? '0'
  if (times !== '0' && times.trim() !== '')
    report.leftOut(
      retry.line,
      'retry',
      `Rundeck starts the whole job again, ${oneLine(times)} times; a run is started again by a person.`,
      'Give steps that may be repeated `qd.retry` and `qd.idempotent`.',
    )
}

function reportNotifications(notification: Item, report: Report): void {
  for (const [when, what] of notification.map ?? [])
    report.leftOut(
      what.line,
      `notification ${when}`,
      `Nobody is told by the runbook; Rundeck used ${oneLine(waysIn(what), 200)}.`,
      'Set up notifications in Quarterdeck, or add a `notify` step.',
    )
}

/** By which plugins, without their settings: addresses of web hooks are secrets. */
function waysIn(what: Item): string {
  const keys = listOf(what).flatMap((way) => [...(way.map ?? [])])
  const names = keys.map(([key, value]) =>
    key === 'plugin' ? (at(value, 'type').text ?? key) : key,
  )
  return [...new Set(names)].join(', ') || 'a plugin'
}
