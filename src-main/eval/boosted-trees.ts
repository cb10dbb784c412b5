import type { Tree } from '#domains/triage'

/** What is there of each row: compact numbers of features, below `features`. */
export interface Presence {
  readonly rows: readonly Int32Array[]
  readonly features: number
}

export interface BoostOptions {
  readonly classes: number
  readonly rounds: number
  readonly seed: number
}

const STEP = 0.05
const LEAVES = 15
const LEAST_IN_LEAF = 10
const ROWS_SHARE = 0.8
const FEATURES_SHARE = 0.2
const SHRINK = 5
const LEAST_GAIN = 1e-6

/**
 * Gradient boosting of small trees over "is it there?" questions (Friedman 2001), one tree a class and round, each on a
 * part of the rows and features. Feature numbers in the trees are the compact ones.
 */
export function boostTrees(
  { rows, features }: Presence,
  members: readonly number[],
  labels: readonly number[],
  { classes, rounds, seed }: BoostOptions,
): Tree[] {
  const random = createRandom(seed)
  const scores = rows.map(() => new Float64Array(classes))
  const trees: Tree[] = []
  const slopes: Slopes = {
    first: new Float64Array(rows.length),
    second: new Float64Array(rows.length),
  }
  for (let round = 0; round < rounds; round++) {
    const sample = members.filter(() => random() < ROWS_SHARE)
    const usable = Uint8Array.from({ length: features }, () => (random() < FEATURES_SHARE ? 1 : 0))
    const grower = createGrower(rows, usable, slopes)
    const shares = scores.map(softmax)
    for (let at = 0; at < classes; at++) {
      for (const row of sample) {
        const share = shares[row]![at]!
        slopes.first[row] = share - (labels[row] === at ? 1 : 0)
        slopes.second[row] = share * (1 - share)
      }
      const tree = grower.grow(sample)
      trees.push(tree)
      for (const row of members) scores[row]![at]! += climb(tree, rows[row]!)
    }
  }
  return trees
}

/** The value a tree gives a row. */
function climb({ feature, yes, no, value }: Tree, present: Int32Array): number {
  let node = 0
  while (feature[node] !== -1) node = present.includes(feature[node]!) ? yes[node]! : no[node]!
  return value[node]!
}

/** First and second derivative of the loss by each row's score. */
interface Slopes {
  readonly first: Float64Array
  readonly second: Float64Array
}

interface Leaf {
  readonly node: number
  readonly members: readonly number[]
  readonly split: Split | undefined
}
interface Split {
  readonly feature: number
  readonly gain: number
}
interface Sum {
  readonly first: number
  readonly second: number
}

function createGrower(rows: readonly Int32Array[], usable: Uint8Array, slopes: Slopes) {
  const bestSplit = createSplitter(rows, usable, slopes)
  return { grow }

  /** The leaf with the most to gain is split until there are enough leaves. */
  function grow(sample: readonly number[]): Tree {
    const tree: Tree = { feature: [], yes: [], no: [], value: [] }
    let leaves = [plant(tree, sample)]
    while (leaves.length < LEAVES) {
      const open = leaves.filter(({ split }) => split !== undefined)
      if (open.length === 0) break
      const leaf = open.reduce((a, b) => (b.split!.gain > a.split!.gain ? b : a))
      const { feature } = leaf.split!
      const has = (row: number) => rows[row]!.includes(feature)
      const yes = plant(tree, leaf.members.filter(has))
      const no = plant(
        tree,
        leaf.members.filter((row) => !has(row)),
      )
      tree.feature[leaf.node] = feature
      tree.yes[leaf.node] = yes.node
      tree.no[leaf.node] = no.node
      leaves = [...leaves.filter((other) => other !== leaf), yes, no]
    }
    return tree
  }

  function plant(tree: Tree, members: readonly number[]): Leaf {
    const sum = sumOf(members, slopes)
    tree.feature.push(-1)
    tree.yes.push(-1)
    tree.no.push(-1)
    const node = tree.value.push((-STEP * sum.first) / (sum.second + SHRINK)) - 1
    return { node, members, split: bestSplit(members, sum) }
  }
}

function createSplitter(rows: readonly Int32Array[], usable: Uint8Array, slopes: Slopes) {
  const first = new Float64Array(usable.length)
  const second = new Float64Array(usable.length)
  const count = new Int32Array(usable.length)

  return function bestSplit(members: readonly number[], all: Sum): Split | undefined {
    if (members.length < 2 * LEAST_IN_LEAF) return undefined
    const touched = addUp(members)
    let best: Split | undefined
    for (const feature of touched) {
      const sum = { first: first[feature]!, second: second[feature]! }
      const inside = count[feature]!
      first[feature] = 0
      second[feature] = 0
      count[feature] = 0
      if (inside < LEAST_IN_LEAF || members.length - inside < LEAST_IN_LEAF) continue
      const rest = { first: all.first - sum.first, second: all.second - sum.second }
      const gain = worthOf(sum) + worthOf(rest) - worthOf(all)
      if (gain > (best?.gain ?? LEAST_GAIN)) best = { feature, gain }
    }
    return best
  }

  /** Adds the members' slopes to each feature they have; answers which features those are. */
  function addUp(members: readonly number[]): number[] {
    const touched: number[] = []
    for (const row of members) {
      for (const feature of rows[row]!) {
        if (usable[feature] === 0) continue
        if (count[feature] === 0) touched.push(feature)
        first[feature]! += slopes.first[row]!
        second[feature]! += slopes.second[row]!
        count[feature]!++
      }
    }
    return touched
  }
}

function worthOf({ first, second }: Sum): number {
  return first ** 2 / (second + SHRINK)
}

function sumOf(members: readonly number[], slopes: Slopes): Sum {
  let first = 0
  let second = 0
  for (const row of members) {
    first += slopes.first[row]!
    second += slopes.second[row]!
  }
  return { first, second }
}

function softmax(scores: Float64Array): Float64Array {
  const top = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - top))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / all)
}

/** A small generator with a seed (mulberry32), so that the same rows always give the same trees. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
