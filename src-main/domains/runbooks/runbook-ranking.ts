import type { RunbookId } from '#contract/primitives'
import type { RunbookMatch } from '#contract/triage'
import { wordsOf } from '#platform/ops-words'

/** What a ticket offers to be matched by. */
export interface MatchQuery {
  readonly alertName: string | undefined
  readonly text: string
  readonly labels: Readonly<Record<string, string>>
}

/** What is searched of one runbook. */
export interface RankingDocument {
  readonly id: RunbookId
  readonly title: string
  readonly body: string
  readonly alerts: readonly string[]
  readonly words: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

export interface Ranking {
  rank(query: MatchQuery, limit: number): RunbookMatch[]
}

interface Posting {
  readonly at: number
  readonly weight: number
}

const K1 = 1.2
const B = 0.75
const TITLE_WEIGHT = 3

/** An index over runbooks: named alerts first, then words (BM25, title three times). */
export function createRanking(documents: readonly RankingDocument[]): Ranking {
  const postings = new Map<string, Posting[]>()
  const lengths: number[] = []
  for (const [at, document] of documents.entries()) {
    const counts = new Map<string, number>()
    const add = (words: string[], weight: number) => {
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + weight)
    }
    add(wordsOf([document.title, ...document.alerts, ...document.words].join(' ')), TITLE_WEIGHT)
    add(wordsOf(document.body), 1)
    lengths.push([...counts.values()].reduce((sum, n) => sum + n, 0))
    for (const [word, weight] of counts) {
      const list = postings.get(word) ?? []
      list.push({ at, weight })
      postings.set(word, list)
    }
  }
  const average = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length)
  return {
    rank(query, limit) {
      const scores = new Map<number, Map<string, number>>()
      const text = `${query.alertName ?? ''}\n${query.text}\n${Object.keys(query.labels).join(' ')}`
      for (const word of new Set(wordsOf(text))) {
        const list = postings.get(word) ?? []
        const idf = Math.log(1 + (documents.length - list.length + 0.5) / (list.length + 0.5))
        for (const { at, weight } of list) {
          const share = weight / (weight + K1 * (1 - B + (B * lengths[at]!) / average))
          const found = scores.get(at) ?? new Map<string, number>()
          scores.set(at, found.set(word, idf * share * (K1 + 1)))
        }
      }
      for (const [at, document] of documents.entries()) {
        if (!isNamed(document, query)) continue
        scores.set(at, new Map([...(scores.get(at) ?? []), [query.alertName!, 1000]]))
      }
      const total = new Map([...scores].map(([at, found]) => [at, sum(found.values())]))
      const all = sum(total.values())
      return [...total]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, limit)
        .map(([at, score]) => ({
          runbookId: documents[at]!.id,
          title: documents[at]!.title,
          score: score / all,
          words: [...scores.get(at)!].toSorted((a, b) => b[1] - a[1]).map(([word]) => word),
        }))
    },
  }
}

function isNamed(document: RankingDocument, { alertName }: MatchQuery): boolean {
  return alertName !== undefined && document.alerts.includes(alertName)
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
