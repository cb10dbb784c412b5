import { atOnce, type Pieces } from '#platform/slices'
import {
  type Fields,
  type Postings,
  type RankingDocument,
  toFields,
  toPostings,
  toRarity,
} from './ranking-fields'
import { type Corpus, featuresOf } from './ranking-features'
import type { QueryWords } from './ranking-query'

export interface Candidate {
  /** Position in the list of documents. */
  readonly at: number
  /** As `FEATURES` names them. */
  readonly features: readonly number[]
}

export interface RankingIndex {
  /** The most promising runbooks for a question by shared words alone, and those that are `wanted` whatever they share. */
  candidates(query: QueryWords, wanted?: readonly number[]): Candidate[]
  /** The words of a question that a runbook has, weightiest first. */
  shared(at: number, query: QueryWords): string[]
}

/** How many runbooks the first, cheap look keeps for the second, careful one. */
const CANDIDATES = 60

/** What a word that no runbook has counts: a question that is mostly such words is about something else. */
const STRANGE_WORD = 1

/** An inverted index over runbooks; a question touches only the runbooks that share a word with it. */
export function createRankingIndex(documents: readonly RankingDocument[]): RankingIndex {
  return atOnce(buildRankingIndex(documents))
}

/** The same, piece by piece. */
export function* buildRankingIndex(documents: readonly RankingDocument[]): Pieces<RankingIndex> {
  const { vocabulary, fields, bodies, postings, corpus } = yield* build(documents)
  return {
    candidates(query, wanted = []) {
      const asked = new Map<number, number>()
      let strange = 0
      for (const [word, weight] of query.weights) {
        const term = vocabulary.get(word)
        if (term !== undefined) asked.set(term, weight)
        else if (query.surfaces.has(word)) strange += weight * STRANGE_WORD
      }
      const { scores, most: known } = search(asked, postings, corpus, documents.length)
      const most = known + strange
      return [...new Set([...wanted, ...best(scores, CANDIDATES)])].map((at) => ({
        at,
        features: featuresOf(
          { headings: fields[at]!.headings, body: bodies[at]! },
          { asked, most, score: scores[at]!, query },
          corpus,
        ),
      }))
    },
    shared(at, query) {
      const has = new Set([...bodies[at]!, ...fields[at]!.title])
      return [...query.surfaces.keys()]
        .map((word) => ({ word, term: vocabulary.get(word) ?? -1 }))
        .filter(({ term }) => has.has(term))
        .map(({ word, term }) => ({ word, worth: query.weights.get(word)! * corpus.rarity[term]! }))
        .toSorted((a, b) => b.worth - a.worth)
        .map(({ word }) => word)
    },
  }
}

interface Built {
  readonly vocabulary: ReadonlyMap<string, number>
  readonly fields: readonly Fields[]
  readonly bodies: readonly Int32Array[]
  readonly postings: readonly Postings[]
  readonly corpus: Corpus
}

function* build(documents: readonly RankingDocument[]): Pieces<Built> {
  const vocabulary = new Map<string, number>()
  const terms: string[] = []
  const fields: Fields[] = []
  const bodies: Int32Array[] = []
  for (const document of documents) {
    const numbered = toFields(document, (word) => {
      const known = vocabulary.get(word)
      if (known !== undefined) return known
      vocabulary.set(word, terms.length)
      return terms.push(word) - 1
    })
    fields.push(numbered)
    bodies.push(Int32Array.from(numbered.body))
    yield
  }
  const postings = yield* toPostings(fields, terms.length)
  const counts = postings.map(({ at }) => at.length)
  const corpus: Corpus = {
    terms,
    rarity: toRarity(counts, documents.length),
    headingRarity: toRarity(countInHeadings(fields, terms.length), documents.length),
  }
  return {
    vocabulary,
    fields,
    bodies,
    postings,
    corpus,
  }
}

function search(
  asked: ReadonlyMap<number, number>,
  postings: readonly Postings[],
  { rarity }: Corpus,
  documents: number,
): { scores: Float64Array; most: number } {
  let most = 0
  const scores = new Float64Array(documents)
  for (const [term, weight] of asked) {
    const worth = weight * rarity[term]!
    const { at, share } = postings[term]!
    most += worth
    for (let n = 0; n < at.length; n++) scores[at[n]!]! += worth * share[n]!
  }
  return { scores, most }
}

function countInHeadings(fields: readonly Fields[], size: number): Int32Array {
  const counts = new Int32Array(size)
  for (const { headings } of fields)
    for (const term of new Set(headings.flatMap(({ words }) => words))) counts[term]!++
  return counts
}

/** The positions of the highest scores, highest first; one pass, because sorting ten thousand would cost more than the search. */
function best(scores: Float64Array, limit: number): number[] {
  const top: number[] = []
  for (const [at, score] of scores.entries()) {
    if (score === 0 || (top.length === limit && score <= scores[top.at(-1)!]!)) continue
    const place = top.findIndex((other) => scores[other]! < score)
    top.splice(place === -1 ? top.length : place, 0, at)
    if (top.length > limit) top.pop()
  }
  return top
}
