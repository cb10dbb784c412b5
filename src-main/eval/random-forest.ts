/** What is there of each row: compact numbers of features, below `features`. */
export interface Presence {
  readonly rows: readonly Int32Array[]
  readonly features: number
}

export interface ForestOptions {
  readonly classes: number
  readonly trees: number
  readonly seed: number
}

/** All trees, one after the other, each node before what follows a yes, and that before what follows a no. */
export interface GrownForest {
  /** The feature that a node asks for, or -1 at a leaf. */
  readonly asked: number[]
  /** A row a leaf: the share of each class. */
  readonly shares: number[]
}

const LEAST_IN_LEAF = 2
/** Of the features that could part a node's rows, this share is tried: so the trees differ. */
const TRIED_SHARE = 0.05

/**
 * A random forest (Breiman 2001) of "is it there?" questions: each tree is grown on all rows until it cannot part them any
 * more, and each node asks the best of a few features that chance picks.
 */
export function growForest(
  { rows, features }: Presence,
  labels: readonly number[],
  { classes, trees, seed }: ForestOptions,
): GrownForest {
  const forest: GrownForest = { asked: [], shares: [] }
  const table = tabulate(rows, features)
  const pickFeature = createPicker({ rows, features }, labels, classes, createRandom(seed))
  for (let tree = 0; tree < trees; tree++) grow([...rows.keys()])
  return forest

  function grow(own: readonly number[]): void {
    const sums = countClasses(own)
    const pure = sums.some((sum) => sum === own.length)
    const feature = pure ? undefined : pickFeature(own, sums)
    forest.asked.push(feature ?? -1)
    if (feature === undefined) {
      forest.shares.push(...sums.map((sum) => sum / own.length))
      return
    }
    grow(own.filter((row) => table[row * features + feature] === 1))
    grow(own.filter((row) => table[row * features + feature] === 0))
  }

  function countClasses(own: readonly number[]): number[] {
    const sums = Array.from({ length: classes }, () => 0)
    for (const row of own) sums[labels[row]!]!++
    return sums
  }
}

type PickFeature = (own: readonly number[], sums: readonly number[]) => number | undefined

/**
 * Picks the feature that leaves two sides of rows purest, of those that chance lets it try; any that parts them when
 * chance picked none. `sums` are the rows of each class.
 */
function createPicker(
  { rows, features }: Presence,
  labels: readonly number[],
  classes: number,
  random: () => number,
): PickFeature {
  // A row a feature, zero between calls: how many of the node's rows have it, then how many of each class.
  const wide = 1 + classes
  const counts = new Uint16Array(features * wide)
  return pickFeature

  function pickFeature(own: readonly number[], sums: readonly number[]): number | undefined {
    const found = countFeatures(own)
    const parting = found.filter((feature) => {
      const having = counts[feature * wide]!
      return having >= LEAST_IN_LEAF && own.length - having >= LEAST_IN_LEAF
    })
    const tried = parting.filter(() => random() < TRIED_SHARE)
    if (tried.length === 0 && parting.length > 0)
      tried.push(parting[Math.floor(random() * parting.length)]!)
    let best: number | undefined
    let most = 0
    for (const feature of tried) {
      const purity = purityOf(feature, own.length, sums)
      if (purity > most) [best, most] = [feature, purity]
    }
    for (const feature of found) for (let at = 0; at < wide; at++) counts[feature * wide + at] = 0
    return best
  }

  /** Counts each feature's rows by class; answers the features that any row has. */
  function countFeatures(own: readonly number[]): number[] {
    const found: number[] = []
    for (const row of own) {
      const place = 1 + labels[row]!
      for (const feature of rows[row]!) {
        if (counts[feature * wide]!++ === 0) found.push(feature)
        counts[feature * wide + place]!++
      }
    }
    return found
  }

  /** Gini's, turned round and not divided by the number of rows. */
  function purityOf(feature: number, size: number, sums: readonly number[]): number {
    const start = feature * wide
    let having = 0
    let lacking = 0
    for (let at = 0; at < classes; at++) {
      const count = counts[start + 1 + at]!
      having += count ** 2
      lacking += (sums[at]! - count) ** 2
    }
    return having / counts[start]! + lacking / (size - counts[start]!)
  }
}

/** At row × features + feature: 1 where it is there. */
function tabulate(rows: readonly Int32Array[], features: number): Uint8Array {
  const table = new Uint8Array(rows.length * features)
  for (const [at, row] of rows.entries()) for (const each of row) table[at * features + each] = 1
  return table
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
