import { array, assert, double, option, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sparkPath } from './spark-path'

describe('the line of a week', () => {
  test('leaves a gap where nothing was measured, and a dot where one day stands alone', () => {
    const spark = sparkPath([1, null, 2, 3], 90, 30)
    expect(spark.line.match(/M/g)).toHaveLength(1)
    expect(spark.dots).toHaveLength(1)
  })

  test('runs in the middle when every day was the same', () => {
    expect(sparkPath([5, 5], 100, 30).line).toBe('M0 15L100 15')
  })

  test('is empty when nothing was measured', () => {
    expect(sparkPath([null, null], 100, 30)).toEqual({ line: '', area: '', dots: [] })
  })

  test('stays inside its box, whatever the numbers', () => {
    const value = option(double({ noNaN: true, min: -1e9, max: 1e9 }))
    assert(
      property(array(value, { maxLength: 30 }), (values) => {
        const { line } = sparkPath(values, 100, 30)
        for (const number of line.match(/-?[\d.]+/g) ?? []) {
          expect(Number(number)).toBeGreaterThanOrEqual(0)
          expect(Number(number)).toBeLessThanOrEqual(100)
        }
      }),
    )
  })
})
