import { CLASSES, type SeverityReport } from '#domains/triage'
import { foldOf, isPermissive, type SeverityRow } from './eval-data'
import { scoreClasses, shareOf } from './eval-report'

type Score = SeverityReport['all']
type Said = (row: SeverityRow) => string
/** Learns from some rows, by their place, and answers what it then calls a row. */
type Teach = (members: readonly number[]) => Said

const FOLDS = 10
const LARGE_SOURCE = 100

/**
 * Every row is called by a model that has seen neither it nor its relatives: rows of one name, or of one text with
 * other numbers. Then once more by a model that has not seen its source either. Only permissive rows are learnt from,
 * in each fold as in the shipped model, so `notLearnt` is of rows that never were.
 */
export function crossValidate(rows: readonly SeverityRow[], teach: Teach): SeverityReport {
  const groups = groupsOf(rows)
  const byName = sayAcross(
    rows,
    groups,
    groups.map((group) => foldOf(group, FOLDS)),
    teach,
  )
  const bySource = sayAcross(rows, groups, sourcesOf(rows), teach)
  const prometheus = rows.filter(({ scheme }) => scheme === 'prometheus')
  return {
    folds: FOLDS,
    all: scoreSeverity(prometheus, byName),
    silent: scoreSeverity(prometheus.filter(isSilent), byName),
    notLearnt: scoreSeverity(
      prometheus.filter((row) => !isPermissive(row)),
      byName,
    ),
    otherSources: scoreSeverity(prometheus, bySource),
    gitlab: scoreSeverity(rows.filter(isGitlab), byName),
  }
}

export function isSilent({ mentions_severity: mentions }: SeverityRow): boolean {
  return !mentions
}

export function isGitlab({ scheme }: SeverityRow): boolean {
  return scheme === 'gitlab-s1s4'
}

/** The numbers that are promised, for any way of reading a rule; F1 is of the classes that these rows have. */
export function scoreSeverity(rows: readonly SeverityRow[], said: Said): Score {
  const pairs = rows.map((row) => ({ truth: row.label, said: said(row) }))
  const critical = pairs.filter(({ truth }) => truth === 'critical')
  const classes = CLASSES.filter((name) => pairs.some(({ truth }) => truth === name))
  return {
    rows: rows.length,
    critical: critical.length,
    ...scoreClasses(pairs, classes),
    criticalCalledLow: shareOf(critical, (pair) => pair.said === 'low'),
  }
}

/** What each row is called without its part and without all that share a group with any row of that part. */
function sayAcross(
  rows: readonly SeverityRow[],
  groups: readonly string[],
  parts: readonly (string | number)[],
  teach: Teach,
): Said {
  const said = new Map<SeverityRow, string>()
  for (const part of new Set(parts)) {
    const tested = [...rows.keys()].filter((row) => parts[row] === part)
    const known = new Set(tested.map((row) => groups[row]!))
    const members = [...rows.keys()].filter(
      (row) => parts[row] !== part && !known.has(groups[row]!) && isPermissive(rows[row]!),
    )
    const say = teach(members)
    for (const row of tested) said.set(rows[row]!, say(rows[row]!))
    console.log(`severity: ${tested.length} rows (${part}) called from ${members.length} others`)
  }
  return (row) => said.get(row)!
}

/** Who wrote a rule; those who wrote few are left out all at once. */
function sourcesOf(rows: readonly SeverityRow[]): string[] {
  const owners = rows.map(({ source }) => source.replace(/\/.*/, ''))
  const counts = Map.groupBy(owners, (owner) => owner)
  return owners.map((owner) => (counts.get(owner)!.length < LARGE_SOURCE ? 'others' : owner))
}

/** Relatives share a group; its name is that of one of them. */
function groupsOf(rows: readonly SeverityRow[]): string[] {
  const parent = new Map<string, string>()
  for (const row of rows) {
    const prose = `${row.summary}|${row.description}`.toLowerCase().replace(/\d+(\.\d+)?/g, '0')
    if (prose.length > LEAST_PROSE) join(nameKey(row), `says ${prose}`)
  }
  return rows.map((row) => top(nameKey(row)))

  function top(key: string): string {
    let at = key
    while (parent.has(at)) at = parent.get(at)!
    return at
  }

  function join(a: string, b: string): void {
    const [left, right] = [top(a), top(b)]
    if (left !== right) parent.set(left, right)
  }
}

/** A shorter text is nobody's own. */
const LEAST_PROSE = 10

function nameKey({ name }: SeverityRow): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
