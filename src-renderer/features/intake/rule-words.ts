import type { Condition, Rule, RuleDraft, WindowTimes } from '#contract/screening'

type Kind = RuleDraft['kind']

export const RULE_KINDS: Readonly<Record<Kind, { title: string; about: string }>> = {
  window: {
    title: 'Maintenance window',
    about:
      'Holds what would open a ticket until the window ends. What is right again always passes.',
  },
  threshold: {
    title: 'Threshold',
    about: 'Opens a ticket only after so many occurrences in so many minutes.',
  },
  correlation: {
    title: 'Correlation',
    about: 'Groups tickets that belong together, without merging them, and proposes an incident.',
  },
  route: { title: 'Owner', about: 'Gives a new ticket to an operator.' },
  incident: { title: 'Incident', about: 'Declares an incident when the ticket opens.' },
}

const IS: Readonly<Record<Condition['is'], string>> = {
  equal: 'is',
  not: 'is not',
  like: 'is like',
  at_least: 'is at least',
}
const DAYS: Readonly<Record<string, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}

export function conditionWords({ field, is, value }: Condition): string {
  const name = field.startsWith('label.') ? `label ${field.slice(6)}` : field
  return `${name} ${IS[is]} ${value === '' ? '(nothing)' : value}`
}

/** What a rule looks at: `service is checkout and severity is at least high`. */
export function matchWords(match: readonly Condition[]): string {
  return match.length === 0 ? 'everything' : match.map(conditionWords).join(' and ')
}

/** What a rule does with it, without what it looks at. */
export function effectWords(draft: RuleDraft, nameOf: (operatorId: string) => string): string {
  switch (draft.kind) {
    case 'window':
      return `it is held, ${timesWords(draft.params)}`
    case 'threshold': {
      const { occurrences, minutes, per } = draft.params
      const each = per.length === 0 ? '' : `, counted per ${per.join(' and ')}`
      return `a ticket opens after ${occurrences} times within ${minutes} min${each}`
    }
    case 'correlation': {
      const { fields, minutes, atLeast } = draft.params
      const same = fields.length === 0 ? 'whatever they say' : `same ${fields.join(' and ')}`
      return `${same}, within ${minutes} min of each other; from ${atLeast} on an incident is proposed`
    }
    case 'route':
      return `it goes to ${nameOf(draft.params.ownerId)}`
    case 'incident':
    default:
      return 'an incident is declared'
  }
}

export function timesWords(times: WindowTimes): string {
  if (times.repeats === 'weekly') {
    const days =
      times.days.length === 7 ? 'every day' : times.days.map((day) => DAYS[day]).join(', ')
    return `${days} from ${times.from} to ${times.to}, ${times.zone}`
  }
  return `${momentWords(times.from)} to ${momentWords(times.until)}`
}

const momentWords = (at: number) =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** Whether and how it is at work, in a word or two. */
export function stateWord(rule: Rule): { word: string; tone: 'neutral' | 'attention' | 'good' } {
  if (!rule.draft.enabled) return { word: 'off', tone: 'neutral' }
  if (rule.holds > 0) return { word: `holds ${rule.holds}`, tone: 'attention' }
  if (rule.openNow) return { word: 'open now', tone: 'attention' }
  return { word: 'on', tone: 'good' }
}

const TEN_MINUTES = 600_000

/** A new rule of a kind, to be filled in. Windows begin now and take an hour. */
export function emptyDraft(kind: Kind, now: number, me: string): RuleDraft {
  const shared = { name: '', enabled: true, match: [] }
  const from = Math.floor(now / TEN_MINUTES) * TEN_MINUTES
  switch (kind) {
    case 'window':
      return { ...shared, kind, params: { repeats: 'once', from, until: from + 3_600_000 } }
    case 'threshold':
      return { ...shared, kind, params: { occurrences: 3, minutes: 15, per: [] } }
    case 'correlation':
      return { ...shared, kind, params: { fields: ['service'], minutes: 10, atLeast: 3 } }
    case 'route':
      return { ...shared, kind, params: { ownerId: me as never } }
    case 'incident':
    default:
      return { ...shared, kind: 'incident', params: {} }
  }
}
