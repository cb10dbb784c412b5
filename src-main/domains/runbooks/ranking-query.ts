import {
  joinedWordsOf,
  relatedTo,
  surfacesOf,
  withoutInstances,
  wordsOf,
} from '#platform/ops-words'

/** What a ticket offers to be matched by. */
export interface MatchQuery {
  readonly alertName: string | undefined
  readonly text: string
  readonly labels: Readonly<Record<string, string>>
}

/** A query as the index takes it. */
export interface QueryWords {
  /** Word → weight: 1 for a word early in the text, less for later ones, for label names and for related words. */
  readonly weights: ReadonlyMap<string, number>
  /** Neighbouring words of the text, and those with one between, as `a b`. */
  readonly pairs: ReadonlySet<string>
  /** Word → how the text spells it; only words the text itself has. */
  readonly surfaces: ReadonlyMap<string, string>
  readonly severity: string | undefined
}

/** A word this far into the text weighs half: what is wrong is said first, advice comes later. */
const HALF_WEIGHT_AT = 60
const REPEATED = 0.3
const JOINED = 0.6
const RELATED = 0.4
const LABEL_NAME = 0.3
const STATE_VALUE = 0.5
const INSTANCE_VALUE = 0.3
const LONGEST_TEXT = 8000

/** Labels whose value says what is wrong; the values of all others say where, and where is no help in choosing a runbook. */
const STATE_LABELS = new Set(
  (
    'reason status state phase condition component verb resource type kind grpc_method service workload_type ' +
    'controller operation mode'
  ).split(' '),
)
/** Labels every alert has. */
const COMMON_LABELS = new Set('alertname severity instance job namespace cluster pod'.split(' '))

/** The words of an alert without the names of the things it happened to. */
export function toQueryWords(query: MatchQuery): QueryWords {
  const labels = Object.entries(query.labels)
  const text = textOf(query, labels)
  const where = new Set(labels.filter(isInstanceWord).flatMap(([, value]) => wordsOf(value)))
  const found = surfacesOf(text)
  const weights = weigh(
    found.map(({ word }) => word),
    where,
  )
  for (const word of joinedWordsOf(text)) if (!weights.has(word)) weights.set(word, JOINED)
  addAtLeast(weights, relatives(weights))
  addAtLeast(weights, labels.flatMap(labelWords))
  return {
    weights,
    pairs: pairsOf(found.map(({ word }) => word)),
    surfaces: new Map(found.map(({ word, surface }) => [word, surface])),
    severity: query.labels['severity']?.toLowerCase(),
  }
}

function weigh(words: readonly string[], where: ReadonlySet<string>): Map<string, number> {
  const weights = new Map<string, number>()
  const twice = new Set<string>()
  for (const [at, word] of words.entries()) {
    const known = weights.get(word)
    if (known === undefined) {
      weights.set(word, (where.has(word) ? INSTANCE_VALUE : 1) / (1 + at / HALF_WEIGHT_AT))
    } else if (!twice.has(word)) {
      twice.add(word)
      weights.set(word, known + REPEATED)
    }
  }
  return weights
}

function addAtLeast(weights: Map<string, number>, more: readonly [string, number][]): void {
  for (const [word, weight] of more)
    if ((weights.get(word) ?? 0) < weight) weights.set(word, weight)
}

function relatives(weights: ReadonlyMap<string, number>): [string, number][] {
  return Array.from(weights, ([word, weight]) =>
    Array.from(relatedTo(word), (other): [string, number] => [other, weight * RELATED]),
  ).flat()
}

function labelWords([name, value]: [string, string]): [string, number][] {
  const names = COMMON_LABELS.has(name) ? [] : wordsOf(name)
  const values = STATE_LABELS.has(name) ? wordsOf(value) : []
  return [
    ...names.map((word): [string, number] => [word, LABEL_NAME]),
    ...values.map((word): [string, number] => [word, STATE_VALUE]),
  ]
}

function textOf({ alertName, text }: MatchQuery, labels: [string, string][]): string {
  let rest = `${alertName ?? ''}\n${text}`.slice(0, LONGEST_TEXT)
  for (const [name, value] of labels) {
    if (value.length >= 3 && name !== 'alertname' && !STATE_LABELS.has(name) && !isPlainWord(value))
      rest = rest.replaceAll(value, ' ')
  }
  return withoutInstances(rest)
}

function isInstanceWord([name, value]: [string, string]): boolean {
  return name !== 'alertname' && !STATE_LABELS.has(name) && isPlainWord(value)
}

/** `etcd` in `job="etcd"` may still be the subject; `pricing-5bd` may not. */
function isPlainWord(value: string): boolean {
  return /^[a-z]+$/i.test(value)
}

function pairsOf(words: readonly string[]): Set<string> {
  const pairs = new Set<string>()
  for (const [n, word] of words.entries()) {
    if (n > 0) pairs.add(`${words[n - 1]} ${word}`)
    if (n > 1) pairs.add(`${words[n - 2]} ${word}`)
  }
  return pairs
}
