import { BUCKETS } from './severity-features'

/**
 * Trees of "is this mark there?" questions, one after the other. A node that is answered yes goes on with the next one.
 */
export interface Forest {
  /** Where each tree begins. */
  readonly roots: readonly number[]
  /** The mark that a node asks for, or -1 at a leaf. */
  readonly asked: Int32Array
  /** Where a node goes on when the mark is not there; of a leaf, its number. */
  readonly otherwise: Int32Array
  /** A row a leaf: of the rules that came there, the per cent of each class. */
  readonly shares: Uint8Array
}

/**
 * A forest from what is kept of it: for each node, one more than the place in `marks` of the mark that it asks for, or 0
 * at a leaf. What follows a leaf is where the last unanswered question goes on, or a new tree when there is none.
 */
export function toForest(
  marks: readonly number[],
  questions: Uint16Array,
  shares: Uint8Array,
): Forest {
  const asked = new Int32Array(questions.length)
  const otherwise = new Int32Array(questions.length)
  const roots: number[] = []
  const unanswered: number[] = []
  let leaves = 0
  let afterLeaf = true
  for (const [node, question] of questions.entries()) {
    if (afterLeaf) {
      const asker = unanswered.pop()
      if (asker === undefined) roots.push(node)
      else otherwise[asker] = node
    }
    afterLeaf = question === 0
    asked[node] = afterLeaf ? -1 : marks[question - 1]!
    if (afterLeaf) otherwise[node] = leaves++
    else unanswered.push(node)
  }
  if (unanswered.length > 0) throw new Error('A tree of the severity model has no end.')
  return { roots, asked, otherwise, shares }
}

// One place a mark, zero between calls: thousands of questions are asked of it for one rule.
const there = new Uint8Array(BUCKETS)

/** One share a class, summing to about one: the mean of what the trees say. */
export function sharesOf(forest: Forest, classes: number, marks: ReadonlySet<number>): number[] {
  for (const mark of marks) there[mark] = 1
  const sums = Array.from({ length: classes }, () => 0)
  for (const root of forest.roots) {
    const start = leafOf(forest, root) * classes
    for (let at = 0; at < classes; at++) sums[at]! += forest.shares[start + at]!
  }
  for (const mark of marks) there[mark] = 0
  return sums.map((sum) => sum / (100 * forest.roots.length))
}

function leafOf({ asked, otherwise }: Forest, root: number): number {
  let node = root
  while (asked[node] !== -1) node = there[asked[node]!] === 1 ? node + 1 : otherwise[node]!
  return otherwise[node]!
}
