import { describe, expect, test } from 'vitest'
import { sharesOf, toForest } from './severity-forest'

// Is mark 7 there? yes: 90, 10. no: is mark 9 there? yes: 30, 70. no: 0, 100. And a tree of one leaf: 50, 50.
const MARKS = [7, 9]
const QUESTIONS = Uint16Array.from([1, 0, 2, 0, 0, 0])
const SHARES = Uint8Array.from([90, 10, 30, 70, 0, 100, 50, 50])

describe('a forest', () => {
  test.each([
    [[7, 9], 0.7],
    [[9], 0.4],
    [[], 0.25],
  ])('follows its answers for marks %j and says the mean of its trees', (marks, first) => {
    const shares = sharesOf(toForest(MARKS, QUESTIONS, SHARES), 2, new Set(marks))
    expect(shares[0]).toBeCloseTo(first)
    expect(shares[1]).toBeCloseTo(1 - first)
  })

  test('remembers nothing of the rule before', () => {
    const forest = toForest(MARKS, QUESTIONS, SHARES)
    sharesOf(forest, 2, new Set([7, 9]))
    expect(sharesOf(forest, 2, new Set())[0]).toBeCloseTo(0.25)
  })

  test('that was cut short is refused', () => {
    expect(() => toForest(MARKS, QUESTIONS.slice(0, 3), SHARES)).toThrow('no end')
  })
})
