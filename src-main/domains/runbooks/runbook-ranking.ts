import type { RunbookMatch } from '#contract/triage'
import { atOnce, type Pieces } from '#platform/slices'
import type { RankingDocument } from './ranking-fields'
import { buildRankingIndex, type RankingIndex } from './ranking-index'
import { type MatchQuery, toQueryWords } from './ranking-query'
import { LEAST_SCORE, RANKING_WEIGHTS } from './ranking-weights'

export type { MatchQuery, RankingDocument }

export interface Ranking {
  /** Best first: runbooks that name the alert, then those whose labels fit, then by words. What hardly fits is left out. */
  rank(query: MatchQuery, limit: number): RunbookMatch[]
}

/** In units of the learnt score, whose spread among candidates is a few units. */
const NAMED = 20
const NAMED_BY_PATTERN = 12
const LABELS_FIT = 6
const LABELS_DIFFER = -6
const SHOWN_WORDS = 8

interface Claim {
  /** What the runbook's own match rules add to the words' score. */
  readonly bonus: number
  /** The rules that matched, in an operator's words. */
  readonly words: readonly string[]
}
const NO_CLAIM: Claim = { bonus: 0, words: [] }

/** Searches runbooks by alert name, labels and words. Build it once, ask often: ten thousand take a few ms a question. */
export function createRanking(documents: readonly RankingDocument[]): Ranking {
  return atOnce(buildRanking(documents))
}

/** The same, piece by piece: ten thousand take some seconds to build. */
export function* buildRanking(documents: readonly RankingDocument[]): Pieces<Ranking> {
  const index = yield* buildRankingIndex(documents)
  const matchers: Matcher[] = []
  for (const document of documents) {
    matchers.push(toMatcher(document))
    yield
  }
  return {
    rank(query, limit) {
      const words = toQueryWords(query)
      const claims = matchers.map((claimOf) => claimOf(query))
      const wanted = [...claims.keys()].filter((at) => claims[at]!.bonus > 0)
      const scored = index
        .candidates(words, wanted)
        .map(({ at, features }) => ({
          at,
          score: scoreOf(features) + claims[at]!.bonus,
          because: claims[at]!.words,
        }))
        .filter(({ score }) => score >= LEAST_SCORE)
        .toSorted((a, b) => b.score - a.score || a.at - b.at)
      const top = scored[0]?.score ?? 0
      const all = scored.reduce((sum, { score }) => sum + Math.exp(score - top), 0)
      return scored.slice(0, limit).map(({ at, score, because }) => ({
        runbookId: documents[at]!.id,
        title: documents[at]!.title,
        score: Math.exp(score - top) / all,
        words: [...because, ...spell(index, at, words)].slice(0, SHOWN_WORDS),
      }))
    },
  }
}

/** The learnt score of a candidate's features. */
export function scoreOf(
  features: readonly number[],
  weights: readonly number[] = RANKING_WEIGHTS,
): number {
  return features.reduce((sum, value, n) => sum + value * weights[n]!, 0)
}

function spell(index: RankingIndex, at: number, words: ReturnType<typeof toQueryWords>): string[] {
  const shared = index.shared(at, words).map((word) => words.surfaces.get(word)!)
  return [...new Set(shared)].filter((word) => word.length > 2) // "no" and "up" weigh, but explain nothing
}

type Matcher = (query: MatchQuery) => Claim

function toMatcher(document: RankingDocument): Matcher {
  const names = new Set([document.title, ...document.alerts].map(normalise))
  const patterns = document.alerts.filter((name) => name.includes('*')).map(toPattern)
  const labels = Object.entries(document.labels).map(
    ([name, value]) => [name, value, toPattern(value)] as const,
  )
  return ({ alertName, labels: given }) => {
    const words: string[] = []
    let bonus = 0
    if (alertName && names.has(normalise(alertName))) bonus = NAMED
    else if (alertName && patterns.some((pattern) => pattern.test(alertName)))
      bonus = NAMED_BY_PATTERN
    if (bonus > 0) words.push(alertName!)
    if (labels.length > 0) {
      const fits = labels.every(([name, , pattern]) => pattern.test(given[name] ?? ''))
      bonus += fits ? LABELS_FIT : LABELS_DIFFER
      if (fits) words.push(...labels.map(([name]) => `${name}=${given[name]}`))
    }
    return bonus === 0 ? NO_CLAIM : { bonus, words }
  }
}

/** `Node filesystem-almost_full` and `NodeFilesystemAlmostFull` are one name. */
function normalise(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9*]/g, '')
}

/** `*` matches any run of characters; case does not count. */
function toPattern(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map(RegExp.escape).join('.*')}$`, 'i')
}
