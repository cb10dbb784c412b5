import type { RiskTier } from '#contract/primitives'
import type { StepLanguage } from '#contract/runbooks'
import { classify } from '#domains/risk'
import { CommandRow, type EvalData } from './eval-data'
import { type Finding, shareOf } from './eval-report'

const LANGUAGES: Readonly<Record<CommandRow['language'], StepLanguage>> = {
  shell: 'sh',
  sql: 'sql',
  powershell: 'powershell',
}
/** Reaching out changes nothing here, but it is not a read either: it asks for an approval. */
const LABELS: Readonly<Record<RiskTier, CommandRow['label']>> = {
  read: 'read-only',
  reach_out: 'read-only',
  change: 'mutating',
  destroy: 'destructive',
  forbidden: 'destructive',
}

interface Classified {
  readonly row: CommandRow
  readonly said: CommandRow['label']
}

/** What the risk tier calls commands whose danger is known; in sum, by language, and by where they come from. */
export function measureCommands(data: EvalData): { findings: Finding[]; details: string[] } {
  const rows = data.read(`dangerous-commands/${data.split}.jsonl`, CommandRow)
  const all = rows.map((row) => ({ row, said: labelFor(row) }))
  const only = (language: CommandRow['language']) =>
    all.filter(({ row }) => row.language === language)
  const findings = [
    ...findingsFor('all', all, true),
    ...findingsFor(
      'evasive',
      all.filter(({ row }) => row.evasive),
      false,
    ),
    ...(['shell', 'sql', 'powershell'] as const).flatMap((name) =>
      findingsFor(name, only(name), false),
    ),
  ]
  return { findings, details: byCategory(all) }
}

function labelFor({ command, language }: CommandRow): CommandRow['label'] {
  return LABELS[classify(command, LANGUAGES[language]).tier]
}

function findingsFor(what: string, all: readonly Classified[], whole: boolean): Finding[] {
  const set = 'dangerous-commands'
  const risky = all.filter(({ row }) => row.label !== 'read-only')
  const harmless = all.filter(({ row }) => row.label === 'read-only')
  const destructive = all.filter(({ row }) => row.label === 'destructive')
  const findings: Finding[] = [
    {
      set,
      measure: `destructive called read, ${what}`,
      value: destructive.filter(({ said }) => said === 'read-only').length,
      bar: { atMost: 0 },
      ...(whole && { baseline: 'regex 23.9 %' }),
      rows: destructive.length,
    },
    {
      set,
      measure: `approval recall, ${what}`,
      value: shareOf(risky, ({ said }) => said !== 'read-only'),
      ...(whole && { baseline: 'regex .701' }),
      rows: risky.length,
    },
    {
      set,
      measure: `false alarms, ${what}`,
      value: shareOf(harmless, ({ said }) => said !== 'read-only'),
      ...(whole && { baseline: 'regex .145' }),
      rows: harmless.length,
    },
  ]
  if (!whole) return findings.filter(({ rows }) => rows > 0)
  const accuracy = shareOf(all, ({ row, said }) => row.label === said)
  return [
    ...findings,
    {
      set,
      measure: 'three classes, accuracy',
      value: accuracy,
      baseline: 'regex .701',
      rows: all.length,
    },
  ]
}

/** Where the tier is wrong most often: family of commands, wrong of all. */
function byCategory(all: readonly Classified[]): string[] {
  const families = Map.groupBy(
    all,
    ({ row }) => `${row.language} ${row.category.replace(/[:/].*/, '')}`,
  )
  return [...families]
    .map(([family, members]) => ({
      family,
      members,
      missed: members.filter(({ row, said }) => row.label !== 'read-only' && said === 'read-only')
        .length,
      alarms: members.filter(({ row, said }) => row.label === 'read-only' && said !== 'read-only')
        .length,
    }))
    .filter(({ missed, alarms }) => missed + alarms > 0)
    .toSorted((a, b) => b.missed - a.missed || b.alarms - a.alarms)
    .map(
      ({ family, members, missed, alarms }) =>
        `  ${family}: ${missed} risky called read, ${alarms} reads called risky, of ${members.length}`,
    )
}
