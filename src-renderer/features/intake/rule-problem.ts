import type { RuleDraft } from '#contract/screening'

/** What a field takes, said in its own words; by the last name on the way to it. */
const MUST_BE: Readonly<Record<string, string>> = {
  name: 'It needs a name of at most 80 characters.',
  params: 'A window must end after it begins.',
  from: 'From: when does it begin?',
  until: 'Until: when does it end?',
  to: 'To: when does it end?',
  days: 'Choose at least one day.',
  zone: 'The time zone is a name such as Europe/Berlin or UTC.',
  occurrences: 'Occurrences: a whole number from 2 to 1,000.',
  minutes: 'Minutes: a whole number from 1 to 10,080 (a week).',
  atLeast: 'Propose an incident from: a whole number from 2 to 100.',
  ownerId: 'Choose who gets the ticket.',
}
const FIELDS = 'source, kind, severity, title, service, host, or label.team for a label'

/** What is still missing or wrong with a rule, as a sentence; nothing when it can be kept. */
export function ruleProblem(parsed: ReturnType<typeof RuleDraft.safeParse>): string {
  const issue = parsed.error?.issues[0]
  if (issue === undefined) return ''
  const names = issue.path.filter((part) => typeof part === 'string')
  if (names.includes('match')) return 'A condition is not whole: choose what it is compared with.'
  if (names.includes('per') || names.includes('fields')) return `At most five of: ${FIELDS}.`
  return MUST_BE[names.at(-1) ?? ''] ?? issue.message
}
