import type { Watch } from '#contract/insights'

type Need = Watch['needs'][number]
type Figure = Watch['figures'][number]

const NUMBERS = [
  'Nothing',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
]

const inWords = (count: number) => NUMBERS[count] ?? count.toLocaleString('en')

/** Main tells of this many of a kind at most. */
const MOST_OF_A_KIND = 20

/** The sentence the screen begins with: `Three things need you.` */
export function needsSentence(needs: readonly Pick<Need, 'kind'>[]): string {
  const count = needs.length
  if (count === 0) return 'Nothing needs you.'
  const kinds = new Map<Need['kind'], number>()
  for (const { kind } of needs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  if (Math.max(...kinds.values()) >= MOST_OF_A_KIND) return `At least ${count} things need you.`
  return `${inWords(count)} ${count === 1 ? 'thing needs' : 'things need'} you.`
}

/** What comes under it: the worst first, then whether the rest is quiet. */
export function leadSentence(watch: Watch, open: number, critical: number): string {
  const soon = watch.needs.filter((need) => need.kind === 'approval').length
  const parts = [
    critical > 0 &&
      `${critical === 1 ? 'One critical ticket is' : `${inWords(critical)} critical tickets are`} open.`,
    soon > 0 && `${soon === 1 ? 'A run waits' : `${inWords(soon)} runs wait`} for your answer.`,
    watch.inHand.length > 0 &&
      `${watch.inHand.length === 1 ? 'One thing is' : `${inWords(watch.inHand.length)} things are`} in hand.`,
  ].filter((part) => part !== false)
  if (parts.length > 0) return parts.join(' ')
  if (open > 0)
    return `${open === 1 ? 'One open ticket' : `${open.toLocaleString('en')} open tickets`}, none of them urgent.`
  return 'No open ticket, no run under way. A quiet watch.'
}

export const FIGURE_TITLES: Readonly<Record<Figure['key'], string>> = {
  resolved_without_escalation: 'Resolved without escalation',
  time_to_resolve: 'Time to resolve, median',
  false_positives: 'False positives closed',
}

const UNIT: Readonly<Record<Figure['unit'], string>> = { percent: '%', minutes: 'min', count: '' }

/** The big number and its unit, apart, because they are drawn apart. */
export function figureText({ value, unit }: Figure): { value: string; unit: string } {
  if (value === null) return { value: '–', unit: '' }
  if (unit === 'minutes' && value > 0 && value < 1)
    return { value: `${Math.round(value * 60)}`, unit: 's' }
  if (unit === 'minutes' && value >= 120)
    return { value: (value / 60).toLocaleString('en', { maximumFractionDigits: 1 }), unit: 'h' }
  const digits = unit === 'minutes' && value < 100 ? 1 : 0
  return { value: value.toLocaleString('en', { maximumFractionDigits: digits }), unit: UNIT[unit] }
}

/** How it moved against the seven days before, and whether that is good. Fewer minutes are good; counts are neither. */
export function figureTrend(figure: Figure): { text: string; tone: 'good' | 'bad' | 'neutral' } {
  const { value, previous, unit } = figure
  if (value === null) return { text: 'nothing to measure yet', tone: 'neutral' }
  if (previous === null) return { text: 'first week', tone: 'neutral' }
  const change = value - previous
  const amount = Math.abs(change).toLocaleString('en', {
    maximumFractionDigits: unit === 'minutes' ? 1 : 0,
  })
  if (amount === '0') return { text: 'as last week', tone: 'neutral' }
  if (unit === 'minutes') {
    return change < 0
      ? { text: `${amount} min faster`, tone: 'good' }
      : { text: `${amount} min slower`, tone: 'bad' }
  }
  const text = `${change > 0 ? '+' : '−'}${amount} on last week`
  if (unit === 'count') return { text, tone: 'neutral' }
  return { text, tone: change > 0 ? 'good' : 'bad' }
}

/** A week in words, for those who cannot see the line. */
export function figureSpoken(figure: Figure): string {
  const days = figure.days.map((day) =>
    day === null ? 'none' : figureText({ ...figure, value: day }).value,
  )
  return `${FIGURE_TITLES[figure.key]}, the last seven days: ${days.join(', ')} ${UNIT[figure.unit]}`.trim()
}

/** The key that opens a need from the Watch, one letter per kind. */
export function needKey(kind: Need['kind']): 'a' | 'd' | 'o' {
  if (kind === 'approval') return 'a'
  return kind === 'unknown_outcome' || kind === 'manual_step' ? 'd' : 'o'
}
