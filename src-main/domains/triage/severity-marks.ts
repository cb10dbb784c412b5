import { relatedTo, stem, withoutInstances } from '#platform/ops-words'
import {
  type AlertText,
  bucketOf,
  MARKS,
  MINUTES,
  partsOf,
  shorten,
  spokenWords,
  styleOf,
  timeFeatures,
  withPairs,
} from './severity-features'

/** What is there of a rule and what is not, for questions with yes or no: buckets. */
export function marksOf(text: AlertText): Set<number> {
  const cut = shorten(text)
  const marks = [...wordMarks(cut), ...exprMarks(cut.expr), ...numberMarks(cut)]
  for (const step of timeFeatures(cut.for)) marks.push(`for ${step}`)
  marks.push(...styleOf(cut))
  return new Set(marks.map((mark) => bucketOf(MARKS, mark)))
}

function wordMarks(text: AlertText): string[] {
  const name = partsOf(text.name)
  const spoken = spokenWords(text)
  const anywhere = [...name, ...spoken]
  const stems = anywhere.map(stem)
  return [
    ...withPairs(name).map((word) => `name ${word}`),
    ...withPairs(spoken).map((word) => `says ${word}`),
    ...anywhere.map((word) => `has ${word}`),
    ...withPairs(stems).map((word) => `stem ${word}`),
    ...stems.flatMap((word) => meaningOf(word)),
    ...Array.from({ length: Math.min(name.length, 10) }, (_, n) => `name of ${n}`),
  ]
}

/** Words of nearly the same meaning share a mark: the first of them. */
function meaningOf(word: string): string[] {
  const related = relatedTo(word)
  return related.size === 0 ? [] : [`means ${[word, ...related].toSorted()[0]!}`]
}

const COUNTED = [/ and /g, / or /g, / unless /g, /== 0/g, /== 1/g, /absent/g, /> 0/g, /by/g, /\{/g]

function exprMarks(expr: string): string[] {
  return [
    ...partsOf(expr.replace(/"[^"]*"/g, ' ')).map((word) => `expr ${word}`),
    ...(expr.match(/[a-z][a-z0-9]*(_[a-z0-9]+)+/g) ?? []).map((metric) => `metric ${metric}`),
    ...(expr.match(/\b[a-z_]+(?=\()/g) ?? []).map((call) => `calls ${call}`),
    ...COUNTED.map((what) => `${expr.match(what)?.length ?? 0} of ${what.source}`),
  ]
}

/**
 * Numbers with what they are compared by or counted in, on a rough scale: "above 90 %" and "above 95 %" differ. Each
 * also as all the steps it reaches, for questions of more or less.
 */
function numberMarks({ expr, summary, description }: AlertText): string[] {
  const prose = withoutInstances(`${summary} ${description}`)
  const compared = expr.matchAll(/(==|!=|>=|<=|>|<)\s*(?:bool\s+)?(-?\d+(?:\.\d+)?)/g)
  const counted = prose.matchAll(/(\d+(?:\.\d+)?) ?(%|percent|min|hour|day|week|sec|[smhd]\b)/g)
  const windows = expr.matchAll(/\[(\d+)([smhdw])/g)
  return [
    ...Array.from(compared, ([, operator, number]) => [
      `is ${operator} ${roughly(Number(number))}`,
      ...reached(`is ${operator![0]}`, Number(number)),
    ]),
    ...Array.from(counted, ([, number, unit]) => [
      `${roughly(Number(number))} ${unit}`,
      ...reachedIn(unit!, Number(number)),
    ]),
    ...Array.from(windows, ([, n, unit]) => [
      `over ${roughly(Number(n) * MINUTES[unit!]!)} min`,
      ...reached('over', Number(n) * MINUTES[unit!]!),
    ]),
  ].flat()
}

function reachedIn(unit: string, number: number): string[] {
  if (unit === '%' || unit === 'percent') return reached('percent', number)
  return reached('lasting', number * MINUTES[unit[0]!]!)
}

const ROUGH_STEPS = [
  0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 1, 2, 5, 10, 20, 50, 75, 80, 85, 90, 95, 99, 100,
  1e3, 1e4, 1e6,
]

function roughly(number: number): string {
  return String(ROUGH_STEPS.find((step) => number <= step) ?? 'more')
}

function reached(what: string, number: number): string[] {
  return ROUGH_STEPS.filter((step) => number >= step).map((step) => `${what} >=${step}`)
}
