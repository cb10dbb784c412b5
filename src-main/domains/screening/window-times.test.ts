import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { WEEKDAYS, WindowTimes } from '#contract/screening'
import { endOf, isOpen } from './window-times'

const weekly = (days: string[], from: string, to: string, zone = 'Europe/Berlin'): WindowTimes =>
  WindowTimes.parse({ repeats: 'weekly', days, from, to, zone })
const at = (iso: string) => Date.parse(iso)

/** Minutes of a span in which the window is open. */
function minutesOpen(times: WindowTimes, from: string, to: string): number {
  let open = 0
  for (let now = at(from); now < at(to); now += 60_000) open += Number(isOpen(times, now))
  return open
}

test('once is open from its beginning until its end', () => {
  const times: WindowTimes = { repeats: 'once', from: 100, until: 200 }
  expect([99, 100, 199, 200].map((now) => isOpen(times, now))).toEqual([false, true, true, false])
  expect(endOf(times, 150)).toBe(200)
})

test('weekly goes by the wall clock of its zone, in summer and in winter', () => {
  const times = weekly(['mon'], '09:00', '10:00')
  expect(isOpen(times, at('2026-01-05T08:30Z'))).toBe(true)
  expect(isOpen(times, at('2026-07-06T07:30Z'))).toBe(true)
  expect(isOpen(times, at('2026-07-06T08:30Z'))).toBe(false)
  expect(isOpen(times, at('2026-01-06T08:30Z'))).toBe(false)
  expect(endOf(times, at('2026-07-06T07:30:20Z'))).toBe(at('2026-07-06T08:00Z'))
})

test('that goes past midnight belongs to the day it began on', () => {
  const times = weekly(['sun'], '23:00', '01:00', 'America/New_York')
  expect(isOpen(times, at('2026-01-05T04:30Z'))).toBe(true)
  expect(isOpen(times, at('2026-01-05T05:59Z'))).toBe(true)
  expect(isOpen(times, at('2026-01-05T06:00Z'))).toBe(false)
  expect(isOpen(times, at('2026-01-06T04:30Z'))).toBe(false)
  expect(endOf(times, at('2026-01-05T04:30Z'))).toBe(at('2026-01-05T06:00Z'))
})

test('with one time for both ends lasts a whole day', () => {
  const times = weekly(['sat'], '06:00', '06:00', 'Asia/Kathmandu')
  expect(minutesOpen(times, '2026-01-09T00:00Z', '2026-01-12T00:00Z')).toBe(1440)
})

test('lasts an hour less where the clock is set forward, and an hour more where it is set back', () => {
  const night = weekly(['sat'], '22:00', '06:00')
  expect(minutesOpen(night, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toBe(7 * 60)
  expect(endOf(night, at('2026-03-28T22:00Z'))).toBe(at('2026-03-29T04:00Z'))
  expect(minutesOpen(night, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toBe(9 * 60)
  expect(endOf(night, at('2026-10-24T21:00Z'))).toBe(at('2026-10-25T05:00Z'))
  const skipped = weekly(['sun'], '02:15', '02:45')
  expect(minutesOpen(skipped, '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toBe(0)
})

test('is refused in a zone that nobody knows', () => {
  const draft = {
    repeats: 'weekly',
    days: ['mon'],
    from: '09:00',
    to: '10:00',
    zone: 'Mars/Olympus',
  }
  expect(WindowTimes.safeParse(draft).success).toBe(false)
  expect(WindowTimes.safeParse({ ...draft, zone: 'UTC', to: '24:00' }).success).toBe(false)
})

const two = (n: number) => String(n).padStart(2, '0')

test('an open window ends when it says, in any zone and on any day', () => {
  const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
    return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`
  })
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...WEEKDAYS),
      time,
      time,
      fc.constantFrom(...zones),
      fc.integer({ min: at('2026-01-01T00:00Z') / 60_000, max: at('2027-01-01T00:00Z') / 60_000 }),
      (day, from, to, zone, minute) => {
        const times = weekly([day], from, to, zone)
        const now = minute * 60_000
        fc.pre(isOpen(times, now))
        const end = endOf(times, now)
        expect(end).toBeGreaterThan(now)
        expect(end - now).toBeLessThanOrEqual(25 * 3_600_000)
        // Where the clock is set back over the end, the window happens once more.
        const later = [0, 60].filter((more) => isOpen(times, end + more * 60_000))
        expect(later.length).toBeLessThan(2)
      },
    ),
    { numRuns: 300 },
  )
})
