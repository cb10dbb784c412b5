import type { Operator } from '#contract/people'

/** What a role may do, in one line. */
export const ROLE_WORDS: Readonly<Record<Operator['role'], string>> = {
  viewer: 'looks',
  operator: 'works tickets and runs',
  approver: 'also answers approvals',
  admin: 'also changes people, rules and sources',
}

export const ROLE_OPTIONS = (['viewer', 'operator', 'approver', 'admin'] as const).map((value) => ({
  value,
  label: `${value}: ${ROLE_WORDS[value]}`,
}))

/** Group names are lower case words joined by hyphens. */
export const GROUP_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/
