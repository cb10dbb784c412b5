import { describe, expect, test } from 'vitest'
import { dayName, durationText, exactTime, relativeTime, spokenTime, untilTime } from './time-text'

const NOW = 1_000_000_000_000
const ago = (seconds: number) => NOW - seconds * 1000
const DAY = 86_400

describe('how long ago', () => {
  test('is one short word in a list', () => {
    expect(
      [2, 42, 360, 7200, 12 * DAY, 90 * DAY, 800 * DAY].map((s) => relativeTime(ago(s), NOW)),
    ).toEqual(['now', '42s', '6m', '2h', '12d', '2mo', '2y'])
  })

  test('reads well in a sentence', () => {
    expect(
      [2, 42, 180, 7200, DAY, 12 * DAY, 36 * DAY, 61 * DAY].map((s) => spokenTime(ago(s), NOW)),
    ).toEqual([
      'just now',
      '42 s ago',
      '3 min ago',
      '2 hours ago',
      '1 day ago',
      '12 days ago',
      '5 weeks ago',
      '2 months ago',
    ])
  })

  test('says "in" for what is still to come', () => {
    expect(spokenTime(NOW + 7_200_000, NOW)).toBe('in 2 hours')
    expect(relativeTime(NOW + 90_000, NOW)).toBe('in 1m')
  })
})

test('a countdown never goes below zero', () => {
  expect([852_000, 61_000, 999, -5000, 7_500_000].map(untilTime)).toEqual([
    '14:12',
    '1:01',
    '0:00',
    '0:00',
    '2 h 05',
  ])
})

test('a duration takes the unit that says most', () => {
  expect([38, 3100, 252_000, 7_500_000].map(durationText)).toEqual([
    '38 ms',
    '3.1 s',
    '4 min 12 s',
    '2 h 05 min',
  ])
})

test('the exact time names day, clock, milliseconds and zone', () => {
  const at = new Date(2026, 10, 20, 14, 2, 11, 120).getTime()
  expect(exactTime(at)).toMatch(/^Fri 20 Nov 2026, 14:02:11\.120 UTC[+−]\d\d:\d\d$/)
  expect(dayName(at)).toBe('Friday 20 November')
})
