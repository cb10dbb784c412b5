import {
  createRankingIndex,
  FEATURES,
  type RankingDocument,
  scoreOf,
  toQueryWords,
} from '#domains/runbooks'
import { foldOf, isPermissive, type MatchRow, tierOf } from './eval-data'

/** One alert with its candidates: their features, and whether they are right. */
interface Lesson {
  readonly row: MatchRow
  readonly candidates: readonly { id: string; features: readonly number[]; right: boolean }[]
  readonly fold: number
}

export const FOLDS = 8
const STEPS = 300
const STEP_SIZE = 0.05
const SHRINK = 0.005
/** Many alerts share one page there, so each says less. */
const SERVICE_WEIGHT = 0.5

export function toLessons(
  documents: readonly RankingDocument[],
  rows: readonly MatchRow[],
): Lesson[] {
  const index = createRankingIndex(documents)
  return rows.map((row) => {
    const text = `${row.summary}\n${row.description}`
    const query = toQueryWords({ alertName: undefined, text, labels: row.labels })
    const candidates = index.candidates(query).map(({ at, features }) => ({
      id: documents[at]!.id as string,
      features,
      right: row.relevant.includes(documents[at]!.id),
    }))
    return { row, candidates, fold: foldOf(row.relevant.toSorted()[0]!, FOLDS) }
  })
}

/** Weights that make a right candidate's share of the softmax over its rivals as large as can be. */
export function learnRanking(lessons: readonly Lesson[]): number[] {
  const usable = lessons.filter(
    ({ row, candidates }) => isPermissive(row) && candidates.some(({ right }) => right),
  )
  const scale = spreadOf(usable)
  const weights = FEATURES.map(() => 0.1)
  const moving = FEATURES.map(() => ({ mean: 0, square: 0 }))
  for (let step = 1; step <= STEPS; step++) {
    const slope = slopeOf(usable, weights, scale)
    for (const [at, { mean, square }] of moving.entries()) {
      // Adam: https://arxiv.org/abs/1412.6980
      const next = {
        mean: 0.9 * mean + 0.1 * slope[at]!,
        square: 0.99 * square + 0.01 * slope[at]! ** 2,
      }
      moving[at] = next
      const direction = next.mean / (1 - 0.9 ** step)
      weights[at]! -= (STEP_SIZE * direction) / (Math.sqrt(next.square / (1 - 0.99 ** step)) + 1e-8)
    }
  }
  return weights.map((weight, at) => weight / scale[at]!)
}

/** Each alert ranked by weights that were learnt, from `free`, without its fold: document ids, best first. */
export function rankAcrossFolds(
  lessons: readonly Lesson[],
  free: readonly Lesson[],
): { row: MatchRow; ranked: string[] }[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const weights = learnRanking(free.filter((lesson) => lesson.fold !== fold))
    return lessons
      .filter((lesson) => lesson.fold === fold)
      .map(({ row, candidates }) => ({
        row,
        ranked: candidates
          .map(({ id, features }) => ({ id, score: scoreOf(features, weights) }))
          .toSorted((a, b) => b.score - a.score)
          .map(({ id }) => id),
      }))
  }).flat()
}

function slopeOf(
  lessons: readonly Lesson[],
  weights: readonly number[],
  scale: readonly number[],
): number[] {
  const slope = weights.map((weight) => SHRINK * weight)
  const scaled = weights.map((weight, at) => weight / scale[at]!)
  for (const { row, candidates } of lessons) {
    const scores = candidates.map(({ features }) => scoreOf(features, scaled))
    const top = Math.max(...scores)
    const shares = scores.map((score) => Math.exp(score - top))
    const all = shares.reduce((sum, share) => sum + share, 0)
    const right = candidates.reduce((sum, { right: is }, at) => sum + (is ? shares[at]! : 0), 0)
    const worth = (tierOf(row) === 'core' ? 1 : SERVICE_WEIGHT) / lessons.length
    for (const [at, { features, right: is }] of candidates.entries()) {
      const pull = worth * (shares[at]! / all - (is ? shares[at]! / right : 0))
      for (const [feature, value] of features.entries())
        slope[feature]! += (pull * value) / scale[feature]!
    }
  }
  return slope
}

/** Root mean square of each feature, so that shrinking treats all alike. */
function spreadOf(lessons: readonly Lesson[]): number[] {
  const all = lessons.flatMap(({ candidates }) => candidates)
  return FEATURES.map((_, at) => {
    const square =
      all.reduce((sum, { features }) => sum + features[at]! ** 2, 0) / Math.max(1, all.length)
    return Math.max(1e-9, Math.sqrt(square))
  })
}
