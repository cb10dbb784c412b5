import { describe, expect, test } from 'vitest'
import { linkOf, pollOf, waitOf } from './response-headers'

const now = Date.parse('2026-11-20T12:00:00Z')

const sentry = (results: string) =>
  `<https://s.example/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <https://s.example/?cursor=0:100:0>; rel="next"; results="${results}"; cursor="0:100:0"`

describe('what a source says about asking', () => {
  test('the next page is the one of its relation, unless Sentry says that it is empty', () => {
    const github =
      '<https://a.example/x?page=1,2>; rel="prev", <https://a.example/x?page=3>; rel="next"'
    expect(linkOf(github, 'next')).toBe('https://a.example/x?page=3')
    expect(linkOf(sentry('true'), 'next')).toBe('https://s.example/?cursor=0:100:0')
    expect(linkOf(sentry('false'), 'next')).toBeUndefined()
    expect(linkOf(undefined, 'next')).toBeUndefined()
  })

  test('Retry-After is seconds or a date, by the clock of the sender', () => {
    expect(waitOf({ 'retry-after': '30' }, now)).toBe(30_000)
    const date = 'Fri, 20 Nov 2026 11:00:00 GMT' // its clock is an hour behind
    expect(waitOf({ 'retry-after': 'Fri, 20 Nov 2026 11:01:00 GMT', date }, now)).toBe(60_000)
    expect(waitOf({}, now)).toBeUndefined()
  })

  test('a limit that is used up says when there is something again', () => {
    const reset = String(now / 1000 + 120)
    expect(waitOf({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, now)).toBe(120_000)
    expect(
      waitOf({ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': reset }, now),
    ).toBeUndefined()
    expect(waitOf({ 'ratelimit-remaining': '0', 'ratelimit-reset': '45' }, now)).toBe(45_000)
    const far = { 'x-sentry-rate-limit-remaining': '0', 'x-sentry-rate-limit-reset': '9999999999' }
    expect(waitOf(far, now)).toBe(3_600_000)
    expect(pollOf({ 'x-poll-interval': '60' })).toBe(60_000)
  })
})
