import { isFunctionWord, splitIdentifier, stem, withoutInstances } from '#platform/ops-words'

/** What the author of an alert rule wrote. All parts may be empty. */
export interface AlertText {
  readonly name: string
  readonly summary: string
  readonly description: string
  /** The PromQL behind it, where the source tells. */
  readonly expr: string
  /** How long it must hold, as Prometheus writes it: `5m`. */
  readonly for: string
}

/** Buckets that all features share by their hash: no text of the rules it was learnt from is kept. */
export const BUCKETS = 2 ** 18

/** How a rule is looked at. Each view has length one before it is weighed, so that a long text does not drown a short name. */
const VIEWS: readonly { readonly weight: number; readonly of: (text: AlertText) => string[] }[] = [
  { weight: 1, of: ({ name }) => grams(`^${name}$`, 3, 6) },
  { weight: 1, of: (text) => withPairs(spokenWords(text)) },
  { weight: 0.5, of: (text) => grams(proseOf(text).replace(/\d+(\.\d+)?/g, '0'), 4, 5) },
  {
    weight: 1,
    of: (text) => grams([...partsOf(text.name), '|', ...spokenWords(text)].join(' '), 3, 5),
  },
  { weight: 0.5, of: ({ expr }) => grams(expr.replace(/\s+/g, ' '), 4, 6) },
  { weight: 0.5, of: ({ expr }) => withPairs(expr.match(TOKENS) ?? []) },
  { weight: 0.3, of: ({ for: time }) => timeFeatures(time) },
  { weight: 0.3, of: styleOf },
  { weight: 1, of: ({ name }) => togetherIn(partsOf(name).slice(0, MOST_PARTS).map(stem)) },
]
const WORDS_VIEW = 1
/** The number of the view that marks are hashed as. */
export const MARKS = VIEWS.length
const WHOLE = VIEWS.reduce((sum, { weight }) => sum + weight, 0)

/** Names, operators, numbers and brackets of PromQL. */
const TOKENS = /[A-Za-z_:]+|[<>=!~]+|[\d.]+|[(){}[\]*/+-]/g
export const MINUTES: Readonly<Record<string, number>> = {
  s: 1 / 60,
  m: 1,
  h: 60,
  d: 1440,
  w: 10_080,
}
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360]
/** Longer texts say no more about urgency; this bounds what a hostile one can cost. */
const LONGEST_PART = 4000
const MOST_PARTS = 20

/** A sparse vector: each bucket once, with its value. */
export interface Sparse {
  readonly buckets: readonly number[]
  readonly values: readonly number[]
}

// One place a bucket, zero between calls: many times faster than a map, and nothing here waits.
const counts = new Uint16Array(BUCKETS)
const sums = new Float64Array(BUCKETS)

/** A rule as a sparse vector. */
export function featuresOf(text: AlertText): Sparse {
  const cut = shorten(text)
  const buckets: number[] = []
  for (const [view, { weight, of }] of VIEWS.entries()) {
    const found = unitView(view, of(cut))
    const scale = Math.sqrt(weight / WHOLE)
    for (const [n, bucket] of found.buckets.entries()) {
      if (sums[bucket] === 0) buckets.push(bucket)
      sums[bucket]! += found.values[n]! * scale
    }
  }
  const values = buckets.map((bucket) => sums[bucket]!)
  for (const bucket of buckets) sums[bucket] = 0
  return { buckets, values }
}

/** The words of a rule with their buckets, for saying which of them spoke for a severity. */
export function wordBucketsOf(text: AlertText): { word: string; bucket: number }[] {
  return [...new Set(spokenWords(shorten(text)))]
    .filter((word) => word.length > 2 && !isFunctionWord(word))
    .map((word) => ({ word, bucket: bucketOf(WORDS_VIEW, word) }))
}

function unitView(view: number, found: readonly string[]): Sparse {
  const buckets: number[] = []
  for (const feature of found) {
    const bucket = bucketOf(view, feature)
    if (counts[bucket]!++ === 0) buckets.push(bucket)
  }
  const values = buckets.map((bucket) => 1 + Math.log(counts[bucket]!))
  for (const bucket of buckets) counts[bucket] = 0
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1
  return { buckets, values: values.map((value) => value / length) }
}

export function shorten(text: AlertText): AlertText {
  return {
    name: text.name.slice(0, LONGEST_PART),
    summary: text.summary.slice(0, LONGEST_PART),
    description: text.description.slice(0, LONGEST_PART),
    expr: text.expr.slice(0, LONGEST_PART),
    for: text.for.slice(0, 20),
  }
}

function proseOf({ summary, description }: AlertText): string {
  return `${withoutInstances(summary)}\n|${withoutInstances(description)}`
}

export function spokenWords({ summary, description }: AlertText): string[] {
  return [...partsOf(withoutInstances(summary)), '|', ...partsOf(withoutInstances(description))]
}

export function partsOf(text: string): string[] {
  return splitIdentifier(text).filter((word) => word.length > 1)
}

export function withPairs(words: readonly string[]): string[] {
  return [...words, ...words.slice(1).map((word, n) => `${words[n]!} ${word}`)]
}

/** Any two words of a name, in its order, whatever is between them. */
function togetherIn(words: readonly string[]): string[] {
  return words.flatMap((word, at) => words.slice(at + 1).map((later) => `${word}~${later}`))
}

function grams(text: string, shortest: number, longest: number): string[] {
  const found: string[] = []
  for (let size = shortest; size <= longest; size++)
    for (let at = 0; at + size <= text.length; at++) found.push(text.slice(at, at + size))
  return found
}

export function timeFeatures(time: string): string[] {
  const [, count, unit] = /^(\d+)([smhdw])/.exec(time) ?? []
  const minutes = count && unit ? Number(count) * MINUTES[unit]! : 0
  const reached = TIME_STEPS.filter((step) => minutes >= step)
  return [`=${time}`, time ? 'some' : 'none', ...reached.map((step) => `>=${step}`)]
}

/** How a rule is written: whole collections of rules share habits, among them how freely they call something critical. */
export function styleOf({ name, summary, description, expr }: AlertText): string[] {
  const marks = ['`', '\n', '!'].filter((mark) => `${summary}${description}`.includes(mark))
  return [
    `description ${octave(description)}`,
    `summary ${octave(summary)}`,
    `expr ${octave(expr)}`,
    summary === description ? 'same' : 'different',
    `ends ${description.slice(-1)}`,
    `summary ends ${summary.slice(-1)}`,
    `name ${nameStyle(name)}`,
    ...marks.map((mark) => `has ${mark}`),
    ...(expr.includes('\n') ? ['expr of lines'] : []),
  ]
}

function octave(text: string): number {
  return Math.floor(Math.log2(1 + text.length))
}

function nameStyle(name: string): string {
  if (name.includes(' ')) return 'words'
  if (name.includes('_')) return 'snake'
  return /^[a-z]/.test(name) ? 'camel' : 'pascal'
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with its high bits mixed into the low ones that are used. */
export function bucketOf(view: number, feature: string): number {
  let hash = 0x811c9dc5 ^ view
  for (let at = 0; at < feature.length; at++)
    hash = Math.imul(hash ^ feature.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 12)) >>> 0) % BUCKETS
}
