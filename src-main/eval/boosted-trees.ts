import type { Tree } from '#domains/triage'

/** What is there of each row: compact numbers of features, below `features`. */
export interface Presence {
  readonly rows: readonly Int32Array[]
  readonly features: number
  /** The same as a table: at row × features + feature, 1 where it is there. */
  readonly table: Uint8Array
}

export function toPresence(rows: readonly Int32Array[], features: number): Presence {
  const table = new Uint8Array(rows.length * features)
  for (const [at, row] of rows.entries()) for (const each of row) table[at * features + each] = 1
  return { rows, features, table }
}

export interface BoostOptions {
  readonly classes: number
  readonly rounds: number
  readonly seed: number
}

const STEP = 0.05
const LEAVES = 31
const LEAST_IN_LEAF = 5
const ROWS_SHARE = 0.8
const FEATURES_SHARE = 0.1
const SHRINK = 5
const LEAST_GAIN = 1e-6

/**
 * Gradient boosting of small trees over "is it there?" questions (Friedman 2001), one tree a class and round, each on a
 * part of the rows and features. Feature numbers in the trees are the compact ones.
 */
export function boostTrees(
  presence: Presence,
  members: readonly number[],
  labels: readonly number[],
  { classes, rounds, seed }: BoostOptions,
): Tree[] {
  const { rows, features } = presence
  const random = createRandom(seed)
  const scores = rows.map(() => new Float64Array(classes))
  const trees: Tree[] = []
  const slopes: Slopes = {
    first: new Float64Array(rows.length),
    second: new Float64Array(rows.length),
  }
  for (let round = 0; round < rounds; round++) {
    const sample = members.filter(() => random() < ROWS_SHARE)
    const shares = scores.map(softmax)
    for (let at = 0; at < classes; at++) {
      for (const row of sample) {
        const share = shares[row]![at]!
        slopes.first[row] = share - (labels[row] === at ? 1 : 0)
        slopes.second[row] = share * (1 - share)
      }
      const asked = Array.from({ length: features }, (_, feature) => feature).filter(
        () => random() < FEATURES_SHARE,
      )
      const grower = createGrower(presence, asked, slopes)
      const tree = grower.grow(sample)
      trees.push(tree)
      for (const row of members) scores[row]![at]! += climb(tree, presence, row)
    }
  }
  return trees
}

/** The value a tree gives a row. */
function climb(tree: Tree, { features, table }: Presence, row: number): number {
  const { feature, yes, no, value } = tree
  const start = row * features
  let node = 0
  while (feature[node] !== -1) node = table[start + feature[node]!] === 1 ? yes[node]! : no[node]!
  return value[node]!
}

/** A tree with room to grow. */
interface Sapling extends Tree {
  readonly feature: number[]
  readonly yes: number[]
  readonly no: number[]
  readonly value: number[]
}

/** First and second derivative of the loss by each row's score. */
interface Slopes {
  readonly first: Float64Array
  readonly second: Float64Array
}

/** Sums of one leaf for each feature that is asked, of its rows that have it. */
interface Histogram {
  readonly first: Float64Array
  readonly second: Float64Array
  readonly count: Float64Array
}
interface Leaf {
  readonly node: number
  readonly members: readonly number[]
  readonly histogram: Histogram
  readonly split: Split | undefined
}
interface Split {
  /** Its place among the features that are asked. */
  readonly place: number
  readonly gain: number
}
interface Sum {
  readonly first: number
  readonly second: number
}

/** Most features sit a tree out: those that are `asked` get places, and rows are kept by these. */
function createGrower(
  { rows, features, table }: Presence,
  asked: readonly number[],
  slopes: Slopes,
) {
  const places = new Int32Array(features).fill(-1)
  for (const [place, feature] of asked.entries()) places[feature] = place
  const placed = rows.map((row) => row.map((feature) => places[feature]!).filter((at) => at !== -1))
  return { grow }

  /** The leaf with the most to gain is split until there are enough leaves. */
  function grow(sample: readonly number[]): Tree {
    const tree: Sapling = { feature: [], yes: [], no: [], value: [] }
    let leaves = [plant(tree, sample, addUp(sample))]
    while (leaves.length < LEAVES) {
      const open = leaves.filter(({ split }) => split !== undefined)
      if (open.length === 0) break
      const leaf = open.reduce((a, b) => (b.split!.gain > a.split!.gain ? b : a))
      const [yes, no] = part(tree, leaf, asked[leaf.split!.place]!)
      leaves = [...leaves.filter((other) => other !== leaf), yes, no]
    }
    return tree
  }

  /** Only the smaller side is added up; the other is what it leaves over. */
  function part(tree: Sapling, { node, members, histogram }: Leaf, feature: number): [Leaf, Leaf] {
    const has = members.filter((row) => table[row * features + feature] === 1)
    const lacks = members.filter((row) => table[row * features + feature] === 0)
    const small = addUp(has.length < lacks.length ? has : lacks)
    const large = subtract(histogram, small)
    const [ofHas, ofLacks] = has.length < lacks.length ? [small, large] : [large, small]
    const yes = plant(tree, has, ofHas)
    const no = plant(tree, lacks, ofLacks)
    tree.feature[node] = feature
    tree.yes[node] = yes.node
    tree.no[node] = no.node
    return [yes, no]
  }

  function plant(tree: Sapling, members: readonly number[], histogram: Histogram): Leaf {
    const sum = sumOf(members, slopes)
    tree.feature.push(-1)
    tree.yes.push(-1)
    tree.no.push(-1)
    const node = tree.value.push((-STEP * sum.first) / (sum.second + SHRINK)) - 1
    return { node, members, histogram, split: bestSplit(members.length, sum, histogram) }
  }

  function addUp(members: readonly number[]): Histogram {
    const first = new Float64Array(asked.length)
    const second = new Float64Array(asked.length)
    const count = new Float64Array(asked.length)
    for (const row of members) {
      const own = placed[row]!
      const [slope, bend] = [slopes.first[row]!, slopes.second[row]!]
      for (let n = 0; n < own.length; n++) {
        const at = own[n]!
        first[at]! += slope
        second[at]! += bend
        count[at]!++
      }
    }
    return { first, second, count }
  }
}

function subtract(all: Histogram, some: Histogram): Histogram {
  return {
    first: all.first.map((value, at) => value - some.first[at]!),
    second: all.second.map((value, at) => value - some.second[at]!),
    count: all.count.map((value, at) => value - some.count[at]!),
  }
}

function bestSplit(rows: number, all: Sum, { first, second, count }: Histogram): Split | undefined {
  let best: Split | undefined
  for (let place = 0; place < count.length; place++) {
    const inside = count[place]!
    if (inside < LEAST_IN_LEAF || rows - inside < LEAST_IN_LEAF) continue
    const sum = { first: first[place]!, second: second[place]! }
    const rest = { first: all.first - sum.first, second: all.second - sum.second }
    const gain = worthOf(sum) + worthOf(rest) - worthOf(all)
    if (gain > (best?.gain ?? LEAST_GAIN)) best = { place, gain }
  }
  return best
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
