import { describe, expect, test } from 'vitest'
import { type Day, minutesOf, toFigures } from './figures'

const quiet: Day = { resolved: 0, escalated: 0, falsePositives: 0, minutes: new Map() }
const bucketOf = (minutes: number) => Math.floor(Math.log1p(minutes) * 20)

describe('the figures of a week', () => {
  test('are unknown, not zero, when nothing happened', () => {
    const [share, time, falsePositives] = toFigures(Array.from({ length: 14 }, () => quiet))
    expect(share).toMatchObject({ value: null, previous: null })
    expect(time).toMatchObject({ value: null })
    expect(falsePositives).toMatchObject({ value: 0 })
  })

  test('compare the last seven days with the seven before', () => {
    const good = { ...quiet, resolved: 9, escalated: 1, minutes: new Map([[bucketOf(6), 9]]) }
    const bad = { ...quiet, resolved: 5, escalated: 5, minutes: new Map([[bucketOf(30), 5]]) }
    const [share, time] = toFigures(Array.from({ length: 14 }, (_, n) => (n < 7 ? bad : good)))
    expect(share).toMatchObject({ value: 90, previous: 50 })
    expect(time!.value).toBeGreaterThan(5.5)
    expect(time!.value).toBeLessThan(6.5)
    expect(share!.days).toEqual([90, 90, 90, 90, 90, 90, 90])
  })

  test.each([0.2, 1, 6, 90, 3000])('a bucket keeps %d minutes to within 6 %%', (minutes) => {
    expect(Math.abs(minutesOf(bucketOf(minutes)) - minutes)).toBeLessThan(0.06 * (minutes + 1))
  })
})
