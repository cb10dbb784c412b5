import { expect, test } from 'vitest'
import { growForest } from './random-forest'

/** Rows of one class when exactly one of the two features is there. */
const ROWS = Array.from({ length: 16 }, (_, n) =>
  Int32Array.from([0, 1].filter((feature) => (n >> feature) & 1)),
)
const LABELS = ROWS.map((_, n) => (n & 1) ^ ((n >> 1) & 1))
const OPTIONS = { classes: 2, trees: 20, seed: 1 }

test('a forest learns what only counts together', () => {
  const { asked, shares } = growForest({ rows: ROWS, features: 2 }, LABELS, OPTIONS)
  expect(asked.filter((feature) => feature === -1)).toHaveLength(20 * 4)
  expect(shares.filter((share) => share === 1)).toHaveLength(20 * 4)
})

test('the same rows and seed grow the same forest', () => {
  const presence = { rows: ROWS, features: 2 }
  const again = growForest(presence, LABELS, OPTIONS)
  expect(growForest(presence, LABELS, OPTIONS)).toEqual(again)
})

test('rows that no feature parts are one leaf', () => {
  const same = [Int32Array.of(0), Int32Array.of(0), Int32Array.of(0), Int32Array.of(0)]
  const forest = growForest({ rows: same, features: 1 }, [0, 0, 0, 1], { ...OPTIONS, trees: 1 })
  expect(forest).toEqual({ asked: [-1], shares: [0.75, 0.25] })
})
