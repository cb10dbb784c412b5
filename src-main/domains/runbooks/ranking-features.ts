import { type Heading, SEVERITY_WORDS } from './ranking-fields'
import type { QueryWords } from './ranking-query'

/** What speaks for and against a candidate, in the order of `RANKING_WEIGHTS`. */
export const FEATURES = [
  'bm25f', // shared words by rarity and field, over what the question could share
  'headingCoverage', // how much of its title, or of the alert name that fits best, the question says
  'queryCoverage', // how much of the question that title says
  'headingPairs', // neighbours in that title that are neighbours in the question
  'passage', // how much of the question its best dozen neighbouring words say
  'severityClash', // that title says Critical and the alert says warning, or the other way round
  'length', // a tenth of the logarithm of its words: long pages share words by chance
  'headingRest', // the weight of what that title says and the question does not
  'headingRestWords', // and how many words that is
] as const

/** The words of all runbooks: their spelling, and how rare they are in all text and in titles, 0 to 1. */
export interface Corpus {
  readonly terms: readonly string[]
  readonly rarity: Float64Array
  readonly headingRarity: Float64Array
}

export interface Question {
  /** Word → weight, for the words any runbook has. */
  readonly asked: ReadonlyMap<number, number>
  /** What a runbook that says everything would score. */
  readonly most: number
  readonly score: number
  readonly query: QueryWords
}

const PASSAGE_WORDS = 12

export function featuresOf(
  { headings, body }: { headings: readonly Heading[]; body: Int32Array },
  question: Question,
  corpus: Corpus,
): number[] {
  const heading = headings
    .map((one) => headingFeatures(one, question, corpus))
    .reduce((a, b) => (b.coverage - b.rest > a.coverage - a.rest ? b : a))
  return [
    question.score / (1 + question.most),
    heading.coverage,
    heading.said,
    heading.pairs,
    share(bestPassage(body, question.asked, corpus.rarity), question.most),
    heading.clash,
    Math.log(1 + body.length) / 10,
    heading.rest,
    heading.restWords,
  ]
}

function headingFeatures(
  { words, severity }: Heading,
  { asked, most, query }: Question,
  { terms, rarity, headingRarity }: Corpus,
) {
  let all = 0
  let matched = 0
  let said = 0
  let restWords = 0
  for (const term of new Set(words)) {
    const weight = asked.get(term)
    all += headingRarity[term]!
    if (weight === undefined) restWords++
    else {
      matched += headingRarity[term]! * Math.min(1, weight)
      said += weight * rarity[term]!
    }
  }
  const pairs = words.slice(1).map((term, n) => `${terms[words[n]!]} ${terms[term]}`)
  return {
    coverage: share(matched, all),
    said: share(said, most),
    pairs: share(pairs.filter((pair) => query.pairs.has(pair)).length, pairs.length),
    clash: clashes(severity, query.severity) ? 1 : 0,
    rest: all - matched,
    restWords,
  }
}

function clashes(said: string | undefined, asked: string | undefined): boolean {
  return said !== undefined && said !== asked && SEVERITY_WORDS.includes(asked ?? '')
}

/** The most of the question that any dozen neighbouring words of a runbook say. */
function bestPassage(
  body: Int32Array,
  asked: ReadonlyMap<number, number>,
  rarity: Float64Array,
): number {
  const inside = new Map<number, number>()
  let now = 0
  let top = 0
  for (const [n, comes] of body.entries()) {
    if (asked.has(comes)) count(comes, 1)
    if (n >= PASSAGE_WORDS && inside.has(body[n - PASSAGE_WORDS]!))
      count(body[n - PASSAGE_WORDS]!, -1)
    top = Math.max(top, now)
  }
  return top

  function count(term: number, by: 1 | -1): void {
    const before = inside.get(term) ?? 0
    inside.set(term, before + by)
    const worth = asked.get(term)! * rarity[term]!
    if (before === 0) now += worth
    else if (before + by === 0) now -= worth
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
