import type { RunbookId } from '#contract/primitives'
import type { Pieces } from '#platform/slices'
import { joinedWordsOf, wordsOf } from '#platform/ops-words'

/** What is searched of one runbook. */
export interface RankingDocument {
  readonly id: RunbookId
  readonly title: string
  /** The Markdown after the front matter, whole. */
  readonly body: string
  /** `match.alerts`: names, or patterns with `*`. */
  readonly alerts: readonly string[]
  /** `match.words` and tags. */
  readonly words: readonly string[]
  /** `match.labels`: label → value, or a pattern with `*`. */
  readonly labels: Readonly<Record<string, string>>
}

/** The title, or a name of an alert it is for, as numbers of words in their order. */
export interface Heading {
  readonly words: readonly number[]
  /** `critical` or `warning`, when it says so. */
  readonly severity: string | undefined
}

/** A runbook as numbers of words. */
export interface Fields {
  readonly headings: readonly Heading[]
  readonly title: readonly number[]
  readonly lead: readonly number[]
  readonly body: readonly number[]
}

export interface Postings {
  readonly at: number[]
  /** How much of what this word could give it gives here, 0 to 1: tf / (tf + K1) over all fields together (BM25F). */
  readonly share: number[]
}

export const SEVERITY_WORDS: readonly string[] = ['critical', 'warning']

const TITLE = 4
const LEAD = 1.5
const LEAD_WORDS = 70
const SHORT_FIELD = 0.5
const LONG_FIELD = 0.75
const K1 = 1.2

export function toFields(document: RankingDocument, number: (word: string) => number): Fields {
  const names = [...new Set([document.title, ...document.alerts])]
  const spelled = names.map((name) => wordsOf(name))
  const headings = spelled.map((words) => ({
    words: words.map(number),
    severity: SEVERITY_WORDS.find((severity) => words.includes(wordsOf(severity)[0]!)),
  }))
  const said = new Set(spelled.flat())
  const joined = names.flatMap(joinedWordsOf).filter((word) => !said.has(word))
  const extra = [...document.words.flatMap(wordsOf), ...joined]
  return {
    headings,
    title: [...headings.flatMap(({ words }) => words), ...extra.map(number)],
    lead: wordsOf(leadOf(document.body)).map(number),
    body: wordsOf(document.body).map(number),
  }
}

/** The first sentences of prose: they say what the page is about. */
function leadOf(body: string): string {
  const prose = body
    .replace(/```[\s\S]*?```/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(#|=|-{3,})/.test(line))
  return prose.join(' ').split(/\s+/, LEAD_WORDS).join(' ')
}

/** For each word the runbooks that have it; `size` is the number of words. A piece for each runbook. */
export function* toPostings(all: readonly Fields[], size: number): Pieces<Postings[]> {
  const postings = Array.from({ length: size }, (): Postings => ({ at: [], share: [] }))
  const usual = {
    title: averageLength(all.map(({ title }) => title)),
    lead: averageLength(all.map(({ lead }) => lead)),
    body: averageLength(all.map(({ body }) => body)),
  }
  for (const [at, { title, lead, body }] of all.entries()) {
    const weights = new Map<number, number>()
    const add = (words: readonly number[], weight: number) => {
      for (const word of words) weights.set(word, (weights.get(word) ?? 0) + weight)
    }
    add(title, TITLE / (1 - SHORT_FIELD + (SHORT_FIELD * title.length) / usual.title))
    add(lead, LEAD / (1 - SHORT_FIELD + (SHORT_FIELD * lead.length) / usual.lead))
    add(body, 1 / (1 - LONG_FIELD + (LONG_FIELD * body.length) / usual.body))
    for (const [word, weight] of weights) {
      postings[word]!.at.push(at)
      postings[word]!.share.push(weight / (weight + K1))
    }
    yield
  }
  return postings
}

function averageLength(lists: readonly (readonly number[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0) / Math.max(1, lists.length) || 1
}

/** BM25's inverse document frequency over its largest value: 1 for a word of one runbook, whatever their number. */
export function toRarity(counts: ArrayLike<number>, documents: number): Float64Array {
  const most = Math.log(1 + (documents - 0.5) / 1.5) || 1
  return Float64Array.from(
    counts,
    (count) => Math.log(1 + (documents - count + 0.5) / (count + 0.5)) / most,
  )
}
