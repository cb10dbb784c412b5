import type { RunbookId } from '#contract/primitives'
import type { RunbookMatch } from '#contract/triage'
import { atOnce, type Pieces } from '#platform/slices'
import type { RankingDocument } from './ranking-fields'
import { buildRankingIndex, type RankingIndex } from './ranking-index'
import { type MatchQuery, toQueryWords } from './ranking-query'
import { LEAST_SCORE, RANKING_WEIGHTS } from './ranking-weights'
import type { Learnt } from './runbook-history'

export type { MatchQuery, RankingDocument }

export interface Ranking {
  /** Best first: runbooks that name the alert, then those whose labels fit, then by words. What hardly fits is left out. */
  rank(query: MatchQuery, limit: number, learntOf?: LearntOf): RunbookMatch[]
}

/** How runbooks did so far; undefined for one that nothing was learnt about. */
export type LearntOf = (id: RunbookId) => Learnt | undefined
const NOTHING_LEARNT: LearntOf = () => undefined

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
    rank(query, limit, learntOf = NOTHING_LEARNT) {
      const words = toQueryWords(query)
      const claims = matchers.map((claimOf) => claimOf(query))
      const wanted = [...claims.keys()].filter((at) => claims[at]!.bonus > 0)
      const fitting = index
        .candidates(words, wanted)
        .map(({ at, features }): Scored => {
          const claim = claims[at]!
          const learnt = learntOf(documents[at]!.id)
          return { at, score: scoreOf(features) + claim.bonus, claim, learnt }
        })
        .filter(({ score }) => score >= LEAST_SCORE)
        .toSorted(bestFirst)
      const scored = heedHistory(fitting)
      const top = scored[0]?.score ?? 0
      const all = scored.reduce((sum, { score }) => sum + Math.exp(score - top), 0)
      return scored.slice(0, limit).map(({ at, score, claim, learnt }) => ({
        runbookId: documents[at]!.id,
        title: documents[at]!.title,
        score: Math.exp(score - top) / all,
        words: [...claim.words, ...spell(index, at, words)].slice(0, SHOWN_WORDS),
        ...(learnt?.words && { history: learnt.words }),
      }))
    },
  }
}

interface Scored {
  readonly at: number
  readonly score: number
  readonly claim: Claim
  readonly learnt: Learnt | undefined
}

function bestFirst(a: Scored, b: Scored): number {
  return b.score - a.score || a.at - b.at
}

/**
 * What they did so far decides among neighbours that claim the alert alike, and only there: it lifts nothing over a
 * runbook that names the alert, and brings in nothing that does not fit.
 */
function heedHistory(fitting: readonly Scored[]): Scored[] {
  const ordered: Scored[] = []
  for (let from = 0; from < fitting.length;) {
    const { bonus } = fitting[from]!.claim
    const other = fitting.findIndex(({ claim }, at) => at > from && claim.bonus !== bonus)
    const to = other === -1 ? fitting.length : other
    const alike = fitting.slice(from, to).map((one) => ({
      ...one,
      score: one.score + (one.learnt?.bonus ?? 0),
    }))
    ordered.push(...alike.toSorted(bestFirst))
    from = to
  }
  // A share is never larger than that of the one before.
  let most = Infinity
  return ordered.map((one) => ({ ...one, score: (most = Math.min(most, one.score)) }))
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
