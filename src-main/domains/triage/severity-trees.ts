import { BUCKETS } from './severity-features'

/** A tree of "is this mark there?" questions, as columns: `feature` is -1 at a leaf, and only leaves have a `value`. */
export interface Tree {
  readonly feature: ArrayLike<number>
  readonly yes: ArrayLike<number>
  readonly no: ArrayLike<number>
  readonly value: ArrayLike<number>
}

// One place a mark, zero between calls: thousands of questions are asked of it for one rule.
const there = new Uint8Array(BUCKETS)

/** One share a class, summing to one. `trees` come in rounds of one a class. */
export function sharesOf(
  trees: readonly Tree[],
  classes: number,
  marks: ReadonlySet<number>,
): number[] {
  for (const mark of marks) there[mark] = 1
  const scores = Array.from({ length: classes }, () => 0)
  for (const [at, tree] of trees.entries()) scores[at % classes]! += climb(tree)
  for (const mark of marks) there[mark] = 0
  const top = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - top))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / all)
}

function climb({ feature, yes, no, value }: Tree): number {
  let node = 0
  while (feature[node] !== -1) node = there[feature[node]!] === 1 ? yes[node]! : no[node]!
  return value[node]!
}
