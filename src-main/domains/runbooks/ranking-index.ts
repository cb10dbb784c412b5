import { type RankingDocument, toFields, toPostings, toRarity } from './ranking-fields'
import { featuresOf, type Corpus } from './ranking-features'
import type { QueryWords } from './ranking-query'

export interface Candidate {
  /** Position in the list of documents. */
  readonly at: number
  /** As `FEATURES` names them. */
  readonly features: readonly number[]
}

/** How many runbooks the first, cheap look keeps for the second, careful one. */
const CANDIDATES = 60

/** An inverted index over runbooks; a question touches only the runbooks that share a word with it. */
export function createRankingIndex(documents: readonly RankingDocument[]) {
  const vocabulary = new Map<string, number>()
  const terms: string[] = []
  const fields = documents.map((document) => toFields(document, number))
  const bodies = fields.map(({ body }) => Int32Array.from(body))
  const postings = toPostings(fields, terms.length)
  const corpus: Corpus = {
    terms,
    rarity: toRarity(
      postings.map(({ at }) => at.length),
      documents.length,
    ),
    headingRarity: toRarity(countInHeadings(), documents.length),
  }

  return {
    /** The most promising runbooks for a question by shared words alone, and those that are `wanted` whatever they share. */
    candidates(query: QueryWords, wanted: readonly number[] = []): Candidate[] {
      const asked = toAsked(query)
      const { scores, most } = search(asked)
      return [...new Set([...wanted, ...best(scores, CANDIDATES)])].map((at) => ({
        at,
        features: featuresOf(
          { headings: fields[at]!.headings, body: bodies[at]! },
          { asked, most, score: scores.get(at) ?? 0, query },
          corpus,
        ),
      }))
    },
    /** The words of a question that a runbook has, weightiest first. */
    shared(at: number, query: QueryWords): string[] {
      const has = new Set([...bodies[at]!, ...fields[at]!.title])
      return [...query.surfaces.keys()]
        .map((word) => ({ word, term: vocabulary.get(word) ?? -1 }))
        .filter(({ term }) => has.has(term))
        .map(({ word, term }) => ({ word, worth: query.weights.get(word)! * corpus.rarity[term]! }))
        .toSorted((a, b) => b.worth - a.worth)
        .map(({ word }) => word)
    },
  }

  function number(word: string): number {
    const known = vocabulary.get(word)
    if (known !== undefined) return known
    vocabulary.set(word, terms.length)
    return terms.push(word) - 1
  }

  function toAsked({ weights }: QueryWords): Map<number, number> {
    const asked = new Map<number, number>()
    for (const [word, weight] of weights) {
      const term = vocabulary.get(word)
      if (term !== undefined) asked.set(term, weight)
    }
    return asked
  }

  function search(asked: ReadonlyMap<number, number>) {
    let most = 0
    const scores = new Map<number, number>()
    for (const [term, weight] of asked) {
      const worth = weight * corpus.rarity[term]!
      const { at, share } = postings[term]!
      most += worth
      for (let n = 0; n < at.length; n++)
        scores.set(at[n]!, (scores.get(at[n]!) ?? 0) + worth * share[n]!)
    }
    return { scores, most }
  }

  function countInHeadings(): Int32Array {
    const counts = new Int32Array(terms.length)
    for (const { headings } of fields)
      for (const term of new Set(headings.flatMap(({ words }) => words))) counts[term]!++
    return counts
  }
}
export type RankingIndex = ReturnType<typeof createRankingIndex>

function best(scores: ReadonlyMap<number, number>, limit: number): number[] {
  const order = [...scores].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
  return order.slice(0, limit).map(([at]) => at)
}
