import { expect, test } from 'vitest'
import { firstTime, timeAt, toEpoch, toTime, toUtcTime } from './times'

const NOW = Date.UTC(2026, 10, 20, 12)

test.each([
  [1_553_288_147, 1_553_288_147_000],
  ['1553288147', 1_553_288_147_000],
  ['1553288147.123', 1_553_288_147_123],
  [1_553_288_147_123, 1_553_288_147_123],
  [1_553_288_147_123_000, 1_553_288_147_123],
  ['1553288147123000000', 1_553_288_147_123],
  [9e13, NOW], // never later than we heard of it
  [0, undefined],
  ['0', undefined],
  [-5, undefined],
  [Number.NaN, undefined],
  ['soon', undefined],
  ['', undefined],
  [true, undefined],
  [null, undefined],
])('the epoch %j is %s', (value, time) => {
  expect(toEpoch(value, NOW)).toBe(time)
})

test.each([
  ['2016-12-14 02:46:44', '2016-12-14T02:46:44Z'],
  ['2016-12-14T02:46', '2016-12-14T02:46:00Z'],
  ['2016-12-14', '2016-12-14T00:00:00Z'],
  ['2016-12-14 02:46:44 +0100', '2016-12-14T01:46:44Z'],
  ['2016-12-14 02:46:44 UTC', '2016-12-14T02:46:44Z'],
  ['2016-12-14T02:46:44Z', '2016-12-14T02:46:44Z'],
  ['2023-07-31 18:56:15.374', '2023-07-31T18:56:15.374Z'],
  ['Sep 1, 2017 4:12:29 PM', '2017-09-01T16:12:29Z'],
])('%s is UTC unless it says a zone', (text, iso) => {
  expect(toUtcTime(text, NOW)).toBe(Date.parse(iso))
})

test.each([['soon'], [''], [7], [null], ['x'.repeat(41)], ['0001-01-01T00:00:00Z']])(
  '%j is no time',
  (value) => {
    expect(toUtcTime(value, NOW)).toBeUndefined()
  },
)

test('a time is never later than we heard of it, and year 1 is none', () => {
  expect(toTime('2027-01-01T00:00:00Z', NOW)).toBe(NOW)
  expect(toTime('0001-01-01T00:00:00Z', NOW)).toBeUndefined()
  expect(toTime(1_553_288_147, NOW)).toBeUndefined()
})

test('the first that can be read counts', () => {
  expect(firstTime(NOW, null, 'soon', '2026-11-20T10:00:00Z', 1)).toBe(Date.UTC(2026, 10, 20, 10))
  expect(firstTime(NOW)).toBeUndefined()
  const holder = { closed: null, updated: '2026-11-20T10:00:00Z' }
  expect(timeAt(holder, NOW, 'closed', 'updated')).toBe(Date.UTC(2026, 10, 20, 10))
  expect(timeAt(holder, NOW, 'closed')).toBeUndefined()
})
