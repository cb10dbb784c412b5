/** A tree of "is this mark there?" questions, as columns: `feature` is -1 at a leaf, and only leaves have a `value`. */
export interface Tree {
  readonly feature: number[]
  readonly yes: number[]
  readonly no: number[]
  readonly value: number[]
}

/** One share a class, summing to one. `trees` come in rounds of one a class. */
export function sharesOf(
  trees: readonly Tree[],
  classes: number,
  marks: ReadonlySet<number>,
): number[] {
  const scores = Array.from({ length: classes }, () => 0)
  for (const [at, tree] of trees.entries()) scores[at % classes]! += climb(tree, marks)
  const top = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - top))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / all)
}

function climb({ feature, yes, no, value }: Tree, marks: ReadonlySet<number>): number {
  let node = 0
  while (feature[node] !== -1) node = (marks.has(feature[node]!) ? yes : no)[node]!
  return value[node]!
}
