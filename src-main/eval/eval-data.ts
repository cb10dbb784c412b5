import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const Row = z.object({ id: z.string(), licence: z.string() })
const Sourced = Row.extend({ source: z.string(), source_path: z.string() })
const Text = z.string().default('')
const Labels = z.record(z.string(), z.string())

/** An alert and the runbooks that are right for it. */
export const MatchRow = Sourced.extend({
  summary: Text,
  description: Text,
  labels: Labels,
  relevant: z.array(z.string()).min(1),
  target_source: z.string(),
  alertname: z.string().optional(),
})
export type MatchRow = z.infer<typeof MatchRow>

export const RunbookRow = Row.extend({ title: z.string(), body: z.string() })
export type RunbookRow = z.infer<typeof RunbookRow>

/** An alert rule and what its author called it. What is not named here is not read: it would give the answer away. */
export const SeverityRow = Sourced.extend({
  scheme: z.enum(['prometheus', 'gitlab-s1s4']),
  name: Text,
  summary: Text,
  description: Text,
  expr: Text,
  for: Text,
  label: z.enum(['critical', 'high', 'medium', 'low']),
  mentions_severity: z.boolean(),
})
export type SeverityRow = z.infer<typeof SeverityRow>

export const CommandRow = Row.extend({
  command: z.string(),
  language: z.enum(['shell', 'sql', 'powershell']),
  label: z.enum(['destructive', 'mutating', 'read-only']),
  category: z.string(),
  evasive: z.boolean(),
})
export type CommandRow = z.infer<typeof CommandRow>

export const HostileRow = Row.extend({ text: z.string(), category: z.string() })
export type HostileRow = z.infer<typeof HostileRow>

/** The labelled sets are not part of this repository. */
export class MissingData extends Error {
  override readonly name = 'MissingData'
}

export interface EvalData {
  readonly folder: string
  readonly split: string
  /** All rows of a file; throws `MissingData` when it is not there, holds nothing or holds something else. */
  read<T extends z.ZodType>(file: string, row: T): z.output<T>[]
}

/** The folder of `QD_EVAL_DATA`, or `../shared/eval` beside this repository. */
export function openEvalData(split: string): EvalData {
  const folder = resolve(process.env['QD_EVAL_DATA'] ?? '../shared/eval')
  if (!existsSync(folder)) {
    throw new MissingData(
      `There is no evaluation data in ${folder}. Set QD_EVAL_DATA to the folder that holds runbook-match/, severity/ …`,
    )
  }
  return {
    folder,
    split,
    read(file, row) {
      const path = join(folder, file)
      if (!existsSync(path)) throw new MissingData(`${path} is not there: nothing was measured.`)
      const lines = readFileSync(path, 'utf8').split('\n')
      const rows = lines.flatMap((line, at) =>
        line.trim() ? [parse(line, row, `${path}:${at + 1}`)] : [],
      )
      if (rows.length === 0) throw new MissingData(`${path} holds no row: nothing was measured.`)
      return rows
    },
  }
}

function parse<T extends z.ZodType>(line: string, row: T, where: string): z.output<T> {
  const parsed = row.safeParse(JSON.parse(line))
  if (parsed.success) return parsed.data
  throw new MissingData(`${where} is not a row of this set: ${z.prettifyError(parsed.error)}`)
}

const FREE = new Set([
  'Apache-2.0',
  'MIT',
  'CC0-1.0',
  'CC-BY-4.0',
  'OGL-3.0',
  'MIT (code) / OGL-3.0 (content)',
])
/** A compilation under Apache-2.0 of rules from many places; those that came from elsewhere than Apache-2.0 or MIT, or from who knows where. */
const COMPILATION = 'monitoring-mixins/website'
const UNCLEAR = /^assets\/(ceph|kube-cockroachdb|loki|mimir|promscale|pyroscope|tempo)\//

/** May what is learnt from this row be shipped? Copyleft and unclear licences are measured with, never learnt from. */
export function isPermissive(row: z.infer<typeof Sourced>): boolean {
  if (row.source === COMPILATION) return !UNCLEAR.test(row.source_path)
  return FREE.has(row.licence)
}

/** The same for a runbook that alerts are joined to. */
export function isFreeRunbook({ licence }: RunbookRow): boolean {
  return FREE.has(licence)
}

/** The fold of a group: relatives share a key, so none is measured by what was learnt from another. */
export function foldOf(key: string, folds: number): number {
  return Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 8), 16) % folds
}

const SERVICE_PAGES = new Set(['mattrussi/gitlab-com-runbooks', 'alphagov/govuk-developer-docs'])

/** `core` has a runbook for each alert; `service` has one page for many alerts of a service. */
export function tierOf({ target_source }: MatchRow): 'core' | 'service' {
  return SERVICE_PAGES.has(target_source) ? 'service' : 'core'
}
