import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** One number with what it is held against. */
export interface Measure {
  readonly what: string
  readonly value: number
  readonly unit: 'alerts/s' | 'ms' | 'MB' | 'kB' | '%'
  /** At most this for ms, memory and percent, at least this for alerts/s. Absent: told for the record only. */
  readonly budget?: number
  /** The same thing done with nothing of ours in between, in the same run. */
  readonly floor?: { readonly what: string; readonly value: number }
  /** How much of the floor's speed there must be, 0 to 1. */
  readonly atLeastOfFloor?: number
}

/** Why a row could not be measured on this machine. */
export interface Skipped {
  readonly what: string
  readonly skipped: string
}
export type Line = (Measure | Skipped) & { readonly row: string }
type Verdict = 'ok' | 'MISSED' | 'skipped' | ''

/** `p` from 0 to 1; the value that this share of all values does not exceed. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('There is nothing to measure')
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? sorted[0]!
}

/** Both parts count: the budget, and the share of the floor. No budget, no verdict. */
export function verdictOf(line: Line): Verdict {
  if ('skipped' in line) return 'skipped'
  const { value, unit, budget, atLeastOfFloor } = line
  if (budget === undefined && atLeastOfFloor === undefined) return ''
  const isRate = unit === 'alerts/s'
  const within = budget === undefined || (isRate ? value >= budget : value <= budget)
  const enough = atLeastOfFloor === undefined || (ratioOf(line) ?? 0) >= atLeastOfFloor
  return within && enough ? 'ok' : 'MISSED'
}

function ratioOf({ value, floor }: Measure): number | undefined {
  return floor === undefined || floor.value === 0 ? undefined : value / floor.value
}

const COLUMNS = ['row', 'what', 'measured', 'budget', 'floor', 'ratio', ''] as const

/** The table as text, in the order of the lines. */
export function toTable(lines: readonly Line[]): string {
  const cells = [COLUMNS, ...lines.map(toCells)]
  const widths = COLUMNS.map((_, n) => Math.max(...cells.map((row) => row[n]!.length)))
  return cells
    .map((row) =>
      row
        .map((cell, n) => pad(cell, widths[n]!, n))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const pad = (cell: string, width: number, column: number) =>
  column >= 2 && column <= 5 ? cell.padStart(width) : cell.padEnd(width)

function toCells(line: Line): string[] {
  if ('skipped' in line)
    return [line.row, `${line.what}: ${line.skipped}`, '', '', '', '', 'skipped']
  const { row, what, value, unit, budget, floor, atLeastOfFloor } = line
  const sign = unit === 'alerts/s' ? '≥' : '≤'
  const share = atLeastOfFloor === undefined ? '' : `≥ ${atLeastOfFloor}×`
  const limit = budget === undefined ? '' : `${sign} ${rounded(budget)}`
  return [
    row,
    what,
    `${rounded(value)} ${unit}`,
    [limit, share].filter(Boolean).join(', '),
    floor === undefined ? '' : rounded(floor.value),
    ratioOf(line)?.toFixed(2) ?? '',
    verdictOf(line),
  ]
}

/** Three figures are what such a measurement is good for. */
function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Writes the numbers and where they were taken; returns the file. */
export function writeReport(folder: string, lines: readonly Line[]): string {
  mkdirSync(folder, { recursive: true })
  const at = new Date().toISOString()
  const path = join(folder, `${at.replace(/[:.]/g, '-')}.json`)
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMB: Math.round(totalmem() / 1_048_576),
    system: `${platform()} ${release()}`,
    node: process.version,
    loadAverage: loadavg(),
  }
  const rows = lines.map((line) => ({
    ...line,
    ...('value' in line && { ratio: ratioOf(line) }),
    verdict: verdictOf(line),
  }))
  writeFileSync(path, `${JSON.stringify({ at, machine, rows }, undefined, 2)}\n`)
  return path
}
